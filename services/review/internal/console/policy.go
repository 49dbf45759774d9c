package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// Reports say how leadership decides; report.Desk does.
type Reports interface {
	// Report is of the time before now.
	Report(ctx context.Context, now time.Time, back time.Duration) (report.Report, error)
}

// counted is over how many days the policy's page counts.
const counted = 90

// A rulebook is the policy as a page shows it.
type rulebook struct {
	L             lang
	Name, Version string
	Short         string // the beginning of the version
	Reasons       []rule
	Grounds       []rule
	Within        []within
	Counted       string // over how long cases are counted; empty where nobody counts
}

// A rule is a reason or a ground.
type rule struct {
	ID            string
	Title, About  string
	OtherLang     string
	Other, Others string // title and description in the other language
	Priority      policy.Priority
	PriorityWord  string
	Within        string // how soon a case is to be decided
	When, Window  string // what raises it
	Text, Signal  bool
	Own           bool // added by the operator
	Families      []string
	EN, DE        []policy.Entry // the words that tickets are read by
	Tally         *firing
}

// A within is how soon cases of a priority are decided.
type within struct{ ID, Word, Within string }

// A firing is how often a reason fired, and what was decided. Bars are in percent.
type firing struct {
	Fired, Decided string
	Share          string // approved of decided; empty where too few were
	Bar, Approved  int
}

// policyPage shows the reasons and the grounds, and the numbers they stand on.
func (c *Console) policyPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "policy")
	p.Title = p.L.say("policy.page")
	b := c.rulebookOf(p.L)
	if c.Reports != nil && who.Of(r.Context()).SeesAll() { // the numbers are of all tenants
		of, err := c.Reports.Report(r.Context(), c.Now(), counted*24*time.Hour)
		if err != nil {
			c.Log.WarnContext(r.Context(), "how often the reasons fire can not be counted", "error", err)
		} else {
			b.count(&of)
		}
	}
	p.Body = b
	c.write(w, http.StatusOK, "policy.html", p)
}

func (c *Console) rulebookOf(l lang) *rulebook {
	of := c.Policy
	b := &rulebook{L: l, Name: of.Name, Version: of.Version}
	b.Short = strings.TrimPrefix(of.Version, "sha256:")
	b.Short = b.Short[:min(len(b.Short), 12)]
	for _, id := range of.ReasonIDs() {
		reason, _ := of.Reason(id)
		ru := ruleIn(l, string(id), reason.Title, reason.Description)
		ru.Priority, ru.PriorityWord = reason.Priority, l.Word("priority", reason.Priority)
		ru.Within = l.window(of.DecideWithin(id))
		ru.Text, ru.Signal = reason.Text, reason.Signal && !of.Rules.Off[id]
		ru.Own = slices.Contains(of.OwnReasonIDs(), id)
		if ru.Signal {
			ru.When, ru.Window = raisedWhen(l, &of.Rules, id)
		}
		ru.Families = familiesOf(l, of, id)
		ru.EN, ru.DE = of.Vocabulary.Reasons[id].EN, of.Vocabulary.Reasons[id].DE
		b.Reasons = append(b.Reasons, ru)
	}
	for _, id := range policy.GroundIDs() {
		g, _ := of.Ground(id)
		b.Grounds = append(b.Grounds, ruleIn(l, string(id), g.Title, g.Description))
	}
	for _, p := range policy.Priorities() {
		b.Within = append(b.Within, within{string(p), l.Word("priority", p), l.window(of.Review.DecideWithin[p])})
	}
	return b
}

// count adds how often each reason fired, and what was decided.
func (b *rulebook) count(of *report.Report) {
	b.Counted = b.L.say("policy.counted", b.L.Number(counted))
	most := 1
	for i := range of.Reasons {
		most = max(most, of.Reasons[i].Fired)
	}
	for i := range b.Reasons {
		at := slices.IndexFunc(of.Reasons, func(r report.Reason) bool { return string(r.ID) == b.Reasons[i].ID })
		if at < 0 {
			at = len(of.Reasons)
			of.Reasons = append(of.Reasons, report.Reason{})
		}
		n := &of.Reasons[at]
		f := &firing{Fired: b.L.Count("policy.fired", n.Fired), Decided: b.L.say("policy.decided", b.L.Number(n.Approved.Of)), Bar: n.Fired * 100 / most}
		if n.Approved.Share != nil {
			f.Approved = int(*n.Approved.Share*100 + .5)
			f.Share = b.L.say("policy.share", b.L.Number(f.Approved))
		}
		b.Reasons[i].Tally = f
	}
}

// ruleIn is a reason or a ground in the reader's language, and in the other.
func ruleIn(l lang, id string, title, about policy.Words) rule {
	other := lang(l.say("lang.other.code"))
	return rule{
		ID: id, Title: title.In(string(l)), About: about.In(string(l)),
		OtherLang: string(other), Other: title.In(string(other)), Others: about.In(string(other)),
	}
}

// familiesOf are the reasons that may be the same trouble.
func familiesOf(l lang, of *policy.Policy, id policy.ReasonID) []string {
	var kin []string
	for _, other := range of.ReasonIDs() {
		if other != id && of.SameFamily(id, other) {
			kin = append(kin, of.Title(other, string(l)))
		}
	}
	return kin
}

// raisedWhen says what raises a condition, and over which time.
func raisedWhen(l lang, n *policy.Rules, id policy.ReasonID) (when, window string) {
	switch id {
	case policy.AuthFailuresOver100:
		return l.say("rule.auth", l.Number(n.AuthFailures.Over)), l.window(n.AuthFailures.Window)
	case policy.SSOUnavailable:
		return l.say("rule.sso", l.Number(n.SSO.Attempts), l.Number(n.SSO.People), l.window(n.SSO.DownFor)), l.window(n.SSO.Window)
	case policy.ReportsFailing24h:
		return failing(l, &n.Reports)
	case policy.UploadsFailing24h:
		return failing(l, &n.Uploads)
	case policy.FTPDenied:
		return l.say("rule.ftp", l.Number(n.FTP.Sessions), l.Number(n.FTP.NightlySessions), l.window(n.FTP.NightlyWindow)), l.window(n.FTP.Window)
	case policy.CoreFunctionDown:
		return l.say("rule.core", l.window(n.Components.Core.DegradedFor)), l.window(n.Components.Core.For)
	case policy.ProviderContentMissing, policy.ProviderCompletionsMissing:
		return l.say("rule.provider"), l.window(n.Providers.Apart)
	case policy.ProfileDiscrepancy100:
		return l.say("rule.profiles", l.Number(n.Profiles.Users)), ""
	case policy.SecurityBreach:
		return l.say("rule.findings", l.Word("severity", n.Findings.Suspected), l.Word("severity", n.Findings.Confirmed)), ""
	case policy.ProgramLaunchBlocked:
		return l.say("rule.launch", l.window(n.Launches.Before), l.window(n.Launches.After)), ""
	case policy.StaleTicket1w:
		return l.say("rule.stale", l.Number(n.Stale.Large)), l.window(n.Stale.After)
	}
	return l.say("rule.down"), l.window(downFor(n, id))
}

func failing(l lang, n *policy.Deliveries) (when, window string) {
	return l.say("rule.failing", l.Number(n.Daily.Runs), l.Number(n.Sparse.Runs), l.window(n.Sparse.Window)), l.window(n.Daily.Window)
}

// downFor is how long the first of the components that raise the reason must be down.
func downFor(n *policy.Rules, id policy.ReasonID) time.Duration {
	least := time.Duration(0)
	for _, down := range n.Components.Down {
		if down.Reason == id && (least == 0 || down.For < least) {
			least = down.For
		}
	}
	return least
}
