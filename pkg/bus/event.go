package bus

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"google.golang.org/protobuf/proto"
)

// An Event is what Publish sends.
type Event struct {
	Subject string
	// ID is derived from the event's cause; see ID.
	ID string
	// Time is when it happened; zero leaves it out.
	Time time.Time
	// Payload is the fact itself.
	Payload proto.Message
	// Encoded is the fact in the wire format, where that is at hand already; then
	// Payload only says of which type it is.
	Encoded []byte
	// Header says more of the event, for who reads it; nil says nothing.
	Header map[string]string
	// ExpectLast makes the server refuse the event with ErrConflict unless the
	// last message of the subject has this sequence (0: there is none). Nil does not ask.
	ExpectLast *uint64
	// ExpectOf is the subject that ExpectLast is of; empty is the event's own.
	ExpectOf string
}

// ID derives an event's id from its cause: same parts, same id.
func ID(parts ...string) string {
	text := make([]byte, 0, 256)
	for _, p := range parts {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	sum := sha256.Sum256(text)
	return ids.EncodeToString(sum[:16])
}

var ids = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Sequence is a sequence to expect, for ExpectLast.
func Sequence(seq uint64) *uint64 { return &seq }

// Type is the CloudEvents type of a payload, as "tocsin.intake.v1.TicketChanged".
func Type(m proto.Message) string {
	return "tocsin." + string(m.ProtoReflect().Descriptor().FullName())
}

// encode is the event's payload, the same one always the same. Its error is permanent.
func encode(e Event) ([]byte, error) {
	if e.Encoded != nil {
		return e.Encoded, nil
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(e.Payload)
	if err != nil {
		return nil, Permanent(fmt.Errorf("encode %s: %w", Type(e.Payload), err))
	}
	return data, nil
}

// expectedOf is the header that names the subject whose last message is expected.
const expectedOf = "Nats-Expected-Last-Subject-Sequence-Subject"

// headers are about as many as an event has.
const headers = 12

// message encodes e as a CloudEvent in the binary mode of the NATS binding.
func (c *Conn) message(e Event) (*nats.Msg, error) {
	data, err := encode(e)
	if err != nil {
		return nil, err
	}
	m := &nats.Msg{Subject: e.Subject, Data: data, Header: make(nats.Header, headers)}
	c.head(m.Header, e)
	return m, nil
}

// head puts the event's headers into h. Their values stand behind each other.
func (c *Conn) head(h nats.Header, e Event) {
	values := make([]string, 0, headers)
	put := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	set := func(name, value string) { put(name, escape(value)) }
	set("ce-specversion", "1.0")
	set("ce-id", e.ID)
	set("ce-source", "/"+c.name)
	set("ce-type", Type(e.Payload))
	set("ce-datacontenttype", ProtobufType)
	if !e.Time.IsZero() {
		set("ce-time", e.Time.UTC().Format(time.RFC3339Nano))
	}
	for name, value := range e.Header {
		set(name, value)
	}
	put(nats.MsgIdHdr, e.ID)
	if e.ExpectLast != nil {
		put(nats.ExpectedLastSubjSeqHdr, strconv.FormatUint(*e.ExpectLast, 10))
		if e.ExpectOf != "" {
			put(expectedOf, e.ExpectOf)
		}
	}
}

// The content types that events come in.
const (
	ProtobufType = "application/protobuf"
	JSONType     = "application/json"
)

// escape percent-encodes a header value as the NATS binding of CloudEvents asks:
// space, double quote, percent, and all that is not printable ASCII.
func escape(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == '%' }) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c > ' ' && c < 0x7f && c != '"' && c != '%' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// header reads a header whatever its case and takes the percent-encoding off.
func header(h nats.Header, name string) string {
	v := h[name]
	for k, other := range h {
		if len(v) == 0 && len(k) == len(name) && strings.EqualFold(k, name) {
			v = other
		}
	}
	if len(v) == 0 {
		return ""
	}
	if !strings.Contains(v[0], "%") {
		return v[0]
	}
	if s, err := url.PathUnescape(v[0]); err == nil {
		return s
	}
	return v[0]
}
