package limit

import (
	"fmt"

	"tocsin/pkg/forms"
)

const (
	// Deepest is how deep JSON may be nested, and mostValues how many values it may
	// have: more than any vendor sends in 1 MiB, and less than fills the memory.
	Deepest    = 64
	mostValues = 200_000
)

// Shape refuses (*forms.Refused) JSON that is nested too deep or has too many values,
// before anybody takes it apart, and names the member it is in. What is no JSON it
// leaves to who reads it.
func Shape(data []byte) error {
	at := place{}
	for i, values := 0, 1; i < len(data); i++ {
		switch data[i] {
		case '"':
			from := i + 1
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			at.text = data[from:min(i, len(data))]
		case '{', '[':
			at.open(data[i])
			if at.depth > Deepest {
				return forms.Refuse(at.field(), "it is nested more than %d deep at byte %d", Deepest, i)
			}
		case '}', ']':
			at.depth--
		case ':':
			at.named()
		case ',':
			if at.depth == 1 {
				at.index++
			}
			if values++; values > mostValues {
				return forms.Refuse("", "it has more than %d values; send fewer at once", mostValues)
			}
		}
	}
	return nil
}

// A place is where in a body the scan is.
type place struct {
	depth, index int
	array        bool   // the body is one
	text, key    []byte // the text read last, and the member of the event
}

func (p *place) open(bracket byte) {
	if p.depth == 0 {
		p.array = bracket == '['
	}
	p.depth++
}

// named takes the text before a colon for a member's name, if it is the event's own.
func (p *place) named() {
	if p.depth == 1 && !p.array || p.depth == 2 && p.array {
		p.key = p.text
	}
}

// field is the member as a refusal names it.
func (p *place) field() string {
	name := string(p.key[:min(len(p.key), 64)])
	if !p.array {
		return name
	}
	if name == "" {
		return fmt.Sprintf("[%d]", p.index)
	}
	return fmt.Sprintf("[%d].%s", p.index, name)
}
