package screen

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"google.golang.org/protobuf/types/known/timestamppb"

	classificationv1 "tocsin/proto/gen/classification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// desk is a server that remembers what it was asked to do.
type desk struct {
	cases  map[string]*reviewv1.Case
	orders []Order
	refuse error
}

func (d *desk) Cases(context.Context) ([]*reviewv1.Case, error) {
	var all []*reviewv1.Case
	for _, c := range d.cases {
		all = append(all, c)
	}
	return all, nil
}

func (d *desk) File(_ context.Context, id string) (File, error) {
	return File{Case: d.cases[id]}, nil
}

func (d *desk) Do(_ context.Context, o Order) (*reviewv1.Case, error) {
	d.orders = append(d.orders, o)
	if d.refuse != nil {
		return nil, d.refuse
	}
	c := d.cases[o.Case]
	return &reviewv1.Case{Id: c.Id, Title: c.Title, Version: c.Version + 1, State: "in_progress"}, nil
}

func (d *desk) Preview(_ context.Context, o Order) ([]Letter, bool, error) {
	if o.Note == "mute" {
		return nil, false, nil
	}
	return []Letter{{Audience: "requester", Ticket: "T-1", Title: "Approved", Body: "We will: " + o.Note, Alike: 3}}, true, nil
}

func someDesk() *desk {
	return &desk{cases: map[string]*reviewv1.Case{
		"c-late": {
			Id: "c-late", Title: "SSO is down", Tenant: "acme", State: "pending_review", Severity: "critical", Version: 7, Recommendation: "eligible",
			People: new(uint32(143)), DecisionDueAt: timestamppb.New(now.Add(-10 * time.Minute)), Reasons: []string{"sso_unavailable"},
			Denials: []string{"beta_only"},
			Tickets: []*reviewv1.CaseTicket{{Tenant: "acme", Ticket: "T-1", Subject: "\x1b[2Jhelp\u202e", Assessment: &classificationv1.Assessment{
				Evidence: []*classificationv1.Evidence{{For: "sso_unavailable", Quote: "nobody gets in"}},
			}}},
		},
		"c-soon": {Id: "c-soon", Title: "Reports fail", Tenant: "globex", State: "detected", Severity: "normal", Version: 1, DecisionDueAt: timestamppb.New(now.Add(time.Hour))},
		"c-runs": {Id: "c-runs", Title: "Uploads fail", Tenant: "initech", State: "in_progress", Severity: "high", Version: 4, Eta: timestamppb.New(now.Add(2 * time.Hour))},
	}}
}

// A terminal is the screen with somebody before it.
type terminal struct {
	t *testing.T
	m Model
}

func sit(t *testing.T, d *desk) *terminal {
	s := &terminal{t, New(t.Context(), Config{Desk: d, Now: func() time.Time { return now }, Grounds: []Ground{{"small_audience", "Fewer than 25 people"}, {"beta_only", "Only on the beta site"}}})}
	s.tell(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.tell(s.m.readCases())
	return s
}

// tell hands the model a message, and those that come of it, but for clocks and streams.
func (s *terminal) tell(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil, look:
		return
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.do(cmd)
		}
		return
	}
	m, cmd := s.m.Update(msg)
	s.m = m.(Model)
	s.do(cmd)
}

func (s *terminal) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case gotCases, gotFile, gotLetters, done, refused, failed, tea.BatchMsg:
		s.tell(msg)
	}
}

func (s *terminal) press(keys ...string) {
	for _, k := range keys {
		switch k {
		case "enter":
			s.tell(tea.KeyPressMsg{Code: tea.KeyEnter})
		case "tab":
			s.tell(tea.KeyPressMsg{Code: tea.KeyTab})
		case "esc":
			s.tell(tea.KeyPressMsg{Code: tea.KeyEscape})
		case "right":
			s.tell(tea.KeyPressMsg{Code: tea.KeyRight})
		default:
			for _, r := range k {
				s.tell(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
		}
	}
}

func (s *terminal) shows(parts ...string) {
	s.t.Helper()
	text := ansi.Strip(s.m.View().Content)
	for _, p := range parts {
		if !strings.Contains(text, p) {
			s.t.Errorf("the screen does not show %q:\n%s", p, text)
		}
	}
}

func TestTheListShowsWhatPressesMostFirst(t *testing.T) {
	s := sit(t, someDesk())
	s.shows("2 to decide, 1 overdue", "SSO is down", "143", "late 10 min", "in 1 h 00", "in 2 h 00")
	text := ansi.Strip(s.m.View().Content)
	if a, b, c := strings.Index(text, "SSO is down"), strings.Index(text, "Reports fail"), strings.Index(text, "Uploads fail"); a > b || b > c {
		t.Errorf("not in the order of the queue:\n%s", text)
	}
}

func TestALeaderApprovesWithAnETAByKeyboard(t *testing.T) {
	d := someDesk()
	s := sit(t, d)
	s.press("enter")
	s.shows("acme, 143 people", "nobody gets in", "no data")
	s.press("a", "2h", "tab", "all hands", "enter")
	s.shows("requester T-1 (and 3 more tickets) reads", "We will: all hands")
	if len(d.orders) != 0 {
		t.Fatal("something was sent before it was confirmed")
	}
	s.press("enter")
	if len(d.orders) != 1 {
		t.Fatalf("sent %+v", d.orders)
	}
	o := d.orders[0]
	if o.Action != "approve" || o.Case != "c-late" || o.Version != 7 || o.Note != "all hands" || !o.ETA.Equal(now.Add(2*time.Hour)) || o.Key == "" {
		t.Errorf("sent %+v", o)
	}
	s.shows("c-late is in_progress (approve)")
}

func TestADecisionCanBeTakenWhereNobodyKnowsWhatPeopleWouldRead(t *testing.T) {
	d := someDesk()
	s := sit(t, d)
	s.press("i", "mute", "enter")
	s.shows("Nobody can say at present what people would read")
	s.press("enter")
	if len(d.orders) != 1 {
		t.Errorf("sent %+v", d.orders)
	}
}

func TestADenialBeginsWithTheGroundThatHolds(t *testing.T) {
	d := someDesk()
	s := sit(t, d)
	s.press("d")
	s.shows("Only on the beta site")
	s.press("right", "right", "enter") // round to small_audience: none, small_audience, beta_only
	s.press("enter")
	if len(d.orders) != 1 || d.orders[0].Ground != "small_audience" {
		t.Errorf("sent %+v", d.orders)
	}
}

func TestWhatWasTypedSurvivesARefusalAndNews(t *testing.T) {
	d := someDesk()
	d.refuse = errors.New("refused (409): version 7 was read, but the case is at version 8")
	s := sit(t, d)
	s.press("enter", "a", "90m", "tab", "because", "enter", "enter")
	s.shows("version 7 was read", "because", "90m")
	s.tell(told(News{At: now, Title: "something else"}))
	s.shows("because")
}

func TestAFormThatLacksSomethingIsNotSent(t *testing.T) {
	d := someDesk()
	s := sit(t, d)
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"i", "enter"}, "Question is needed."},
		{[]string{"e", "enter"}, "ETA is needed."},
		{[]string{"a", "soon", "enter"}, "neither a duration"},
		{[]string{"a", "2020-01-01T00:00:00Z", "enter"}, "not later than now"},
		{[]string{"d", "right", "enter"}, "Choose a ground"}, // from beta_only round to none
	} {
		s.press(c.keys...)
		s.shows(c.want)
		s.press("esc")
	}
	if len(d.orders) != 0 {
		t.Errorf("sent %+v", d.orders)
	}
}

func TestNothingIsDecidedThatWasNotSeen(t *testing.T) {
	d := someDesk()
	s := sit(t, d)
	m, _ := s.m.open("c-soon") // its file has not come yet
	s.m = m.(Model)
	s.press("a")
	if s.m.mode != reading {
		t.Error("a form opened for a case that nobody has seen")
	}
}

func TestWordsOfCustomersAreOnlyWords(t *testing.T) {
	s := sit(t, someDesk())
	s.press("enter")
	if text := s.m.View().Content; strings.Contains(text, "\x1b[2J") || strings.Contains(text, "\u202e") {
		t.Errorf("the terminal would obey %q", text)
	}
}

func TestSearchFindsWhatIsThere(t *testing.T) {
	s := sit(t, someDesk())
	s.press("/", "globex", "enter")
	s.shows("Reports fail")
	if text := ansi.Strip(s.m.View().Content); strings.Contains(text, "Uploads fail") {
		t.Errorf("found too much:\n%s", text)
	}
	s.press("/", "xyz")
	s.shows("No case has globexxyz")
}

func TestTheScreenFitsEveryTerminal(t *testing.T) {
	s := sit(t, someDesk())
	for _, size := range []tea.WindowSizeMsg{{Width: 200, Height: 60}, {Width: 80, Height: 24}, {Width: 40, Height: 10}, {Width: 1, Height: 1}} {
		s.tell(size)
		for _, keys := range [][]string{{}, {"enter"}, {"a"}, {"esc", "esc"}, {"?"}, {"x"}} {
			s.press(keys...)
			lines := strings.Split(s.m.View().Content, "\n")
			if len(lines) > max(size.Height, 4) {
				t.Errorf("%v after %v: %d lines", size, keys, len(lines))
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > max(size.Width, 1) {
					t.Errorf("%v after %v: a line of %d: %q", size, keys, w, ansi.Strip(l))
				}
			}
		}
		s.press("esc", "esc")
	}
}

func TestAServerThatIsAwayIsSaid(t *testing.T) {
	s := sit(t, someDesk())
	s.tell(failed{errors.New("ask http://127.0.0.1:1: connection refused")})
	s.shows("not up to date: ask http://127.0.0.1:1", "SSO is down")
}
