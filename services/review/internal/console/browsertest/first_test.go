package browsertest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/console/consoletest"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// answers stands in for notification: it says what the requester would be told.
func (h *house) answers() {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	on := func(c *reviewv1.CaseChanged) (proto.Message, error) {
		said := &notificationv1.Previewed{}
		for _, t := range c.GetCase().GetTickets() {
			said.Notifications = append(said.Notifications, &notificationv1.Notification{
				Audience: "requester", Recipient: t.GetRequester(), Ticket: t.GetTicket(), Tenant: t.GetTenant(), Language: "de",
				Title: c.GetTransition().GetName(), Body: strings.ToUpper(c.GetTransition().GetReason()) + " …",
			})
		}
		return said, nil
	}
	var tasks sync.WaitGroup
	tasks.Go(func() {
		asked := func() *reviewv1.CaseChanged { return &reviewv1.CaseChanged{} }
		if err := bus.Answering(h.conn, "notification", topology.PreviewSubject(), asked, on)(ctx); err != nil {
			h.t.Error(err)
		}
	})
	h.t.Cleanup(func() { stop(); tasks.Wait() })
}

func TestALeaderDecidesFromTheFirstScreen(t *testing.T) {
	b := start(t)
	h := build(t)
	h.answers()
	c := h.Morning()
	h.monitoring(consoletest.NewSky(h.At))
	b.signIn(h)
	b.look(1440, "light")
	b.open(h.url("/cases/" + c.Login))
	b.await(on)
	// All that a decision needs ends above the fold.
	for _, part := range []string{"#facts", "#weigh", "#linked", "#like", "#actions", "#work"} {
		b.is(`document.querySelector("` + part + `").getBoundingClientRect().bottom <= 900`)
	}
	b.is(`document.querySelector("#bundle").getBoundingClientRect().top <= 900`)
	b.is(`document.documentElement.scrollWidth <= 1440`)

	b.press("a")
	b.shows("#act-approve [data-preview]", "j.weber")
	b.do(chromedp.SendKeys(chromedp.CSS("#approve-note"), "we are on it"))
	b.shows("#act-approve [data-preview] .letter", "WE ARE ON IT …") // without a reload, as it is typed
	b.is(`document.activeElement.id === "approve-note"`)
	b.shoot("first-approve")
	b.press("\x1b")
	b.press("?")
	b.await(`document.querySelector("#keys").open`)
}

func TestACasePrintsWithAllItsEvidence(t *testing.T) {
	b := start(t)
	h := build(t)
	c := h.Morning()
	b.signIn(h)
	b.look(800, "light")
	b.open(h.url("/cases/" + c.Login + "?print=1"))
	b.await(`document.querySelector("article.file")`)
	b.is(`!document.querySelector("form[action*='/cases/']")`)
	b.is(`document.querySelectorAll("article details").length > 0 && [...document.querySelectorAll("article .evidence details")].every((d) => d.open)`)
	b.shoot("print")
}
