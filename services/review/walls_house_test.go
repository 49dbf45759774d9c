package review

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/seal"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/bus"
	"tocsin/pkg/gate"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// actionsOfTheConsole are what may be done to one case.
var actionsOfTheConsole = func() (all []string) {
	for _, a := range desk.Actions() {
		all = append(all, string(a))
	}
	return all
}()

// A visitor is somebody who asks, and how they prove who they are.
type visitor struct {
	decide.Person
	good  bool
	prove func(*http.Request)
}

// A target is a case, or what hangs on it.
type target struct {
	name, id, scope string
	tenants         []string
}

// hidden says that the person does not see the case.
func (c target) hidden(p decide.Person) bool {
	for _, tenant := range c.tenants {
		if p.Sees(tenant) {
			return false
		}
	}
	return true
}

// A site is review as it runs, with a case of acme, one of globex, and one of the
// platform in which both have a ticket.
type site struct {
	t                  *testing.T
	mux                *http.ServeMux
	url                string
	client             *http.Client
	book               *ledger.Ledger
	door               gate.Gate
	people             map[string]visitor
	own, other, shared target
	heard              int
	now                time.Time
}

// secrets are what only those who see the tenants may read.
func secrets(p visitor) []string {
	marks := map[string][]string{
		"globex": {"globex", "G-1", "G-2", "gina", "Geheimsache", "globexquote", "globexcsm", "globexagent", "globexnote"},
		"acme":   {"acme", "A-1", "A-2", "anna", "acmequote"},
	}
	var all []string
	if !p.good || !p.SeesAll() {
		all = append(all, "hushword") // why something was muted
	}
	for tenant, list := range marks {
		if !p.good || !p.Sees(tenant) {
			all = append(all, list...)
		}
	}
	return all
}

func serve(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, mux: http.NewServeMux(), now: time.Now().UTC(), people: map[string]visitor{}}
	conn := natstest.Connect(t)
	keys, err := tenantkey.Open(t.Context(), conn.JS())
	s.must(err)
	t.Cleanup(func() { _ = keys.Close() })
	file := filepath.Join(t.TempDir(), "ledger.db")
	s.book, err = open(t.Context(), file, ledger.Sealed(seal.New(keys)))
	s.must(err)
	t.Cleanup(func() { _ = s.book.Close() })
	s.happen()
	s.invite()

	s.mutes(conn)
	up, door := make(chan struct{}), &gate.Door{}
	s.door = gate.Gate{Token: "s3cret", Door: door}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		cfg := Config{LedgerURL: file, LeadershipToken: "s3cret"}
		done <- Run(ctx, cfg, run.Place{
			Conn: conn, Policy: policy.Default(), Mux: s.mux, Health: &run.Health{}, Log: slog.New(slog.DiscardHandler), Door: door, OnUp: func() { close(up) },
		})
	}()
	t.Cleanup(func() { stop(); s.must(<-done) })
	select {
	case <-up:
	case err := <-done:
		done <- err
		t.Fatal(err)
	}
	server := httptest.NewServer(s.mux)
	t.Cleanup(server.Close)
	s.url, s.client = server.URL, server.Client()
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s
}

// mutes answers for notification, which keeps the mutes: one of acme's stands, and
// one of globex's, of which the others read nothing.
func (s *site) mutes(conn *bus.Conn) {
	s.t.Helper()
	for _, m := range []*notificationv1.Mute{
		{Id: "m-acme", By: "lena", Why: "acme moves", Tenants: []string{"acme"}},
		{Id: "m-globex", By: "lena", Why: "Geheimsache", Tenants: []string{"globex"}},
	} {
		m.Audiences, m.From, m.Until = []string{"leadership"}, bus.Stamp(s.now), bus.Stamp(s.now.Add(time.Hour))
		_, err := conn.Publish(s.t.Context(), bus.Event{Subject: topology.MuteSubject(m.GetId()), ID: m.GetId(), Payload: &notificationv1.MuteChanged{Mute: m, Change: "set"}})
		s.must(err)
	}
	set := func(q *notificationv1.MuteAsked) (proto.Message, error) {
		m := proto.CloneOf(q.GetMute())
		m.Id, m.Audiences = "m-new", []string{"leadership"}
		return &notificationv1.MuteAnswered{Mute: m}, nil
	}
	end := func(*notificationv1.MuteEndAsked) (proto.Message, error) {
		return &notificationv1.MuteAnswered{Refused: "no-such-mute", Detail: "there is no such mute"}, nil
	}
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		_ = bus.Answering(conn, "notification", topology.SetMuteSubject(), func() *notificationv1.MuteAsked { return &notificationv1.MuteAsked{} }, set)(ctx)
	})
	done.Go(func() {
		_ = bus.Answering(conn, "notification", topology.EndMuteSubject(), func() *notificationv1.MuteEndAsked { return &notificationv1.MuteEndAsked{} }, end)(ctx)
	})
	s.t.Cleanup(func() { stop(); done.Wait() })
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// hear hears a fact, and gives the case that it changed.
func (s *site) hear(fact ledger.Fact) string {
	s.t.Helper()
	s.heard++
	s.now = s.now.Add(time.Millisecond)
	changes, _, err := s.book.Hear(context.Background(), ledger.Cause{Consumer: "test", EventID: fmt.Sprint("fact-", s.heard), At: s.now}, fact, policy.Default())
	s.must(err)
	if len(changes) == 0 {
		s.t.Fatalf("fact %d changed nothing", s.heard)
	}
	return changes[0].Case.ID
}

// logins says that people of a tenant can not log in.
func (s *site) logins(tenant string, people uint32) ledger.Fact {
	return ledger.Fact{Condition: &decide.Condition{
		ID: tenant + "-logins", Reason: policy.AuthFailuresOver100, Scope: tenant, State: decide.Raised, Value: people, Threshold: 100, WindowSeconds: 3600,
		Tenants: 1, People: people, Evidence: []string{"okta/" + tenant}, FirstAt: s.now.Add(-time.Hour), RaisedAt: s.now.Add(-time.Minute), At: s.now, DetectedAt: s.now,
	}}
}

// asks is a ticket that asks, on something that only its reason shows.
func (s *site) asks(tenant, id, person, words string, reason policy.ReasonID) ledger.Fact {
	return ledger.Fact{Ticket: &decide.Ticket{
		Tenant: tenant, ID: id, Source: "desk", Revision: 1, Subject: words, Language: "en", Requester: person, CSM: tenant + "csm", Agent: tenant + "agent",
		Status: "OPEN", Asks: "note-" + id, Recommendation: decide.Eligible, Reasons: []policy.ReasonID{reason}, Environment: "production", People: new(700),
		Quotes: []decide.Quote{{For: string(reason), Text: tenant + "quote", Weight: .9}}, OpenedAt: s.now, CustomerActedAt: s.now,
	}}
}

// happen makes the three cases.
func (s *site) happen() {
	s.t.Helper()
	both := []string{"acme", "globex"}
	id := s.hear(ledger.Fact{Condition: &decide.Condition{
		ID: "pathways-1", Reason: policy.LXPFeaturesUnavailable, Scope: decide.Platform, Subject: "pathways", State: decide.Raised, Value: 3, Threshold: 2,
		WindowSeconds: 900, Tenants: 4, FirstAt: s.now.Add(-time.Hour), RaisedAt: s.now, At: s.now, DetectedAt: s.now,
	}})
	s.shared = target{"shared", id, decide.Platform, both}
	s.hear(s.asks("acme", "A-2", "anna", "acme pathways", policy.LXPFeaturesUnavailable))
	s.hear(s.asks("globex", "G-2", "gina", "Geheimsache", policy.LXPFeaturesUnavailable))
	s.own = target{"own", s.hear(s.logins("acme", 143)), "acme", both[:1]}
	s.hear(s.asks("acme", "A-1", "anna", "acme logins", policy.AuthFailuresOver100))
	s.other = target{"other", s.hear(s.logins("globex", 211)), "globex", both[1:]}
	s.hear(s.asks("globex", "G-1", "gina", "Geheimsache", policy.AuthFailuresOver100))
	lena := decide.Person{ID: "lena", Role: decide.Leadership}
	orders := desk.Desk{Ledger: s.book, Now: func() time.Time { return s.now }}
	for _, c := range []target{s.own, s.other, s.shared} {
		_, err := orders.Do(context.Background(), c.id, desk.Order{Action: desk.RequestInfo, By: lena, Note: "since when? " + c.scope})
		s.must(err)
		for _, tenant := range c.tenants {
			for _, audience := range []string{"leadership", "requester"} {
				s.must(s.book.RecordDeliveries(context.Background(), ledger.Delivery{
					ID: c.id + tenant + audience, Notification: "n", Case: c.id, Tenant: tenant, Audience: audience, Recipient: map[string]string{"acme": "anna", "globex": "gina"}[tenant],
					Channel: "desk", Destination: tenant + ".example", Kind: "opened", Outcome: "sent", Attempt: 1, At: s.now,
				}))
				s.must(s.book.RecordDeliveries(context.Background(), ledger.Delivery{
					ID: "hush" + c.id + tenant + audience, Notification: "m", Case: c.id, Tenant: tenant, Audience: audience, Channel: "desk", Destination: "ops",
					Kind: "opened", Outcome: "silenced", At: s.now, Answer: "muted by lena: hushword",
				}))
			}
		}
	}
	for id, note := range map[string]string{s.other.id: "globexnote", s.shared.id: "wait"} {
		_, err := orders.Do(context.Background(), id, desk.Order{Action: desk.Deny, By: lena, Note: note, Ground: policy.TechniciansActive})
		s.must(err)
	}
	theirs := decide.Person{ID: "globexcsm", Role: decide.CSM, Tenants: both[1:]}
	_, err := orders.Do(context.Background(), s.shared.id, desk.Order{Action: desk.Appeal, By: theirs, Note: "globexnote"})
	s.must(err)
}

// stir changes the case of a tenant.
func (s *site) stir(tenant string) {
	s.hear(s.logins(tenant, 500+uint32(s.heard)))
}

// invite gives each role a token, and some what is no proof.
func (s *site) invite() {
	s.t.Helper()
	bearer := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	token := func(p decide.Person, lasts time.Duration) (string, string) {
		secret, t, err := who.NewToken(ledger.Token{Person: p, MadeBy: "ann", MadeAt: time.Now().Add(-24 * time.Hour), EndsAt: time.Now().Add(lasts)})
		s.must(err)
		s.must(s.book.MakeToken(context.Background(), t))
		return secret, t.ID
	}
	for name, p := range map[string]decide.Person{
		"viewer": {ID: "vera", Role: decide.Viewer}, "agent": {ID: "ito", Role: decide.Agent}, "leadership": {ID: "lena", Role: decide.Leadership},
		"admin": {ID: "ann", Role: decide.Admin}, "csm": {ID: "cem", Role: decide.CSM, Tenants: []string{"acme"}},
		"csm of others": {ID: "zoe", Role: decide.CSM, Tenants: []string{"initech"}}, "csm of both": {ID: "mia", Role: decide.CSM, Tenants: []string{"acme", "globex"}},
		"viewer of acme": {ID: "vic", Role: decide.Viewer, Tenants: []string{"acme"}}, "agent of acme": {ID: "abe", Role: decide.Agent, Tenants: []string{"acme"}},
		"leadership of acme": {ID: "lou", Role: decide.Leadership, Tenants: []string{"acme"}},
	} {
		secret, _ := token(p, time.Hour)
		s.people[name] = visitor{p, true, bearer(secret)}
	}
	expired, _ := token(decide.Person{ID: "old", Role: decide.Admin}, -time.Hour)
	revoked, id := token(decide.Person{ID: "gone", Role: decide.Admin}, time.Hour)
	s.must(s.book.RevokeToken(context.Background(), id, "ann", time.Now()))
	cookie := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "tocsin_session", Value: value}) }
	}
	for name, prove := range map[string]func(*http.Request){
		"nobody": func(*http.Request) {}, "somebody with a name": func(r *http.Request) { r.Header.Set(who.NameHeader, "lena") },
		"somebody with an old token": bearer(expired), "somebody whose token was taken back": bearer(revoked),
		"somebody with a forged session": cookie("0000"),
	} {
		s.people[name] = visitor{prove: prove}
	}
}
