package detect

import (
	"bytes"
	"testing"
	"time"
)

// says states how acme's ticket T-1 stands.
func (s *story) says(when time.Time, t Ticket) Signal {
	t.Ticket = "T-1"
	t.Revision = uint64(s.n + 1)
	sig := s.add("acme", when, Signal{Kind: KindTicket, Ticket: t})
	return sig
}

func silentSince(moved string) Ticket { return Ticket{Open: true, Large: true, MovedAt: at(moved)} }

func (s *story) wantStale(until time.Time, want ...string) {
	s.t.Helper()
	compare(s.t, about("stale_ticket_1w", s.replay(ReplayOptions{Until: until})), want)
}

func TestATicketIsStaleAfterAWeekWithoutSupport(t *testing.T) {
	s := newStory(t)
	opened := s.says(at("0s"), silentSince("0s"))
	s.wantStale(at("168h").Add(-1))
	got := s.replay(ReplayOptions{Until: at("168h")})
	compare(t, got, []string{"168h0m0s raised stale_ticket_1w acme 168/168"})
	c := got[0]
	if c.Subject != "T-1" || c.Window != 168*time.Hour || c.Tenants != 1 || c.People != 0 || !c.FirstAt.Equal(nine) ||
		len(c.Evidence) != 1 || c.Evidence[0] != "test/"+opened.ID || !c.DetectedAt.Equal(at("168h")) {
		t.Errorf("%+v", c)
	}
}

func TestWhatKeepsATicketFromBeingStale(t *testing.T) {
	raised := "168h0m0s raised stale_ticket_1w acme 168/168"
	for name, c := range map[string]struct {
		when string
		says Ticket
		want []string
	}{
		"an agent's note after 167 h 59": {"167h59m", silentSince("167h59m"), nil},
		"one at the very instant":        {"168h", silentSince("168h"), []string{raised, "168h0m0s withdrawn stale_ticket_1w acme 0/168"}},
		"a question at that instant":     {"168h", Ticket{Open: true, Waiting: true, Large: true, MovedAt: nine}, []string{raised, "168h0m0s withdrawn stale_ticket_1w acme 0/168"}},
		"its end at that instant":        {"168h", Ticket{Large: true, MovedAt: nine}, []string{raised, "168h0m0s withdrawn stale_ticket_1w acme 0/168"}},
		"one a nanosecond later":         {"168h1ns", silentSince("168h1ns"), []string{raised, "168h0m0.000000001s cleared stale_ticket_1w acme 0/168"}},
		"a customer's note":              {"100h", silentSince("0s"), []string{raised}},
		"a question to the customer":     {"100h", Ticket{Open: true, Waiting: true, Large: true, MovedAt: nine}, nil},
		"its end":                        {"100h", Ticket{Large: true, MovedAt: nine}, nil},
		"that few are hit":               {"100h", Ticket{Open: true, MovedAt: nine}, nil},
		"a question when it is stale":    {"200h", Ticket{Open: true, Waiting: true, Large: true, MovedAt: nine}, []string{raised, "200h0m0s cleared stale_ticket_1w acme 0/168"}},
		"its end when it is stale":       {"200h", Ticket{Large: true, MovedAt: nine}, []string{raised, "200h0m0s cleared stale_ticket_1w acme 0/168"}},
		"nothing, that few are hit then": {"200h", Ticket{Open: true, MovedAt: nine}, []string{raised}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.says(at("0s"), silentSince("0s"))
			s.says(at(c.when), c.says)
			s.wantStale(at("300h"), c.want...)
		})
	}
}

func TestWaitingThenAnsweredBeginsAnew(t *testing.T) {
	s := newStory(t)
	s.says(at("0s"), silentSince("0s"))
	s.says(at("24h"), Ticket{Open: true, Waiting: true, Large: true, MovedAt: nine})
	s.says(at("48h"), silentSince("48h"))
	s.wantStale(at("216h").Add(-1))
	s.wantStale(at("1000h"), "216h0m0s raised stale_ticket_1w acme 168/168")
}

func TestAStaleTicketNeverExpires(t *testing.T) {
	s := newStory(t)
	s.says(at("0s"), silentSince("0s"))
	s.wantStale(at("20000h"), "168h0m0s raised stale_ticket_1w acme 168/168")
}

func TestAnIssueThatGrowsLargeIsStaleAtOnce(t *testing.T) {
	s := newStory(t)
	s.says(at("0s"), Ticket{Open: true, MovedAt: nine})
	s.says(at("200h 1m"), silentSince("0s"))
	s.wantStale(at("300h"), "200h1m0s raised stale_ticket_1w acme 200/168")
}

func TestATicketThatIsOpenedAgainIsAsOldAsItIs(t *testing.T) {
	s := newStory(t)
	s.says(at("0s"), Ticket{Large: true, MovedAt: nine})
	s.says(at("400h"), silentSince("0s"))
	s.wantStale(at("500h"), "400h0m0s raised stale_ticket_1w acme 400/168")
}

func TestTheLatestRevisionOfATicketStands(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	opened, moved := s.says(at("0s"), silentSince("0s")), s.says(at("100h"), silentSince("100h"))
	l.apply(moved, at("100h"))
	l.apply(opened, at("100h"))
	l.apply(moved, at("101h"))
	if sum := l.e.Summary(); sum.Late != 1 || sum.Duplicates != 1 {
		t.Errorf("%+v", sum)
	}
	l.minutes(at("101h"), at("268h"))
	compare(t, l.stated(), []string{"268h0m0s raised stale_ticket_1w acme 168/168"})
}

// minutes lets a tick a minute pass, so that no gap is seen.
func (l *live) minutes(from, to time.Time) {
	for t := from; !t.After(to); t = t.Add(time.Minute) {
		l.got = append(l.got, l.e.Advance(t)...)
	}
}

func TestActivityThatIsHeardOfLateEndsIt(t *testing.T) {
	for name, c := range map[string]struct{ heard, want string }{
		"within the lateness": {"168h10m", "168h0m0s withdrawn stale_ticket_1w acme 0/168"},
		"after it":            {"168h11m", "168h0m0s cleared stale_ticket_1w acme 0/168"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			l := s.live(Options{Scopes: Tenants})
			l.apply(s.says(at("0s"), silentSince("0s")), at("0s"))
			l.minutes(at("0s"), at(c.heard))
			l.restart()
			l.apply(s.says(at("167h59m"), silentSince("167h59m")), at(c.heard))
			compare(t, l.stated(), []string{"168h0m0s raised stale_ticket_1w acme 168/168", c.want})
		})
	}
}

func TestATicketIsNoMonitorsSignalOfTheSameName(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{})
	fails := s.sso("acme", "u1", at("0s"))
	ticket := s.says(at("0s"), silentSince("0s"))
	ticket.Source, ticket.ID = TicketEvents+fails.Source, fails.ID
	l.apply(fails, at("0s"))
	l.apply(ticket, at("0s"))
	l.minutes(at("0s"), at("168h"))
	got := about("stale_ticket_1w", l.got)
	if len(got) != 1 || got[0].Evidence[0] != "test/"+fails.ID {
		t.Errorf("%+v", got)
	}
}

func TestWhileItFlapsATicketOfFewIsCalm(t *testing.T) {
	s := newStory(t)
	s.rules.Flapping.Within = 10000 * time.Hour
	for i := range 4 {
		from := at("0s").Add(time.Duration(i) * 300 * time.Hour)
		s.says(from, silentSince(from.Sub(nine).String()))
	}
	s.says(at("1100h"), Ticket{Open: true, MovedAt: at("900h")})
	s.says(at("1100h 40m"), Ticket{Open: true, Waiting: true, MovedAt: at("900h")})
	got := s.replay(ReplayOptions{Until: at("2000h")})
	compare(t, got[len(got)-3:], []string{
		"1068h0m0s raised stale_ticket_1w acme 168/168", "1068h0m0s flapping stale_ticket_1w acme 168/168",
		"1100h40m0s cleared stale_ticket_1w acme 0/168",
	})
}

func TestATicketOfWhichNothingIsLeftToSayIsForgotten(t *testing.T) {
	for name, c := range map[string]struct {
		says  Ticket
		until string
		want  int
	}{
		"closed, not yet":   {Ticket{Large: true, MovedAt: nine}, "191h59m", 1},
		"closed":            {Ticket{Large: true, MovedAt: nine}, "192h", 0},
		"waiting":           {Ticket{Open: true, Waiting: true, Large: true, MovedAt: nine}, "192h", 0},
		"of few":            {Ticket{Open: true, MovedAt: nine}, "192h", 0},
		"silent":            {silentSince("0s"), "10000h", 1},
		"to be silent soon": {silentSince("30h"), "192h", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			l := s.live(Options{Scopes: Tenants})
			l.apply(s.says(at("0s"), c.says), at("0s"))
			l.wake(at(c.until))
			if got := l.e.Watched(); got != c.want {
				t.Errorf("%d tickets are watched, want %d", got, c.want)
			}
		})
	}
}

// wake lets two ticks come after a gap, of which the first waits for the second,
// and restarts.
func (l *live) wake(to time.Time) {
	l.t.Helper()
	for range 2 {
		l.got = append(l.got, l.e.Advance(to)...)
	}
	before := l.snapshot()
	l.restart()
	if !bytes.Equal(before, l.snapshot()) {
		l.t.Fatalf("at %s a restored engine writes another snapshot", to)
	}
}

func TestAStaleTicketIsForgottenWhenItsRaisesCountNoMore(t *testing.T) {
	s := newStory(t)
	s.rules.Flapping.Within = 400 * time.Hour
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.says(at("0s"), silentSince("0s")), at("0s"))
	watched := func(to string) int {
		l.wake(at(to))
		return l.e.Watched()
	}
	raised := watched("168h")
	l.apply(s.says(at("169h"), Ticket{Large: true, MovedAt: nine}), at("169h"))
	before, since := watched("567h59m"), watched("568h")
	if raised != 1 || before != 1 || since != 0 {
		t.Errorf("watched %d when raised, %d before its raise was old enough, %d since", raised, before, since)
	}
	l.apply(s.says(at("600h"), silentSince("400h")), at("600h"))
	l.wake(at("601h"))
	compare(t, l.stated(), []string{
		"168h0m0s raised stale_ticket_1w acme 168/168", "169h0m0s cleared stale_ticket_1w acme 0/168", "600h0m0s raised stale_ticket_1w acme 200/168",
	})
}

func TestOfManyTicketsTheForgottenLeaveNoTrace(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	for i := range 20 {
		when := at("0s").Add(time.Duration(i) * time.Hour)
		sig := s.says(when, Ticket{Open: i%3 == 0, Large: true, MovedAt: when})
		sig.Ticket.Ticket = string(rune('a' + i))
		l.apply(sig, when)
	}
	for h := 20; h < 300; h += 7 {
		l.wake(at("0s").Add(time.Duration(h) * time.Hour))
	}
	if l.e.Watched() != 7 {
		t.Errorf("%d are watched, want those that are open", l.e.Watched())
	}
}
