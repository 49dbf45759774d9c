package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/wall"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A school is the API after a morning, with the bus that has the tickets' words.
type school struct {
	*consoletest.House
	consoletest.Cases
	t    *testing.T
	mux  *http.ServeMux
	conn *bus.Conn
	log  bytes.Buffer
}

func open(t *testing.T) *school {
	t.Helper()
	h := consoletest.New(t, morning)
	s := &school{House: h, Cases: h.Morning(), t: t, mux: http.NewServeMux()}
	s.conn = natstest.Connect(t)
	(&api.API{
		Cases: h.Ledger, History: h.Ledger, Outlook: outlook.New(), Labels: h.Ledger, Archive: events.Archive{Conn: s.conn}, Desk: h.Desk(),
		Book: h.Ledger, Duty: duty.Desk{Ledger: h.Ledger}, Reports: &report.Desk{Source: h.Ledger, Policy: policy.Default()},
		Mutes:    wall.Mutes{Kept: &events.Mutes{Conn: s.conn}},
		Parked:   parked.Desk{Box: events.Letters{Conn: s.conn}, Book: h.Ledger, Now: time.Now},
		Rejected: doorstep.Desk{Box: events.Rejects{Conn: s.conn}},
		Log:      slog.New(slog.NewTextHandler(&s.log, nil)),
	}).Mount(s.mux)
	return s
}

func (s *school) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// keep has intake keep a ticket of one note.
func (s *school) keep(tenant, ticket, text string) {
	s.t.Helper()
	_, err := s.conn.Publish(s.t.Context(), bus.Event{
		Subject: topology.TicketSubject(tenant, ticket), ID: tenant + ticket, Payload: &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
			Head:  &intakev1.TicketHead{Tenant: tenant, Ticket: ticket, Revision: 1, Subject: "Log-in", Requester: "j.weber"},
			Notes: []*intakev1.TicketNote{{Id: "z/1", AuthorKind: ingressv1.AuthorKind_CUSTOMER, Opening: true, Text: text, Author: "j.weber"}},
		}},
	})
	s.must(err)
}

// A list is the answer to a list of labels.
type list struct {
	Labels []struct {
		teach.Example
		Note *teach.Line
	}
	Next string
}

func (s *school) ask(method, path, body string) *httptest.ResponseRecorder {
	return s.with(method, path, body, body)
}

// with asks with an idempotency key.
func (s *school) with(method, path, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	var query string
	r.URL.Path, query, _ = strings.Cut(path, "?")
	r.URL.RawQuery = query
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost"
	r.Header.Set("Tocsin-Person", "lena")
	r.Header.Set("Idempotency-Key", key)
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return w
}

func (s *school) list(path string) list {
	s.t.Helper()
	w := s.ask(http.MethodGet, path, "")
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	var l list
	s.must(json.Unmarshal(w.Body.Bytes(), &l))
	return l
}

// correct sends a correction, and gives the label.
func (s *school) correct(id, body string) teach.Example {
	s.t.Helper()
	w := s.ask(http.MethodPost, "/v1/cases/"+id+"/labels", body)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%d %s", w.Code, w.Body)
	}
	var got struct{ Label teach.Example }
	s.must(json.Unmarshal(w.Body.Bytes(), &got))
	return got.Label
}

func TestACorrectionChangesWhatItNames(t *testing.T) {
	s := open(t)
	e := s.correct(s.Login, `{"ticket":"T-4711","tenant":"acme","revision":1,"comment":"no deadline","label":{"recommendation":"needs_info","facts":{"affected_users":null}}}`)
	if e.By != "lena" || e.Source != teach.OfCorrection || !e.Stands || e.Comment != "no deadline" || e.Now.Recommendation != decide.NeedInfo ||
		e.Now.Facts.AffectedUsers != nil || *e.Now.Facts.DurationHours != 1.5 || !slices.Equal(e.Now.Reasons, e.Was.Reasons) || *e.Was.Facts.AffectedUsers != 500 {
		t.Errorf("kept %+v", e)
	}
	next := s.correct(s.Login, `{"label":{"reasons":["site_outage"]}}`) // of the one ticket that there is
	if next.Now.Recommendation != decide.NeedInfo || !slices.Equal(next.Now.Reasons, []policy.ReasonID{policy.SiteOutage}) || len(next.Was.Reasons) != 2 {
		t.Errorf("then %+v", next)
	}
	if again := s.correct(s.Login, `{"label":{"reasons":["site_outage"]}}`); again.ID != next.ID {
		t.Errorf("the same order again made %s of %s", again.ID, next.ID)
	}
	if l := s.list("/v1/cases/" + s.Login + "/labels"); len(l.Labels) != 2 || l.Labels[0].ID != next.ID || l.Labels[1].Stands {
		t.Errorf("the case has %+v", l.Labels)
	}
	w := s.ask(http.MethodGet, "/v1/labels/"+e.ID, "")
	var got struct{ Label teach.Example }
	if s.must(json.Unmarshal(w.Body.Bytes(), &got)); got.Label.ID != e.ID || got.Label.Stands {
		t.Errorf("by itself it is %s", w.Body)
	}
}

func TestARefusedCorrectionSaysWhy(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{s.Login, `{"label":{"recommendation":"maybe"}}`, 422, `recommendation \"maybe\"`},
		{s.Login, `{"label":{"is_escalation_request":false}}`, 422, "not_a_request goes with"},
		{s.Login, `{"label":{"facts":{"people":3}}}`, 400, "label.facts.people"},
		{s.Login, `{"label":{"reasons":"all"}}`, 400, "label.reasons has to be a list"},
		{s.Login, `{"label":null}`, 400, "label is not there"},
		{s.Login, `{}`, 400, "label is not there"},
		{s.Login, `{"labels":{}}`, 400, "labels"},
		{s.Login, `not json`, 400, "not JSON"},
		{s.Login, `{"ticket":"T-9","label":{}}`, 404, "no such"},
		{s.Login, `{"revision":7,"label":{}}`, 409, "assessed anew"},
		{"c-none", `{"label":{}}`, 404, "no such case"},
	} {
		w := s.ask(http.MethodPost, "/v1/cases/"+c.path+"/labels", c.body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d and %q", c.body, w.Code, w.Body, c.status, c.says)
		}
	}
	for path, status := range map[string]int{
		"/v1/labels/leadership-none": 404, "/v1/cases/c-none/labels": 404, "/v1/labels?source=rumour": 400, "/v1/labels?since=yesterday": 400,
		"/v1/labels?all=perhaps": 400, "/v1/labels?limit=0": 400, "/v1/labels?cursor=x": 400, "/v1/cases?cursor=x": 400,
	} {
		if w := s.ask(http.MethodGet, path, ""); w.Code != status {
			t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, status)
		}
	}
	if l := s.list("/v1/labels?source=correction&all=true"); len(l.Labels) != 0 {
		t.Errorf("kept %+v", l.Labels)
	}
}

func TestWordsComeWithoutPersonalDataUnlessTheyAreAskedForWhole(t *testing.T) {
	s := open(t)
	s.keep("acme", "T-4711", "Niemand kommt rein <b>&</b> 500 warten. Mail an vera.klein@acme.example oder j.weber, Tel. +41 79 123 45 67.")
	s.correct(s.Login, `{"label":{}}`)
	l := s.list("/v1/labels?words=redacted&source=correction")
	if len(l.Labels) != 1 || l.Labels[0].Note == nil {
		t.Fatalf("%+v", l)
	}
	n := l.Labels[0].Note
	for _, personal := range []string{"vera.klein", "j.weber", "123 45 67"} {
		if strings.Contains(n.Text, personal) {
			t.Errorf("%q is left in %q", personal, n.Text)
		}
	}
	if !strings.HasPrefix(n.Text, "Log-in\n\nNiemand kommt rein <b>&</b> 500 warten.") || n.AuthorKind != "CUSTOMER" || n.Writer != "leadership" ||
		n.Source != teach.OfCorrection || n.Label.Recommendation != decide.Eligible {
		t.Errorf("%+v", n)
	}
	if s.log.Len() != 0 {
		t.Errorf("logged %s", &s.log)
	}
	l = s.list("/v1/labels?words=whole&source=correction")
	if !strings.HasSuffix(l.Labels[0].Note.Text, "Tel. +41 79 123 45 67.") || !strings.Contains(s.log.String(), "to=lena") {
		t.Errorf("whole it is %q, and the log says %q", l.Labels[0].Note.Text, &s.log)
	}
	if w := s.ask(http.MethodGet, "/v1/labels?words=some", ""); w.Code != http.StatusBadRequest {
		t.Errorf("some words: %d %s", w.Code, w.Body)
	}
}

func TestALabelWhoseTicketIsGoneHasNoWords(t *testing.T) {
	s := open(t)
	e := s.correct(s.Login, `{"label":{}}`)
	w := s.ask(http.MethodGet, "/v1/labels/"+e.ID+"?words=redacted", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"note":null`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestLabelsComePageByPage(t *testing.T) {
	s := open(t)
	s.Do(morning, s.Login, desk.Order{Action: desk.Approve})
	for i := range 5 {
		s.correct(s.Beta, fmt.Sprintf(`{"comment":"%d","label":{}}`, i))
	}
	seen := map[string]bool{}
	for next := ""; ; {
		l := s.list("/v1/labels?all=true&limit=2&cursor=" + url.QueryEscape(next))
		for _, e := range l.Labels {
			seen[e.ID] = true
		}
		if next = l.Next; next == "" {
			break
		}
	}
	// the morning approves one case, we another; the denial is of no ticket
	if len(seen) != 7 {
		t.Errorf("%d labels, want 5 corrections and 2 decisions", len(seen))
	}
	if l := s.list("/v1/labels?case=" + s.Beta); len(l.Labels) != 1 || l.Labels[0].Comment != "4" {
		t.Errorf("of the beta case stands %+v", l.Labels)
	}
}
