package mapping

import (
	"cmp"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

// unwanted is why an item is left out where its expression gives no reason.
const unwanted = "the doors' file leaves it out (map.ignore)"

// deskMap are the expressions over a ticket.
type deskMap struct {
	ignore, tenant, severity, environment, affectedUsers, components, csm *wanted
}

func (c *checker) deskMap(path string, e expressions) *deskMap {
	m := &deskMap{
		ignore:        c.expression(path+".ignore", "ignore", e.Ignore, want{is: reason}),
		tenant:        c.expression(path+".tenant", "tenant", e.Tenant, want{is: word}),
		severity:      c.expression(path+".severity", "severity", e.Severity, want{is: word, words: severities}),
		environment:   c.expression(path+".environment", "environment", e.Environment, want{is: word, words: environments}),
		affectedUsers: c.expression(path+".affected_users", "affected_users", e.AffectedUsers, want{is: count}),
		components:    c.expression(path+".components", "components", e.Components, want{is: list}),
		csm:           c.expression(path+".csm", "csm", e.CSM, want{is: word}),
	}
	if *m == (deskMap{}) {
		return nil
	}
	return m
}

// of is what they make of a ticket. The first that fails is why it is left out, and
// what is left out is asked nothing more.
func (m *deskMap) of(ticket map[string]any, on func(Step)) (out desk.Mapped, err error) {
	it, _ := native(ticket).(map[string]any)
	r := reading{it: it, on: on}
	if ignore := r.value(m.ignore); r.err == nil && ignore.yes {
		return desk.Mapped{Ignore: cmp.Or(ignore.word, unwanted)}, nil
	}
	out = desk.Mapped{
		Tenant: r.value(m.tenant).word, Severity: receive.Severity(r.value(m.severity).word),
		Environment: receive.Environment(r.value(m.environment).word), AffectedUsers: r.value(m.affectedUsers).count,
		Components: r.value(m.components).list, CSM: r.value(m.csm).word,
	}
	if r.err != nil {
		return desk.Mapped{}, r.err
	}
	return out, nil
}

// reading asks several expressions of one item.
type reading struct {
	it map[string]any
	on func(Step)
	// err is of the first that failed. Those after it are asked all the same, so that
	// who tries the file sees all of it.
	err error
}

func (r *reading) value(e *wanted) value {
	if r.err != nil && r.on == nil {
		return value{}
	}
	v, err := e.of(r.it, r.on)
	if err != nil && r.err == nil {
		r.err = err
	}
	return v
}
