package route

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"tocsin/pkg/policy"
)

// Known is what a file may name beside its own destinations.
type Known struct {
	Channels, Kinds []string
	// Helpdesks are the channels that write on tickets.
	Helpdesks []string
	Reasons   []policy.ReasonID
	// Destinations are those that a mute may name; a file names its own.
	Destinations []string
}

// longestWait is how long a group may gather.
const longestWait = 24 * time.Hour

var nameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// Read reads a file. Its error is a *FileError with every problem that was found.
func Read(data []byte, known Known) (*File, error) {
	if err := whole(data); err != nil {
		return nil, err
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, located(err)
	}
	f := &File{}
	if err := yaml.UnmarshalWithOptions(data, f, yaml.Strict()); err != nil {
		return nil, located(err)
	}
	c := &checker{tree: tree, known: known}
	c.file(f)
	if len(c.found.Problems) > 0 {
		c.found.inOrder()
		return nil, &c.found
	}
	return f, nil
}

// located is an error of the parser at its place.
func located(err error) *FileError {
	p := Problem{1, 1, err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		p.Text = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	p.Text = strings.TrimSpace(p.Text)
	return &FileError{[]Problem{p}}
}

// Place is the line and column at which a file that can be read names a destination.
func Place(data []byte, destination string) string {
	return PlaceOf(data, "$.destinations."+quoted(destination)+".channel")
}

// PlaceOf is the line and column of a path such as $.heartbeats.beat in a file
// that can be read.
func PlaceOf(data []byte, path string) string {
	c := &checker{}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return "1:1"
	}
	c.tree = tree
	c.wrong(path, "")
	return fmt.Sprintf("%d:%d", c.found.Problems[0].Line, c.found.Problems[0].Column)
}

// A checker finds what is wrong in a file that can be read.
type checker struct {
	tree  *ast.File
	known Known
	found FileError
}

// wrong notes a problem at a path such as $.routes[0].to.
func (c *checker) wrong(path, format string, args ...any) {
	p := Problem{1, 1, fmt.Sprintf(format, args...)}
	for p.Line == 1 && path != "$" && path != "" { // where it is missing, at what it is missing from
		if at, err := yaml.PathString(path); err == nil {
			if node, err := at.FilterFile(c.tree); err == nil && node.GetToken() != nil {
				p.Line, p.Column = node.GetToken().Position.Line, node.GetToken().Position.Column
				break
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	c.found.Problems = append(c.found.Problems, p)
}

func (c *checker) file(f *File) {
	for _, name := range f.Names() {
		path := "$.destinations." + quoted(name)
		if !nameForm.MatchString(name) {
			c.wrong(path, "destination %q: a name has up to 32 lower-case letters, digits and dashes", name)
		}
		d := f.Destinations[name]
		c.among(path+".channel", "channel", d.Channel, c.known.Channels)
		c.quiet(path+".quiet", d.Quiet)
		c.onPeople(path, name, d)
		if d.Heartbeat != 0 {
			c.within(path+".heartbeat", d.Heartbeat)
		}
	}
	c.heartbeats(f.Heartbeats)
	seen := map[string]bool{}
	for i := range f.Routes {
		c.route(f, i, seen)
	}
	for i, rule := range f.Inhibit {
		path := "$.inhibit[" + strconv.Itoa(i) + "]"
		if rule.Name == "" || len(rule.While) == 0 || len(rule.Silence) == 0 {
			c.wrong(path, "an inhibition has a name, while and silence")
		}
		each(c, path+".while", "reason", rule.While, c.known.Reasons)
		each(c, path+".silence", "reason", rule.Silence, c.known.Reasons)
	}
	for i := range f.Windows {
		w, path := &f.Windows[i], "$.windows["+strconv.Itoa(i)+"]"
		if w.Name == "" || !w.Until.After(w.From) {
			c.wrong(path, "a window has a name, and until is later than from")
		}
		c.match(path+".when", &w.When)
	}
	c.ladders(f)
}

func (c *checker) route(f *File, i int, seen map[string]bool) {
	r, path := &f.Routes[i], "$.routes["+strconv.Itoa(i)+"]"
	switch {
	case r.Name == "":
		c.wrong(path, "a route has a name")
	case seen[r.Name]:
		c.wrong(path+".name", "there are two routes %q", r.Name)
	}
	seen[r.Name] = true
	if len(r.To) == 0 {
		c.wrong(path, "route %q leads nowhere: to names destinations", r.Name)
	}
	each(c, path+".to", "destination", r.To, f.Names())
	c.match(path+".when", &r.When)
	for _, name := range r.To {
		c.onTickets(path+".when", name, f.Destinations[name], r)
		c.toPeople(path, name, f.Destinations[name], r)
	}
	if r.Group != nil && r.Digest != nil {
		c.wrong(path+".digest", "a route gathers or digests, not both")
	}
	if g := r.Group; g != nil {
		each(c, path+".group.by", "field", g.By, []string{"tenant", "reason", "case", "kind", "severity"})
		if g.Wait <= 0 || g.Wait > longestWait {
			c.wrong(path+".group.wait", "wait is from 1ns to %s, as 30s", longestWait)
		}
	}
	if r.Digest != nil && r.Digest.Zone.Location == nil {
		c.wrong(path+".digest", "a digest names its zone, as Europe/Berlin")
	}
}

// onTickets holds a route to a destination that writes on tickets to what has a
// place there: not leadership's, and of no other helpdesk's tickets.
func (c *checker) onTickets(path, name string, d Destination, r *Route) {
	if !slices.Contains(c.known.Helpdesks, d.Channel) {
		return
	}
	if len(r.When.Audience) == 0 || slices.Contains(r.When.Audience, Audiences()[0]) {
		c.wrong(path+".audience", "destination %s writes on tickets, where leadership is told nothing: set audience: [requester, agent] or some of requester, csm, agent", name)
	}
	source, stated := d.With["source"].(string)
	if !stated {
		source = d.Channel
	}
	if !slices.Equal(r.When.Sources, []string{source}) && !variable.MatchString(source) {
		c.wrong(path+".sources", "destination %s writes on the tickets of %s: set sources: [%s], or source of the destination", name, source, source)
	}
}

func (c *checker) match(path string, m *Match) {
	each(c, path+".audience", "audience", m.Audience, Audiences())
	each(c, path+".reasons", "reason", m.Reasons, c.known.Reasons)
	each(c, path+".severity", "severity", m.Severity, priorities())
	each(c, path+".kinds", "kind", m.Kinds, c.known.Kinds)
	each(c, path+".languages", "language", m.Languages, []string{"en", "de"})
	c.hours(path+".hours", m.Hours)
}

func (c *checker) quiet(path string, q *Quiet) {
	if q == nil {
		return
	}
	c.hours(path, &q.Hours)
	each(c, path+".except", "severity", q.Except, priorities())
}

func (c *checker) hours(path string, h *Hours) {
	if h != nil && h.Zone.Location == nil {
		c.wrong(path, "hours name their zone, as Europe/Berlin")
	}
}

func priorities() []policy.Priority {
	return []policy.Priority{policy.PriorityCritical, policy.PriorityHigh, policy.PriorityNormal}
}

func (c *checker) among(path, what, is string, of []string) {
	if !slices.Contains(of, is) {
		c.wrong(path, "there is no %s %q: %s", what, is, strings.Join(of, ", "))
	}
}

// each checks the entries of a list.
func each[T ~string](c *checker, path, what string, is, of []T) {
	for i, one := range is {
		c.among(path+"["+strconv.Itoa(i)+"]", what, string(one), names(of))
	}
}

// Key is a key as the path of PlaceOf names it.
func Key(key string) string { return quoted(key) }

// quoted is a key as a path names it.
func quoted(key string) string {
	if nameForm.MatchString(key) && !strings.Contains(key, "-") {
		return key
	}
	return "'" + key + "'"
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Expand puts the environment's values where settings of destinations and the
// beat's address name them as ${NAME}, so that no secret stands in the file. Its
// error names those that are missing.
func (f *File) Expand(lookup func(string) (string, bool)) error {
	var missing []string
	of := func(whose string) func(string) string {
		return func(v string) string {
			text, ok := lookup(v)
			if !ok {
				missing = append(missing, v+" ("+whose+")")
			}
			return text
		}
	}
	for _, name := range f.Names() {
		d := f.Destinations[name]
		d.With = expand(d.With, of("destination "+name)).(map[string]any)
		f.Destinations[name] = d
	}
	if f.Heartbeats != nil && f.Heartbeats.Beat != nil {
		b := f.Heartbeats.Beat
		b.URL = expand(b.URL, of("heartbeats.beat")).(string)
	}
	if len(missing) > 0 {
		return fmt.Errorf("set in the environment: %s", strings.Join(missing, ", "))
	}
	return nil
}

func expand(v any, value func(string) string) any {
	switch v := v.(type) {
	case string:
		return variable.ReplaceAllStringFunc(v, func(m string) string { return value(m[2 : len(m)-1]) })
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = expand(v[i], value)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = expand(v[k], value)
		}
		return out
	}
	return v
}
