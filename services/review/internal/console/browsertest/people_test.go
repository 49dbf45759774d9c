package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
	"tocsin/services/review/internal/who/oidc"
	"tocsin/services/review/internal/who/oidctest"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// site is the console as another site than the provider's, by its name: so
// browsers hold back what they hold back between sites.
func (h *house) site(path string) string {
	return strings.Replace(h.url(path), "127.0.0.1", "localhost", 1)
}

// byProvider has people sign in at a provider, and in no other way.
func byProvider(h *house, gate *who.Gate) {
	idp := oidctest.New(h.t, map[string]oidctest.Person{
		"lena": {"preferred_username": "lena", "roles": []string{"leadership"}},
		"cem":  {"preferred_username": "cem", "roles": []string{"csm"}, "tenants": []string{"acme"}},
		"mika": {"preferred_username": "mika"},
	})
	p, err := oidc.New(oidc.Config{
		Issuer: idp.URL, ClientID: oidctest.Client, ClientSecret: oidctest.Secret, PublicURL: h.site(""), RolesClaim: "roles", TenantsClaim: "tenants",
	})
	h.must(err)
	gate.Token, gate.Issuer, gate.Provider = "", idp.URL, p
}

// tabTo goes on with the tab key until the element has the focus.
func (b *tab) tabTo(selector string) {
	b.Helper()
	at := fmt.Sprintf("document.activeElement.matches(%q)", selector)
	for range 60 {
		b.press(kb.Tab)
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](at)); err == nil && ok {
			return
		}
	}
	b.shoot("failed")
	b.Fatalf("the tab key does not lead to %s", selector)
}

// signInAs signs somebody in at the provider, with the keyboard.
func (b *tab) signInAs(h *house, person string) {
	b.Helper()
	b.open(h.site("/"))
	b.await(`document.querySelector("a[href^='/signin/provider']")`)
	b.tabTo("a[href^='/signin/provider']")
	b.press(kb.Enter)
	b.shows("h1", "Who are you?")
	b.tabTo("#" + person)
	b.press(kb.Enter)
}

// tells says that the requester of a case was told of it.
func (h *house) tells(caseID, kind string) {
	h.t.Helper()
	_, err := h.conn.Publish(h.t.Context(), bus.Event{Subject: topology.DeliverySubject("zendesk"), ID: "told-" + kind, Payload: &notificationv1.DeliveryRecorded{
		Id: "told-" + kind, Notification: "n-9", Channel: "zendesk", Destination: "acme.example", Audience: "requester", Recipient: "j.weber", Tenant: "acme",
		Case: caseID, Kind: kind, Outcome: "sent", Attempt: 1, Answer: "200", At: timestamppb.Now(),
	}})
	h.must(err)
}

func TestALeaderSignsInAtTheProviderAndDecidesByKeyboard(t *testing.T) {
	b := start(t)
	h := build(t, byProvider)
	h.answers()
	b.signInAs(h, "lena")
	b.await(on)
	b.shows(".person", "lena")
	b.shows("#open .empty", "Nothing waits")

	b.is("window.sameWindow = true")
	c := h.Morning()
	b.shows("#row-"+c.Login, "acme")
	b.is("window.sameWindow") // no page was loaded for it
	b.press("j")
	b.press(kb.Enter)
	b.shows("h1", "at acme")
	b.await(on)
	b.press("a")
	b.await(`document.activeElement.name === "within"`)
	b.shows("#act-approve [data-preview]", "j.weber") // what the requester reads, before
	b.press(kb.ArrowRight + kb.ArrowRight)
	b.await(`document.querySelector("#approve-within-120").checked`)
	b.tabTo("#approve-note")
	b.press("We are on it")
	b.shows("#act-approve .letter .body", "WE ARE ON IT")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2))) // Ctrl+Enter
	b.shows(".done", "Approved.")
	b.shows(".verdict", "Approved by lena")
	b.await(on)
	b.is("window.sameWindow = true")
	h.tells(c.Login, "approved")
	h.Hear(time.Now(), ledger.Fact{Condition: consoletest.Logins(h.At.Add(-41*time.Minute), time.Now(), 150)})
	b.await(`[...document.querySelectorAll("#told [data-outcome=sent]")].length === 2`) // told of the opening, and now of the approval
	b.is("window.sameWindow")

	got, err := h.Case(t.Context(), c.Login)
	if err != nil || got.State != decide.InProgress || got.Decision.By != "lena" || got.ETA.IsZero() {
		t.Errorf("the case is %s until %s by %+v (%v)", got.State, got.ETA, got.Decision, err)
	}
	b.do(chromedp.Focus(chromedp.CSS(".brand")))
	b.tabTo("form[action='/signout'] button")
	b.press(kb.Enter)
	b.await(`location.pathname === "/leave" && document.readyState === "complete"`) // signed out at the provider too
	b.open(h.site("/cases/" + c.Login))
	b.await(`document.querySelector("a[href^='/signin/provider']")`)
	b.is(`!document.body.textContent.includes("acme")`)
}

// hidden are words of tenants other than acme in the morning.
const hidden = `["umbrella", "initech", "globex", "hooli", "wayne", "T-88", "T-501", "p.gibbons", "a.wong", "see it on the beta", "1,200 managers"]`

// tellsNothing checks that the page has no word of another tenant, but for what its
// reader asked for in its address.
func (b *tab) tellsNothing() {
	b.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](hidden+
		`.filter((word) => !location.href.includes(word) && document.documentElement.outerHTML.toLowerCase().includes(word.toLowerCase())).join()`))
	if err != nil || found != "" {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		b.shoot("failed")
		b.Errorf("%s tells of %s (%v)", at, found, err)
	}
}

func TestACSMSeesNothingOfAnotherTenant(t *testing.T) {
	b := start(t)
	h := build(t, byProvider)
	c := h.Morning()
	h.staff()
	h.monitoring(consoletest.NewSky(h.At))
	b.signInAs(h, "cem")
	b.await(on)
	b.shows("#row-"+c.Login, "acme")
	b.tellsNothing()
	b.do(chromedp.Evaluate[chromedp.Void](`window.heard = []; window.live = new EventSource("/live");
		live.addEventListener("changed", (e) => heard.push(JSON.parse(e.data).case)); 0`))
	b.await("live.readyState === 1")
	more := consoletest.Beta(time.Now())
	more.ID = "T-89"
	h.Hear(time.Now(), ledger.Fact{Ticket: more})
	h.Hear(time.Now(), ledger.Fact{Condition: consoletest.Logins(h.At.Add(-41*time.Minute), time.Now(), 177)})
	b.await(fmt.Sprintf("heard.includes(%q)", c.Login))
	b.is(fmt.Sprintf("heard.every((id) => id === %q)", c.Login))
	b.shows("#row-"+c.Login, "177")
	b.tellsNothing()

	// What a page of theirs shows, and what one of others does: nothing, as if it were not there.
	for path, own := range map[string]string{
		"/?q=insights": "", "/?tenant=initech": "", "/cases/" + c.Login: "at acme", "/cases/" + c.Beta: "no such case", "/cases/" + c.Pathways: "no such case",
		"/cases/" + c.Login + "?print=1": "at acme", "/several?action=deny&case=" + c.Beta + "@1": "", "/tickets": "T-4711", "/tickets?tenant=initech": "",
		"/deliveries": "j.weber", "/audit": c.Login, "/audit?case=" + c.Beta: "", "/conditions": "acme", "/conditions/umbrella/ftp_denied": "",
		"/policy": "", "/roster": "", "/reports": "",
	} {
		b.open(h.site(path))
		b.shows("main", own)
		b.tellsNothing()
	}
	b.answersNothing(c)
}

// answersNothing asks the API from the person's own page.
func (b *tab) answersNothing(c consoletest.Cases) {
	b.Helper()
	for path, status := range map[string]int{
		"/v1/cases": 200, "/v1/cases?q=insights": 200, "/v1/cases?tenant=initech": 200, "/v1/cases/" + c.Beta: 404, "/v1/cases/" + c.Beta + "/labels": 404,
		"/v1/cases/" + c.Pathways: 404, "/v1/conditions?points=true": 200, "/v1/audit": 403, "/v1/reports": 403, "/v1/roster": 403, "/v1/labels": 403,
	} {
		b.is(fmt.Sprintf(`fetch(%q).then(async (r) => { window.got = [r.status, await r.text()] }) && true`, path))
		b.await("window.got")
		b.is(fmt.Sprintf(`got[0] === %d && %s.every((word) => !got[1].toLowerCase().includes(word.toLowerCase()))`, status, hidden))
		b.is("delete window.got")
	}
}

func TestALinkSignsInOneBrowserOnce(t *testing.T) {
	links := &who.Links{}
	b := start(t)
	h := build(t, func(_ *house, g *who.Gate) { g.Token, g.Links = "", links })
	link := h.url(who.LinkPath + links.New(time.Now()))
	b.open(link)
	b.await(`document.activeElement.id === "name"`)
	b.press("lena" + kb.Enter)
	b.await(on)
	b.shows(".person", "lena")
	b.is(`!location.href.includes("code")`)

	other := start(t)
	other.open(link)
	other.await(`document.activeElement.id === "name"`)
	other.press("eve" + kb.Enter)
	other.shows(".wrong", "was used or is too old")
	other.open(h.url("/"))
	other.is(`location.pathname === "/signin"`)

	b.click("form[action='/signout'] button")
	b.await(`location.pathname === "/signin"`)
	b.open(h.url("/"))
	b.is(`location.pathname === "/signin"`)
}

func TestSomebodyWithoutARoleIsToldSo(t *testing.T) {
	b := start(t)
	h := build(t, byProvider)
	h.Morning()
	b.signInAs(h, "mika")
	b.shows("main", "no role")
	b.is(`!document.body.textContent.includes("acme")`)
}
