package ledgertest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// five opens a case with five rows in its audit, and another one beside it.
func five(d *desk) string {
	id := d.hear("e1", ticket("acme", "T-1", 1))[0].Case.ID
	d.hear("e2", ticket("acme", "T-2", 1))
	must(d.do(id, approve))(d)
	for range 2 {
		must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
			return c.SetETA(cmd, cmd.At.Add(time.Hour))
		}))(d)
	}
	must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Resolve(cmd) }))(d)
	return id
}

func (d *desk) exec(statements ...string) {
	d.Helper()
	for _, s := range statements {
		if _, err := d.DB.ExecContext(d.Context(), s); err != nil {
			d.Fatalf("%s: %v", s, err)
		}
	}
}

// heads makes the heads that there are, and gives all.
func (d *desk) heads() []ledger.HeadSet {
	d.Helper()
	must(d.MakeHeads(d.Context(), d.cause("").At))(d)
	return must(d.HeadSets(d.Context(), 0, 100))(d)
}

// check verifies the audit against published heads.
func (d *desk) check(published []ledger.HeadSet) (found []ledger.Finding) {
	d.Helper()
	k := ledger.Check{Found: func(f ledger.Finding) { found = append(found, f) }}
	k.Published(published)
	err := d.EachAuditLine(d.Context(), ledger.AuditRange{}, func(a ledger.AuditLine) error { k.Row(a); return nil })
	if err != nil {
		d.Fatal(err)
	}
	k.End(must(d.UnauditedCases(d.Context()))(d)...)
	return found
}

// names says that the findings name a flaw of a row.
func names(found []ledger.Finding, id string, version uint64, what ledger.Flaw) bool {
	return slices.ContainsFunc(found, func(f ledger.Finding) bool { return f.Case == id && f.Version == version && f.What == what })
}

func tamperingFound(d *desk) {
	id := five(d)
	if found := d.check(nil); len(found) != 0 {
		d.Fatalf("untouched: %v", found)
	}
	row := func(version int) string { return fmt.Sprintf(" WHERE case_id = '%s' AND version = %d", id, version) }
	const keep, back = "CREATE TABLE kept AS SELECT * FROM audit", "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept"
	d.exec(append(d.Unlock, keep)...)
	for _, tt := range []struct {
		name       string
		version    uint64
		what       ledger.Flaw
		statements []string
	}{
		{"another actor", 3, ledger.Changed, []string{"UPDATE audit SET actor = 'omar'" + row(3)}},
		{"another time", 1, ledger.Changed, []string{"UPDATE audit SET happened_at = happened_at + 1" + row(1)}},
		{"another ground", 5, ledger.Changed, []string{"UPDATE audit SET ground = 'beta_only'" + row(5)}},
		{"another hash", 5, ledger.Changed, []string{"UPDATE audit SET hash = 'ab'" + row(5)}},
		{"another row before", 4, ledger.Changed, []string{"UPDATE audit SET prev_hash = 'ab'" + row(4)}},
		{"the first row is gone", 2, ledger.Gap, []string{"DELETE FROM audit" + row(1)}},
		{"a row in the middle is gone", 4, ledger.Gap, []string{"DELETE FROM audit" + row(3)}},
		{"two are gone", 4, ledger.Gap, []string{"DELETE FROM audit" + row(2), "DELETE FROM audit" + row(3)}},
		{"two are swapped", 3, ledger.Disorder, []string{"UPDATE audit SET version = 99" + row(3), "UPDATE audit SET version = 3" + row(4), "UPDATE audit SET version = 4" + row(99)}},
		{"the last row is gone", 4, ledger.Cut, []string{"DELETE FROM audit" + row(5)}},
		{"the whole chain is gone", 0, ledger.Gone, []string{"DELETE FROM audit WHERE case_id = '" + id + "'"}},
	} {
		d.exec(tt.statements...)
		if found := d.check(nil); !names(found, id, tt.version, tt.what) || len(found) > 3 {
			d.Errorf("%s: found %v, want %s at row %d", tt.name, found, tt.what, tt.version)
		}
		d.exec(strings.Split(back, "; ")...)
	}
	d.exec("DROP TABLE kept")
}

func forgedFound(d *desk) {
	id := five(d)
	published := d.heads()
	d.exec(d.Unlock...)
	d.exec("CREATE TABLE kept AS SELECT * FROM audit")
	// Who owns the database can write the tail anew, with hashes that hold.
	rows := must(d.Audit(d.Context(), id))(d)
	for i := 2; i < len(rows); i++ {
		rows[i].Event.Actor, rows[i].PrevHash = "omar", rows[i-1].Hash
		rows[i].Hash = ledger.LineOf(rows[i]).Sum()
		d.exec(fmt.Sprintf("UPDATE audit SET actor = 'omar', prev_hash = '%s', hash = '%s' WHERE case_id = '%s' AND version = %d",
			rows[i].PrevHash, rows[i].Hash, id, i+1))
	}
	if found := d.check(nil); len(found) != 0 {
		d.Errorf("without heads nobody sees it, but found are %v", found)
	}
	if found := d.check(published); len(found) != 1 || !names(found, id, 5, ledger.Forged) {
		d.Errorf("with heads: %v", found)
	}
	// Nor does it help to make further heads of it.
	must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Reopen(cmd) }))(d)
	if found := d.check(d.heads()); !names(found, id, 5, ledger.Forged) {
		d.Errorf("with later heads: %v", found)
	}
	// Or to cut the tail, and to say in the case that it never was; or to delete it all.
	for _, tt := range []struct {
		what       ledger.Flaw
		statements []string
	}{
		{ledger.Cut, []string{"DELETE FROM audit WHERE version > 2", fmt.Sprintf("UPDATE cases SET version = 2 WHERE case_id = '%s'", id)}},
		{ledger.Gone, []string{"DELETE FROM audit WHERE case_id = '" + id + "'", "UPDATE tickets SET case_id = NULL", "DELETE FROM case_terms", "DELETE FROM decisions", "DELETE FROM labels WHERE 0 = 1"}},
	} {
		d.exec(tt.statements...)
		found := d.check(published)
		if !slices.ContainsFunc(found, func(f ledger.Finding) bool { return f.Case == id && f.What == tt.what }) {
			d.Errorf("%s: found %v", tt.what, found)
		}
	}
}

func headsFollow(d *desk) {
	first := five(d)
	one := d.heads()
	if len(one) != 1 || len(one[0].Heads) != 2 || one[0].Prev != "" {
		d.Fatalf("the first set is %+v", one)
	}
	if again := d.heads(); len(again) != 1 {
		d.Errorf("nothing moved, and there are %d sets", len(again))
	}
	must(d.do(first, func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Reopen(cmd) }))(d)
	two := d.heads()
	if len(two) != 2 || two[1].Prev != two[0].Hash || len(two[1].Heads) != 1 || two[1].Heads[0].Version != 6 {
		d.Fatalf("the second set is %+v", two[len(two)-1])
	}
	if found := d.check(append(two, two...)); len(found) != 0 {
		d.Errorf("sets that come again: %v", found)
	}
	d.hear("e9", ticket("acme", "T-9", 1))
	three := d.heads()
	other := three[1]
	other.Heads = nil
	for name, sets := range map[string][]ledger.HeadSet{
		"a set is missing": {three[0], three[2]}, "a set was changed": {three[0], other, three[2]}, "a set came twice, and differs": append(slices.Clone(three), other),
	} {
		if found := d.check(sets); len(found) == 0 || found[0].What != ledger.HeadsTorn {
			d.Errorf("%s: %v", name, found)
		}
	}
	if unsent := must(d.UnsentHeads(d.Context(), 10))(d); len(unsent) != 3 {
		d.Errorf("%d are to be published, want 3", len(unsent))
	}
	if err := d.MarkHeadsSent(d.Context(), nine, 1); err != nil {
		d.Fatal(err)
	}
	if unsent := must(d.UnsentHeads(d.Context(), 10))(d); len(unsent) != 2 || unsent[0].Seq != 2 {
		d.Errorf("to be published are %+v", unsent)
	}
	for _, statement := range []string{"UPDATE audit_heads SET hash = ''", "DELETE FROM audit_heads", "UPDATE audit_head_sets SET hash = ''", "DELETE FROM audit_head_sets"} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err == nil {
			d.Errorf("%s was done", statement)
		}
	}
}
