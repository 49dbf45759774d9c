package api_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

func TestATechnicianWhomTheRosterDoesNotHaveIsRefused(t *testing.T) {
	o := staffed(t)
	var none, done map[string]any
	if code := o.ask(http.MethodPut, "/v1/roster/mia", `{"name":"Mia"}`, &none); code != http.StatusOK {
		t.Fatal(code, none)
	}
	for action, body := range map[string]string{"assign": `{"technician":"zoe"}`, "approve": `{"technician":"zoe"}`} {
		var no problem.Problem
		if code := o.ask(http.MethodPost, "/v1/cases/"+o.Login+"/"+action, body, &no); code != http.StatusUnprocessableEntity || no.Kind() != "technician" || !strings.Contains(no.Detail, `"zoe"`) || no.Do == "" {
			t.Errorf("%s: %d %+v", action, code, no)
		}
	}
	if code := o.ask(http.MethodPost, "/v1/cases/"+o.Login+"/approve", `{"technician":"mia"}`, &done); code != http.StatusOK {
		t.Error(code, done)
	}
}

// An office is the API with a roster, on a Friday morning at half past nine.
type office struct {
	*consoletest.House
	consoletest.Cases
	t   *testing.T
	mux *http.ServeMux
}

func staffed(t *testing.T) *office {
	t.Helper()
	h := consoletest.New(t, morning)
	o := &office{House: h, Cases: h.Morning(), t: t, mux: http.NewServeMux()}
	(&api.API{
		Cases: h.Ledger, History: h.Ledger, Outlook: outlook.New(), Labels: h.Ledger, Desk: h.Desk(), Duty: duty.Desk{Ledger: h.Ledger},
		Reports: &report.Desk{Source: h.Ledger, Policy: policy.Default()}, Policy: policy.Default(), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return h.At },
	}).Mount(o.mux)
	return o
}

// ask sends a request from this machine; a body that begins with id is CSV.
func (o *office) ask(method, path, body string, into any) int {
	o.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost"
	r.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(body, "id") {
		r.Header.Set("Content-Type", "text/csv; charset=utf-8")
	}
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			o.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return w.Code
}

type refusal struct {
	Type, Detail, Field string
	Version             uint64
}

type onDuty struct {
	Technicians []struct {
		ID      string
		Shifts  []string
		Free    bool
		Absent  bool
		OnShift bool `json:"on_shift"`
		Busy    int
		Version uint64
		Work    []roster.Work
	}
}

const staff = "id,name,skills,zone,shifts,capacity,load\n" +
	"mia,Mia,sso_unavailable,UTC,mon-fri 09:00-17:00,2,1\n" +
	"noor,,,Asia/Kolkata,mon-fri 10:00-19:00; sat 22:00-06:00,2,0\n"

func TestARosterIsImportedWhollyOrNotAtAll(t *testing.T) {
	o := staffed(t)
	var diff struct {
		Added, Changed, Removed []string
		Same                    int
		Dry                     bool `json:"dry_run"`
	}
	if code := o.ask(http.MethodPut, "/v1/roster?dry_run=true", staff, &diff); code != http.StatusOK || !diff.Dry || len(diff.Added) != 2 {
		t.Errorf("a dry run: %d, %+v", code, diff)
	}
	var list onDuty
	if o.ask(http.MethodGet, "/v1/roster", "", &list); len(list.Technicians) != 0 {
		t.Errorf("a dry run kept %+v", list)
	}
	o.ask(http.MethodPut, "/v1/roster", staff, &diff)
	if o.ask(http.MethodPut, "/v1/roster", staff, &diff); diff.Same != 2 || len(diff.Added)+len(diff.Changed) != 0 {
		t.Errorf("the same again: %+v", diff)
	}
	var no refusal
	if code := o.ask(http.MethodPut, "/v1/roster", staff+"raj,,,Mars,,1,0\n", &no); code != http.StatusBadRequest || !strings.HasPrefix(no.Detail, "line 4:") {
		t.Errorf("a wrong file: %d, %+v", code, no)
	}
	if code := o.ask(http.MethodPut, "/v1/roster", `{"technicians":[{"id":"raj","capacity":1},{"id":"x","capacity":-1}]}`, &no); code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong list: %d, %+v", code, no)
	}
	if code := o.ask(http.MethodPut, "/v1/roster?prune=true", `{"technicians":[]}`, &no); code != http.StatusBadRequest || no.Field != "prune" {
		t.Errorf("everybody would be gone: %d, %+v", code, no)
	}
	if o.ask(http.MethodGet, "/v1/roster", "", &list); len(list.Technicians) != 2 || !list.Technicians[0].Free || list.Technicians[0].ID != "noor" ||
		list.Technicians[1].Busy != 1 || list.Technicians[0].Shifts[1] != "sat 22:00-06:00" {
		t.Errorf("on duty: %+v", list)
	}
	r := httptest.NewRequest(http.MethodGet, "/v1/roster", nil)
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost"
	r.Header.Set("Accept", "text/csv")
	w := httptest.NewRecorder()
	if o.mux.ServeHTTP(w, r); w.Body.String() != staff {
		t.Errorf("exported:\n%s", w.Body)
	}
	if o.ask(http.MethodPut, "/v1/roster?prune=true", `{"technicians":[{"id":"mia","capacity":1}]}`, &diff); len(diff.Removed) != 1 || len(diff.Changed) != 1 {
		t.Errorf("pruned: %+v", diff)
	}
}

func TestATechnicianIsSetAndGoesAwayAndComesBack(t *testing.T) {
	o := staffed(t)
	var got struct {
		Technician struct {
			Version  uint64
			Absences []roster.Absence
		}
	}
	body := `{"zone":"UTC","shifts":["mon-fri 09:00-17:00"],"capacity":1}`
	for range 2 {
		if code := o.ask(http.MethodPut, "/v1/roster/mia", body, &got); code != http.StatusOK || got.Technician.Version != 1 {
			t.Errorf("set: %d, %+v", code, got)
		}
	}
	var no refusal
	if code := o.ask(http.MethodPut, "/v1/roster/mia", `{"zone":"UTC","capacity":2,"version":9}`, &no); code != http.StatusConflict || no.Version != 1 {
		t.Errorf("a stale change: %d, %+v", code, no)
	}
	for path, want := range map[string]int{
		"/v1/roster/mia/absences":  http.StatusOK,
		"/v1/roster/nora/absences": http.StatusNotFound,
	} {
		if code := o.ask(http.MethodPost, path, `{"why":"sick"}`, nil); code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	if code := o.ask(http.MethodPost, "/v1/roster/mia/absences", `{"from":"2026-11-20T09:00:00Z","until":"2026-11-19T09:00:00Z"}`, &no); code != http.StatusUnprocessableEntity {
		t.Errorf("backwards: %d, %+v", code, no)
	}
	var list onDuty
	if o.ask(http.MethodGet, "/v1/roster", "", &list); !list.Technicians[0].Absent || list.Technicians[0].Free || !list.Technicians[0].OnShift {
		t.Errorf("away: %+v", list)
	}
	o.At = o.At.Add(time.Hour)
	if o.ask(http.MethodDelete, "/v1/roster/mia/absences", "", &got); len(got.Technician.Absences) != 1 || !got.Technician.Absences[0].Until.Equal(o.At) {
		t.Errorf("back: %+v", got)
	}
	if code := o.ask(http.MethodDelete, "/v1/roster/mia?version=1", "", &no); code != http.StatusConflict {
		t.Errorf("a stale removal: %d", code)
	}
	for range 2 {
		if code := o.ask(http.MethodDelete, "/v1/roster/mia", "", nil); code != http.StatusOK {
			t.Errorf("removed: %d", code)
		}
	}
	if code := o.ask(http.MethodGet, "/v1/roster/mia", "", &no); code != http.StatusNotFound || !strings.HasSuffix(no.Type, "no-such-technician") {
		t.Errorf("gone: %d, %+v", code, no)
	}
}

func TestTheRosterIsForSupportAlone(t *testing.T) {
	o := staffed(t)
	d := duty.Desk{Ledger: o.Ledger}
	set := func(b roster.Book) (roster.Book, error) {
		return b.Set(roster.Technician{ID: "s.ito", Capacity: 3, Absences: []roster.Absence{{From: o.At, Why: "sick"}}})
	}
	o.Do(o.At, o.Login, desk.Order{Action: desk.Approve})
	for _, tc := range []struct {
		role          decide.Role
		tenants       []string
		reads, writes bool
		sees          string
	}{
		{decide.Admin, nil, true, true, o.Login},
		{decide.Leadership, nil, true, true, o.Login},
		{decide.Agent, nil, true, false, o.Login},
		{decide.Agent, []string{"globex"}, true, false, ""},
		{decide.Viewer, nil, true, false, o.Login},
		{decide.CSM, []string{"acme"}, false, false, ""},
		{"", nil, false, false, ""},
	} {
		ctx := who.As(context.Background(), decide.Person{ID: "x", Role: tc.role, Tenants: tc.tenants})
		_, _, err := d.Change(ctx, duty.Edit{At: o.At}, set)
		if (err == nil) != tc.writes {
			t.Errorf("%q %v changes the roster: %v", tc.role, tc.tenants, err)
		}
		all, err := d.OnDuty(ctx, o.At, roster.Need{})
		if (err == nil) != tc.reads {
			t.Errorf("%q %v reads the roster: %v", tc.role, tc.tenants, err)
		}
		if tc.reads && (all[0].Why == "sick") != tc.writes {
			t.Errorf("%q %v reads why somebody is away: %q", tc.role, tc.tenants, all[0].Why)
		}
		if tc.reads && (all[0].Busy != 1 || all[0].Load[0].Case != tc.sees) {
			t.Errorf("%q %v sees %+v, want %q", tc.role, tc.tenants, all[0].Load, tc.sees)
		}
	}
}

func TestAReportIsServed(t *testing.T) {
	o := staffed(t)
	var r report.Report
	if code := o.ask(http.MethodGet, "/v1/reports?since=7d", "", &r); code != http.StatusOK || r.Decisions.N != 2 || r.Decisions.Median != nil || len(r.Weeks) != 2 {
		t.Errorf("%d, %+v", code, r)
	}
	var no refusal
	if code := o.ask(http.MethodGet, "/v1/reports?since=ever", "", &no); code != http.StatusBadRequest || no.Field != "since" {
		t.Errorf("%d, %+v", code, no)
	}
}
