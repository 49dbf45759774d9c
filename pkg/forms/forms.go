// Package forms reads what producers send: ticket events and signals, in JSON
// or protobuf, checked against the schema of proto/ingress/v1.
//
// A refusal is a Refused: it names every field and what is wrong with it. JSON
// is read strictly: a field that the schema does not know is refused.
package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/plain"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A Problem is one thing that is wrong with one field.
type Problem struct {
	// Field is the path of the field, as "auth_attempt.user"; empty for the whole.
	Field string `json:"field"`
	// Reason says what is wrong and what would be right.
	Reason string `json:"reason"`
}

// Refused says why an event was not accepted.
type Refused struct{ Problems []Problem }

func (r *Refused) Error() string {
	parts := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		parts[i] = p.Reason
		if p.Field != "" {
			parts[i] = p.Field + ": " + p.Reason
		}
	}
	return strings.Join(parts, "; ")
}

// Refuse returns a refusal with one problem.
func Refuse(field, format string, args ...any) *Refused {
	return &Refused{Problems: []Problem{{Field: field, Reason: fmt.Sprintf(format, args...)}}}
}

// Under is err with the fields that it names standing below one; an err that is no
// refusal is as it was.
func Under(field string, err error) error {
	var r *Refused
	if !errors.As(err, &r) {
		return err
	}
	under := &Refused{}
	for _, p := range r.Problems {
		switch {
		case p.Field == "":
			p.Field = field
		case strings.HasPrefix(p.Field, "["):
			p.Field = field + p.Field
		default:
			p.Field = field + "." + p.Field
		}
		under.Problems = append(under.Problems, p)
	}
	return under
}

// validator compiles the schema's rules once, at first use.
var validator = sync.OnceValues(func() (protovalidate.Validator, error) {
	return protovalidate.New(protovalidate.WithMessages(&ingressv1.TicketEvent{}, &ingressv1.Signal{}, &ingressv1.SignalBatch{}))
})

// Warm compiles the schema's rules, so that the first event does not wait for it.
func Warm() error {
	_, err := validator()
	return err
}

// JSON reads one JSON object into m, which is empty, and checks it.
func JSON(data []byte, m proto.Message) error {
	if err := ReadJSON(data, m); err != nil {
		return err
	}
	return Check(m)
}

// ReadJSON is JSON for a part of an event, or one that says not all: it checks nothing.
func ReadJSON(data []byte, m proto.Message) error {
	if s, ok := m.(*ingressv1.Signal); ok && plain.JSON(data, s) {
		return nil
	}
	if err := protojson.Unmarshal(data, m); err != nil {
		return jsonRefusal(data, err)
	}
	return nil
}

// Protobuf reads one message in the wire format into m and checks it.
func Protobuf(data []byte, m proto.Message) error {
	if err := ReadProtobuf(data, m); err != nil {
		return err
	}
	return Check(m)
}

// ReadProtobuf is Protobuf for a part of an event, or one that says not all: it
// checks nothing.
func ReadProtobuf(data []byte, m proto.Message) error {
	if err := proto.Unmarshal(data, m); err != nil {
		return Refuse("", "not a %s in the protobuf wire format: %v", m.ProtoReflect().Descriptor().FullName(), err)
	}
	return nil
}

// Signals reads the signals of an ingress.v1.SignalBatch and checks none of them.
// They hold on to a copy of the data.
func Signals(data []byte) ([]*ingressv1.Signal, error) {
	signals, err := plain.Batch(data)
	if err != nil {
		return nil, Refuse("", "not a SignalBatch in the protobuf wire format: %v", err)
	}
	return signals, nil
}

// Check holds m against the rules of the schema.
func Check(m proto.Message) error {
	if s, ok := m.(*ingressv1.Signal); ok && plain.Sound(s) {
		return nil
	}
	v, err := validator()
	if err != nil {
		return fmt.Errorf("compile the schema's rules: %w", err)
	}
	err = v.Validate(m)
	var bad *protovalidate.ValidationError
	if !errors.As(err, &bad) {
		return err
	}
	r := &Refused{}
	for _, violation := range bad.Violations {
		r.Problems = append(r.Problems, Problem{
			Field:  protovalidate.FieldPathString(violation.Proto.GetField()),
			Reason: violation.Proto.GetMessage(),
		})
	}
	return r
}

// In the messages of the JSON reader: a field's name, and a place as line and column.
var (
	jsonField = regexp.MustCompile(`(?:unknown field|field) "?([A-Za-z_.]+)"?|for (?:enum|field) (?:field )?([A-Za-z_.]+)`)
	jsonPlace = regexp.MustCompile(`^\(line (\d+):(\d+)\): `)
	jsonKey   = regexp.MustCompile(`"([A-Za-z_]+)"\s*:\s*\[?\s*$`)
)

// jsonRefusal turns the reader's error into a refusal that names the field where
// it can: as the producer wrote it, else as the reader calls it.
func jsonRefusal(data []byte, err error) *Refused {
	// The reader varies the white space of its messages on purpose.
	text := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\u00a0", " ")), " ")
	text = strings.TrimSpace(strings.TrimPrefix(text, "proto:"))
	p := Problem{Reason: text}
	if m := jsonField.FindStringSubmatch(text); m != nil {
		p.Field = m[1] + m[2]
	}
	if place := jsonPlace.FindStringSubmatch(text); place != nil {
		if key := jsonKey.FindSubmatch(before(data, place[1], place[2])); key != nil {
			p.Field = string(key[1])
		}
	}
	return &Refused{Problems: []Problem{p}}
}

// before is what stands before a line and a column, both counted from 1.
func before(data []byte, line, column string) []byte {
	l, _ := strconv.Atoi(line)
	c, _ := strconv.Atoi(column)
	start := 0
	for ; l > 1; l-- {
		start += bytes.IndexByte(data[start:], '\n') + 1
	}
	runes := []rune(string(data[start:]))
	return append(data[:start:start], string(runes[:min(max(c-1, 0), len(runes))])...)
}

// IsTicketEvent tells a TicketEvent's JSON from a Signal's: it names a ticket.
func IsTicketEvent(data []byte) bool {
	var has struct {
		Ticket *json.RawMessage `json:"ticket"`
	}
	return json.Unmarshal(data, &has) == nil && has.Ticket != nil
}
