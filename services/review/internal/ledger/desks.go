package ledger

import (
	"database/sql"
	"encoding/json"
	"slices"

	"tocsin/services/review/internal/decide"
)

// desk lays out what one fact can touch.
func (s *spread) desk(f Fact) *decide.Desk {
	r := f.reach()
	ticket := [2]string{r.Tenant, r.Ticket}
	d := &decide.Desk{Heard: s.revisions[ticket]}
	whose := s.tickets[ticket]
	of, known := s.conditions[r.Condition]
	for _, c := range s.cases {
		if c.ID == whose || r.Condition != "" && c.ID == of || r.Wide && within(c, r.Scope) {
			d.Cases = append(d.Cases, c)
		}
	}
	if r.Condition == "" {
		return d
	}
	if d.Over = known && of == ""; !r.Wide {
		return d
	}
	for i := range s.loose {
		t := &s.loose[i].Ticket
		named := t.ID == r.Ticket && t.Tenant == r.Tenant
		if (r.Scope == t.Tenant || r.Scope == decide.Platform) && (t.Claims() || named) && len(d.Loose) < looseAtMost {
			d.Loose = append(d.Loose, *t)
		}
	}
	return d
}

// within says that a fact of the scope can join or merge the case.
func within(c *decide.Case, scope string) bool {
	return (c.Tenant == scope || c.Tenant == decide.Platform || scope == decide.Platform && c.State.Undecided()) && !c.State.Final()
}

// learn takes in what one fact changed, for the facts after it.
func (s *spread) learn(w work) {
	for _, change := range w.changes {
		c := change.Case
		s.put(c)
		if c.State.Final() {
			continue
		}
		for i := range c.Tickets {
			s.tickets[[2]string{c.Tickets[i].Tenant, c.Tickets[i].ID}] = c.ID
		}
		for i := range c.Conditions {
			s.conditions[c.Conditions[i].ID] = c.ID
		}
	}
	if c := w.fact.Condition; c != nil && !c.Live() {
		if _, known := s.conditions[c.ID]; !known {
			s.conditions[c.ID] = ""
		}
	}
	t := w.fact.Ticket
	if t != nil && t.Revision > s.revisions[[2]string{t.Tenant, t.ID}] {
		s.revisions[[2]string{t.Tenant, t.ID}] = t.Revision
		s.loose = slices.DeleteFunc(s.loose, func(o looseTicket) bool { return o.Tenant == t.Tenant && o.ID == t.ID })
		if len(w.changes) == 0 && !t.Done() {
			s.loose = slices.Insert(s.loose, 0, looseTicket{w.at, *t})
		}
	}
	s.loose = slices.DeleteFunc(s.loose, func(o looseTicket) bool { return s.tickets[[2]string{o.Tenant, o.ID}] != "" })
}

func scanLoose(rows *sql.Rows) (t looseTicket, err error) {
	var body string
	var at int64
	if err = rows.Scan(&body, &at); err == nil {
		t.at, err = timeOf(at), json.Unmarshal([]byte(body), &t.Ticket)
	}
	return t, err
}
