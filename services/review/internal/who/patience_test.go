package who_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// halted is a book that never answers, as one on a machine that stands still.
type halted struct{ who.Book }

func (halted) Token(ctx context.Context, _ string) (ledger.Token, error) {
	<-ctx.Done()
	return ledger.Token{}, ctx.Err()
}

// waits answers when its time is over, with what it read of the request.
func waits(w http.ResponseWriter, r *http.Request) {
	_, err := io.Copy(io.Discard, r.Body)
	if err == nil {
		<-r.Context().Done()
		err = r.Context().Err()
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, err.Error())
}

func away(w http.ResponseWriter, r *http.Request) {
	if errors.Is(who.Why(r.Context()), context.DeadlineExceeded) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func TestALedgerThatStandsStillIsSaidSo(t *testing.T) {
	g := who.Gate{Patience: 20 * time.Millisecond, Book: halted{}}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1:8080"
	for token, serve := range map[string]func(http.Handler, http.HandlerFunc) http.Handler{"": g.Only, "tcs_x": g.Only, "tcs_y": g.Stream} {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		} else {
			r.Header.Del("Authorization")
		}
		w := httptest.NewRecorder()
		serve(http.HandlerFunc(waits), away).ServeHTTP(w, r)
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("with %q it answered %d %s", token, w.Code, w.Body)
		}
	}
}

func TestWhoSendsSlowlyHoldsNothingUp(t *testing.T) {
	g := who.Gate{Patience: 50 * time.Millisecond}
	site := httptest.NewServer(g.Only(http.HandlerFunc(waits), away))
	defer site.Close()
	c, err := net.Dial("tcp", site.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: "+site.Listener.Addr().String()+"\r\nContent-Length: 100\r\n\r\nnote=")
	answer := make([]byte, 400)
	n, err := c.Read(answer)
	if err != nil || !strings.Contains(string(answer[:n]), "503") || !strings.Contains(string(answer[:n]), "timeout") {
		t.Errorf("answered %q (%v)", answer[:n], err)
	}
}

func TestWrongLinksDoNotShutOutTheRightOne(t *testing.T) {
	h := build(t, "")
	links := &who.Links{}
	g := h.gate
	g.Links, g.Provider = links, nil
	try := func(code string) error {
		r := httptest.NewRequest(http.MethodPost, "/signin", nil)
		r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1:8080"
		return g.OpenByLink(httptest.NewRecorder(), r, code, "lena")
	}
	code := links.New(h.now())
	for range 10 {
		if err := try("guess"); !errors.Is(err, who.ErrLink) {
			t.Fatal(err)
		}
	}
	if err := try("guess"); !errors.Is(err, who.ErrTries) {
		t.Errorf("an eleventh guess: %v", err)
	}
	if err := try(code); err != nil {
		t.Errorf("the link itself: %v", err)
	}
}
