package ledgertest

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/policy"
)

// correct corrects the recommendation of a ticket of acme, under an order's id.
func (d *desk) correct(caseID, ticket, order string, to decide.Recommendation) (teach.Example, error) {
	d.minutes++
	return d.Teach(d.Context(), caseID, func(c *decide.Case, past []teach.Example) (teach.Example, error) {
		return teach.Correct(c, past, teach.Correction{
			ID: order, By: lena, At: nine.Add(time.Duration(d.minutes) * time.Minute), Tenant: "acme", Ticket: ticket, Comment: "as " + order, Policy: d.policy,
			Change: func(r teach.Reading) (teach.Reading, error) {
				r.Recommendation, r.Request = to, to != decide.NotARequest
				return r, nil
			},
		})
	})
}

func decisionTeaches(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 3))[0].Case.ID
	must(d.do(id, approve))(d)
	got := must(d.LabelsOf(d.Context(), id))(d)
	if len(got) != 1 || got[0].Ticket != "T-1" || got[0].Revision != 3 || got[0].By != "lena" || got[0].Source != teach.OfDecision ||
		got[0].Now.Recommendation != decide.Eligible || !got[0].Stands {
		d.Errorf("the approval taught %+v", got)
	}
	if _, err := d.do(id, deny); !errors.Is(err, decide.ErrDecided) || d.count("labels") != 1 {
		d.Errorf("what was refused (%v) made %d labels of 1", err, d.count("labels"))
	}
	if _, err := d.DB.ExecContext(d.Context(), "ALTER TABLE labels RENAME TO away"); err != nil {
		d.Fatal(err)
	}
	other := d.hear("e2", ticket("acme", "T-2", 1))[0].Case
	if _, err := d.do(other.ID, approve); err == nil {
		d.Error("a decision was kept without its label")
	}
	if c := must(d.Case(d.Context(), other.ID))(d); c.State != decide.PendingReview {
		d.Errorf("the case is %s without the label of its decision", c.State)
	}
}

func correctionOnce(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	made := must(d.correct(id, "T-1", "o1", decide.NotARequest))(d)
	if made.Comment != "as o1" || made.Was.Recommendation != decide.Eligible || made.Now.Request || !made.Stands || !made.At.Equal(nine.Add(2*time.Minute)) {
		d.Errorf("kept %+v", made)
	}
	again := must(d.correct(id, "T-1", "o1", decide.Eligible))(d)
	if !reflect.DeepEqual(again, made) || d.count("labels") != 1 {
		d.Errorf("the same order again gave %+v, and there are %d", again, d.count("labels"))
	}
	if got := must(d.Open().Label(d.Context(), made.ID))(d); !reflect.DeepEqual(got, made) {
		d.Errorf("another process reads %+v", got)
	}
	for name, err := range map[string]error{
		"of no such case":   second(d.correct("c-none", "T-1", "o2", decide.Eligible)),
		"of no such ticket": second(d.correct(id, "T-9", "o3", decide.Eligible)),
		"that is unsound":   second(d.correct(id, "T-1", "o4", decide.Ineligible)),
	} {
		var unsound *teach.UnsoundError
		if !errors.Is(err, ledger.ErrNotFound) && !errors.Is(err, teach.ErrTicket) && !errors.As(err, &unsound) || d.count("labels") != 1 {
			d.Errorf("a correction %s: %v, and there are %d labels", name, err, d.count("labels"))
		}
	}
	if _, err := d.Label(d.Context(), "leadership-none"); !errors.Is(err, ledger.ErrNoLabel) {
		d.Errorf("no such label: %v", err)
	}
	if c := must(d.Case(d.Context(), id))(d); c.Version != 1 {
		d.Errorf("the case is at version %d: a correction of the reading changes no case", c.Version)
	}
}

func second[T any](_ T, err error) error { return err }

func lastStands(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	d.hear("e2", ticket("acme", "T-2", 1, func(t *decide.Ticket) { t.Reasons = []policy.ReasonID{policy.FTPDenied} }))
	first := must(d.correct(id, "T-1", "o1", decide.NotARequest))(d)
	last := must(d.correct(id, "T-1", "o2", decide.NeedInfo))(d)
	must(d.do(id, approve))(d)
	page := must(d.Labels(d.Context(), ledger.LabelQuery{}))(d)
	if len(page.Labels) != 1 || page.Labels[0].ID != last.ID {
		d.Errorf("these stand: %+v", page.Labels)
	}
	all := must(d.Labels(d.Context(), ledger.LabelQuery{All: true}))(d).Labels
	if len(all) != 3 || all[0].Source != teach.OfDecision || all[0].Stands || !all[1].Stands || all[2].ID != first.ID || all[2].Stands {
		d.Errorf("all are %+v", all)
	}
	for _, tt := range []struct {
		q    ledger.LabelQuery
		want int
	}{
		{ledger.LabelQuery{Source: teach.OfDecision, All: true}, 1},
		{ledger.LabelQuery{Source: teach.OfDecision}, 0},
		{ledger.LabelQuery{Source: teach.OfCorrection}, 1},
		{ledger.LabelQuery{Since: last.At, All: true}, 2},
		{ledger.LabelQuery{Since: last.At.Add(time.Hour), All: true}, 0},
		{ledger.LabelQuery{Case: id, All: true}, 3},
		{ledger.LabelQuery{Case: "c-none", All: true}, 0},
	} {
		if got := must(d.Labels(d.Context(), tt.q))(d).Labels; len(got) != tt.want {
			d.Errorf("%+v gives %d labels, want %d", tt.q, len(got), tt.want)
		}
	}
}

func labelsOnlyAdded(d *desk) {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	made := must(d.correct(id, "T-1", "o1", decide.NotARequest))(d)
	for _, statement := range []string{
		"UPDATE labels SET made_by = 'nobody'",
		"DELETE FROM labels",
		"INSERT INTO labels (label_id, case_id, tenant, ticket, corrects, made_by, made_at, body) VALUES ('l', 'c-none', 'a', 't', 0, 'lena', 1, '')",
		"INSERT INTO labels (label_id, case_id, tenant, ticket, corrects, made_by, made_at, body) SELECT 'l', case_id, tenant, ticket, corrects, '', 1, body FROM labels",
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err == nil {
			d.Errorf("%s was done", statement)
		}
	}
	if _, err := d.DB.ExecContext(d.Context(), "DELETE FROM label_comments"); err != nil {
		d.Errorf("what a person wrote can not be erased: %v", err)
	}
	if got := must(d.Label(d.Context(), made.ID))(d); got.Comment != "" || got.By != "lena" {
		d.Errorf("then the label is %+v", got)
	}
}

func labelPages(d *desk) {
	const labels = 11
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	for i := range labels {
		must(d.correct(id, "T-1", fmt.Sprint("o", i), decide.NotARequest))(d)
	}
	seen, pages := map[string]bool{}, 0
	for q := (ledger.LabelQuery{All: true, Limit: 4}); ; {
		page := must(d.Labels(d.Context(), q))(d)
		for i, e := range page.Labels {
			if seen[e.ID] = true; i > 0 && e.At.After(page.Labels[i-1].At) {
				d.Error("a label is newer than the one before it")
			}
		}
		if pages++; page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	if len(seen) != labels || pages != 3 {
		d.Errorf("%d labels on %d pages, want %d on 3", len(seen), pages, labels)
	}
	for _, cursor := range []string{"nonsense", must(d.Cases(d.Context(), ledger.Query{}))(d).Next + "x"} {
		if _, err := d.Labels(d.Context(), ledger.LabelQuery{Cursor: cursor}); !errors.Is(err, ledger.ErrCursor) {
			d.Errorf("cursor %q: %v, want ErrCursor", cursor, err)
		}
	}
}

func labelsFollow(d *desk) {
	first := d.hear("e1", ticket("other", "T-1", 1))[0].Case
	second := d.hear("e2", ticket("acme", "T-1", 1))[0].Case
	made := must(d.correct(second.ID, "T-1", "o1", decide.NeedInfo))(d)
	d.hear("e3", condition("c1", decide.Platform, decide.Raised, nine))
	for _, id := range []string{first.ID, second.ID} {
		if got := must(d.LabelsOf(d.Context(), id))(d); len(got) != 1 || got[0].ID != made.ID {
			d.Errorf("the labels of %s are %+v", id, got)
		}
	}
	if again := must(d.correct(first.ID, "T-1", "o2", decide.NeedInfo))(d); !reflect.DeepEqual(again.Now, made.Now) || again.Was.Recommendation != decide.Eligible {
		d.Errorf("a correction after it begins from %+v", again.Now)
	}
}
