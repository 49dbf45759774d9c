package browsertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/console/consoletest"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// monitoring says what is in the sky.
func (h *house) monitoring(sky *consoletest.Sky) {
	h.t.Helper()
	var looks, changes []bus.Event
	for _, m := range sky.Standings {
		looks = append(looks, bus.Event{Subject: topology.StandingSubject(m.GetScope(), m.GetReason(), m.GetSubject()), Payload: m})
	}
	for _, m := range sky.Looks {
		looks = append(looks, bus.Event{Subject: topology.LookedSubject(m.GetShard()), Payload: m})
	}
	for _, m := range sky.Changes {
		changes = append(changes, bus.Event{Subject: topology.ConditionSubject(m.GetScope(), m.GetReason(), m.GetSubject()), Payload: &monitoringv1.ConditionChanged{Condition: m}})
	}
	for _, m := range sky.Sights {
		_, err := h.conn.Publish(h.t.Context(), bus.Event{ID: bus.ID(m.GetShard(), m.GetSaidAt().String()), Subject: topology.SightSubject(m.GetShard()), Payload: m})
		h.must(err)
	}
	for _, batch := range [][]bus.Event{looks, changes} {
		for i := range batch {
			h.said++
			batch[i].ID = fmt.Sprint("m", h.said)
		}
		for len(batch) > 0 {
			n := min(len(batch), 900)
			_, err := h.conn.PublishBatch(h.t.Context(), batch[:n])
			h.must(err)
			batch = batch[n:]
		}
	}
}

func TestTheBoardTellsInOneLookWhatIsRaised(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	b.open(h.url("/conditions"))
	b.await(on)
	b.shows(".sum", "Nobody knows")
	b.album("conditions-never")

	now := time.Now().UTC()
	h.monitoring(&consoletest.Sky{Looks: []*monitoringv1.Looked{{Shard: "00", At: timestamppb.New(now), Watched: 1602}}})
	b.shows(".sum", "Nothing is raised.")
	b.await(`/Last looked \d+ s ago/.test(document.querySelector(".sum").textContent)`)
	b.album("conditions-calm")

	b.is("window.sameWindow = true")
	c := h.Morning()
	h.monitoring(consoletest.NewSky(now.Add(time.Second)))
	b.shows(".sum", "3 conditions are raised")
	b.shows("#near", "87 of 100 people")
	b.shows("#near", "14 more would raise it")
	b.shows("#flapping", "umbrella")
	b.shows("#undetermined", "massive dynamic")
	b.await(`document.title.startsWith("(3)")`)
	b.await(`document.querySelector('#raised a[href="/cases/` + c.Login + `"]')`)
	b.is("window.sameWindow")
	b.album("conditions")

	// Somebody goes on by keyboard while it changes; the focus stays.
	b.press("j")
	b.press("j")
	b.await(`document.activeElement.getAttribute("href") === "/conditions/acme/auth_failures_over_100"`)
	h.monitoring(&consoletest.Sky{Changes: []*monitoringv1.Condition{{
		Id: "sso-1", Change: "raised", Episode: "sso-1", Scope: "acme", Reason: "sso_unavailable", Value: 20, Threshold: 20, WindowSeconds: 600, People: 9,
		At: timestamppb.New(time.Now()), DetectedAt: timestamppb.New(time.Now()),
	}}})
	b.shows(".sum", "4 conditions are raised")
	b.is(`document.activeElement.getAttribute("href") === "/conditions/acme/auth_failures_over_100"`)
	b.press(kb.Enter)
	b.shows("h1", "at acme")
	b.await(on)
	b.shows(".changes", "new value")
	b.shows(".command", "tocsin explain acme/auth_failures_over_100")
	b.click("#values summary")
	b.shows("#values", "143")
	b.album("condition")
	b.press("u")
	b.shows("h1", "Conditions")
}

func TestTheBoardIsFilteredAndSpeaksGerman(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	h.Morning()
	h.monitoring(consoletest.NewSky(time.Now().UTC()))
	b.open(h.url("/conditions?lang=de"))
	b.await(on)
	b.shows(".sum", "3 Befunde sind ausgelöst.")
	b.shows("#near", "87 von 100 Personen")
	b.album("conditions-de")
	b.open(h.url("/conditions/umbrella/ftp_denied"))
	b.await(on)
	b.shows(".changes", "kommt und geht")
	b.album("condition-de")
	b.open(h.url("/conditions"))
	b.await(on)
	b.do(chromedp.SendKeys(chromedp.CSS("#tenant"), "acme"+kb.Enter))
	b.await(`location.search.includes("tenant=acme")`)
	b.await(on)
	b.shows(".sum", "1 Befund ist ausgelöst.")
	b.is(`document.querySelectorAll(".stand").length === 1`)
	h.monitoring(&consoletest.Sky{Changes: []*monitoringv1.Condition{{
		Id: "sso-1", Change: "raised", Episode: "sso-1", Scope: "acme", Reason: "sso_unavailable", Value: 20, Threshold: 20,
		At: timestamppb.New(time.Now()), DetectedAt: timestamppb.New(time.Now()),
	}}})
	b.shows(".sum", "2 Befunde sind ausgelöst.") // the filter lasts while it is live
	b.is(`document.querySelectorAll(".stand").length === 2`)
}

func TestWhereNobodyLooksTheBoardSaysSinceWhen(t *testing.T) {
	b := start(t)
	h := build(t)
	b.signIn(h)
	h.monitoring(consoletest.NewSky(time.Now().UTC().Add(-20 * time.Minute)))
	b.open(h.url("/conditions"))
	b.await(on)
	b.shows(".unseen-since", "Blind since")
	b.shows(".unseen-since", "Nobody looks")
	b.album("conditions-blind")
}
