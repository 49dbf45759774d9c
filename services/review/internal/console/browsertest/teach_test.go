package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// keeps has intake keep the words of the first ticket of a case.
func (h *house) keeps(caseID string) {
	h.t.Helper()
	c, err := h.Case(h.t.Context(), caseID)
	h.must(err)
	t := c.Tickets[0]
	_, err = h.conn.Publish(h.t.Context(), bus.Event{
		Subject: topology.TicketSubject(t.Tenant, t.ID), ID: "words-of-" + t.ID,
		Payload: &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
			Head: &intakev1.TicketHead{Tenant: t.Tenant, Ticket: t.ID, Revision: t.Revision, Subject: t.Subject},
			Notes: []*intakev1.TicketNote{
				{Id: "z/1", AuthorKind: ingressv1.AuthorKind_CUSTOMER, Opening: true, Text: "Rund 500 Leute stehen vor der Tür. Bitte eskalieren, um 10 Uhr startet unser Programm."},
				{Id: "z/2", AuthorKind: ingressv1.AuthorKind_AGENT, Text: "internal: asked the vendor"},
			},
		}},
	})
	h.must(err)
}

func TestALeaderCorrectsAReadingByKeyboard(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	c := h.Morning()
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	h.keeps(c.Login)
	b.press("c")
	b.shows("#correct h2", "T-4711")
	b.await(on)
	b.shows("#words", "Bitte eskalieren")
	b.is(`!document.querySelector("#words").textContent.includes("internal")`)
	b.is(`document.querySelector("#correct-yes").checked && document.querySelector("#correct-people").value === "500"`)
	b.album("correct")

	// From the heading on, the tab key goes through the form.
	b.is(`document.querySelector("#correct").focus() ?? true`)
	b.press(kb.Tab + kb.Tab) // what was written: to fold, and to scroll
	b.await(`document.activeElement.matches("#words pre")`)
	b.press(kb.Tab)
	b.await(`document.activeElement.id === "correct-yes"`)
	b.press(kb.Tab)
	b.await(`document.activeElement.name === "recommendation"`)
	b.press(kb.ArrowRight)
	b.press(kb.ArrowRight)
	b.await(`document.querySelector("#correct-needs_info").checked`)
	b.press(kb.Tab + " ") // the first of the reasons
	b.await(`document.querySelector("#reason-program_launch_blocked").checked`)
	b.press(" ")
	b.do(chromedp.SendKeys(chromedp.CSS("#correct-note"), "No deadline"))

	// What is typed stays while the case changes, and after a reload the form is there.
	now := time.Now().UTC()
	h.Hear(now, ledger.Fact{Condition: consoletest.Logins(h.At, now, 171)})
	b.shows("#facts", "171")
	b.is(`document.activeElement.value === "No deadline" && document.querySelector("#correct-needs_info").checked`)
	b.is(`location.search.includes("correct=T-4711")`)

	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2))) // Ctrl+Enter
	b.shows(".done", "The correction is kept.")
	b.shows(".taught", "Reading corrected by lena: eligible → needs info")
	b.await(on)
	b.is(`!document.querySelector("#correct")`)
	b.shoot("corrected")
	labels, err := h.LabelsOf(t.Context(), c.Login)
	if err != nil || len(labels) != 1 || labels[0].Now.Recommendation != decide.NeedInfo || labels[0].Comment != "No deadline" {
		t.Errorf("kept %+v (%v)", labels, err)
	}
}
