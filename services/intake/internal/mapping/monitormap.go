package mapping

import (
	"cmp"
	"slices"
	"strconv"

	"tocsin/services/intake/internal/alert"
)

// labels are those of an alert that say something to us, with the words they may have.
var labels = map[string]want{
	"kind":       {is: word}, // these two words are in lower case
	"component":  {is: word},
	"tenant":     {is: word},
	"prober":     {is: word},
	"instance":   {is: word},
	"region":     {is: word},
	"severity":   {is: word},
	"status":     {is: word, words: []string{"UP", "DEGRADED", "DOWN", "SUSPECTED", "CONFIRMED"}},
	"latency_ms": {is: number},
	"finding":    {is: word},
}

// monitorMap are the expressions over an alert.
type monitorMap struct {
	ignore *wanted
	labels []labelled
	kinds  []*kindMap
}

// labelled is an expression that gives a label.
type labelled struct {
	name string
	*wanted
}

// kindMap are the expressions that make a signal of an alert.
type kindMap struct {
	when   *wanted
	kind   string
	fields map[string]*wanted
}

func (c *checker) monitorMap(path string, e expressions) *monitorMap {
	m := &monitorMap{ignore: c.expression(path+".ignore", "ignore", e.Ignore, want{is: reason})}
	for _, name := range names(e.Labels) {
		at := path + ".labels." + quoted(name)
		w, known := labels[name]
		if !known {
			c.among(at, "label", name, names(labels))
			continue
		}
		if one := c.expression(at, "labels."+name, e.Labels[name], w); one != nil {
			m.labels = append(m.labels, labelled{name, one})
		}
	}
	for i, s := range e.Signals {
		place := "signals[" + strconv.Itoa(i) + "]"
		m.kinds = append(m.kinds, c.kindMap(path+"."+place, place, s))
	}
	if m.ignore == nil && len(m.labels) == 0 && len(m.kinds) == 0 {
		return nil
	}
	return m
}

func (c *checker) kindMap(path, name string, s signal) *kindMap {
	k := &kindMap{kind: s.Kind, fields: map[string]*wanted{}}
	k.when = c.expression(path+".when", name+".when", s.When, want{is: yes})
	fields, known := kinds[s.Kind]
	if !known {
		c.among(path+".kind", "kind of signal", s.Kind, names(kinds))
		return k
	}
	for _, field := range names(s.Fields) {
		at := path + ".fields." + quoted(field)
		w, known := fields[field]
		if !known {
			c.among(at, "field of "+s.Kind, field, names(fields))
			continue
		}
		if one := c.expression(at, name+"."+field, s.Fields[field], w.want); one != nil {
			k.fields[field] = one
		}
	}
	for _, field := range names(fields) {
		if _, said := s.Fields[field]; fields[field].needed && !said {
			c.wrong(path+".fields", "a %s needs %s", s.Kind, field)
		}
	}
	return k
}

// of is what they make of an alert. The first signal whose when holds is what the
// alert says; where none does it is read by its labels.
func (m *monitorMap) of(al map[string]any, on func(Step)) (out alert.Mapped, err error) {
	it, _ := native(al).(map[string]any)
	r := reading{it: it, on: on}
	if ignore := r.value(m.ignore); r.err == nil && ignore.yes {
		return alert.Mapped{Ignore: cmp.Or(ignore.word, unwanted)}, nil
	}
	for _, l := range m.labels {
		v := r.value(l.wanted)
		text := v.word
		if v.set && l.want.is == number {
			text = strconv.FormatFloat(v.number, 'f', -1, 64)
		}
		if text != "" {
			if out.Labels == nil {
				out.Labels = map[string]string{}
			}
			out.Labels[l.name] = text
		}
	}
	first := slices.IndexFunc(m.kinds, func(k *kindMap) bool {
		return k.when == nil || r.value(k.when).yes
	})
	if first >= 0 {
		fields, k := map[string]value{}, m.kinds[first]
		for _, field := range names(k.fields) {
			fields[field] = r.value(k.fields[field])
		}
		out.Kind = kinds.make(k.kind, fields)
	}
	if r.err != nil {
		return alert.Mapped{}, r.err
	}
	return out, nil
}
