package ical

import (
	"fmt"
	"strings"

	ics "github.com/arran4/golang-ical"
)

const (
	// longestFile is how many bytes a calendar may have, mostEvents how many events.
	longestFile, mostEvents = 8 << 20, 20_000
	// deepest is how many components may stand in each other.
	deepest = 5
	// longestLine is how many bytes a line may have that says when or who: what it
	// takes to read one grows with the square of its length.
	longestLine = 8 << 10
)

// An Error is a file that is not understood. No retry mends it.
type Error struct {
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

func wrong(line int, format string, args ...any) error {
	return &Error{line, fmt.Sprintf(format, args...)}
}

// A property is one line of content, and where it begins.
type property struct {
	name, value string
	params      map[string][]string
	line        int
}

func (p *property) param(name string) string {
	if v := p.params[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// A component is an event, a zone or another part of a calendar.
type component struct {
	name  string
	line  int
	props map[string][]property
	parts []*component
}

// one is the only property of a name; nil where there is none.
func (c *component) one(name string) (*property, error) {
	switch list := c.props[name]; len(list) {
	case 0:
		return nil, nil
	case 1:
		return &list[0], nil
	default:
		return nil, wrong(list[1].line, "a second %s in one %s", name, c.name)
	}
}

// parse reads the calendar's components.
func parse(text []byte) (*component, error) {
	if len(text) > longestFile {
		return nil, wrong(1, "the calendar has %d bytes; at most %d are read", len(text), longestFile)
	}
	var root *component
	var open []*component
	for line, content := range unfolded(string(text)) {
		if len(content) > longestLine {
			if err := mayBeLong(content, line); err != nil {
				return nil, err
			}
			continue
		}
		p, err := parseLine(content, line)
		if err != nil {
			return nil, err
		}
		switch {
		case p.name == "BEGIN":
			c := &component{name: strings.ToUpper(p.value), line: line, props: map[string][]property{}}
			switch {
			case root == nil && c.name != "VCALENDAR":
				return nil, wrong(line, "a calendar begins with BEGIN:VCALENDAR")
			case root != nil && len(open) == 0:
				return nil, wrong(line, "a second calendar; put each into a file of its own")
			case len(open) == deepest:
				return nil, wrong(line, "components stand in each other more than %d deep", deepest)
			case root == nil:
				root = c
			default:
				last := open[len(open)-1]
				last.parts = append(last.parts, c)
			}
			open = append(open, c)
		case len(open) == 0:
			return nil, wrong(line, "a calendar begins with BEGIN:VCALENDAR and ends with END:VCALENDAR")
		case p.name == "END":
			last := open[len(open)-1]
			if !strings.EqualFold(p.value, last.name) {
				return nil, wrong(line, "END:%s, where %s of line %d is open", p.value, last.name, last.line)
			}
			open = open[:len(open)-1]
		default:
			last := open[len(open)-1]
			last.props[p.name] = append(last.props[p.name], *p)
		}
	}
	switch {
	case root == nil:
		return nil, wrong(1, "a calendar begins with BEGIN:VCALENDAR")
	case len(open) > 0:
		return nil, wrong(open[len(open)-1].line, "%s does not end: is the file cut off?", open[len(open)-1].name)
	}
	return root, nil
}

// mayBeLong refuses a long line of what shifts are made of. Others, as an
// attachment, say nothing of a shift and are passed over.
func mayBeLong(content string, line int) error {
	name := content[:max(0, strings.IndexAny(content, ";:"))]
	switch name = strings.ToUpper(name); name {
	case "BEGIN", "END", "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
		"SUMMARY", "ATTENDEE", "STATUS", "TZID", "X-LIC-LOCATION":
		return wrong(line, "%s has %d bytes; at most %d are read", name, len(content), longestLine)
	case "":
		return wrong(line, "this is no line of a calendar, as NAME:value")
	}
	return nil
}

// parseLine reads a line of content.
func parseLine(content string, line int) (*property, error) {
	base, err := ics.ParseProperty(ics.ContentLine(content))
	if err != nil {
		return nil, wrong(line, "%v", err)
	}
	if base == nil || !strings.HasPrefix(content, base.IANAToken) {
		return nil, wrong(line, "this is no line of a calendar, as NAME:value")
	}
	p := &property{name: strings.ToUpper(base.IANAToken), value: strings.TrimSpace(base.Value), params: map[string][]string{}, line: line}
	for name, values := range base.ICalParameters {
		p.params[strings.ToUpper(name)] = values
	}
	return p, nil
}

// unfolded hands out the lines that are not empty, with their number, each with
// those that continue it.
func unfolded(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		var b strings.Builder
		begins, number := 0, 0
		text = strings.TrimPrefix(text, "\ufeff")
		for line := range strings.Lines(text) {
			number++
			line = strings.TrimRight(line, "\r\n")
			if begins > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
				b.WriteString(line[1:])
				continue
			}
			if b.Len() > 0 && !yield(begins, b.String()) {
				return
			}
			b.Reset()
			b.WriteString(line)
			begins = number
		}
		if b.Len() > 0 {
			yield(begins, b.String())
		}
	}
}
