// Package consoletest is a morning at support leadership, for tests of the
// console: facts as the other services state them, heard by a real ledger.
//
// At nine a tenant's people can not log in; a ticket says so in German and
// exaggerates, another one is about something else; a pathway outage hits the
// platform; a beta ticket may be denied; and a report failed yesterday.
package consoletest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"

	"tocsin/pkg/policy"
)

// Lena decides.
var Lena = decide.Person{ID: "lena", Role: decide.Leadership}

// A House is a ledger in which the morning happens.
type House struct {
	*ledger.Ledger
	T testing.TB
	// At is what the clock shows.
	At time.Time
	// Told is told when there is something to publish.
	Told  func()
	heard int
}

// New is an empty house; its ledger is a file of the test.
func New(t testing.TB, at time.Time) *House {
	book, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	return &House{Ledger: book, T: t, At: at}
}

// Desk takes orders in the house.
func (h *House) Desk() desk.Desk {
	return desk.Desk{Ledger: h.Ledger, Roster: h.Ledger, Now: func() time.Time { return h.At }, Changed: h.tell}
}

// Hear hears a fact at a time, and gives the case that it changed.
func (h *House) Hear(at time.Time, fact ledger.Fact) string {
	h.T.Helper()
	h.heard++
	cause := ledger.Cause{Consumer: "test", EventID: fmt.Sprint("fact-", h.heard), At: at}
	changes, _, err := h.Ledger.Hear(context.Background(), cause, fact, policy.Default())
	if err != nil || len(changes) == 0 {
		h.T.Fatalf("fact %d changed %d cases: %v", h.heard, len(changes), err)
	}
	h.tell()
	return changes[0].Case.ID
}

// Do carries out an order of Lena's, given at a time.
func (h *House) Do(at time.Time, id string, o desk.Order) {
	h.T.Helper()
	now := h.At
	defer func() { h.At = now }()
	h.At, o.By = at, Lena
	if _, err := h.Desk().Do(context.Background(), id, o); err != nil {
		h.T.Fatal(err)
	}
}

func (h *House) tell() {
	if h.Told != nil {
		h.Told()
	}
}

// Cases are the ids of the morning's cases.
type Cases struct{ Login, Pathways, Beta, Launch, Report string }

// Morning lets it all happen, up to now, the time of the house.
func (h *House) Morning() Cases {
	h.T.Helper()
	at := func(minutes int) time.Time { return h.At.Add(time.Duration(minutes) * time.Minute) }
	var c Cases
	c.Report = h.Hear(at(-1500), ledger.Fact{Condition: Reports(at(-1500))})
	h.Do(at(-1440), c.Report, desk.Order{Action: desk.Deny, Ground: policy.AwaitingCustomer, Note: "The customer's file server was off."})
	c.Launch = h.Hear(at(-300), ledger.Fact{Ticket: Launch(at(-300))})
	h.Do(at(-280), c.Launch, desk.Order{Action: desk.Approve, ETA: at(90)})
	c.Beta = h.Hear(at(-270), ledger.Fact{Ticket: Beta(at(-270))})
	c.Pathways = h.Hear(at(-95), ledger.Fact{Condition: Pathways(at(-95))})
	c.Login = h.Hear(at(-41), ledger.Fact{Condition: Logins(at(-41), at(-41), 101)})
	h.Hear(at(-12), ledger.Fact{Ticket: Outcry(at(-12))})
	h.Hear(at(-2), ledger.Fact{Condition: Logins(at(-41), at(-2), 143)})
	err := h.RecordDeliveries(context.Background(), ledger.Delivery{
		ID: "d-1", Notification: "n-1", Case: c.Login, Tenant: "acme", Audience: "requester", Recipient: "j.weber", Channel: "zendesk",
		Destination: "acme.example", Kind: "case_opened", Outcome: "sent", Attempt: 1, At: at(-11), Duration: 184 * time.Millisecond, Answer: "200",
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return c
}

// Logins says that so many people of acme can not log in, since it was raised.
func Logins(raised, at time.Time, people uint32) *decide.Condition {
	return &decide.Condition{
		ID: "logins-1", Reason: policy.AuthFailuresOver100, Scope: "acme", State: decide.Raised, Value: people, Threshold: 100,
		WindowSeconds: 3600, Tenants: 1, People: people, Evidence: []string{"okta/a1", "okta/a2", "okta/a3"},
		FirstAt: raised.Add(-20 * time.Minute), RaisedAt: raised, At: at, DetectedAt: at,
	}
}

// Pathways says that the pathways are down for all.
func Pathways(at time.Time) *decide.Condition {
	return &decide.Condition{
		ID: "pathways-1", Reason: policy.LXPFeaturesUnavailable, Scope: decide.Platform, Subject: "pathways", State: decide.Raised,
		Value: 3, Threshold: 2, WindowSeconds: 900, Tenants: 4, Evidence: []string{"pingdom/p9"},
		FirstAt: at.Add(-10 * time.Minute), RaisedAt: at, At: at, DetectedAt: at,
	}
}

// Reports says that globex gets no reports.
func Reports(at time.Time) *decide.Condition {
	return &decide.Condition{
		ID: "reports-1", Reason: policy.ReportsFailing24h, Scope: "globex", State: decide.Raised, Value: 3, Threshold: 3,
		WindowSeconds: 86400, Tenants: 1, FirstAt: at.Add(-24 * time.Hour), RaisedAt: at, At: at, DetectedAt: at,
	}
}

// Outcry is a German ticket of acme that claims more than was measured.
func Outcry(at time.Time) *decide.Ticket {
	return &decide.Ticket{
		Tenant: "acme", ID: "T-4711", Source: "zendesk", Revision: 1, Subject: "Niemand kommt mehr rein", Language: "de",
		Requester: "j.weber", CSM: "m.ruiz", Agent: "s.ito", Status: "OPEN", Asks: "note-1", Recommendation: decide.Eligible,
		Reasons: []policy.ReasonID{policy.SSOUnavailable, policy.AuthFailuresOver100},
		Missing: []policy.MissingID{policy.MissingWho, policy.MissingSince}, Environment: "production",
		People: new(500), Hours: new(1.5),
		Quotes: []decide.Quote{
			{For: "sso_unavailable", Text: "niemand kommt mehr rein", Weight: .91},
			{For: "auth_failures_over_100", Text: "rund 500 Leute stehen vor der Tür", Weight: .84},
			{For: "request", Text: "Bitte eskalieren, um 10 Uhr startet unser Programm", Weight: .97},
		},
		Contradictions: []decide.Contradiction{{About: "affected_users", Claimed: "500", Measured: "143", Source: "logins-1"}},
		Confirmations:  []decide.Contradiction{{About: "auth_failures_over_100", Claimed: "holds", Measured: "143 people, threshold 100, in 60 min", Source: "logins-1"}},
		Confidence:     .87, Unclear: []string{"sso_unavailable"},
		NearMisses: []decide.NearMiss{{Reason: policy.ReportsFailing24h, Stated: "20 h", Needed: "24 h"}},
		OpenedAt:   at, CustomerActedAt: at,
	}
}

// Beta is a ticket of initech that a ground speaks against.
func Beta(at time.Time) *decide.Ticket {
	return &decide.Ticket{
		Tenant: "initech", ID: "T-88", Source: "jira", Revision: 1, Subject: "Insights empty on beta", Language: "en", Requester: "p.gibbons",
		Asks: "note-7", Recommendation: decide.Ineligible, Reasons: []policy.ReasonID{policy.InsightsUnavailable},
		Denials: []policy.GroundID{policy.BetaOnly, policy.SmallAudience}, Environment: decide.Beta, People: new(12),
		Quotes:   []decide.Quote{{For: "beta_only", Text: "we only see it on the beta site", Weight: .88}},
		OpenedAt: at, CustomerActedAt: at,
	}
}

// Launch is a ticket of umbrella, whose program starts soon.
func Launch(at time.Time) *decide.Ticket {
	return &decide.Ticket{
		Tenant: "umbrella", ID: "T-501", Source: "zendesk", Revision: 1, Subject: "Leadership program can not go live", Language: "en",
		Requester: "a.wong", Asks: "note-2", Recommendation: decide.Eligible, Reasons: []policy.ReasonID{policy.ProgramLaunchBlocked},
		Environment: "production", People: new(1200),
		Quotes:   []decide.Quote{{For: "program_launch_blocked", Text: "we go live on Monday with 1,200 managers and cannot publish", Weight: .9}},
		OpenedAt: at, CustomerActedAt: at,
	}
}
