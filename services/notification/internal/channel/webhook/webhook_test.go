package webhook

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"

func to(t *testing.T, address string) *Webhook {
	t.Helper()
	w, err := New(address, secret)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// read takes a request as a receiver does that verifies what it is sent.
func read(r *http.Request, body []byte) (id string, err error) {
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return "", err
	}
	return r.Header.Get(standardwebhooks.HeaderWebhookID), verifier.Verify(body, r.Header)
}

func TestAWebhookIsAChannel(t *testing.T) {
	channeltest.RunHTTP(t, channeltest.Vendor{
		Open: func(t *testing.T, address string) channel.Channel { return to(t, address) },
		Read: read,
		Says: func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) },
	})
}

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
	channeltest.Golden(t, "approved", []byte(bodies[0]))
}

func TestARedirectWithinTheHostKeepsTheSignature(t *testing.T) {
	var taken []string
	mux := http.NewServeMux()
	mux.Handle("/old", http.RedirectHandler("/new", http.StatusPermanentRedirect))
	mux.HandleFunc("/new", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if id, err := read(r, body); err == nil {
			taken = append(taken, id)
		}
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	if _, err := to(t, s.URL+"/old").Deliver(t.Context(), channeltest.Notification("n-1")); err != nil || len(taken) != 1 {
		t.Errorf("%v; taken %q", err, taken)
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
