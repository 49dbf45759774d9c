package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
)

// advises states what a second reader says of acme's ticket.
func (h *house) advises(recommendation string) {
	h.t.Helper()
	m := &classificationv1.SecondRead{
		Tenant: "acme", Ticket: "T-4711", Revision: 1, Outcome: "answered", Model: "m-small", ReadAt: timestamppb.New(h.At), Agrees: recommendation == "eligible",
		First: &classificationv1.WordsRead{Recommendation: "eligible"}, Second: &classificationv1.WordsRead{Recommendation: recommendation},
		Quotes: []*classificationv1.Evidence{{For: "sso_unavailable", Quote: "niemand kommt mehr rein"}},
	}
	if !m.Agrees {
		m.Differences = []*classificationv1.Difference{{About: "recommendation", First: "eligible", Second: recommendation}, {About: "small_audience", Second: "holds"}}
	}
	subject := topology.SecondReadSubject("acme", "T-4711")
	_, err := h.conn.Publish(h.t.Context(), bus.Event{Subject: subject, ID: bus.ID("test", recommendation), Payload: m})
	h.must(err)
}

func TestASecondReaderIsHeardWhileThePageIsOpen(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	c := h.Morning()
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	b.press("d")
	b.do(chromedp.SendKeys(chromedp.CSS("#deny-note"), "Only a few"))
	b.await(`!document.querySelector(".second")`)
	h.advises("ineligible")
	b.shows(".second", "A second reader disagrees: “ineligible” instead of “eligible”")
	b.await(`document.activeElement.id === "deny-note" && document.activeElement.value === "Only a few"`)
	b.album("second")
	h.advises("eligible")
	b.shows(".second", "A second reader agrees")
}
