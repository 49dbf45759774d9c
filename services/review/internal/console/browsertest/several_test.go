package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

func TestSeveralCasesAreTickedAndDeniedByKeyboard(t *testing.T) {
	b := start(t)
	h := build(t)
	c := h.Morning()
	b.signIn(h)
	b.press("j")
	b.press("x")
	b.press("j")
	b.press("x")
	b.shows("#picked", "2 cases selected")
	b.album("picked")

	// A case that changes keeps its tick, and says so where it is asked once more.
	h.Hear(time.Now(), ledger.Fact{Condition: consoletest.Logins(h.At.Add(-41*time.Minute), time.Now(), 160)})
	b.shows("#row-"+c.Login, "160")
	b.is(`document.querySelectorAll(".pick :checked").length === 2`)
	b.click(`#several button[value="deny"]`)
	b.shows("h1", "Deny several cases")
	b.shows(".moved", "It has changed since you ticked it")
	b.album("several")
	b.do(chromedp.SendKeys(chromedp.CSS("#note"), "Known, and mended at noon."))
	b.click(".several button.stop")
	b.shows("h1", "1 of 1 done")
	b.album("several-done")
	if of, err := h.Case(t.Context(), c.Beta); err != nil || of.State != decide.Denied {
		t.Errorf("the case is %s: %v", of.State, err)
	}
	if of, err := h.Case(t.Context(), c.Login); err != nil || of.State != decide.PendingReview {
		t.Errorf("the case that had changed is %s: %v", of.State, err)
	}
}

func TestTheQueueIsSearchedByKeyboardAndStaysLive(t *testing.T) {
	b := start(t)
	h := build(t)
	h.Morning()
	b.signIn(h)
	b.press("/")
	b.await(`document.activeElement.id === "by-q"`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ""; 0`)) // chromedp types the key that was pressed; keyboards do not
	b.do(chromedp.SendKeys(chromedp.CSS("#by-q"), "insights"+kb.Enter))
	b.await(`location.search.includes("q=insights")`)
	b.await(on)
	b.is(`document.querySelectorAll("#open .row").length === 1`)
	b.album("found")
	// Another that is found appears; one that is not does not.
	other := consoletest.Beta(time.Now())
	other.Tenant, other.ID = "globex", "T-99"
	launch := consoletest.Launch(time.Now())
	launch.Tenant = "hooli"
	h.Hear(time.Now(), ledger.Fact{Ticket: launch})
	h.Hear(time.Now(), ledger.Fact{Ticket: other})
	b.await(`document.querySelectorAll("#open .row").length === 2`)
	b.is(`location.search.includes("q=insights")`)
}

func TestTheListsAreLiveAndFitAPhone(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	b.open(h.url("/tickets"))
	b.await(on)
	b.shows("#list", "as soon as a helpdesk sends one")
	h.Morning()
	b.shows("#list", "T-4711")
	b.is(`document.querySelector("#list").getAttribute("aria-busy") === "false"`)
	for _, name := range []string{"tickets", "policy", "deliveries", "audit"} {
		b.open(h.url("/" + name))
		b.album(name)
	}
	b.open(h.url("/policy?lang=de"))
	b.album("policy-de")
	b.press("j")
	b.await(`document.activeElement.matches(".rule summary")`)
	b.press(kb.Enter)
	b.await(`document.querySelector(".rule details").open`)
}
