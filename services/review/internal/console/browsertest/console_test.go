package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
)

const on = `document.querySelector("#live")?.dataset.state === "on"`

// signIn signs Lena in and waits for the live queue.
func (b *tab) signIn(h *house) {
	b.Helper()
	b.open(h.url("/"))
	b.await(`document.activeElement.id === "name"`)
	b.do(
		chromedp.SendKeys(chromedp.CSS("#name"), "lena"),
		chromedp.SendKeys(chromedp.CSS("#token"), token+kb.Enter),
	)
	b.await(on)
}

func TestALeaderSeesACaseAppearAndApprovesItByKeyboard(t *testing.T) {
	b := start(t)
	h := build(t)
	b.open(h.url("/"))
	b.await(`document.querySelector("#token")`)
	b.album("signin")
	b.signIn(h)
	b.shows("#open .empty", "Nothing waits")
	b.album("empty")

	b.is("window.sameWindow = true")
	c := h.Morning()
	b.shows("#row-"+c.Login, "acme")
	b.shows("#row-"+c.Login+" .measured", "143")
	b.is(`document.querySelector('[data-rows="open"] .row').id === "row-` + c.Login + `"`) // at once where it belongs
	b.shows("#running", "umbrella")
	b.shows("#ended", "globex")
	b.is("window.sameWindow") // no page was loaded for it
	b.await(`document.title.startsWith("(3)")`)
	b.album("queue")

	queue := b.another()
	queue.open(h.url("/"))
	queue.await(on)

	b.press("j")
	b.await(`document.activeElement.closest(".row")?.id === "row-` + c.Login + `"`)
	b.press(kb.Enter)
	b.shows("h1", "at acme")
	b.await(on)
	b.album("case")
	b.press("a")
	b.await(`document.activeElement.name === "within"`)
	b.press(kb.ArrowRight)
	b.press(kb.ArrowRight)
	b.await(`document.querySelector("#approve-within-120").checked`)
	b.shoot("approve")
	b.press(kb.Enter)
	b.shows(".done", "Approved.")
	b.shows(".verdict", "Approved by lena")
	b.album("approved")

	queue.shows("#running", "acme")
	queue.await(`document.querySelector("[data-count=open]").textContent === "2"`)
	got, err := h.Case(t.Context(), c.Login)
	if err != nil || got.State != decide.InProgress || got.Decision.By != "lena" {
		t.Errorf("the case is %s by %+v (%v)", got.State, got.Decision, err)
	}
	b.press("u")
	b.shows("h1", "Cases")
}

func TestAPageKeepsWhatIsTypedWhileTheCaseChanges(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	c := h.Morning()
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	b.press("d")
	b.do(chromedp.SendKeys(chromedp.CSS("#deny-note"), "Only a few"))
	now := time.Now().UTC()
	h.Hear(now, ledger.Fact{Condition: consoletest.Logins(h.At, now, 171)})
	b.shows("#facts", "171")
	b.press(" people")
	b.await(`document.activeElement.id === "deny-note" && document.activeElement.value === "Only a few people"`)
	b.await(`document.querySelector("#form-deny [name=version]").value === "4"`) // what the reader now sees

	// Somebody else decides: the form is gone, what was typed is not.
	h.Do(now, c.Login, desk.Order{Action: desk.Approve})
	b.shows(".verdict", "Approved by lena")
	b.shows("#actions", "You had written: Only a few people")
	b.await(`!document.querySelector("#act-deny") && document.querySelector("#act-eta")`)

	// A form from before it tells what has changed.
	b.open(h.url("/cases/" + c.Beta))
	b.await(on)
	b.press("d")
	b.press(kb.ArrowDown)
	b.is(`document.querySelector("#form-deny [name=version]").value = "99"`)
	b.press(kb.Enter)
	b.shows(".stale", "nothing was decided")
	b.await(`document.querySelector("#act-deny").open`)
	b.album("stale")
	b.await(`document.querySelector("#ground-beta_only").checked`)
	b.click("#form-deny button")
	b.shows(".done", "Denied.")
}

func TestALostConnectionComesBackWithWhatWasMissed(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	h.stop()
	b.await(`document.querySelector("#live").dataset.state === "lost"`)
	b.shows("#live", "out of date")
	c := h.Morning()
	h.serve()
	b.await(on)
	b.shows("#row-"+c.Login, "acme")
}

func TestTheConsoleSpeaksGerman(t *testing.T) {
	b := start(t)
	h := build(t)
	c := h.Morning()
	b.signIn(h)
	b.open(h.url("/?lang=de"))
	b.await(on)
	b.shows("#open-title", "Zu entscheiden")
	b.shoot("queue-de")
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	b.shows("#facts", "Behauptet")
	b.shoot("case-de")
	now := time.Now().UTC()
	h.Hear(now, ledger.Fact{Condition: consoletest.Logins(h.At, now, 171)})
	b.shows("#facts", "171")
	b.shows("#facts", "Betroffene Kunden") // pieces come in the reader's language
}
