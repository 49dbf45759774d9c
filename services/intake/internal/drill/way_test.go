//go:build unix

package drill

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// An item is one event as a producer has it.
type item struct {
	message proto.Message
	flaw    string
}

// An envelope is what all events have.
type envelope interface {
	GetId() string
	GetSource() string
	GetTenant() string
}

func (m item) head() envelope { return m.message.(envelope) }

// path is where such events are posted.
func (m item) path() string {
	if _, is := m.message.(*ingressv1.TicketEvent); is {
		return "/v1/tickets"
	}
	return "/v1/signals"
}

func (m item) subject() string {
	if m.path() == "/v1/tickets" {
		return topology.IngressTicketSubject(m.head().GetSource())
	}
	return topology.IngressSignalSubject(m.head().GetSource())
}

// json is the event in JSON, or what is left of it.
func (m item) json() []byte {
	raw, err := protojson.Marshal(m.message)
	if err != nil {
		panic(err)
	}
	raw = bytes.ReplaceAll(raw, []byte("\n"), nil)
	if m.flaw == torn {
		return raw[:len(raw)/2]
	}
	return raw
}

func (m item) protobuf() []byte {
	raw, err := proto.Marshal(m.message)
	if err != nil {
		panic(err)
	}
	return raw
}

// ce are the attributes of a CloudEvent that is the event.
func (m item) ce() map[string]string {
	return map[string]string{
		"specversion": "1.0", "id": m.head().GetId(), "source": m.head().GetSource(),
		"type": "tocsin." + string(m.message.ProtoReflect().Descriptor().FullName()),
	}
}

// structured is the CloudEvent as one object; its data are JSON or bytes.
func (m item) structured(asJSON bool) []byte {
	all := map[string]any{}
	for name, value := range m.ce() {
		all[name] = value
	}
	if asJSON {
		all["datacontenttype"], all["data"] = "application/json", json.RawMessage(m.json())
	} else {
		all["datacontenttype"], all["data_base64"] = "application/protobuf", base64.StdEncoding.EncodeToString(m.protobuf())
	}
	raw, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return raw
}

// A way is how events are brought to the house.
type way int

const (
	lines way = iota
	array
	single
	batchProtobuf
	ceBinary
	ceStructured
	ceBatch
	natsProtobuf
	natsJSON
	natsCE
	otlpLogs
)

// wayOf draws a way for an event: most come by many.
func (m item) wayOf(r *rand.Rand) way {
	draw := r.IntN(100)
	switch {
	case m.flaw == torn:
		return pick(r, lines, single, natsJSON)
	case draw < 40:
		return lines
	case draw < 60:
		return array
	case draw < 63:
		return single
	case draw < 73:
		if m.path() == "/v1/tickets" && draw > 64 {
			return array // of ticket events in protobuf there is one in a body
		}
		return batchProtobuf
	case draw < 75:
		return ceBinary
	case draw < 77:
		return ceStructured
	case draw < 82:
		return ceBatch
	case draw < 92:
		return natsProtobuf
	case draw < 95:
		return natsJSON
	case draw < 97:
		return natsCE
	default:
		if s, is := m.message.(*ingressv1.Signal); is && m.flaw == "" && s.GetFtpSession() != nil {
			return otlpLogs
		}
		return lines
	}
}

// apart says whether by this way each event comes by itself.
func (m item) apart(w way) bool {
	switch w {
	case single, ceBinary, ceStructured, natsCE:
		return true
	case natsJSON, natsProtobuf, batchProtobuf:
		return m.path() == "/v1/tickets" || m.flaw == torn
	default:
		return false
	}
}

// A parcel are events of one kind that are brought together.
type parcel struct {
	way   way
	items []item
}

// flawed says which of the items are to be refused, counting from 1.
func (p parcel) flawed() (at []int) {
	for n, m := range p.items {
		if m.flaw != "" {
			at = append(at, n+1)
		}
	}
	return at
}

// left are the lines of a parcel that are to be refused, as they are kept.
func (p parcel) left() []byte {
	var body []byte
	for _, m := range p.items {
		if m.flaw != "" {
			body = append(append(body, bytes.TrimSpace(m.json())...), '\n')
		}
	}
	return body
}

// sound is the parcel without what is to be refused.
func (p parcel) sound() parcel {
	good := parcel{way: p.way}
	for _, m := range p.items {
		if m.flaw == "" {
			good.items = append(good.items, m)
		}
	}
	return good
}

// bytes is the parcel's body, with its type and other headers.
func (p parcel) bytes() (body []byte, header http.Header) {
	header = http.Header{}
	first := p.items[0]
	var parts [][]byte
	for _, m := range p.items {
		if p.way == ceBatch {
			parts = append(parts, m.structured(m.flaw != "" || len(parts)%2 == 0))
		} else if p.way != batchProtobuf && p.way != natsProtobuf && p.way != otlpLogs {
			parts = append(parts, m.json())
		}
	}
	kind := "application/json"
	list := func() []byte { return append(append([]byte("["), bytes.Join(parts, []byte(","))...), ']') }
	switch p.way {
	case lines:
		kind, body = "application/x-ndjson", append(bytes.Join(parts, []byte("\n")), '\n')
	case array:
		body = list()
	case natsJSON:
		if body = list(); first.apart(p.way) {
			body = parts[0]
		}
	case single:
		body = parts[0]
	case batchProtobuf, natsProtobuf:
		kind, body = "application/protobuf", p.protobuf()
	case ceBinary, natsCE:
		for name, value := range first.ce() {
			header.Set("ce-"+name, value)
		}
		body = parts[0]
	case ceStructured:
		kind, body = "application/cloudevents+json", first.structured(true)
	case ceBatch:
		kind, body = "application/cloudevents-batch+json", list()
	case otlpLogs:
		body = p.otlp()
	}
	header.Set("Content-Type", kind)
	return body, header
}

// protobuf is one ticket event, or a batch of signals.
func (p parcel) protobuf() []byte {
	if p.items[0].path() == "/v1/tickets" {
		return p.items[0].protobuf()
	}
	batch := &ingressv1.SignalBatch{}
	for _, m := range p.items {
		batch.Signals = append(batch.Signals, m.message.(*ingressv1.Signal))
	}
	raw, err := proto.Marshal(batch)
	if err != nil {
		panic(err)
	}
	return raw
}

// otlp are log records that say the signals, all of FTP sessions.
func (p parcel) otlp() []byte {
	var records []string
	for _, m := range p.items {
		s := m.message.(*ingressv1.Signal)
		f := s.GetFtpSession()
		var attributes []string
		for name, value := range map[string]string{
			"kind": "ftp_session", "id": s.GetId(), "source": s.GetSource(), "tenant": s.GetTenant(),
			"ftp_session.session": f.GetSession(), "ftp_session.outcome": f.GetOutcome().String(), "ftp_session.failure": f.GetFailure().String(),
		} {
			attributes = append(attributes, fmt.Sprintf(`{"key":"tocsin.%s","value":{"stringValue":%q}}`, name, value))
		}
		records = append(records, fmt.Sprintf(`{"timeUnixNano":"%d","attributes":[%s]}`, s.GetOccurredAt().AsTime().UnixNano(), joined(attributes)))
	}
	return fmt.Appendf(nil, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[%s]}]}]}`, joined(records))
}

func joined(parts []string) string {
	var b bytes.Buffer
	for i, part := range parts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(part)
	}
	return b.String()
}
