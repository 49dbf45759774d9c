package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/onetime"
)

// link is the address of a link that was sent to a pager for the first round of a case.
func (h *house) link(caseID string) string {
	h.t.Helper()
	key, err := onetime.Key(h.t.Context(), h.conn.JS())
	h.must(err)
	return h.url("/ack/" + onetime.Sign(key, onetime.Claim{ID: "l-1", Case: caseID, Round: 1, To: "pager", Expires: h.At.Add(time.Hour)}))
}

func TestWhoHasALinkSaysWithoutSigningInThatTheyHaveSeenACase(t *testing.T) {
	b := start(t)
	h := build(t)
	c := h.Morning()
	b.open(h.link(c.Login))
	b.shows("h1", "unable to log in")
	b.album("link")
	if got, err := h.Case(t.Context(), c.Login); err != nil || got.AcknowledgedBy != "" {
		t.Errorf("who only looked acknowledged as %q (%v)", got.AcknowledgedBy, err)
	}
	b.click("button.go")
	b.shows("[role=status]", "Thank you")
	b.album("link-done")
	b.open(h.link(c.Login))
	b.shows("[role=status]", "already seen: by somebody with the link sent to pager")
	b.is(`!document.querySelector("button.go")`)
	b.album("link-seen")
	b.open(h.link(c.Login) + "x")
	b.shows("[role=alert]", "not one of ours")
	b.album("link-forged")
}

func TestALeaderSaysByKeyboardThatTheyHaveSeenACase(t *testing.T) {
	b := start(t)
	h := build(t)
	h.answers()
	c := h.Morning()
	b.signIn(h)
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	b.shows("#work", "nobody yet")
	b.press("s")
	b.await(`document.activeElement.matches("#form-acknowledge button")`)
	b.shoot("seen-form")
	b.press(kb.Enter)
	b.shows(".done", "You have seen this case")
	b.shows("#work", "lena")
	b.album("seen")
	b.open(h.url("/"))
	b.await(on)
	b.shows("#row-"+c.Login+" .taken", "seen by lena")
	b.album("seen-queue")
	if got, err := h.Case(t.Context(), c.Login); err != nil || got.State != decide.PendingReview || got.AcknowledgedBy != "lena" {
		t.Errorf("the case is %s, acknowledged by %q (%v)", got.State, got.AcknowledgedBy, err)
	}
}
