package ledgertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// hushed is a ticket of which every text, and the id of everybody it names, says hushword:
// a word so long that what is sealed does not have it by chance.
func hushed(t *decide.Ticket) {
	t.Subject, t.Requester, t.CSM, t.Agent = "Hushword broke", "hushword-mia", "hushword-csm", "Hushword-Ann"
	t.Quotes[0].Text = "hushword: we can not work"
	t.Contradictions = []decide.Contradiction{{About: "people", Claimed: "hushword 500", Measured: "hushword 143"}}
	t.Confirmations = t.Contradictions
	t.NearMisses = []decide.NearMiss{{Stated: "hushword soon"}}
}

// about has a ticket name another reason than that of outages.
func about(t *decide.Ticket) { t.Reasons = []policy.ReasonID{policy.UploadsFailing24h} }

// lived has acme's people say hushword wherever they or those who answer them can: in
// a case through two rounds, in one that nordwind shares, on a ticket without a
// case, with a label and in a delivery. It gives both cases.
func lived(d *desk) (own, shared string) {
	shared = d.hear("e0", condition("outage", decide.Platform, decide.Raised, nine))[0].Case.ID
	d.hear("e1", ticket("acme", "T-1", 1, hushed))
	d.hear("e2", ticket("nordwind", "T-2", 1, func(t *decide.Ticket) { t.Subject, t.Requester = "Nordlicht fell", "nils" }))
	own = d.hear("e3", ticket("acme", "T-3", 1, hushed, about))[0].Case.ID
	d.hear("e4", ticket("acme", "T-4", 1, hushed, func(t *decide.Ticket) { t.Asks = "" }))
	for _, do := range []func(*decide.Case, decide.Command) (decide.Event, error){
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.RequestInfo(cmd, "hushword?") },
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
			return c.Approve(cmd, cmd.At.Add(time.Hour))
		},
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
			return c.SetETA(cmd, cmd.At.Add(2*time.Hour))
		},
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Resolve(cmd) },
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Reopen(cmd) },
		deny,
		func(c *decide.Case, cmd decide.Command) (decide.Event, error) { return c.Appeal(cmd) },
	} {
		must(d.do(own, func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
			cmd.Note = "hushword " + cmd.ID
			return do(c, cmd)
		}))(d)
	}
	must(d.correct(own, "T-3", "hushword-1", decide.NotARequest))(d)
	sent := ledger.Delivery{ID: "d1", Case: own, Tenant: "acme", Recipient: "hushword-mia", Kind: "approved", Outcome: "failed", At: timeKept(nine), Answer: "no hushword-mia here"}
	if err := d.RecordDeliveries(d.Context(), sent); err != nil {
		d.Fatal(err)
	}
	letter := disposal(7, "drop")
	letter.Said, letter.Note = "hushword-mia is gone", "hushword"
	if err := d.Dispose(d.Context(), letter); err != nil {
		d.Fatal(err)
	}
	return own, shared
}

// tables are all rows of all tables, as text, in small letters.
func (d *desk) tables() map[string]string {
	d.Helper()
	names, err := d.DB.QueryContext(d.Context(), `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`)
	if err != nil {
		names, err = d.DB.QueryContext(d.Context(), `SELECT name FROM sqlite_master WHERE type = 'table'`)
	}
	if err != nil {
		d.Fatal(err)
	}
	defer names.Close()
	all := map[string]string{}
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			d.Fatal(err)
		}
		all[name] = ""
	}
	for name := range all {
		all[name] = d.dump(name)
	}
	if err := names.Err(); err != nil || len(all) < 15 {
		d.Fatalf("%d tables (%v)", len(all), err)
	}
	return all
}

func (d *desk) dump(table string) string {
	d.Helper()
	rows := must(d.DB.QueryContext(d.Context(), "SELECT * FROM "+table))(d)
	defer rows.Close()
	columns := must(rows.Columns())(d)
	var text strings.Builder
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			d.Fatal(err)
		}
		for i, v := range row {
			if b, is := v.([]byte); is {
				row[i] = string(b)
			}
		}
		fmt.Fprintln(&text, row...)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	return strings.ToLower(text.String())
}

// read is what every reader of cases and of what was told of them gives, in small letters.
func (d *desk) read(l *ledger.Ledger, cases ...string) map[string]string {
	d.Helper()
	got := map[string]any{
		"cases":      must(l.Cases(d.Context(), ledger.Query{}))(d),
		"the audit":  must(l.AllAudit(d.Context(), ledger.AuditQuery{}))(d),
		"the outbox": must(l.Pending(d.Context(), 100))(d),
		"deliveries": must(l.AllDeliveries(d.Context(), ledger.DeliveryQuery{}))(d),
		"disposals":  must(l.Disposals(d.Context(), ledger.DisposalQuery{}))(d),
		"labels":     must(l.Labels(d.Context(), ledger.LabelQuery{All: true}))(d),
		"tickets":    must(l.Tickets(d.Context(), ledger.TicketQuery{}))(d),
		"reports":    must(l.Facts(d.Context(), nine.Add(-time.Hour), nine.Add(100*time.Hour)))(d),
		"precedents": must(l.Precedents(d.Context(), "", []policy.ReasonID{policy.UploadsFailing24h}, nil))(d),
	}
	for _, id := range cases {
		got["case "+id] = must(l.Case(d.Context(), id))(d)
		got["the audit of "+id] = must(l.Audit(d.Context(), id))(d)
		got["the labels of "+id] = must(l.LabelsOf(d.Context(), id))(d)
		got["the deliveries of "+id] = must(l.Deliveries(d.Context(), id))(d)
	}
	all := map[string]string{}
	for name, v := range got {
		all[name] = strings.ToLower(string(must(json.Marshal(v))(d)))
	}
	return all
}

// hashesOf are the hashes of words by which others find a tenant's cases.
func (d *desk) hashesOf(tenant string) (hashes []string) {
	d.Helper()
	rows := must(d.DB.QueryContext(d.Context(), `SELECT term FROM case_terms WHERE tenant = '`+tenant+`' AND term LIKE 'w:%'`))(d)
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			d.Fatal(err)
		}
		hashes = append(hashes, hash)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	return hashes
}

func nothingIsLeft(d *desk) {
	own, shared := lived(d)
	words := d.hashesOf("acme")
	said := d.tables()
	for _, table := range []string{"case_terms", "requests", "deliveries"} {
		if !strings.Contains(said[table], "hushword") {
			d.Errorf("%s says nothing of acme's people, so nothing is tested", table)
		}
	}
	for name, text := range d.read(d.Ledger, own, shared) {
		if told := strings.Contains(text, "hushword"); !told && (strings.Contains(name, own) || strings.Contains(name, "case")) {
			d.Errorf("%s is not read before it is erased: %s", name, text)
		}
	}
	before := d.heads()
	d.Keys.destroy("acme")
	if n := must(d.EraseTenant(d.Context(), "acme"))(d); n == 0 {
		d.Error("nothing was deleted")
	}
	d.silent(words, own, shared)
	if found := d.check(before); len(found) != 0 {
		d.Errorf("of the audit: %v", found)
	}

	// Another process starts, and the cases go on.
	next := d.Open()
	for _, tt := range []struct{ text, want string }{{"t-3", own}, {"nordlicht", shared}, {"nils", shared}, {"hushword-mia", ""}, {"hushword-csm", ""}, {"hushword-ann", ""}, {"hushword", ""}} {
		page := must(next.Cases(d.Context(), ledger.Query{Text: tt.text}))(d)
		if found := len(page.Cases) == 1 && page.Cases[0].ID == tt.want; !found && (tt.want != "" || len(page.Cases) > 0) {
			d.Errorf("%q finds %d cases, want %q", tt.text, len(page.Cases), tt.want)
		}
	}
	d.hear("e9", ticket("acme", "T-3", 2, about, func(t *decide.Ticket) { t.Subject, t.Asks = "said again", "note-2" }))
	for _, id := range []string{own, shared} {
		c := must(d.do(id, approve))(d)
		d.whole(&c)
	}
	if text := d.read(next, own)["case "+own]; !strings.Contains(text, "said again") {
		d.Errorf("what is said since then is not read: %s", text)
	}
	if text := d.read(next, shared)["case "+shared]; !strings.Contains(text, "nordlicht") || !strings.Contains(text, "nils") {
		d.Errorf("another tenant's words are not read: %s", text)
	}
	d.silent(words, own, shared)
	if found := d.check(append(before, d.heads()...)); len(found) != 0 {
		d.Errorf("of the audit that went on: %v", found)
	}
}

// silent says that no table holds a word or an id of acme's people, and no reader tells one.
func (d *desk) silent(hashes []string, cases ...string) {
	d.Helper()
	for _, from := range []map[string]string{d.tables(), d.read(d.Ledger, cases...)} {
		for name, text := range from {
			for _, word := range append([]string{"hushword"}, hashes...) {
				if i := strings.Index(text, word); i >= 0 {
					d.Errorf("%s: %q is left: …%s…", name, word, text[max(0, i-40):min(len(text), i+40)])
				}
			}
		}
	}
}
