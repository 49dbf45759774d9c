package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/pull/helpdesk"
	"tocsin/services/intake/internal/pull/helpdesk/helpdesktest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// A kind is a vendor, as a test asks it.
type kind struct {
	name   string
	answer func(*helpdesktest.Desk) http.Handler
	auth   func(*http.Request)
	asks   func(*pull.Client, helpdesk.Options) pull.Helpdesk
	ticket string // what stands before a ticket's number
	past   string // a part of the path by which each ticket is asked for
}

var kinds = []kind{
	{"zendesk", (*helpdesktest.Desk).Zendesk, helpdesk.ZendeskAuth("lena@acme.example", "secret"), helpdesk.Zendesk, "", "/audits"},
	{"jira cloud", func(d *helpdesktest.Desk) http.Handler { return d.Jira(true) }, helpdesk.JiraAuth("lena@acme.example", "secret"), helpdesk.Jira, "SUP-", "/issue/"},
	{"jira data center", func(d *helpdesktest.Desk) http.Handler { return d.Jira(false) }, helpdesk.JiraAuth("lena@acme.example", "secret"), helpdesk.Jira, "SUP-", "/issue/"},
	{"zammad", (*helpdesktest.Desk).Zammad, helpdesk.ZammadAuth("", "secret"), helpdesk.Zammad, "", "/by_ticket/"},
	{"freshdesk", (*helpdesktest.Desk).Freshdesk, helpdesk.FreshdeskAuth("", "secret"), helpdesk.Freshdesk, "", "/conversations"},
}

// an asking is one run against a helpdesk, that does not wait and hears what it would
// have waited for.
type asking struct {
	kind
	url     string
	options helpdesk.Options
	journal *pull.Journal
	// dies says at which hand-over the run is cut off; 0 is never.
	dies int

	mu     sync.Mutex
	waits  []time.Duration
	events []receive.TicketEvent
}

func (a *asking) run(t *testing.T) (pull.Sum, error) {
	t.Helper()
	client, err := pull.NewClient(pull.Settings{URL: a.url, Auth: a.auth, Rate: 1e6, Wait: func(ctx context.Context, d time.Duration) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if d > 10*time.Millisecond {
			a.waits = append(a.waits, d)
		}
		return ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.options.Account.Desk.DefaultTenant = "acme"
	hands := 0
	return pull.Run{
		Desk: a.asks(client, a.options), Journal: a.journal, Check: func(receive.TicketEvent) error { return nil },
		Take: func(_ context.Context, evs []receive.TicketEvent) (pull.Taken, error) {
			if hands++; hands == a.dies {
				return pull.Taken{}, errors.New("cut off")
			}
			a.events = append(a.events, evs...)
			return pull.Taken{Accepted: len(evs)}, nil
		},
	}.All(t.Context())
}

// on runs a test on each vendor's helpdesk with the tickets.
func on(t *testing.T, tickets func() []helpdesktest.Ticket, test func(*testing.T, *helpdesktest.Desk, *asking)) {
	t.Helper()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			d := helpdesktest.New(tickets()...)
			web := httptest.NewServer(k.answer(d))
			defer web.Close()
			test(t, d, &asking{kind: k, url: web.URL})
		})
	}
}

var began = time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)

// silent is a ticket that support last wrote on two days after it began, and the
// customer on the ninth.
func silent() []helpdesktest.Ticket {
	return []helpdesktest.Ticket{
		{ID: 1, Done: true, Created: began, Updated: began},
		{
			ID: 42, Subject: "Blank page", Body: "The page stays blank.", Urgent: true, Agent: 401, Created: began, Updated: began.AddDate(0, 0, 9),
			Notes: []helpdesktest.Note{
				{ID: 8001, Author: 401, Staff: true, Public: true, Text: "We look at it.", At: began.AddDate(0, 0, 2)},
				{ID: 8002, Author: 402, Staff: true, Text: "A cache?", At: began.AddDate(0, 0, 2).Add(time.Hour)},
				{ID: 8003, Author: helpdesktest.Requester, Public: true, Text: "Any news?", At: began.AddDate(0, 0, 9)},
			},
		},
	}
}

func TestAnOpenTicketComesWithItsNotesAndTheirTimes(t *testing.T) {
	on(t, silent, func(t *testing.T, _ *helpdesktest.Desk, a *asking) {
		sum, err := a.run(t)
		if err != nil || sum.Tickets != 1 {
			t.Fatalf("%+v, %v", sum, err)
		}
		var notes []string
		for _, ev := range a.events {
			if ev.Ticket != a.ticket+"42" {
				t.Errorf("an event of ticket %s", ev.Ticket)
			}
			switch s := ev.Said.(type) {
			case receive.Opened:
				if s.Subject != "Blank page" || s.Body != "The page stays blank." || s.Severity != receive.SiteUnusable || !ev.OccurredAt.Equal(began) {
					t.Errorf("opening %+v at %v", s, ev.OccurredAt)
				}
			case receive.Note:
				notes = append(notes, fmt.Sprintf("%s %s %t %s", ev.ID, s.AuthorKind, s.Public, ev.OccurredAt.Format("01-02 15:04")))
			case receive.Assigned:
				if s.Agent != "401" || !ev.OccurredAt.Equal(began) {
					t.Errorf("assigned to %s at %v", s.Agent, ev.OccurredAt)
				}
			case receive.StatusChanged:
				if s.Status != receive.Open || !ev.OccurredAt.Equal(began) {
					t.Errorf("status %s at %v", s.Status, ev.OccurredAt)
				}
			default:
				t.Errorf("%s says %+v", ev.ID, s)
			}
		}
		want := "comment/8001 AGENT true 11-12 09:00, comment/8002 AGENT false 11-12 10:00, comment/8003 CUSTOMER true 11-19 09:00"
		if got := strings.Join(notes, ", "); got != want {
			t.Errorf("notes %s\n want %s", got, want)
		}
		if len(a.events) != 6 {
			t.Errorf("%d events, want an opening, a status, an agent, three notes: %+v", len(a.events), a.events)
		}
	})
}

// many are so many tickets, each with a note, each third of them done.
func many(n int) func() []helpdesktest.Ticket {
	return func() (all []helpdesktest.Ticket) {
		for i := 1; i <= n; i++ {
			at := began.Add(time.Duration(i) * time.Second)
			all = append(all, helpdesktest.Ticket{ID: i, Subject: "S", Body: "B", Done: i%3 == 0, Created: began, Updated: at, Notes: []helpdesktest.Note{
				{ID: 100000 + i, Author: 401, Staff: true, Public: true, Text: "We look.", At: at},
			}})
		}
		return all
	}
}

func (a *asking) tickets() map[string]int {
	n := map[string]int{}
	for _, ev := range a.events {
		if _, is := ev.Said.(receive.Opened); is {
			n[ev.Ticket]++
		}
	}
	return n
}

func TestAListIsReadToItsEnd(t *testing.T) {
	on(t, many(330), func(t *testing.T, _ *helpdesktest.Desk, a *asking) {
		sum, err := a.run(t)
		if got := a.tickets(); err != nil || len(got) != 220 {
			t.Errorf("%d tickets, %+v, %v; want 220", len(got), sum, err)
		}
	})
}

func TestWhatChangesWhileItIsReadIsNotMissed(t *testing.T) {
	on(t, many(330), func(t *testing.T, d *helpdesktest.Desk, a *asking) {
		a.journal = journal(t, filepath.Join(t.TempDir(), "state"))
		var once sync.Once
		d.After = func(path string) {
			if strings.Contains(path, a.past) {
				once.Do(func() { // while the first page is read
					for id := 1; id <= 10; id++ {
						d.Change(id, func(t *helpdesktest.Ticket) { t.Done, t.Updated = true, began.Add(time.Hour) })
					}
					d.Change(50, func(t *helpdesktest.Ticket) { t.Updated = began.Add(time.Hour) })
				})
			}
		}
		if _, err := a.run(t); err != nil {
			t.Fatal(err)
		}
		got := a.tickets()
		for id := 11; id <= 330; id++ {
			if name := a.ticket + fmt.Sprint(id); id%3 != 0 && got[name] == 0 {
				t.Errorf("ticket %s is missed", name)
			}
		}
	})
}

func journal(t *testing.T, path string) *pull.Journal {
	t.Helper()
	j, err := pull.OpenJournal(path, "desk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func TestARunThatWasCutOffGoesOnWhereItWas(t *testing.T) {
	on(t, many(330), func(t *testing.T, d *helpdesktest.Desk, a *asking) {
		path := filepath.Join(t.TempDir(), "state")
		a.journal, a.dies = journal(t, path), 6
		if _, err := a.run(t); err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Fatalf("%v", err)
		}
		a.journal.Close()
		a.journal, a.dies = journal(t, path), 0
		if _, err := a.run(t); err != nil {
			t.Fatal(err)
		}
		for ticket, n := range a.tickets() {
			if n != 1 {
				t.Errorf("ticket %s was handed over %d times", ticket, n)
			}
		}
		if got := len(a.tickets()); got != 220 {
			t.Errorf("%d tickets, want 220", got)
		}
		if asked := d.Asked(a.past); asked > 220+25 {
			t.Errorf("asked for %d tickets; want 220, and no more than those that were under way", asked)
		}
		// Once more: nothing has changed, but for one.
		a.journal.Close()
		a.journal, a.events = journal(t, path), nil
		d.Change(7, func(t *helpdesktest.Ticket) { t.Updated = began.Add(time.Hour) })
		sum, err := a.run(t)
		if got := a.tickets(); err != nil || len(got) != 1 || got[a.ticket+"7"] != 1 || sum.Tickets != 1 {
			t.Errorf("%v, %+v, %v; want ticket 7 alone", got, sum, err)
		}
	})
}

func TestTroubleThatMendsItselfIsWaitedFor(t *testing.T) {
	on(t, many(30), func(t *testing.T, d *helpdesktest.Desk, a *asking) {
		var mu sync.Mutex
		n := 0
		d.Trouble = func(w http.ResponseWriter, _ *http.Request) bool {
			mu.Lock()
			defer mu.Unlock()
			switch n++; n {
			case 4:
				w.Header().Set("Retry-After", "37")
				w.WriteHeader(http.StatusTooManyRequests)
			case 8, 9:
				w.WriteHeader(http.StatusBadGateway)
			case 12:
				hijacked, _, _ := http.NewResponseController(w).Hijack()
				_ = hijacked.Close()
			default:
				return false
			}
			return true
		}
		sum, err := a.run(t)
		if err != nil || sum.Tickets != 20 {
			t.Fatalf("%+v, %v", sum, err)
		}
		if longest := slicesMax(a.waits); longest < 36*time.Second || longest > 38*time.Second || len(a.waits) < 4 {
			t.Errorf("waited for %v; want 37 s once, and a while three times", a.waits)
		}
	})
}

func slicesMax(of []time.Duration) (most time.Duration) {
	for _, d := range of {
		most = max(most, d)
	}
	return most
}

func TestTroubleThatStaysEndsTheRunWithASentence(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusTooManyRequests:     "asked too often (429); try again later, or with a lower rate",
		http.StatusServiceUnavailable:  "the helpdesk answered 503 (tried 7 times)",
		http.StatusUnauthorized:        "refuses the credentials (401): check the user and the token, and that it may read all tickets",
		http.StatusNotFound:            "has no such thing (404): check its address",
		http.StatusOK:                  "answers with a page and no data: check its address",
		http.StatusUnprocessableEntity: `the helpdesk answered 422, "Invalid search"`,
	} {
		on(t, many(3), func(t *testing.T, d *helpdesktest.Desk, a *asking) {
			d.Trouble = func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(status)
				if status == http.StatusOK {
					fmt.Fprint(w, "<html>Sign in</html>")
				}
				if status == http.StatusUnprocessableEntity {
					fmt.Fprint(w, `{"error":"x","description":"Invalid search"}`)
				}
				return true
			}
			if _, err := a.run(t); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%d: %v; want %s", status, err, want)
			}
		})
	}
}

func TestATicketThatIsGoneMeanwhileIsNamed(t *testing.T) {
	on(t, many(30), func(t *testing.T, d *helpdesktest.Desk, a *asking) {
		d.Trouble = func(w http.ResponseWriter, r *http.Request) bool {
			gone := strings.Contains(r.URL.Path, a.past) && strings.Contains(r.URL.Path+"/", "/"+a.ticket+"7/")
			if gone {
				w.WriteHeader(http.StatusNotFound)
			}
			return gone
		}
		sum, err := a.run(t)
		if err != nil || sum.Ignored.Count() == 0 || len(a.tickets()) != 19 {
			t.Errorf("%d tickets, %+v, %v", len(a.tickets()), sum.Ignored.List(), err)
		}
	})
}

func TestACursorThatCountsNoMoreBeginsTheListAnew(t *testing.T) {
	d := helpdesktest.New(many(330)()...)
	web := httptest.NewServer(d.Zendesk())
	defer web.Close()
	path := filepath.Join(t.TempDir(), "state")
	a := &asking{kind: kinds[0], url: web.URL, journal: journal(t, path), dies: 6}
	if _, err := a.run(t); err == nil {
		t.Fatal("it was not cut off")
	}
	refused := false
	d.Trouble = func(w http.ResponseWriter, r *http.Request) bool {
		old := r.FormValue("page[after]") == "c100" && !refused
		if old {
			w.WriteHeader(http.StatusBadRequest)
		}
		refused = refused || old
		return old
	}
	a.dies = 0
	if _, err := a.run(t); err != nil || !refused {
		t.Fatalf("%v; the cursor was asked for: %t", err, refused)
	}
	if len(a.tickets()) != 220 {
		t.Errorf("%d tickets, want 220", len(a.tickets()))
	}
}

func TestWhatTheAccountSaysCounts(t *testing.T) {
	on(t, silent, func(t *testing.T, _ *helpdesktest.Desk, a *asking) {
		a.options.Account = webhook.Account{Source: "desk-eu", Desk: desk.Account{Tenants: map[string]string{"77": "nord", "SUP": "nord"}}}
		if _, err := a.run(t); err != nil || len(a.events) == 0 {
			t.Fatal(err)
		}
		for _, ev := range a.events {
			if ev.Source != "desk-eu" || ev.Tenant != "nord" {
				t.Errorf("%s is of %s, %s", ev.ID, ev.Source, ev.Tenant)
			}
		}
	})
}
