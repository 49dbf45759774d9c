package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/report"

	"tocsin/pkg/policy"
)

func TestTheListsSayWhatIsThere(t *testing.T) {
	s := open(t)
	c := s.Morning()
	park(s, c.Login)
	for _, name := range []string{"tickets", "policy", "deliveries", "audit"} {
		golden(t, name, s.get("/"+name))
		golden(t, name+"_de", s.get("/"+name+"?lang=de"))
	}
}

// park records an attempt that was given up.
func park(s *site, id string) {
	s.T.Helper()
	err := s.RecordDeliveries(s.T.Context(), ledger.Delivery{
		ID: "d-2", Notification: "n-2", Case: id, Tenant: "acme", Audience: "csm", Recipient: "m.ruiz", Channel: "webhook",
		Destination: "crm.example", Kind: "approved", Outcome: "parked", Attempt: 5, At: morning.Add(-48 * time.Hour), Duration: 2_340 * time.Millisecond, Answer: "410 gone",
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

func TestAnEmptyListSaysWhatWillBeThere(t *testing.T) {
	s := open(t)
	want(t, s.get("/tickets"), http.StatusOK, "as soon as a helpdesk sends one")
	want(t, s.get("/deliveries"), http.StatusOK, "Nobody has been told anything yet")
	want(t, s.get("/audit"), http.StatusOK, "Nothing has happened yet")
	want(t, s.get("/tickets?tenant=acme"), http.StatusOK, "Nothing is found by this filter")
}

func TestAListIsFilteredByItsAddress(t *testing.T) {
	s := open(t)
	c := s.Morning()
	park(s, c.Login)
	for path, texts := range map[string][2]string{
		"/tickets?tenant=acme":                  {"T-4711", "T-88"},
		"/tickets?ticket=T-8":                   {"T-88", "T-4711"},
		"/deliveries?outcome=parked":            {"m.ruiz", "j.weber"},
		"/deliveries?recipient=j.weber":         {"j.weber", "m.ruiz"},
		"/deliveries?channel=webhook":           {"crm.example", "acme.example"},
		"/deliveries?destination=crm.example":   {"m.ruiz", "j.weber"},
		"/deliveries?tenant=globex":             {"Nothing is found", "j.weber"},
		"/deliveries?since=2026-11-20":          {"j.weber", "m.ruiz"},
		"/deliveries?until=2026-11-18":          {"m.ruiz", "j.weber"},
		"/deliveries?since=nonsense":            {"write it as 2026-11-20", "j.weber"},
		"/audit?actor=lena":                     {"denied", "condition linked"},
		"/audit?name=approved":                  {c.Launch, c.Beta},
		"/audit?case=" + c.Beta:                 {c.Beta, c.Login},
		"/?tenant=acme":                         {c.Login, c.Beta},
		"/?q=insights":                          {c.Beta, c.Login},
		"/?q=T-4711":                            {c.Login, c.Beta},
		"/?state=needs_info":                    {"Nothing is found", c.Login},
		"/?state=denied":                        {c.Report, c.Login},
		"/?reason=lxp_features_unavailable":     {c.Pathways, c.Login},
		"/?priority=critical":                   {c.Login, c.Beta},
		"/?overdue=1":                           {c.Beta, c.Login},
		"/?mine=1":                              {"Nothing is found", c.Login},
		"/?group=running":                       {c.Launch, c.Login},
		"/?tenant=acme&state=nonesuch&reason=x": {"Nothing is found", c.Login},
	} {
		page := bodyOf(s, path)
		if !strings.Contains(page, texts[0]) || strings.Contains(page, texts[1]) {
			t.Errorf("%s does not show %s, or shows %s:\n%s", path, texts[0], texts[1], page)
		}
	}
}

// bodyOf is what a page lists, without its filter.
func bodyOf(s *site, path string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return s.get(path + sep + "fragment=1").Body.String()
}

func TestAFilterStandsInTheAddressAndInTheForm(t *testing.T) {
	s := open(t)
	s.Morning()
	want(t, s.get("/?q=T-47&tenant=acme&overdue=1"), http.StatusOK,
		`hreflang="de"`, `name="q" type="search" value="T-47"`, `name="tenant" type="text" value="acme"`, `value="1" checked`, "Show all")
	want(t, s.get("/?q=T-47"), http.StatusOK, `href="/?lang=de&amp;q=T-47"`)
}

func TestALongQueueHasPages(t *testing.T) {
	s := open(t)
	for i := range 63 {
		ticket := consoletest.Outcry(morning)
		ticket.Tenant, ticket.ID = fmt.Sprint("tenant-", i), fmt.Sprint("T-", i)
		s.Hear(morning, ledger.Fact{Ticket: ticket})
	}
	first := s.get("/").Body.String()
	_, link, found := strings.Cut(first, `" rel="next"`)
	if !found || strings.Count(first, `<li class="row`) != 60 || link == "" {
		t.Fatalf("the first page has %d cases, and the next page: %v", strings.Count(first, `<li class="row`), found)
	}
	to := first[:strings.Index(first, `" rel="next"`)]
	to = strings.ReplaceAll(to[strings.LastIndex(to, `"`)+1:], "&amp;", "&")
	second := s.get(to)
	if n := strings.Count(second.Body.String(), `<li class="row`); n != 3 {
		t.Errorf("the second page has %d cases, want 3", n)
	}
	want(t, second, http.StatusOK, "data-part", "To the beginning")
	want(t, s.get("/?group=open&cursor=nonsense"), http.StatusNotFound, "no such page of the list")
	want(t, s.get("/audit?cursor=nonsense"), http.StatusNotFound, "no such page of the list")
}

func TestAChainThatWasChangedIsSaidSo(t *testing.T) {
	s := open(t)
	c := s.Morning()
	want(t, s.get("/audit?case="+c.Login), http.StatusOK, "Verified: the chain of this case is whole.")
	forged := open(t, func(cfg *console.Config) { cfg.Cases = forger{s.Ledger} })
	want(t, forged.get("/audit?case="+c.Login), http.StatusOK, `data-holds="false"`, "The chain of this case is broken")
}

// A forger gives an audit in which somebody else decided.
type forger struct{ console.Reader }

func (f forger) Audit(ctx context.Context, id string) ([]ledger.AuditRow, error) {
	rows, err := f.Reader.Audit(ctx, id)
	for i := range rows {
		rows[i].Event.Actor = "mallory"
	}
	return rows, err
}

// tick is what the tick box of a case sends now.
func (s *site) tick(id string) string { return id + "@" + s.seen(id) }

// several sends the form for several cases.
func (s *site) several(fields url.Values) (int, string) {
	w := s.postForm("/several", fields)
	return w.Code, w.Body.String()
}

func TestSeveralCasesAreDeniedTogether(t *testing.T) {
	s := open(t)
	c := s.Morning()
	ask := url.Values{"action": {"deny"}, "case": {s.tick(c.Login), s.tick(c.Beta)}}
	w := s.get("/several?" + ask.Encode())
	golden(t, "several", w)
	want(t, w, http.StatusOK, "Deny several cases", s.tick(c.Login)+`" checked`, s.tick(c.Beta)+`" checked`)
	code, page := s.several(url.Values{
		"action": {"deny"}, "case": ask["case"], "all": ask["case"], "key": {"k-1"}, "ground": {"beta_only"}, "note": {"Tried on beta only."},
	})
	if code != http.StatusOK || strings.Count(page, `data-done="true"`) != 2 {
		t.Errorf("answered %d: %s", code, page)
	}
	for _, id := range []string{c.Login, c.Beta} {
		if got := s.now(id); got.State != decide.Denied || got.Decision.Note != "Tried on beta only." {
			t.Errorf("case %s is %s", id, got.State)
		}
	}
}

func TestOneStaleCaseOfSeveralKeepsNoOther(t *testing.T) {
	s := open(t)
	c := s.Morning()
	login, beta := s.tick(c.Login), s.tick(c.Beta)
	s.Hear(morning, ledger.Fact{Condition: consoletest.Logins(morning.Add(-41*time.Minute), morning, 160)})
	// The page that asks once more shows it unticked.
	want(t, s.get("/several?"+url.Values{"action": {"approve"}, "case": {login, beta}}.Encode()), http.StatusOK, "It has changed since you ticked it (version 3, now 4)")
	code, page := s.several(url.Values{"action": {"approve"}, "case": {login, beta}, "key": {"k-1"}, "within": {"60"}})
	if code != http.StatusOK || strings.Count(page, `data-done="true"`) != 1 || !strings.Contains(page, "1 of 2 done") {
		t.Errorf("answered %d: %s", code, page)
	}
	if got := s.now(c.Login).State; got != decide.PendingReview {
		t.Errorf("the stale one is %s", got)
	}
	if got := s.now(c.Beta).State; got != decide.InProgress {
		t.Errorf("the other is %s", got)
	}
	// The same form again is the same order, and is answered alike.
	if _, again := s.several(url.Values{"action": {"approve"}, "case": {login, beta}, "key": {"k-1"}, "within": {"60"}}); strings.Count(again, `data-done="true"`) != 1 {
		t.Errorf("sent again: %s", again)
	}
}

func TestAFormForSeveralThatLacksSomethingKeepsWhatWasTyped(t *testing.T) {
	s := open(t)
	c := s.Morning()
	both := []string{s.tick(c.Login), s.tick(c.Beta)}
	for _, tc := range []struct {
		fields url.Values
		says   string
	}{
		{url.Values{"action": {"deny"}, "case": both[:1]}, "Please say why."},
		{url.Values{"action": {"request-info"}, "case": both[:1]}, "Please say why."},
		{url.Values{"action": {"deny"}, "note": {"Kept words."}}, "tick at least one case"},
		{url.Values{"action": {"deny"}, "case": both[:1], "note": {strings.Repeat("ä", 4001)}}, "under 4,000 characters"},
		{url.Values{"action": {"approve"}, "case": both[:1], "within": {"-5"}}, "give a date and a time"},
	} {
		tc.fields["all"] = both
		code, page := s.several(tc.fields)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, tc.says) || !strings.Contains(page, tc.fields.Get("note")) || !strings.Contains(page, both[1]) {
			t.Errorf("%v is answered %d: %s", tc.fields, code, page)
		}
	}
	if code, _ := s.several(url.Values{"action": {"destroy"}, "case": both}); code != http.StatusNotFound {
		t.Errorf("an unknown action is answered %d", code)
	}
	if s.now(c.Login).State != decide.PendingReview {
		t.Error("something was decided")
	}
}

func TestAClaimedCaseSaysByWhom(t *testing.T) {
	s := open(t)
	c := s.Morning()
	s.Do(morning, c.Login, desk.Order{Action: desk.Claim})
	want(t, s.get("/"), http.StatusOK, "claimed by lena")
}

func TestACaseThatSomebodyHasSeenSaysWho(t *testing.T) {
	s := open(t)
	c := s.Morning()
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "I have seen it", "Seen by", "nobody yet")
	page := s.done(s.order(c.Login, "acknowledge"), c.Login, decide.PendingReview)
	want(t, page, http.StatusOK, "You have seen this case", "Seen by", "lena")
	if strings.Contains(page.Body.String(), "act-acknowledge") {
		t.Error("who has seen it is asked again")
	}
	want(t, s.get("/"), http.StatusOK, "seen by lena")
	w := s.post("/cases/"+c.Login+"/acknowledge", "version", s.seen(c.Login), "key", "another")
	want(t, w, http.StatusConflict, "Somebody said before you")
}

// tallied says what was decided of one reason.
type tallied struct{}

func (tallied) Report(context.Context, time.Time, time.Duration) (report.Report, error) {
	return report.Report{Reasons: []report.Reason{
		{ID: policy.SSOUnavailable, Fired: 12, Approved: report.Rate{N: 6, Of: 8, Share: new(.75)}},
		{ID: policy.FTPDenied, Fired: 1, Approved: report.Rate{N: 1, Of: 2}},
	}}, nil
}

func TestThePolicySaysHowOftenEachReasonFires(t *testing.T) {
	s := open(t, func(cfg *console.Config) { cfg.Reports = tallied{} })
	w := s.get("/policy")
	golden(t, "policy_counted", w)
	want(t, w, http.StatusOK, "in the last 90 days", "measured 12 times", "75 % approved", "of 8 decided", "measured once", "too few decided")
}
