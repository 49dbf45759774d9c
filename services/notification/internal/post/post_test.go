package post

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"tocsin/services/notification/internal/channel"
)

func to(t *testing.T, address string) *Address {
	t.Helper()
	a, err := To(address)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRetryAfterIsReadAsSecondsOrADateAndBounded(t *testing.T) {
	for header, want := range map[string]bool{
		"Wed, 21 Oct 2099 07:28:00 GMT": true, "9223372036854775807": true, "3": true,
		"Wed, 21 Oct 2015 07:28:00 GMT": false, "soon": false, "-5": false, "0": false, "": false,
	} {
		resp := &http.Response{Header: http.Header{"Retry-After": {header}}}
		if got := retryAfter(resp); (got > 0) != want || got > maxWait {
			t.Errorf("Retry-After %q = %s", header, got)
		}
	}
}

func TestAnAddressThatCanNotBeRightIsRefusedWithoutBeingSaid(t *testing.T) {
	for _, address := range []string{"", "hooks.example/secret", "ftp://hooks.example/secret", "https:///secret", "https://hooks.example/%zz-secret"} {
		if _, err := To(address); err == nil || !strings.Contains(err.Error(), "https://host/path") || strings.Contains(err.Error(), "secret") {
			t.Errorf("To(%q) = %v", address, err)
		}
	}
}

func TestNoSecretOfTheAddressIsSaid(t *testing.T) {
	a := to(t, "http://user:secret@127.0.0.1:1/secret-path?token=secret")
	answer, err := a.JSON(t.Context(), nil, nil)
	if text := a.String() + answer.Text + err.Error(); strings.Contains(text, "secret") || strings.Contains(text, "token") {
		t.Errorf("says %q", text)
	}
}

func TestARedirectElsewhereIsRefusedAndNothingIsSentThere(t *testing.T) {
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer elsewhere.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		s := httptest.NewServer(http.RedirectHandler(elsewhere.URL, code))
		_, err := to(t, s.URL).JSON(t.Context(), nil, []byte("{}"))
		s.Close()
		if refused := (*channel.Refused)(nil); !errors.As(err, &refused) {
			t.Errorf("%d: error = %v, want a refusal", code, err)
		}
	}
	if visits.Load() != 0 {
		t.Errorf("%d requests went elsewhere", visits.Load())
	}
}

func TestACertificateThatDoesNotHoldMayBeRenewedAndGetsNothing(t *testing.T) {
	var visits atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS() // by an authority that nobody knows
	defer s.Close()
	_, err := to(t, s.URL).JSON(t.Context(), nil, []byte("{}"))
	var refused *channel.Refused
	if err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "certificate") || visits.Load() != 0 {
		t.Errorf("error = %v after %d visits", err, visits.Load())
	}
}

func TestAnAnswerThatBreaksOffCountsAsItsStatusSays(t *testing.T) {
	for code, taken := range map[int]bool{http.StatusOK: true, http.StatusServiceUnavailable: false} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(code)
			_, _ = w.Write([]byte("half"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}))
		answer, err := to(t, s.URL).JSON(t.Context(), nil, []byte("{}"))
		s.Close()
		if (err == nil) != taken || !strings.Contains(answer.Text, http.StatusText(code)) {
			t.Errorf("%d: %+v, %v", code, answer, err)
		}
	}
}
