package ledgertest

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

func precedents(d *desk) {
	login := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	files := d.hear("e2", ticket("globex", "T-2", 1, func(t *decide.Ticket) {
		t.Reasons, t.People = []policy.ReasonID{policy.FTPDenied, policy.SSOUnavailable}, new(40)
	}))[0].Case.ID
	must(d.do(login, approve))(d)
	must(d.do(files, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Deny(cmd, policy.BetaOnly) }))(d)
	both := []policy.ReasonID{policy.SSOUnavailable, policy.FTPDenied}

	found := must(d.Precedents(d.Context(), "another", both, nil))(d)
	if len(found) != 2 {
		d.Fatalf("%d past decisions, want 2: %+v", len(found), found)
	}
	for _, p := range found {
		switch p.Case {
		case login:
			if p.Verdict != decide.Approve || p.By != "lena" || p.People != -1 || len(p.Reasons) != 1 || !p.DecidedAt.After(p.AskedAt) {
				d.Errorf("the approval is kept as %+v", p)
			}
		case files:
			if p.Verdict != decide.Deny || p.Ground != policy.BetaOnly || p.People != 40 || p.Tenant != "globex" || len(p.Reasons) != 2 {
				d.Errorf("the denial is kept as %+v", p)
			}
		}
	}
	if found := must(d.Precedents(d.Context(), login, both, nil))(d); len(found) != 1 || found[0].Case != files {
		d.Errorf("a case is its own precedent: %+v", found)
	}
	if found := must(d.Precedents(d.Context(), "another", both, []string{"acme"}))(d); len(found) != 1 || found[0].Case != login {
		d.Errorf("behind the wall of acme: %+v", found)
	}
	if found := must(d.Precedents(d.Context(), "another", []policy.ReasonID{policy.SiteOutage}, nil))(d); len(found) != 0 {
		d.Errorf("precedents of a reason nobody decided on: %+v", found)
	}
	if found := must(d.Precedents(d.Context(), "another", nil, nil))(d); len(found) != 0 {
		d.Errorf("precedents without a reason: %+v", found)
	}
}

func askings(d *desk) {
	by := func(csm string, change ...func(*decide.Ticket)) func(*decide.Ticket) {
		return func(t *decide.Ticket) {
			t.CSM = csm
			for _, c := range change {
				c(t)
			}
		}
	}
	again := func(t *decide.Ticket) { t.Asks = "note-2" }
	moved := func(t *decide.Ticket) { t.Status = "IN_PROGRESS" }
	against := func(t *decide.Ticket) {
		t.Contradictions = []decide.Contradiction{{About: "affected_users", Claimed: "500", Measured: "143"}}
	}
	first := d.hear("e1", ticket("acme", "T-1", 1, by("ruiz")))[0].Case.ID
	d.hear("e2", ticket("acme", "T-1", 2, by("ruiz", again)))
	d.hear("e3", ticket("acme", "T-1", 3, by("ruiz", again, moved, against)))
	must(d.do(first, approve))(d)
	d.hear("e4", ticket("acme", "T-2", 1, by("osei")))
	d.hear("e5", ticket("globex", "T-3", 1, by("ruiz")))
	d.hear("e3", ticket("acme", "T-1", 3, by("ruiz", again, moved, against))) // the same message again
	for _, tt := range []struct {
		tenant, csm string
		since       time.Time
		want        ledger.Asking
	}{
		{"acme", "", nine, ledger.Asking{Requests: 2, Decided: 1, Approved: 1, Repeats: 1, Moves: 1, Contradicted: 1}},
		{"acme", "ruiz", nine, ledger.Asking{Requests: 2, Decided: 1, Approved: 1, Repeats: 1, Moves: 1, Contradicted: 1}},
		{"globex", "", nine, ledger.Asking{Requests: 1}},
		{"acme", "", nine.Add(24 * time.Hour), ledger.Asking{}},
		{"initech", "", nine, ledger.Asking{}},
	} {
		if got := must(d.AskedBy(d.Context(), tt.tenant, tt.csm, tt.since))(d); got != tt.want {
			d.Errorf("%s %s since %s: %+v, want %+v", tt.tenant, tt.csm, tt.since, got, tt.want)
		}
	}
}
