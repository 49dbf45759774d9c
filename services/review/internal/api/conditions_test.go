package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"
)

var morning = time.Date(2026, 11, 20, 9, 41, 0, 0, time.UTC)

// An answer is what the API says of a morning.
type answer struct {
	Known    bool
	LookedAt *time.Time `json:"looked_at"`
	Watched  int
	Blind    []struct {
		Since time.Time
		Until *time.Time
		Why   string
	}
	Raised, Flapping, Near, Undetermined []struct {
		Scope, Reason, Subject, State, Counts, Case string
		Value, Threshold, More, People              int
		Since                                       *time.Time
		Points                                      []struct{ Value int }
	}
}

// seen asks the API of a morning, under a sky.
func seen(t *testing.T, o *outlook.Outlook, path string) (got answer, cases consoletest.Cases) {
	t.Helper()
	h := consoletest.New(t, morning)
	cases = h.Morning()
	mux := http.NewServeMux()
	(&api.API{Cases: h.Ledger, History: h.Ledger, Outlook: o, Desk: h.Desk(), Now: func() time.Time { return morning }}).Mount(mux)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost"
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v in %s", path, err, w.Body)
	}
	return got, cases
}

func sky() *outlook.Outlook {
	o, from := outlook.New(), consoletest.NewSky(morning)
	for _, m := range from.Standings {
		o.Stand(events.Standing(m))
	}
	for _, m := range from.Looks {
		o.Look(events.Looked(m))
	}
	for _, m := range from.Changes {
		o.Change(events.Change(m), morning)
	}
	for _, m := range from.Sights {
		o.See(events.Sight(m))
	}
	return o
}

func ready(o *outlook.Outlook) *outlook.Outlook {
	for _, p := range []outlook.Part{outlook.Looks, outlook.Changes, outlook.Sights} {
		o.Ready(p)
	}
	return o
}

func TestProgramsSeeHowTheConditionsStand(t *testing.T) {
	got, cases := seen(t, ready(sky()), "/v1/conditions")
	if !got.Known || !got.LookedAt.Equal(morning) || got.Watched != 3204 || len(got.Blind) != 1 || got.Blind[0].Until == nil || got.Blind[0].Why != "gone" {
		t.Errorf("%+v", got)
	}
	if len(got.Raised) != 2 || len(got.Flapping) != 1 || len(got.Near) != 3 || len(got.Undetermined) != 3 {
		t.Fatalf("%+v", got)
	}
	if r := got.Raised[0]; r.Scope != "platform" || r.Subject != "pathways" || r.State != "raised" || r.Case != cases.Pathways || r.Since == nil || r.Points != nil {
		t.Errorf("raised first of all is %+v", r)
	}
	if n := got.Near[1]; n.Scope != "globex" || n.Value != 87 || n.Threshold != 100 || n.More != 14 || n.Counts != "people" || n.Case != "" || n.Since != nil {
		t.Errorf("the second near miss is %+v", n)
	}
}

func TestProgramsAskForATenantAReasonAndTheValues(t *testing.T) {
	got, _ := seen(t, ready(sky()), "/v1/conditions?tenant=acme&reason=auth_failures_over_100&points=true")
	if len(got.Raised) != 1 || len(got.Flapping)+len(got.Near)+len(got.Undetermined) != 0 || len(got.Raised[0].Points) < 40 {
		t.Errorf("%+v", got)
	}
}

func TestProgramsSeeThatNothingIsKnown(t *testing.T) {
	for name, o := range map[string]*outlook.Outlook{"before it was read": sky(), "before anybody looked": ready(outlook.New())} {
		if got, _ := seen(t, o, "/v1/conditions"); got.Known {
			t.Errorf("%s: %+v", name, got)
		}
	}
	asleep := ready(outlook.New())
	asleep.Look(outlook.Looked{Shard: "00", At: morning.Add(-time.Hour)})
	got, _ := seen(t, asleep, "/v1/conditions")
	if got.Known || len(got.Blind) != 1 || got.Blind[0].Until != nil || !reflect.DeepEqual(got.Blind[0].Since, morning.Add(-time.Hour)) {
		t.Errorf("when nobody looks: %+v", got)
	}
}
