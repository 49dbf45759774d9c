package screen

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// The colours are of the terminal's own palette, so that they fit its theme.
var (
	strong = lipgloss.NewStyle().Bold(true)
	dim    = lipgloss.NewStyle().Faint(true)
	chosen = lipgloss.NewStyle().Reverse(true)
	alarm  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	warn   = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	good   = lipgloss.NewStyle().Foreground(lipgloss.Green)
)

// newsShown is how many notifications stand below the list.
const newsShown = 4

// View draws the screen.
func (m Model) View() tea.View {
	var body string
	switch m.mode {
	case helping:
		body = m.help()
	case filling, confirming:
		body = m.formView()
	case reading:
		body = m.page.View()
	default:
		body = m.list()
	}
	v := tea.NewView(strings.Join([]string{m.head(), m.fill(body), m.foot()}, "\n"))
	v.AltScreen, v.WindowTitle = true, "tocsin"
	return v
}

// fill gives the body all lines between head and foot, and no more.
func (m Model) fill(body string) string {
	lines := strings.Split(strings.TrimRight(body, "\n"), "\n")
	room := m.bodyHeight()
	for len(lines) < room {
		lines = append(lines, "")
	}
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], m.width, "…")
	}
	return strings.Join(lines[:room], "\n")
}

// bodyHeight is how many lines head and foot leave.
func (m Model) bodyHeight() int { return max(m.height-3, 1) }

// listHeight is how many rows the list shows.
func (m Model) listHeight() int { return max(m.bodyHeight()-newsShown-3, 1) }

// lay fits the case's page to the terminal.
func (m *Model) lay() {
	m.page.SetWidth(m.width)
	m.page.SetHeight(m.bodyHeight())
	m.search.SetWidth(max(m.width-4, 1))
	if m.file.Case != nil {
		m.page.SetContent(m.fileView())
	}
}

func (m Model) head() string {
	open, late := 0, 0
	for i := range m.rows {
		if r := &m.rows[i]; r.open {
			open++
			if !r.due.IsZero() && r.due.Before(m.cfg.Now()) {
				late++
			}
		}
	}
	text := strong.Render("tocsin") + "  " + fmt.Sprintf("%d to decide", open)
	if late > 0 {
		text += ", " + alarm.Render(fmt.Sprintf("%d overdue", late))
	}
	switch {
	case m.err != nil:
		text += "  " + alarm.Render("not up to date: "+plain(m.err.Error()))
	case m.asOf.IsZero():
		text += "  " + dim.Render("reading …")
	default:
		text += "  " + dim.Render("as of "+m.asOf.Local().Format(time.TimeOnly)+"  "+m.cfg.Where)
	}
	return ansi.Truncate(text, m.width, "…")
}

func (m Model) foot() string {
	keys := map[mode]string{
		listing:    "enter open · a approve · d deny · i ask · e ETA · n next · / search · ? help · q quit",
		reading:    "a approve · d deny · i ask · e ETA · u update · y seen · c claim · n next · esc back · ? help",
		filling:    "tab next field · enter preview · esc back",
		confirming: "enter send · esc back",
		searching:  "enter keep · esc clear",
		helping:    "any key",
	}[m.mode]
	first := plain(m.said)
	if m.mode == searching || m.want != "" && m.mode == listing {
		first = m.search.View()
	}
	return ansi.Truncate(good.Render(first), m.width, "…") + "\n" + ansi.Truncate(dim.Render(keys), m.width, "…")
}

func (m Model) list() string {
	if len(m.rows) == 0 {
		switch {
		case m.asOf.IsZero():
			return ""
		case m.want != "":
			return "\n  No case has " + plain(m.want) + "."
		}
		return "\n  Nothing is open. Cases appear here by themselves."
	}
	var out strings.Builder
	fmt.Fprintln(&out, dim.Render(m.columns("", "WHAT", "WHOM", "STATE", "RECOMMENDED", "PEOPLE", "DUE")))
	room := m.listHeight()
	first := min(max(m.at()-room/2, 0), max(len(m.rows)-room, 0))
	for i := first; i < min(first+room, len(m.rows)); i++ {
		fmt.Fprintln(&out, m.line(&m.rows[i]))
	}
	if rest := len(m.rows) - first - room; rest > 0 {
		fmt.Fprintln(&out, dim.Render(fmt.Sprintf("  %d more", rest)))
	}
	if len(m.news) > 0 {
		fmt.Fprintln(&out)
	}
	for _, n := range m.news[:min(len(m.news), newsShown)] {
		fmt.Fprintln(&out, dim.Render(n.At.Local().Format(time.TimeOnly))+"  "+plain(n.Title)+"  "+dim.Render(n.Case))
	}
	return out.String()
}

// columns lays out one row of the list.
func (m Model) columns(mark, what, whom, state, rec, people, due string) string {
	fit := func(s string, width int) string {
		s = ansi.Truncate(s, width, "…")
		return s + strings.Repeat(" ", max(width-ansi.StringWidth(s), 0))
	}
	wide := max(m.width-2-14-15-13-9-13-5, 12)
	return strings.Join([]string{fit(mark, 2) + fit(what, wide), fit(whom, 14), fit(state, 14), fit(rec, 12), fit(people, 8), fit(due, 12)}, " ")
}

func (m Model) line(r *row) string {
	mark := "  "
	switch r.severity {
	case "critical":
		mark = "‼ "
	case "high":
		mark = "! "
	}
	people := "unknown"
	if r.people != nil {
		people = fmt.Sprint(*r.people)
	}
	text := m.columns(mark, r.title, r.tenant, r.state, r.rec, people, m.until(r.due))
	late := !r.due.IsZero() && r.due.Before(m.cfg.Now()) && (r.open || r.running())
	switch {
	case r.id == m.cursor:
		return chosen.Render(text)
	case late:
		return alarm.Render(text)
	case !r.open && !r.running():
		return dim.Render(text)
	}
	return text
}

// until says how far off an instant is.
func (m Model) until(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	left := at.Sub(m.cfg.Now()).Round(time.Minute)
	if left < 0 {
		return "late " + short(-left)
	}
	return "in " + short(left)
}

func short(d time.Duration) string {
	switch h := int(d.Hours()); {
	case h >= 48:
		return fmt.Sprintf("%d d", h/24)
	case h >= 1:
		return fmt.Sprintf("%d h %02d", h, int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

func (m Model) help() string {
	var out strings.Builder
	fmt.Fprintln(&out, strong.Render("Keys"))
	for _, a := range acts() {
		fmt.Fprintf(&out, "  %s  %s\n", a.key, a.title)
	}
	for _, line := range []string{
		"n  next case that waits for a decision", "/  search", "r  read again", "↑ ↓ j k  move    enter  open    esc  back    q  quit",
	} {
		fmt.Fprintf(&out, "  %s\n", line)
	}
	fmt.Fprintln(&out, "\nBefore anything is sent you see what the requester will read.\nThe first decision of a round stands; a case that changed meanwhile is shown again.")
	return out.String()
}

func (m Model) formView() string {
	f := &m.form
	var out strings.Builder
	fmt.Fprintf(&out, "%s  %s  %s\n\n", strong.Render(f.act.title), plain(f.title), dim.Render(f.order.Case))
	for i, k := range f.act.fields {
		mark := "  "
		if i == f.focus && m.mode == filling {
			mark = "> "
		}
		value := f.inputs[i].View()
		if k == ground {
			value = "‹ " + f.grounds[f.ground].Title + " ›"
		}
		fmt.Fprintf(&out, "%s%s\n    %s\n", mark, f.label(k), value)
	}
	if f.wrong != "" {
		fmt.Fprintf(&out, "\n%s\n", alarm.Render(wrap(plain(f.wrong), m.width)))
	}
	if m.mode == confirming {
		fmt.Fprintln(&out, "\n"+m.letters())
	}
	return out.String()
}

// letters is what people would read.
func (m Model) letters() string {
	f := &m.form
	switch {
	case !f.seen:
		return dim.Render("asking what people would read …")
	case !f.known:
		return warn.Render("Nobody can say at present what people would read. Enter sends it all the same.")
	case len(f.letters) == 0:
		return "Nobody is told anything by this. Enter sends it."
	}
	var out strings.Builder
	for _, l := range f.letters {
		to := strings.Join(strings.Fields(l.Audience+" "+l.Recipient+" "+l.Ticket), " ")
		if l.Alike > 0 {
			to += fmt.Sprintf(" (and %d more tickets)", l.Alike)
		}
		fmt.Fprintf(&out, "%s  %s\n%s\n\n", warn.Render(plain(to)+" reads"), strong.Render(plain(l.Title)), wrapLines(l.Body, m.width))
	}
	return out.String()
}

func wrap(s string, width int) string { return ansi.Wrap(s, max(width-2, 10), " ") }

// wrapLines wraps text that has lines of its own.
func wrapLines(text string, width int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = "  " + strings.ReplaceAll(ansi.Wrap(plain(lines[i]), max(width-4, 10), " "), "\n", "\n  ")
	}
	return strings.Join(lines, "\n")
}
