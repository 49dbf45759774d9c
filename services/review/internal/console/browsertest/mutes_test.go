package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// hushes answers for notification, which keeps the mutes.
func (h *house) hushes() {
	h.t.Helper()
	say := func(m *notificationv1.Mute) (proto.Message, error) {
		change := &notificationv1.MuteChanged{Mute: m, Change: "set"}
		_, err := h.conn.Publish(h.t.Context(), bus.Event{Subject: topology.MuteSubject(m.GetId()), ID: m.String(), Payload: change})
		return &notificationv1.MuteAnswered{Mute: m}, err
	}
	set := func(q *notificationv1.MuteAsked) (proto.Message, error) {
		m, now := q.GetMute(), time.Now().UTC().Truncate(time.Second)
		if m.GetWhy() == "wrong" {
			return &notificationv1.MuteAnswered{Refused: "bad-request", Problems: []*notificationv1.MuteProblem{{Field: "destinations[0]", Text: `there is no "opps": chief, ops`}}}, nil
		}
		m.Id, m.SetAt, m.From, m.Until = "m-"+m.GetWhy(), bus.Stamp(now), bus.Stamp(now), bus.Stamp(now.Add(q.GetLasts().AsDuration()))
		return say(m)
	}
	end := func(q *notificationv1.MuteEndAsked) (proto.Message, error) {
		now := time.Now().UTC()
		return say(&notificationv1.Mute{
			Id: q.GetId(), By: "lena", Why: "move", Audiences: []string{"leadership"}, From: bus.Stamp(now.Add(-time.Hour)), Until: bus.Stamp(now.Add(time.Hour)),
			EndedBy: q.GetBy(), EndedAt: bus.Stamp(now), SetAt: bus.Stamp(now.Add(-time.Hour)),
		})
	}
	h.run(bus.Answering(h.conn, "notification", topology.SetMuteSubject(), func() *notificationv1.MuteAsked { return &notificationv1.MuteAsked{} }, set),
		bus.Answering(h.conn, "notification", topology.EndMuteSubject(), func() *notificationv1.MuteEndAsked { return &notificationv1.MuteEndAsked{} }, end))
}

// mutes fills in the form and sends it.
func (b *tab) mutes(why string) {
	b.Helper()
	b.do(chromedp.SendKeys("#mute-why", why), chromedp.SendKeys("#mute-tenants", "acme"))
	b.click(".muting button")
}

func TestALeaderMutesATenantSeesItOnTheCaseAndEndsIt(t *testing.T) {
	script := axe(t)
	b := start(t)
	h := build(t)
	h.hushes()
	c := h.Morning()
	b.signIn(h)
	b.open(h.url("/mutes"))
	b.mutes("move")
	b.await(`document.querySelector(".done") && document.querySelector("table.mutes tr[data-mute=holds]")`)
	b.open(h.url("/cases/" + c.Login))
	b.await(`document.querySelector(".muted[data-mute=holds]").textContent.includes("move")`)
	b.tour(script, h.url, []stop{
		{"mutes", "/mutes", nil},
		{"mutes-case", "/cases/" + c.Login, live},
		{"mutes-queue", "/", live},
	})
	b.open(h.url("/mutes?lang=en"))
	b.mutes("wrong")
	b.await(`document.querySelector(".wrong[role=alert]").textContent.includes("chief, ops") && document.querySelector("#mute-why").value === "wrong"`)
	b.open(h.url("/mutes"))
	b.click(`table.mutes form button`)
	b.await(`document.querySelector("table.mutes tr[data-mute=ended]") && !document.querySelector("table.mutes tr[data-mute=holds]")`)
}
