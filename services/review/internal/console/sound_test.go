package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// broken is what no text is: a NUL, and bytes that are no UTF-8.
var broken = []string{"a\x00b", "a\xff\xfeb", "a\xed\xa0\x80b"}

func TestATextThatNoLedgerKeepsIsRefused(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for _, bad := range broken {
		for _, field := range []string{"note", "technician", "key", "ground", bad} {
			w := s.order(c.Login, "approve", field, bad)
			want(t, w, http.StatusBadRequest, "no text that can be read, and nothing was done")
		}
		for _, path := range []string{"/several", "/cases/" + c.Login + "/correct", "/cases/" + c.Login + "/split", "/cases/" + c.Login + "/preview", "/signin", "/signout"} {
			want(t, s.post(path, "note", bad, "name", bad), http.StatusBadRequest)
		}
	}
	if got := s.now(c.Login); got.State != decide.PendingReview || got.Technician != "" {
		t.Errorf("the case is %s, with %q", got.State, got.Technician)
	}
}

func TestAnAddressThatIsNoTextIsRefused(t *testing.T) {
	s := open(t)
	for _, bad := range []string{"a%00b", "a%ff%feb", "a%ed%a0%80b"} {
		for _, path := range []string{"/?q=", "/?tenant=", "/?" + bad + "=", "/tickets?tenant=", "/audit?case=", "/cases/", "/rows/", "/conditions/acme/", "/signin?to=/"} {
			want(t, s.get(path+bad), http.StatusBadRequest)
		}
	}
}

func TestAMegabyteIsRefusedAndSaysSo(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for _, path := range []string{"/cases/" + c.Login + "/approve", "/cases/" + c.Login + "/correct", "/cases/" + c.Login + "/merge", "/several", "/signin"} {
		w := s.post(path, "version", "3", "note", strings.Repeat("x", 1<<20))
		want(t, w, http.StatusRequestEntityTooLarge, "nothing was done", "under 4,000 characters")
		if w.Body.Len() > 16<<10 {
			t.Errorf("%s answered %d bytes", path, w.Body.Len())
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/cases/"+c.Login+"/approve?lang=de", strings.NewReader("note="+strings.Repeat("%F0%9F%98%80", 4000)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := s.ask(r); w.Code == http.StatusRequestEntityTooLarge {
		t.Error("a note of 4,000 characters is too long for the form")
	}
}

// noBook is a book of sessions that can not be asked.
type noBook struct{ who.Book }

func (noBook) Session(context.Context, string) (ledger.Session, error) {
	return ledger.Session{}, errAway
}

func TestWhatIsSentWhileNobodyCanBeLetInCanBeSentAgain(t *testing.T) {
	s := open(t, func(cfg *console.Config) { cfg.Gate.Book = noBook{} })
	session := []*http.Cookie{{Name: "tocsin_session", Value: strings.Repeat("0", 64)}}
	w := s.fromTheSite("/cases/c-1/approve", session, "version", "3", "key", "k-1", "note", "All are hit.")
	want(t, w, http.StatusServiceUnavailable, "Send it again", `action="/cases/c-1/approve"`, `value="All are hit."`)
	w = s.with("/", session)
	want(t, w, http.StatusServiceUnavailable, "They are safe; reload in a moment")
	if strings.Contains(w.Body.String(), errAway.Error()) {
		t.Errorf("the page tells what is inside: %s", w.Body)
	}
}
