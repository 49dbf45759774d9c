//go:build unix

package drill

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/pkg/ownmark"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"

// A visit is one request as its receiver saw it.
type visit struct {
	to, id string
	at     time.Time
	// took says that it was taken, looked that it only asked what stands there.
	took, looked bool
	// ticket and text are what the helpdesk was sent, instead of an id.
	ticket, text string
}

// receivers are all destinations that speak HTTP, and their logs.
type receivers struct {
	url string

	mu     sync.Mutex
	r      *rand.Rand
	visits []*visit
	// notes are what stands on the helpdesk's tickets.
	notes map[string][]string
	// wrong is what a receiver had to complain of.
	wrong []string
	// calm has all of them take what comes; kind has the one that refuses do so.
	calm, kind bool
	// hung is closed when what hangs recovers; nil while nothing does.
	hung chan struct{}
}

func receive(t testing.TB, r *rand.Rand) *receivers {
	t.Helper()
	s := &receivers{r: r, notes: map[string][]string{}}
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{name}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // whoever posts it was killed
		}
		v := s.visit(r.PathValue("name"), r.Header.Get("webhook-id"))
		if err := verifier.Verify(body, r.Header); err != nil {
			s.complain("%s got %s: %v", v.to, v.id, err)
		}
		s.answer(w, r, v)
	})
	mux.HandleFunc("GET /api/v2/tickets/{ticket}/comments.json", s.look)
	mux.HandleFunc("PUT /api/v2/tickets/{ticket}", s.note)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { s.recover(); server.CloseClientConnections(); server.Close() })
	s.url = server.URL
	return s
}

func (s *receivers) visit(to, id string) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &visit{to: to, id: id, at: time.Now()}
	s.visits = append(s.visits, v)
	return v
}

func (s *receivers) complain(format string, a ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, a...))
}

// take notes that a visit was taken.
func (s *receivers) take(v *visit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.took = true
}

// drawn says yes so many times of a hundred, unless all are calm.
func (s *receivers) drawn(percent int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.IntN(100) < percent && !s.calm
}

// hang lets what hangs do so; recover ends that.
func (s *receivers) hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hung == nil {
		s.hung = make(chan struct{})
	}
}

func (s *receivers) recover() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hung != nil {
		close(s.hung)
		s.hung = nil
	}
}

func (s *receivers) hanging() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hung
}

// relent lets all take what comes, but the one that refuses; forgive lets it too.
func (s *receivers) relent()  { s.recover(); s.mu.Lock(); s.calm = true; s.mu.Unlock() }
func (s *receivers) forgive() { s.mu.Lock(); s.kind = true; s.mu.Unlock() }

// answer is what a webhook's receiver says, each in its own way.
func (s *receivers) answer(w http.ResponseWriter, r *http.Request, v *visit) {
	switch v.to {
	case "flaky":
		if s.drawn(25) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	case "busy":
		if s.drawn(10) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
	case "hangs":
		if hung := s.hanging(); hung != nil {
			select {
			case <-hung:
			case <-r.Context().Done():
			}
			if s.drawn(50) {
				panic(http.ErrAbortHandler)
			}
		}
	case "breaks":
		if s.drawn(20) {
			s.take(v)
			panic(http.ErrAbortHandler)
		}
	case "refuses":
		s.mu.Lock()
		kind := s.kind
		s.mu.Unlock()
		if !kind {
			http.Error(w, "not like this", http.StatusBadRequest)
			return
		}
	}
	s.take(v)
	w.WriteHeader(http.StatusNoContent)
}

// look says what stands on a ticket.
func (s *receivers) look(w http.ResponseWriter, r *http.Request) {
	v := s.visit("desk", "")
	s.mu.Lock()
	defer s.mu.Unlock()
	v.looked, v.ticket = true, r.PathValue("ticket")
	type comment struct {
		ID   int    `json:"id"`
		HTML string `json:"html_body"`
	}
	list := []comment{}
	for i, text := range s.notes[r.PathValue("ticket")] {
		list = append(list, comment{i, text})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"comments": list})
}

// note takes a note on a ticket, and may lose the answer.
func (s *receivers) note(w http.ResponseWriter, r *http.Request) {
	var sent struct {
		Ticket struct {
			Comment struct {
				HTML string `json:"html_body"`
			}
		}
	}
	if json.NewDecoder(r.Body).Decode(&sent) != nil {
		return // whoever sends it was killed
	}
	ticket, text := strings.TrimSuffix(r.PathValue("ticket"), ".json"), sent.Ticket.Comment.HTML
	v := s.visit("desk", "")
	v.ticket, v.text = ticket, text
	if !ownmark.Ours(text) {
		s.complain("the desk got what is no note of ours: %s", text)
	}
	if s.drawn(10) {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	s.mu.Lock()
	s.notes[ticket] = append(s.notes[ticket], text)
	v.took = true
	s.mu.Unlock()
	if s.drawn(15) {
		panic(http.ErrAbortHandler)
	}
	_, _ = fmt.Fprintf(w, `{"audit":{"events":[{"id":%d,"type":"Comment"}]}}`, len(text))
}
