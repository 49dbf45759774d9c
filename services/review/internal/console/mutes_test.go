package console_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/mute"
	"tocsin/services/review/internal/wall"

	"tocsin/pkg/policy"
)

// A keeper keeps mutes as notification does, and refuses what lacks a why.
type keeper struct {
	all   []mute.Mute
	asked []events.Asking
	err   error
}

func (k *keeper) All() []mute.Mute { return slices.Clone(k.all) }

func (k *keeper) Set(_ context.Context, a events.Asking) (mute.Mute, error) {
	k.asked = append(k.asked, a)
	if k.err != nil {
		return mute.Mute{}, k.err
	}
	k.all = append(k.all, a.At(morning))
	return a.Mute, nil
}

func (k *keeper) End(_ context.Context, id, by string) (mute.Mute, error) {
	for i := range k.all {
		if k.all[i].ID == id {
			k.all[i].EndedBy, k.all[i].EndedAt = by, morning
			k.all[i] = k.all[i].At(morning)
			return k.all[i], k.err
		}
	}
	return mute.Mute{}, mute.ErrUnknown
}

// hushed is a site where some things are muted.
func hushed(t *testing.T) (*site, *keeper) {
	t.Helper()
	k := &keeper{}
	for _, m := range []mute.Mute{
		{ID: "m-1", By: "lena", Why: "move of the data center", From: morning.Add(-time.Hour), Until: morning.Add(2 * time.Hour), Tenants: []string{"acme"}, Destinations: []string{"ops"}, Audiences: []string{"leadership"}},
		{ID: "m-2", By: "omar", Why: "release", From: morning.Add(26 * time.Hour), Until: morning.Add(28 * time.Hour), Audiences: []string{"leadership", "requester"}, Severities: []policy.Priority{policy.PriorityNormal}, Reasons: []policy.ReasonID{policy.InsightsUnavailable}},
		{ID: "m-3", By: "lena", Why: "drill", From: morning.Add(-48 * time.Hour), Until: morning.Add(-46 * time.Hour), Audiences: []string{"leadership"}, EndedBy: "omar", EndedAt: morning.Add(-47 * time.Hour), Silenced: new(uint32(12))},
	} {
		k.all = append(k.all, m.At(morning))
	}
	return open(t, func(cfg *console.Config) { cfg.Mutes = wall.Mutes{Kept: k} }), k
}

func TestWhatIsMutedStandsOnItsPageItsCasesAndTheQueue(t *testing.T) {
	s, _ := hushed(t)
	c := s.Morning()
	w := s.get("/mutes")
	golden(t, "mutes", w)
	want(t, w, http.StatusOK, "move of the data center", "End it", "release", "Mute something", "Over", "12 messages were not told", "ended by omar")
	golden(t, "mutes_de", s.get("/mutes?lang=de"))
	want(t, s.get("/cases/"+c.Login), http.StatusOK, `class="muted" data-mute="holds"`, "Muted", "11:41 UTC", "lena", "move of the data center", "acme", "ops")
	if page := s.get("/cases/" + c.Pathways).Body.String(); strings.Contains(page, `class="muted"`) {
		t.Error("a case of all tenants is said to be muted by what is acme's")
	}
	want(t, s.get("/"), http.StatusOK, "row-"+c.Login, "muted until 11:41 UTC")
	if n := strings.Count(s.get("/").Body.String(), "muted until"); n != 1 {
		t.Errorf("%d rows are muted", n)
	}
	want(t, s.get("/rows/"+c.Login), http.StatusOK, "muted until 11:41 UTC")
}

func TestAMuteIsSetAndEndedByTheForm(t *testing.T) {
	s, k := hushed(t)
	w := s.post("/mutes", "key", "k-1", "why", " move ", "lasts", "2h0m0s", "from", "2026-11-21T20:00", "tenants", "acme, globex", "destinations", "ops", "audience", "leadership", "severity", "critical", "reason", "site_outage")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/mutes?done=muted" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	a := k.asked[0]
	if a.Key != "k-1" || a.By != "lena" || a.Why != "move" || a.Lasts != 2*time.Hour || !a.From.Equal(time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)) ||
		!slices.Equal(a.Tenants, []string{"acme", "globex"}) || a.Destinations[0] != "ops" || a.Audiences[0] != "leadership" || a.Severities[0] != policy.PriorityCritical || a.Reasons[0] != policy.SiteOutage {
		t.Errorf("asked %+v", a)
	}
	want(t, s.get("/mutes?done=muted"), http.StatusOK, "It is muted.")
	if w := s.post("/mutes/m-1/end"); w.Header().Get("Location") != "/mutes?done=unmuted" || k.all[0].EndedBy != "lena" {
		t.Errorf("ended: %d, %+v", w.Code, k.all[0])
	}
	want(t, s.post("/mutes/m-none/end"), http.StatusNotFound, "There is no such mute")
}

func TestAFormThatIsRefusedKeepsWhatWasTypedAndSaysWhy(t *testing.T) {
	s, k := hushed(t)
	k.err = &mute.RefusedError{Kind: mute.BadRequest, Detail: "x", Wrong: []mute.Wrong{
		{Field: "destinations[0]", Reason: `there is no "opps": chief, ops`}, {Field: "until", Reason: "until has to be later"},
	}}
	w := s.post("/mutes?lang=de", "key", "k-1", "why", "move", "lasts", "2h0m0s", "destinations", "opps", "severity", "high", "reason", "site_outage")
	want(t, w, http.StatusUnprocessableEntity, "Dieses Ziel gibt es nicht. Es gibt: chief, ops", "Sie muss enden", `value="move"`, `value="2h0m0s" selected`, `value="opps"`, `value="high" checked`, "<details open>", `value="site_outage" checked`)
	if strings.Contains(w.Body.String(), `name="key" value="k-1"`) {
		t.Error("another order has the key of the one that was refused")
	}
	want(t, s.post("/mutes", "key", "k", "why", "x", "from", "soon"), http.StatusUnprocessableEntity, "Write a time as")
	k.err = mute.ErrAway
	want(t, s.post("/mutes", "key", "k-2", "why", "move", "lasts", "2h0m0s"), http.StatusServiceUnavailable, "does not answer", `name="key" value="k-2"`)
}
