package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/services/notification/internal/channel/channeltest"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"

// receiver is a destination that verifies what it is sent.
type receiver struct {
	mu    sync.Mutex
	mood  channeltest.Mood
	taken []string
	done  chan struct{}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	verifier, _ := standardwebhooks.NewWebhook(secret)
	if err != nil || verifier.Verify(body, req.Header) != nil {
		http.Error(w, "the signature does not hold", http.StatusUnauthorized)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch r.mood {
	case channeltest.Fails:
		http.Error(w, "database is away", http.StatusBadGateway)
	case channeltest.Waits:
		w.Header().Set("Retry-After", "7")
		http.Error(w, "slow down", http.StatusTooManyRequests)
	case channeltest.Refuse:
		http.Error(w, "unknown field", http.StatusBadRequest)
	case channeltest.Hangs:
		select {
		case <-req.Context().Done():
		case <-r.done:
		}
	case channeltest.Takes:
		r.taken = append(r.taken, req.Header.Get(standardwebhooks.HeaderWebhookID))
		w.WriteHeader(http.StatusNoContent)
	}
}

func open(t *testing.T) channeltest.Bench {
	r := &receiver{done: make(chan struct{})}
	s := httptest.NewServer(r)
	t.Cleanup(func() { close(r.done); s.Close() })
	return channeltest.Bench{
		Channel: to(t, s.URL),
		Behave:  func(m channeltest.Mood) { r.mu.Lock(); r.mood = m; r.mu.Unlock() },
		Taken:   func() []string { r.mu.Lock(); defer r.mu.Unlock(); return append([]string(nil), r.taken...) },
	}
}

func to(t *testing.T, address string) *Webhook {
	t.Helper()
	w, err := New(address, secret)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAWebhookIsAChannel(t *testing.T) { channeltest.Run(t, open) }

func TestTheBodyIsTheSameInEveryAttempt(t *testing.T) {
	var bodies []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		bodies = append(bodies, string(body))
	}))
	defer s.Close()
	for range 20 {
		if _, err := to(t, s.URL).Deliver(t.Context(), channeltest.Notification("n-1")); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range bodies {
		if b != bodies[0] {
			t.Fatalf("bodies differ:\n%s\n%s", bodies[0], b)
		}
	}
	var got struct {
		Type, Timestamp string
		Data            struct {
			ID    string
			Case  string
			Title string
		}
	}
	if err := json.Unmarshal([]byte(bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "notification.approved" || got.Timestamp != "2026-11-20T09:41:07Z" || got.Data.ID != "n-1" || got.Data.Case != "c-1" {
		t.Errorf("body = %s", bodies[0])
	}
}

func TestARedirectWithinTheHostKeepsTheSignature(t *testing.T) {
	r := &receiver{}
	mux := http.NewServeMux()
	mux.Handle("/old", http.RedirectHandler("/new", http.StatusPermanentRedirect))
	mux.Handle("/new", r)
	s := httptest.NewServer(mux)
	defer s.Close()
	if _, err := to(t, s.URL+"/old").Deliver(t.Context(), channeltest.Notification("n-1")); err != nil || len(r.taken) != 1 {
		t.Errorf("%v; taken %q", err, r.taken)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, c := range []struct{ address, secret, want string }{
		{"hooks.example/x", secret, "https://host/path"},
		{"ftp://hooks.example/x", secret, "https://host/path"},
		{"https://hooks.example/x", "", "whsec_"},
		{"https://hooks.example/x", "whsec_c2hvcnQ=", "24 random bytes"},
		{"https://hooks.example/x", strings.TrimPrefix(secret, "whsec_"), "whsec_"},
	} {
		if _, err := Open(map[string]any{"url": c.address, "secret": c.secret}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a webhook to %q = %v, want %q in it", c.address, err, c.want)
		}
	}
}

func TestTheRecordHoldsNoSecretOfTheAddress(t *testing.T) {
	w := to(t, "http://127.0.0.1:1/secret-path?token=abc")
	_, err := w.Deliver(t.Context(), channeltest.Notification("n-1"))
	if text := w.Destination() + err.Error(); strings.Contains(text, "secret-path") || strings.Contains(text, "token") {
		t.Errorf("says %q", text)
	}
}
