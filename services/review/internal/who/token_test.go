package who_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// token makes one of cem's, good for a day.
func (h *house) token(reads bool) (string, ledger.Token) {
	h.t.Helper()
	secret, t, err := who.NewToken(ledger.Token{
		Person: decide.Person{ID: "cem", Role: decide.CSM, Tenants: []string{"acme"}}, ReadsOnly: reads,
		MadeBy: "ann", MadeAt: h.now(), EndsAt: h.now().Add(24 * time.Hour),
	})
	h.must(err)
	h.must(h.book.MakeToken(h.t.Context(), t))
	return secret, t
}

// by is who a request with a token, and a name, comes from.
func (h *house) by(method, token, name string) (decide.Person, error) {
	r := httptest.NewRequest(method, "/v1/cases", nil)
	r.RemoteAddr = "192.0.2.7:4000"
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set(who.NameHeader, name)
	return h.gate.Person(r)
}

func TestATokenActsUnderItsOwnName(t *testing.T) {
	h := build(t, "s3cret")
	secret, kept := h.token(false)
	p, err := h.by(http.MethodPost, secret, "lena")
	if err != nil || p.ID != "cem" || p.Role != decide.CSM || !p.Sees("acme") || p.Sees("globex") {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := h.by(http.MethodGet, "s3cret", "l%C3%A9na"); err != nil || p.ID != "léna" || p.Role != decide.Admin {
		t.Errorf("leadership's token: %+v, %v", p, err)
	}
	if used, err := h.book.Token(t.Context(), kept.Hash); err != nil || !used.UsedAt.Equal(h.now().Truncate(time.Microsecond)) {
		t.Errorf("used at %v, %v", used.UsedAt, err)
	}
}

func TestATokenThatIsNotGoodIsRefused(t *testing.T) {
	h := build(t, "s3cret")
	secret, kept := h.token(false)
	reads, _ := h.token(true)
	refused := func(what, token string, want error) {
		t.Helper()
		if _, err := h.by(http.MethodPost, token, ""); !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("a guessed one", who.TokenPrefix+"0000", who.ErrToken)
	refused("its hash", kept.Hash, who.ErrToken)
	refused("its hash, dressed up", who.TokenPrefix+kept.Hash, who.ErrToken)
	refused("one that reads", reads, who.ErrReads)
	if _, err := h.by(http.MethodGet, reads, ""); err != nil {
		t.Errorf("one that reads, reading: %v", err)
	}
	h.must(h.book.RevokeToken(t.Context(), kept.ID, "ann", h.now()))
	refused("one that was taken back", secret, who.ErrToken)
	h.pass(25 * time.Hour)
	refused("one that has ended", reads, who.ErrToken)
}

func TestAfterTenWrongTokensNoneIsLookedAtForAWhile(t *testing.T) {
	h := build(t, "s3cret")
	good, _ := h.token(false)
	for range 10 {
		if _, err := h.by(http.MethodGet, "wrong", ""); !errors.Is(err, who.ErrToken) {
			t.Fatal(err)
		}
	}
	if _, err := h.by(http.MethodGet, "s3cret", ""); !errors.Is(err, who.ErrTries) {
		t.Errorf("the right one after ten wrong ones: %v", err)
	}
	if _, err := h.by(http.MethodGet, good, ""); err != nil {
		t.Errorf("a good token of ours meanwhile: %v", err)
	}
	h.pass(time.Minute)
	if _, err := h.by(http.MethodGet, "s3cret", ""); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestNoUnsoundTokenIsMade(t *testing.T) {
	now := time.Now()
	good := ledger.Token{Person: decide.Person{ID: "bi", Role: decide.Viewer}, MadeAt: now, EndsAt: now.Add(time.Hour)}
	for name, spoil := range map[string]func(*ledger.Token){
		"no name":           func(t *ledger.Token) { t.Person.ID = "" },
		"a name of signs":   func(t *ledger.Token) { t.Person.ID = "a\x00b" },
		"no role":           func(t *ledger.Token) { t.Person.Role = "king" },
		"a csm of nobody":   func(t *ledger.Token) { t.Person.Role = decide.CSM },
		"the platform":      func(t *ledger.Token) { t.Person.Tenants = []string{decide.Platform} },
		"no end":            func(t *ledger.Token) { t.EndsAt = time.Time{} },
		"an end in an age":  func(t *ledger.Token) { t.EndsAt = now.AddDate(2, 0, 0) },
		"an end before now": func(t *ledger.Token) { t.EndsAt = now.Add(-time.Hour) },
	} {
		bad := good
		spoil(&bad)
		if _, _, err := who.NewToken(bad); !errors.Is(err, who.ErrUnsound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := who.NewToken(good); err != nil {
		t.Error(err)
	}
}
