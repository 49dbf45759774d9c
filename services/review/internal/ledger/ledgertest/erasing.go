package ledgertest

import (
	"bytes"
	"time"

	"tocsin/services/review/internal/decide"
)

// order is omar's order that acme be erased.
func order(id string) decide.Erasure {
	return decide.Erasure{ID: id, Tenant: "acme", By: "omar", At: timeKept(nine.Add(50 * time.Hour))}
}

// erase carries an order out as who asks for it does, and gives how many cases held something.
func (d *desk) erase(o decide.Erasure) (n int) {
	d.Helper()
	for after := ""; ; {
		some := must(d.TenantCases(d.Context(), o.Tenant, after, 1))(d)
		if len(some) == 0 {
			break
		}
		after = some[0].ID
		if must(d.EraseCase(d.Context(), after, o, d.policy))(d) {
			n++
		}
	}
	must(d.EraseRows(d.Context(), o.Tenant))(d)
	if err := d.Scrub(d.Context()); err != nil {
		d.Fatal(err)
	}
	return n
}

func tenantErased(d *desk) {
	own, shared := lived(d)
	words, before := d.hashesOf("acme"), d.heads()
	there := must(d.TenantRows(d.Context(), "acme"))(d)
	for _, table := range []string{"tickets", "deliveries", "requests", "case_terms", "notes", "label_comments"} {
		if there[table] == 0 {
			d.Errorf("%s has no row of acme, so nothing is tested", table)
		}
	}
	d.Keys.destroy("acme")
	if n := d.erase(order("order")); n != 2 {
		d.Errorf("%d cases held something, want 2", n)
	}
	d.silent(words, own, shared)
	if d.Bytes != nil {
		for _, word := range []string{"hushword", "Hushword"} {
			if i := bytes.Index(d.Bytes(), []byte(word)); i >= 0 {
				d.Errorf("the files hold %q still, at %d", word, i)
			}
		}
	}
	for table, n := range must(d.TenantRows(d.Context(), "acme"))(d) {
		if n > 0 {
			d.Errorf("%s has %d rows of acme still", table, n)
		}
	}
	if found := d.check(append(before, d.heads()...)); len(found) != 0 {
		d.Errorf("of the audit: %v", found)
	}
	if _, has := d.Keys.have["acme"]; has {
		d.Error("to erase has made the tenant another key")
	}
	for id, want := range map[string]decide.State{own: decide.Closed, shared: decide.PendingReview} {
		c, rows := must(d.Case(d.Context(), id))(d), must(d.Audit(d.Context(), id))(d)
		last := rows[len(rows)-1].Event
		if c.State != want || last.Name != decide.WasErased || last.Actor != "omar" || !last.Person || last.Tenant != "acme" {
			d.Errorf("case %s is %s after %+v, want %s, erased by omar", id, c.State, last, want)
		}
		for _, t := range c.Tickets {
			if t.Tenant == "acme" || t.Subject != "Nordlicht fell" || t.Requester != "nils" {
				d.Errorf("case %s holds %+v", id, t)
			}
		}
	}
	d.newLife(own, shared)
}

// newLife has what is erased be erased again, and go on.
func (d *desk) newLife(own, shared string) {
	d.Helper()
	if n := d.erase(order("order")) + d.erase(order("another")); n != 0 {
		d.Errorf("erased again, %d cases held something", n)
	}
	fresh := d.hear("e9", ticket("acme", "T-3", 1_763_000_000, about, func(t *decide.Ticket) { t.Subject = "said anew" }))
	if len(fresh) != 1 || fresh[0].Case.ID == own || fresh[0].Event.Name != decide.Opened {
		d.Fatalf("a ticket that begins anew changes %+v, want a case of its own", fresh)
	}
	if c := must(d.Case(d.Context(), fresh[0].Case.ID))(d); c.Tickets[0].Subject != "said anew" {
		d.Errorf("what is said since then reads %q", c.Tickets[0].Subject)
	}
	c := must(d.do(shared, approve))(d)
	d.whole(&c)
}
