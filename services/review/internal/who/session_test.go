package who_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// in is a browser of lena's, who has signed in.
func (h *house) in() *browser {
	h.t.Helper()
	b := h.browser()
	if status, text := b.signIn("lena"); status != http.StatusOK {
		h.t.Fatalf("answered %d: %s", status, text)
	}
	return b
}

func (b *browser) status() int {
	b.h.t.Helper()
	status, _ := b.get(b.h.site.URL + "/me")
	return status
}

func TestTheLedgerKeepsNoIDOfASession(t *testing.T) {
	h := build(t, "")
	b := h.in()
	if len(b.id()) != 64 {
		t.Fatalf("the id is %q", b.id())
	}
	if _, err := h.book.Session(t.Context(), b.id()); err == nil {
		t.Error("the ledger knows the id itself")
	}
}

func TestASessionEnds(t *testing.T) {
	for name, end := range map[string]func(h *house, b *browser){
		"when it was idle":      func(h *house, _ *browser) { h.pass(12*time.Hour + time.Second) },
		"after a day, in use":   func(h *house, b *browser) { stay(h, b, 25) },
		"when it is signed out": func(h *house, b *browser) { b.post(h.site.URL+"/signout", nil) },
		"everywhere": func(h *house, _ *browser) {
			h.in().post(h.site.URL+"/signout", url.Values{"everywhere": {"yes"}})
		},
		"with the provider": func(h *house, _ *browser) {},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, "")
			b := h.in()
			kept := b.id()
			if b.status() != http.StatusOK {
				t.Fatal("the session never began")
			}
			end(h, b)
			if name == "with the provider" {
				g := h.gate
				g.Issuer = "https://another.example"
				r, _ := http.NewRequest(http.MethodGet, "/", nil)
				r.AddCookie(&http.Cookie{Name: "tocsin_session", Value: kept})
				if _, err := g.Person(r); err == nil {
					t.Error("another provider's session is let in")
				}
				return
			}
			if b.status() != http.StatusUnauthorized {
				t.Error("it goes on")
			}
			again := h.browser()
			again.carry(kept)
			if again.status() != http.StatusUnauthorized {
				t.Error("its id is still good")
			}
		})
	}
}

// stay looks in once an hour.
func stay(h *house, b *browser, hours int) {
	for range hours {
		h.pass(time.Hour)
		b.status()
	}
}

func TestASignInTakesAnotherID(t *testing.T) {
	h := build(t, "")
	b := h.browser()
	b.carry(strings.Repeat("a", 64)) // planted by somebody who waits for it to become good
	if status, _ := b.signIn("lena"); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	first := b.id()
	if first == strings.Repeat("a", 64) {
		t.Error("a planted id became good")
	}
	b.signIn("cem")
	old := h.browser()
	old.carry(first)
	if old.status() != http.StatusUnauthorized {
		t.Error("the session before the second sign-in goes on")
	}
}

func TestASessionTakesAnotherIDEachHourAndAStolenOneEndsIt(t *testing.T) {
	h := build(t, "")
	b := h.in()
	first := b.id()
	h.pass(61 * time.Minute)
	if b.status() != http.StatusOK || b.id() == first {
		t.Fatal("the id stays")
	}
	beside, thief := h.browser(), h.browser()
	beside.carry(first)
	if beside.status() != http.StatusOK || beside.id() != first {
		t.Error("a request under way was not answered")
	}
	h.pass(2 * time.Minute)
	thief.carry(first)
	if thief.status() != http.StatusUnauthorized {
		t.Error("an id that was given up is good")
	}
	if b.status() != http.StatusUnauthorized {
		t.Error("the session goes on, with two who have it")
	}
}

func TestLeavingLeadsToTheProviderToo(t *testing.T) {
	h := build(t, "")
	b := h.in()
	r, err := http.NewRequest(http.MethodPost, h.site.URL+"/signout", nil)
	h.must(err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.Do(r)
	h.must(err)
	h.must(resp.Body.Close())
	if to := resp.Header.Get("Refresh"); !strings.HasPrefix(to, "0; url="+h.idp.URL+"/leave?client_id=tocsin") {
		t.Errorf("it leads to %q", to)
	}
}

func TestTheNextTokenEndsTheSessionsOfTheOneBefore(t *testing.T) {
	h := build(t, "first")
	b := h.browser()
	if status, _ := b.post(h.site.URL+"/signin", url.Values{"name": {"ann"}, "token": {"first"}, "to": {"/me"}}); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "tocsin_session", Value: b.id()})
	if p, err := h.gate.Person(r); err != nil || p.ID != "ann" {
		t.Fatalf("%v, %v", p, err)
	}
	next := h.gate
	next.Token = "second"
	if _, err := next.Person(r); err == nil {
		t.Error("the session outlives its token")
	}
}

func TestAClockThatIsSetBackGivesNobodyMore(t *testing.T) {
	h := build(t, "")
	b := h.in()
	first := b.id()
	h.pass(61 * time.Minute)
	if b.status() != http.StatusOK || b.id() == first {
		t.Fatal("the id stays")
	}
	h.pass(-3 * time.Hour)
	if b.status() != http.StatusOK {
		t.Error("who is signed in is put out")
	}
	thief := h.browser()
	thief.carry(first)
	if thief.status() != http.StatusUnauthorized {
		t.Error("an id that was given up is good again")
	}
}
