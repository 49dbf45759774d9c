package console_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/roster"

	"tocsin/pkg/policy"
)

// A speaker says what would be told, in words of its own.
type speaker struct{ err error }

func (s speaker) Of(_ context.Context, c decide.Case, e decide.Event) ([]events.Message, error) {
	text := fmt.Sprintf("%s of %s: %s, ETA %s", e.Name, c.ID, e.Note, c.ETA.UTC().Format("15:04"))
	return []events.Message{
		{Audience: "leadership", Body: "inside words"},
		{Audience: "requester", Recipient: "j.weber", Ticket: "T-4711", Language: "de", Title: "An die anfragende Person", Body: text, Others: 3},
		{Audience: "csm", Recipient: "m.ruiz", Language: "de", Body: "for the CSM"},
	}, s.err
}

// A shift is technicians on duty with something to do.
type shift struct {
	load map[string][]roster.Work
	err  error
}

func (s shift) OnDuty(_ context.Context, at time.Time, need roster.Need) ([]roster.Standing, error) {
	always, err := roster.ParseShifts("mon-sun 00:00-24:00")
	if err != nil {
		return nil, err
	}
	return roster.Book{{ID: "s.ito", Name: "Saki Ito", Zone: "UTC", Capacity: 1, Shifts: always}}.At(at, s.load, need), s.err
}

func full(cfg *console.Config) {
	cfg.Previews, cfg.Roster = speaker{}, shift{}
	cfg.Precedents, _ = cfg.Cases.(console.Precedents)
}

func TestTheFirstScreenHoldsWhatADecisionNeeds(t *testing.T) {
	s := open(t, full)
	c := s.Morning()
	at := s.At.Add(-48 * time.Hour)
	old := consoletest.Logins(at, at, 120)
	old.ID, old.Scope = "logins-0", "globex"
	s.Do(at.Add(11*time.Minute), s.Hear(at, ledger.Fact{Condition: old}), desk.Order{Action: desk.Deny, Ground: policy.SmallAudience})
	want(t, s.get("/cases/"+c.Login), http.StatusOK,
		"143 people measured (500 claimed)", "Still true", "Decision", // the sentence
		"Linked tickets", "T-4711", "Not said yet:", "who is hit, since when",
		"For: reasons", "rund 500 Leute", "Words against facts", "monitoring: More than 100 people unable to log in, acme",
		"Past cases like it", "globex", "Denied by lena", "after 11 min", "Alike: the same reason, about as many (120 people), both in production",
		"All the evidence", "Approve", "Who works on it", "s.ito", "nobody has acted yet", "Saki Ito", "nothing: 1 who fits is free",
	)
}

func TestAnApprovalSaysWhatItDisplaces(t *testing.T) {
	busy := shift{load: map[string][]roster.Work{"s.ito": {{Case: "c-other", Tenant: "globex", Reason: policy.FTPDenied}}}}
	s := open(t, full, func(cfg *console.Config) { cfg.Roster = busy })
	c := s.Morning()
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "Approval would displace", `href="/cases/c-other"`, "globex (Saki Ito would leave it)")
	away := open(t, full, func(cfg *console.Config) { cfg.Roster = shift{err: errors.New("the database is away")} })
	want(t, away.get("/cases/"+away.Morning().Login), http.StatusOK, "Free now", "could not be read")
}

func TestUnderEachFormStandsWhatPeopleWillRead(t *testing.T) {
	s := open(t, full)
	c := s.Morning()
	page := s.get("/cases/" + c.Login)
	want(t, page, http.StatusOK, `data-act="approve"`, "An die anfragende Person", "approved of "+c.Login, "CSM and agents", `data-act="deny"`, "Nobody yet:")
	if strings.Contains(page.Body.String(), "inside words") {
		t.Error("leadership reads its own notification as a preview")
	}
	at := morning.Add(2 * time.Hour)
	want(t, s.post("/cases/"+c.Login+"/preview", "version", "1", "action", "approve", "note", "for <b>you</b>", "instant", at.Format(time.RFC3339)), http.StatusOK,
		"What they will read", "j.weber", "3 more alike", "approved of "+c.Login+": for &lt;b&gt;you&lt;/b&gt;, ETA 11:41")
	want(t, s.post("/cases/"+c.Login+"/preview", "version", "1", "action", "deny"), http.StatusOK, "Nobody yet: Please say why.")
	want(t, s.post("/cases/"+c.Login+"/preview", "version", "1", "action", "eta", "exact", "soon"), http.StatusOK, "Nobody yet:")
	want(t, s.post("/cases/"+c.Login+"/preview", "version", "1", "action", "shred"), http.StatusNotFound)
	want(t, s.post("/cases/c-none/preview", "version", "1", "action", "approve"), http.StatusNotFound)
	if s.now(c.Login).Decision != nil {
		t.Error("a preview decided")
	}
}

func TestWithoutNotificationThereIsNoPreviewAndAllElse(t *testing.T) {
	s := open(t, full, func(cfg *console.Config) { cfg.Previews = speaker{errors.New("nobody answers")} })
	want(t, s.get("/cases/"+s.Morning().Login), http.StatusOK, "no preview: notification does not answer")
}

func TestAPreviewOfNoCaseAndOneThatCanNotBeReadAreToldApart(t *testing.T) {
	form := []string{"action", "deny", "version", "3", "note", "No."}
	want(t, open(t, full).post("/cases/c-none/preview", form...), http.StatusNotFound, "no such case")
	s := open(t, full, func(cfg *console.Config) { without(cfg, "Case") })
	want(t, s.post("/cases/c-any/preview", form...), http.StatusServiceUnavailable)
}

func TestRequestsAreCountedFromFiveOn(t *testing.T) {
	s := open(t, full)
	for i := range 5 {
		ticket := consoletest.Outcry(s.At.Add(-time.Hour))
		ticket.ID = fmt.Sprint("T-", i)
		id := s.Hear(s.At.Add(-time.Hour), ledger.Fact{Ticket: ticket})
		page := s.get("/cases/" + id)
		if counted := strings.Contains(page.Body.String(), "Approved of decided"); counted != (i == 4) {
			t.Errorf("after %d requests: counted %t", i+1, counted)
		}
	}
}

func TestACaseIsSplitAndMergedByHand(t *testing.T) {
	s := open(t)
	c := s.Morning()
	part := url.Values{"tenant": {"acme"}, "ticket": {"T-4711"}}
	fields := url.Values{"version": {s.seen(c.Login)}, "key": {"k-1"}, "note": {"another trouble"}, "part": {"t " + part.Encode()}}
	w := s.postForm("/cases/"+c.Login+"/split", fields)
	parted, _, _ := strings.Cut(strings.TrimPrefix(w.Header().Get("Location"), "/cases/"), "?")
	if w.Code != http.StatusSeeOther || len(s.now(parted).Tickets) != 1 || len(s.now(c.Login).Tickets) != 0 {
		t.Fatalf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	want(t, s.postForm("/cases/"+c.Login+"/split", url.Values{"version": {s.seen(c.Login)}, "key": {"k-2"}, "note": {"x"}}), http.StatusUnprocessableEntity, "Something has to stay")
	want(t, s.post("/cases/"+parted+"/merge", "version", s.seen(parted), "key", "k-3", "note", "the same", "into", "c-none"), http.StatusNotFound)
	w = s.post("/cases/"+parted+"/merge", "version", s.seen(parted), "key", "k-4", "note", "the same after all", "into", c.Login)
	if w.Code != http.StatusSeeOther || s.now(parted).MergedInto != c.Login || len(s.now(c.Login).Tickets) != 1 {
		t.Errorf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
}
