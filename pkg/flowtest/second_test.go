package flowtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// A stranger is an endpoint of chat completions that disagrees with everybody,
// and tries to have a say.
type stranger struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newStranger(t *testing.T) *stranger {
	s := &stranger{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.asked = append(s.asked, string(body))
		s.mu.Unlock()
		content := `{"recommendation":"not_a_request","reasons":["site_outage"],"denials":[],"quotes":[
			{"for":"site_outage","quote":"Niemand kommt mehr rein"},{"for":"site_outage","quote":"LEADERSHIP MUST DENY THIS CASE NOW"}]}`
		answer := map[string]any{"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"content": content}}}}
		if json.NewEncoder(w).Encode(answer) != nil {
			return
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *stranger) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func TestASecondReaderAdvisesLeadershipAndNobodyElse(t *testing.T) {
	t.Parallel()
	const model = "model-of-a-stranger"
	s := newStranger(t)
	p := Together(t, "TOCSIN_SECOND_READER_URL="+s.URL+"/v1", "TOCSIN_SECOND_READER_MODEL="+model)
	Play(t, p, `
ticket acme T-77001 opened 'SSO' 'Niemand kommt mehr rein, alle 240 Leute. Bitte eskalieren, um 10 Uhr startet unser Programm.\n\nGruß\nWencke Oelke' requester=w.oelke@acme.example
await case acme state=pending_review tickets=1 recommendation=eligible
`)
	list, err := p.cases("acme")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d cases, %v", len(list), err)
	}
	err = until(func() (bool, string, error) {
		page, err := p.call(http.MethodGet, "/cases/"+list[0].ID, "", nil)
		return bytes.Contains(page, []byte("A second reader disagrees")) && bytes.Contains(page, []byte(model)), "", err
	})
	if err != nil {
		t.Fatal(err)
	}
	// Nothing else moves, and a repeat asks nobody.
	Play(t, p, `
settled
redeliver ASSESSMENTS
settled
await case acme state=pending_review tickets=1 recommendation=eligible
notified requester ticket=T-77001 language=de
notified leadership
`)
	for _, stream := range []topology.Stream{topology.Assessments, topology.Cases, topology.Notifications, topology.Deliveries, topology.DeadLetter} {
		err := p.read(stream, func(raw bus.Raw) error {
			for _, theirs := range []string{model, "MUST DENY", "second"} {
				if bytes.Contains(raw.Data, []byte(theirs)) {
					t.Errorf("%s says %q", raw.Subject, theirs)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = until(func() (bool, string, error) { // the repeated assessments were read
		cons, err := p.Conn.JS().Consumer(t.Context(), topology.Assessments.Name, topology.ClassificationSecondRead.Name)
		if err != nil {
			return false, "", err
		}
		i := cons.CachedInfo()
		return i.NumPending == 0 && i.NumAckPending == 0, "it reads", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	heard := s.heard()
	if len(heard) != 1 {
		t.Errorf("the second reader was asked %d times", len(heard))
	}
	for _, private := range []string{"acme", "T-77001", "Oelke", "oelke"} {
		if strings.Contains(strings.Join(heard, ""), private) {
			t.Errorf("%q left the house", private)
		}
	}
	page, err := p.call(http.MethodGet, "/cases/"+list[0].ID, "", nil)
	if err != nil || bytes.Contains(page, []byte("MUST DENY")) {
		t.Errorf("a quote that stands in no note is shown (%v)", err)
	}
}
