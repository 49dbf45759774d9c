package console_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"

	"tocsin/pkg/policy"
)

// team is who works on cases that morning.
const team = `id,name,skills,zone,shifts,capacity,load
ito,Sora Ito,sso_unavailable;auth_failures_over_100,UTC,mon-fri 08:00-16:00,2,0
mia,Mia Weiß,,Europe/Berlin,mon-fri 09:00-17:00,3,1
noor,Noor Rahman,reports_failing_24h;pathways,Asia/Kolkata,mon-fri 10:00-19:00,1,2
raj,Raj Patel,ftp_denied,America/New_York,sun-thu 22:00-06:00,2,0
`

// staffed is a site with the team, of which one is away.
func staffed(t testing.TB, adjust ...func(*console.Config)) *site {
	t.Helper()
	var s *site
	s = open(t, append([]func(*console.Config){func(cfg *console.Config) {
		book := cfg.Cases.(duty.Ledger)
		cfg.Roster, cfg.Reports = duty.Desk{Ledger: book}, &report.Desk{Source: cfg.Cases.(report.Source), Policy: policy.Default()}
	}}, adjust...)...)
	all, err := roster.ReadCSV(strings.NewReader(team))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = s.ChangeRoster(context.Background(), ledger.Editor{By: "ada", At: morning}, func(b roster.Book) (roster.Book, error) {
		if b, err = b.SetAll(all, false); err != nil {
			return nil, err
		}
		return b.Away("raj", roster.Absence{From: morning.Add(-20 * time.Hour), Until: morning.Add(76 * time.Hour), Why: "training"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheRosterShowsWhoIsFree(t *testing.T) {
	s := staffed(t)
	c := s.Morning()
	s.Do(morning.Add(-time.Minute), c.Login, desk.Order{Action: desk.Approve, ETA: morning.Add(time.Hour), Technician: "ito"})
	w := s.get("/roster")
	golden(t, "roster", w)
	want(t, w, http.StatusOK, "2 free of 3 on duty; 4 technicians", "Mia Weiß", "any trouble", "Sora Ito", "/cases/"+c.Login, ">acme<", "assigned",
		"Noor Rahman", "2 of 1", "Raj Patel", "Away", "training")
	golden(t, "roster_de", s.get("/roster?lang=de"))
	want(t, s.get("/roster?skill=ftp_denied"), http.StatusOK, "1 free of 1 on duty; 2 technicians", "Mia", "Raj")
	want(t, s.get("/roster?skill=juggling"), http.StatusOK, "juggling", "Mia")
}

func TestOnlySomebodyOfTheRosterIsAssigned(t *testing.T) {
	s := staffed(t)
	c := s.Morning()
	want(t, s.order(c.Login, "assign", "technician", "zoe"), http.StatusUnprocessableEntity, "The roster has nobody of that id", "tocsin roster set")
	if got := s.now(c.Login).Technician; got != "" {
		t.Errorf("%s works on it", got)
	}
	s.done(s.order(c.Login, "assign", "technician", "mia"), c.Login, decide.PendingReview)

	s = open(t)
	c = s.Morning()
	s.done(s.order(c.Login, "assign", "technician", "zoe"), c.Login, decide.PendingReview)
}

func TestAnEmptyRosterSaysHowToBegin(t *testing.T) {
	s := open(t, func(cfg *console.Config) { cfg.Roster = duty.Desk{Ledger: cfg.Cases.(duty.Ledger)} })
	want(t, s.get("/roster"), http.StatusOK, "Nobody is on the roster yet", "tocsin roster import")
	want(t, s.get("/roster?lang=de"), http.StatusOK, "Noch steht niemand im Dienstplan")
}

func TestARosterThatCanNotBeReadIsSaidSo(t *testing.T) {
	want(t, staffed(t, func(cfg *console.Config) { cfg.Roster = awayRoster{} }).get("/roster"), http.StatusServiceUnavailable)
	want(t, open(t).get("/roster"), http.StatusForbidden)
	want(t, open(t).get("/reports"), http.StatusForbidden)
}

type awayRoster struct{}

func (awayRoster) OnDuty(context.Context, time.Time, roster.Need) ([]roster.Standing, error) {
	return nil, errors.New("away")
}

// counted is a report that was made of what it holds.
type counted struct{ facts report.Facts }

func (c counted) Facts(context.Context, time.Time, time.Time) (report.Facts, error) {
	return c.facts, nil
}

// quarter is what leadership decided in a while.
func quarter() report.Facts {
	f := report.Facts{
		Promises: decide.Accuracy{Given: 21, Kept: 12, Missed: 3, Moved: 4, Void: 1, Open: 1},
		Fired:    map[policy.ReasonID]int{policy.SSOUnavailable: 9, policy.AuthFailuresOver100: 14, policy.FTPDenied: 3},
	}
	for i := range 34 {
		d := report.Decision{
			Verdict: decide.Approve, Recommended: decide.Eligible, Priority: policy.PriorityHigh, Asked: i%3 > 0,
			Reasons: []policy.ReasonID{[]policy.ReasonID{policy.SSOUnavailable, policy.AuthFailuresOver100, policy.ReportsFailing24h, policy.AuthFailuresOver100}[i%4]},
			Began:   morning.Add(-time.Duration(i*i) * 4 * time.Minute), At: morning,
		}
		if i%2 == 0 {
			d.Seen = d.Began.Add(time.Duration(i) * time.Minute)
		}
		if i%5 == 0 {
			d.Verdict, d.Recommended = decide.Deny, decide.Ineligible
		}
		if i%9 == 0 {
			d.Priority = policy.PriorityCritical
		}
		f.Decisions = append(f.Decisions, d)
	}
	for i := range 4 {
		f.Weeks = append(f.Weeks, report.Week{From: report.Monday(morning).AddDate(0, 0, -7*i), Conditions: 3 + i*2, ByCondition: 2 + i, ByRequest: 4})
	}
	return f
}

func TestReportsSayOfHowMany(t *testing.T) {
	s := staffed(t, func(cfg *console.Config) {
		cfg.Reports = &report.Desk{Source: counted{quarter()}, Policy: policy.Default()}
	})
	w := s.get("/reports")
	golden(t, "reports", w)
	want(t, w, http.StatusOK, "30 days", "Median to decide", "n = 34", "79 %", "80 %", "n = 15", "too few", "kept <b>12</b>", "More than 100 people")
	golden(t, "reports_de", s.get("/reports?lang=de&since=90d"))
	want(t, s.get("/reports?since=nonsense"), http.StatusOK, `aria-current="true">30 days`)
	want(t, staffed(t).get("/reports"), http.StatusOK, "Nothing was decided")
}

func TestTheRosterNeedsNoMoreThanItsPolicyAllowsWhateverPeopleAreCalled(t *testing.T) {
	s := staffed(t)
	_, _, err := s.ChangeRoster(context.Background(), ledger.Editor{By: "ada", At: morning}, func(b roster.Book) (roster.Book, error) {
		if b, err := b.Set(roster.Technician{ID: `"><script>`, Name: `<script>alert(1)</script>`, Skills: []string{`"onclick=x`}, Capacity: 1}); err == nil {
			return b.Away(`"><script>`, roster.Absence{From: morning, Why: `<style>*{}</style>`})
		}
		return nil, errors.New("refused")
	})
	if err != nil {
		t.Fatal(err)
	}
	inline := regexp.MustCompile(`(?i)<style|<script>|\sstyle=|\son[a-z]+=|href="javascript:|https?://`)
	if page := s.get("/roster").Body.String(); inline.MatchString(page) || !strings.Contains(page, "&lt;script&gt;") {
		t.Errorf("the page holds %q", inline.FindString(page))
	}
}
