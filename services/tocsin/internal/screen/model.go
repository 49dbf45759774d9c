package screen

import (
	"context"
	"errors"
	"slices"
	"time"

	"charm.land/bubbles/v2/textinput"
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A mode is what the screen shows.
type mode uint8

const (
	listing mode = iota
	reading
	filling    // a form
	confirming // what the form would tell
	helping
	searching
)

// Config is what the screen stands on.
type Config struct {
	Desk Desk
	// News are told as they come; nil: nothing is.
	News <-chan News
	// Grounds are those of the policy.
	Grounds []Ground
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Every is how often the cases are read again without news; 0 is 5 s.
	Every time.Duration
	// Where says where the cases are, for the title.
	Where string
}

// Model is the screen; a bubbletea model.
type Model struct {
	cfg           Config
	ctx           context.Context
	mode, back    mode
	width, height int

	cases  []*reviewv1.Case
	rows   []row
	cursor string // the chosen case's id
	want   string // what is searched
	search textinput.Model
	asOf   time.Time

	file File
	page viewport.Model
	form form

	news []News // newest first
	said string // what was done last
	err  error
}

// New is a screen that has read nothing yet.
func New(ctx context.Context, cfg Config) Model {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Every == 0 {
		cfg.Every = 5 * time.Second
	}
	return Model{cfg: cfg, ctx: ctx, width: 80, height: 24, search: input("/"), page: viewport.New()}
}

// Messages of the model to itself.
type (
	gotCases struct {
		cases []*reviewv1.Case
		at    time.Time
	}
	gotFile    struct{ file File }
	gotLetters struct {
		key     string // of the order that they are of
		letters []Letter
		known   bool
	}
	done struct {
		order Order
		of    *reviewv1.Case
	}
	refused struct {
		order Order
		sent  bool // it was to be carried out, and not only previewed
		err   error
	}
	failed struct{ err error }
	told   News
	look   struct{}
)

// Init reads the cases and begins to listen.
func (m Model) Init() tea.Cmd { return tea.Batch(m.readCases, m.listen, m.later()) }

func (m Model) readCases() tea.Msg {
	cases, err := m.cfg.Desk.Cases(m.ctx)
	if err != nil {
		return failed{err}
	}
	return gotCases{cases, m.cfg.Now()}
}

func (m Model) readFile(id string) tea.Cmd {
	return func() tea.Msg {
		f, err := m.cfg.Desk.File(m.ctx, id)
		if err != nil {
			return failed{err}
		}
		return gotFile{f}
	}
}

func (m Model) listen() tea.Msg {
	if m.cfg.News == nil {
		return nil
	}
	n, ok := <-m.cfg.News
	if !ok {
		return failed{errors.New("the stream of notifications has ended; the list is still read again from time to time")}
	}
	return told(n)
}

func (m Model) later() tea.Cmd {
	return tea.Tick(m.cfg.Every, func(time.Time) tea.Msg { return look{} })
}

func (m Model) preview(o Order) tea.Cmd {
	f, ok := m.cfg.Desk.(Foreteller)
	if !ok {
		return func() tea.Msg { return gotLetters{key: o.Key} }
	}
	return func() tea.Msg {
		letters, known, err := f.Preview(m.ctx, o)
		if err != nil {
			return refused{order: o, err: err}
		}
		return gotLetters{o.Key, letters, known}
	}
}

func (m Model) send(o Order) tea.Cmd {
	return func() tea.Msg {
		c, err := m.cfg.Desk.Do(m.ctx, o)
		if err != nil {
			return refused{order: o, sent: true, err: err}
		}
		return done{o, c}
	}
}

// Update takes one message.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.lay()
	case tea.KeyPressMsg:
		return m.pressed(msg)
	case gotCases:
		m.cases, m.asOf, m.err = msg.cases, msg.at, nil
		m.rank()
	case gotFile:
		m.took(msg.file)
	case gotLetters:
		if msg.key == m.form.order.Key { // else they are of words that were changed since
			m.form.letters, m.form.known, m.form.seen = msg.letters, msg.known, true
		}
	case done:
		m.said, m.err = said(msg), nil
		if m.writes(msg.order) {
			m.mode = m.back
		}
		return m, tea.Batch(m.readCases, m.readFile(msg.of.GetId()))
	case refused:
		switch {
		case m.writes(msg.order):
			m.form.wrong, m.mode = msg.err.Error(), filling
		case msg.sent: // its form was left meanwhile
			m.said = msg.order.Case + ", " + msg.order.Action + ": " + msg.err.Error()
		}
		return m, tea.Batch(m.readCases, m.readFile(msg.order.Case))
	case failed:
		m.err = msg.err
	case told:
		m.news = slices.Insert(m.news, 0, News(msg))
		m.news = m.news[:min(len(m.news), 50)]
		return m, tea.Batch(m.listen, m.readCases, m.again())
	case look:
		return m, tea.Batch(m.readCases, m.again(), m.later())
	}
	return m, nil
}

// writes says that the form of the order is on the screen.
func (m Model) writes(o Order) bool {
	return (m.mode == filling || m.mode == confirming) && m.form.order.Key == o.Key
}

// again reads the case that is shown once more.
func (m Model) again() tea.Cmd {
	if m.file.Case == nil || m.mode == listing {
		return nil
	}
	return m.readFile(m.file.Case.Id)
}

// took shows a file that came, unless another case is wanted by now.
func (m *Model) took(f File) {
	if f.Case.GetId() != m.cursor {
		return
	}
	where := 0
	if m.file.Case.GetId() == f.Case.GetId() {
		where = m.page.YOffset()
	}
	m.file = f
	m.lay()
	m.page.SetYOffset(where)
}

// rank orders the rows anew and keeps the chosen case chosen.
func (m *Model) rank() {
	m.rows = ranked(m.cases, m.want)
	if m.at() < 0 && len(m.rows) > 0 {
		m.cursor = m.rows[0].id
	}
}

// at is the index of the chosen row; -1 where there is none.
func (m *Model) at() int {
	return slices.IndexFunc(m.rows, func(r row) bool { return r.id == m.cursor })
}

func said(d done) string {
	return d.of.GetId() + " is " + d.of.GetState() + " (" + d.order.Action + ")"
}
