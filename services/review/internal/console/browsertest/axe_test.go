package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// axe is the script that looks for what keeps people out of a page.
func axe(t *testing.T) string {
	t.Helper()
	if os.Getenv("TOCSIN_SKIP_AXE") == "1" {
		t.Skip("TOCSIN_SKIP_AXE=1: axe-core could not be fetched; make test said why")
	}
	file := os.Getenv("TOCSIN_AXE")
	if file == "" { // a test that make did not start
		found, _ := filepath.Glob("../../../../../.build/axe/*/axe.min.js")
		if len(found) == 0 {
			t.Fatal("there is no axe-core to look at pages with; run deploy/scripts/test-setup, or set TOCSIN_SKIP_AXE=1 to leave this out")
		}
		file = found[len(found)-1]
	}
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// A barrier is what axe found: a rule that the page breaks, and where.
type barrier struct {
	ID, Help string
	Nodes    []struct {
		Target         []any
		HTML           string
		FailureSummary string
	}
}

// A look is a way in which a page is looked at.
type look struct {
	name   string
	width  int64
	scheme string
}

// looksIn are the looks in a language. Where nobody wants pictures, each page is
// seen light and dark, wide and narrow once, rather than in all eight ways.
func (b *tab) looksIn(lang string) []look {
	all := []look{{"light", 1280, "light"}, {"phone-dark", 390, "dark"}, {"dark", 1280, "dark"}, {"phone", 390, "light"}}
	switch {
	case b.shots != "":
		return all
	case lang == "en":
		return all[:2]
	}
	return all[2:]
}

// A stop is a page to look at. An empty path is the page that is open.
type stop struct {
	name, path string
	// see does what there is to be done before it is looked at.
	see func(b *tab)
}

// tour looks at the pages in both languages.
func (b *tab) tour(script string, address func(path string) string, stops []stop) {
	b.Helper()
	for _, lang := range []string{"en", "de"} {
		b.open(address("/signin?lang=" + lang)) // the language stays
		for _, s := range stops {
			if s.path != "" {
				b.open(address(s.path))
			}
			b.await(`document.readyState === "complete"`)
			b.is(fmt.Sprintf("document.documentElement.lang === %q", lang))
			if s.see != nil {
				s.see(b)
			}
			b.do(chromedp.Evaluate[chromedp.Void](script + "; 0"))
			for _, l := range b.looksIn(lang) {
				b.look(l.width, l.scheme)
				name := s.name + "-" + lang + "-" + l.name
				b.judge(name)
				b.shoot(name)
			}
		}
		b.look(1280, "light")
	}
}

// judge says what of the page keeps somebody out.
func (b *tab) judge(name string) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`window.found = null; axe.run(document, {resultTypes: ["violations"], preload: false}).then((r) => { window.found = r.violations }); 0`))
	b.await("window.found")
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("JSON.stringify(window.found)"))
	if err != nil {
		b.Fatal(err)
	}
	var found []barrier
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		b.Fatal(err)
	}
	for _, f := range found {
		for _, n := range f.Nodes {
			b.Errorf("%s: %s: %s\n\tat %v: %.300s\n\t%s", name, f.ID, f.Help, n.Target, n.HTML, n.FailureSummary)
		}
	}
	b.is("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
}

// opened opens a form of the case's page.
func opened(action string) func(*tab) {
	return func(b *tab) {
		b.await(on)
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelectorAll("details.act, #acts-more").forEach((d) => { d.open = false });
			document.getElementById("act-%s").open = true; 0`, action)))
	}
}

// picked waits for both cases that are to be decided at once.
func picked(b *tab) {
	b.Helper()
	b.await(`document.querySelectorAll(".several input[name=case]").length === 2`)
}

// live waits until the page is live.
func live(b *tab) { b.Helper(); b.await(on) }

func TestNoPageKeepsAnybodyOut(t *testing.T) {
	script := axe(t)
	b := start(t)
	h := build(t)
	h.answers()
	b.signIn(h)
	b.tour(script, h.url, []stop{{"empty", "/", live}, {"conditions-never", "/conditions", live}, {"roster-empty", "/roster", nil}, {"tickets-empty", "/tickets", live}})
	c := h.Morning()
	h.staff()
	h.monitoring(consoletest.NewSky(h.At))
	h.keeps(c.Login)
	h.advises("ineligible")
	of, err := h.Case(t.Context(), c.Login)
	h.must(err)
	both := fmt.Sprintf("&case=%s@%d&case=%s@1", c.Login, of.Version, c.Beta)
	b.tour(script, h.url, []stop{
		{"queue", "/", live},
		{"found", "/?q=insights", live},
		{"found-nothing", "/?q=zebra", live},
		{"case", "/cases/" + c.Login, live},
		{"approve", "", func(b *tab) {
			opened("approve")(b)
			b.press("a")
			b.await(`document.querySelector("#act-approve .letter")`)
		}},
		{"deny", "", opened("deny")},
		{"ask", "", opened("request-info")},
		{"correct", "/cases/" + c.Login + "?correct=T-4711&tenant=acme", live},
		{"beta", "/cases/" + c.Beta, live},
		{"approved", "/cases/" + c.Launch, live},
		{"denied", "/cases/" + c.Report, live},
		{"platform", "/cases/" + c.Pathways, live},
		{"print", "/cases/" + c.Login + "?print=1", nil},
		{"several-approve", "/several?action=approve" + both, picked},
		{"several-deny", "/several?action=deny" + both, picked},
		{"several-ask", "/several?action=request-info" + both, picked},
		{"conditions", "/conditions", live},
		{"condition", "/conditions/acme/auth_failures_over_100", live},
		{"tickets", "/tickets", live},
		{"policy", "/policy", nil},
		{"roster", "/roster", nil},
		{"reports", "/reports", nil},
		{"deliveries", "/deliveries", live},
		{"audit", "/audit", live},
		{"audit-of-one", "/audit?case=" + c.Login, live},
		{"unknown", "/cases/none", nil},
		{"signed-in", "/signin", nil},
		{"keys", "/", func(b *tab) { b.await(on); b.press("?"); b.await(`document.querySelector("#keys").open`) }},
	})
}

func TestNoWayInKeepsAnybodyOut(t *testing.T) {
	script := axe(t)
	b := start(t)
	byToken := build(t)
	b.tour(script, byToken.url, []stop{{"signin", "/signin?to=/tickets", nil}, {"signin-wrong", "/signin", func(b *tab) {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#name").value = "eve"; document.querySelector("#token").value = "no"; document.querySelector("main form").requestSubmit(); 0`))
		b.await(`document.querySelector(".wrong")`)
	}}})
	links := &who.Links{}
	byLink := build(t, func(_ *house, g *who.Gate) { g.Token, g.Links = "", links })
	b.tour(script, byLink.url, []stop{{"signin-nolink", "/signin", nil}, {"signin-link", who.LinkPath + links.New(time.Now()), nil}})
	shut := build(t, func(_ *house, g *who.Gate) { g.Token, g.Shut = "", true })
	b.tour(script, shut.url, []stop{{"signin-shut", "/signin", nil}})
	provided := build(t, byProvider)
	b.tour(script, provided.site, []stop{{"signin-provider", "/signin", nil}, {"signin-forged", "/signin/back?code=x&state=y", nil}})
}

// What a person does wrong, or somebody else did meanwhile, is said to all as well.
func TestNoAnswerToAMistakeKeepsAnybodyOut(t *testing.T) {
	script := axe(t)
	b := start(t)
	h := build(t)
	c := h.Morning()
	b.signIn(h)
	send := func(path string) func(*tab) {
		return func(b *tab) {
			b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`window.form = document.createElement("form"); form.method = "post"; form.action = %q;
				document.body.append(form); form.submit(); 0`, path)))
			b.await(`!window.form && document.readyState === "complete"`)
		}
	}
	h.Hear(time.Now(), ledger.Fact{Condition: consoletest.Logins(h.At.Add(-41*time.Minute), time.Now(), 150)})
	b.tour(script, h.url, []stop{
		{"stale", "/", send("/cases/" + c.Login + "/approve?version=1")},
		{"wrong", "/", send("/cases/" + c.Login + "/request-info?version=4&key=k")},
		{"several-wrong", "/", send("/several?action=request-info&case=" + c.Login + "@4")},
	})
	if of, err := h.Case(t.Context(), c.Login); err != nil || of.State != decide.PendingReview {
		t.Errorf("the case is %s (%v)", of.State, err)
	}
}
