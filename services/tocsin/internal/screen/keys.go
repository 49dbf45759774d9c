package screen

import (
	"crypto/rand"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// pressed takes a key, by what the screen shows.
func (m Model) pressed(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	if msg.String() == "ctrl+c" {
		return m, tea.Quit
	}
	switch m.mode {
	case filling, confirming:
		return m.inForm(msg)
	case searching:
		return m.inSearch(msg)
	case helping:
		m.mode = m.back
		return m, nil
	}
	switch key := msg.String(); key {
	case "q":
		if m.mode == reading {
			m.mode = listing
			return m, nil
		}
		return m, tea.Quit
	case "?":
		m.back, m.mode = m.mode, helping
	case "r":
		return m, tea.Batch(m.readCases, m.again())
	case "/":
		m.mode = searching
		return m, m.search.Focus()
	case "n":
		return m.next()
	case "esc":
		m.mode = listing
		m.said = ""
	default:
		if i := slices.IndexFunc(acts(), func(a act) bool { return a.key == key }); i >= 0 {
			return m.begin(acts()[i])
		}
		if m.mode == reading {
			var cmd tea.Cmd
			m.page, cmd = m.page.Update(msg)
			return m, cmd
		}
		return m.inList(key)
	}
	return m, nil
}

// inList moves the choice, or opens the case.
func (m Model) inList(key string) (tea.Model, tea.Cmd) {
	at := m.at()
	if at < 0 {
		return m, nil
	}
	last := len(m.rows) - 1
	switch key {
	case "up", "k":
		at = max(at-1, 0)
	case "down", "j":
		at = min(at+1, last)
	case "pgup":
		at = max(at-m.listHeight(), 0)
	case "pgdown":
		at = min(at+m.listHeight(), last)
	case "home", "g":
		at = 0
	case "end", "G":
		at = last
	case "enter", "right", "l":
		return m.open(m.cursor)
	}
	m.cursor = m.rows[at].id
	return m, nil
}

func (m Model) open(id string) (tea.Model, tea.Cmd) {
	m.mode, m.cursor, m.said = reading, id, ""
	if m.file.Case.GetId() != id {
		m.file = File{}
		m.page.SetContent("reading …")
		m.page.GotoTop()
	}
	return m, m.readFile(id)
}

// next opens the first case after the chosen one that nobody has decided.
func (m Model) next() (tea.Model, tea.Cmd) {
	at := m.at()
	for i := range m.rows {
		if r := &m.rows[(at+1+i)%len(m.rows)]; r.open && r.id != m.cursor {
			return m.open(r.id)
		}
	}
	m.said = "no other case waits for a decision"
	return m, nil
}

// begin opens a form for the chosen case, as it is on the screen.
func (m Model) begin(a act) (tea.Model, tea.Cmd) {
	at := m.at()
	if at < 0 {
		return m, nil
	}
	r := m.rows[at]
	if m.mode == reading {
		if m.file.Case.GetId() != r.id {
			return m, nil // still being read: nothing is decided that was not seen
		}
		r = rowOf(m.file.Case)
	}
	m.back, m.mode, m.said = m.mode, filling, ""
	m.form = newForm(a, r, m.cfg.Grounds)
	return m, m.form.to(0)
}

func (m Model) inForm(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	key := msg.String()
	if m.mode == confirming {
		switch {
		case key == "esc":
			m.mode = filling
		case key == "enter" && m.form.seen && !m.form.sent:
			m.form.sent = true
			return m, m.send(m.form.order)
		}
		return m, nil
	}
	switch key {
	case "esc":
		m.mode = m.back
	case "tab", "down":
		return m, m.form.to(m.form.focus + 1)
	case "shift+tab", "up":
		return m, m.form.to(m.form.focus - 1)
	case "enter":
		o, ok := m.form.read(m.cfg.Now())
		if !ok {
			return m, nil
		}
		o.Key = rand.Text() // an order that was changed is another; the version keeps it from being done twice
		m.form.order = o
		m.mode, m.form.seen, m.form.sent, m.form.letters = confirming, false, false, nil
		return m, m.preview(o)
	default:
		return m, m.form.typed(msg)
	}
	return m, nil
}

func (m Model) inSearch(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	switch msg.String() {
	case "esc":
		m.search.SetValue("")
		m.search.Blur()
		m.mode = listing
	case "enter":
		m.search.Blur()
		m.mode = listing
	default:
		var cmd tea.Cmd
		m.search, cmd = m.search.Update(msg)
		m.want = m.search.Value()
		m.rank()
		return m, cmd
	}
	m.want = m.search.Value()
	m.rank()
	return m, nil
}
