package stream

import (
	"encoding/json"
	"fmt"
	"sync"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/form"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A shape is how a notification is written on the stream.
type shape string

// The shapes, by the media type that a reader asks for.
const (
	// events are server-sent events: the notification's JSON as data.
	events shape = "text/event-stream"
	// lines are CloudEvents in JSON, one on a line.
	lines shape = "application/x-ndjson"
	// cloudEvents are the same lines, for readers that ask for CloudEvents.
	cloudEvents shape = "application/cloudevents+json"
)

// alive shows that a stream lives: a comment, or a line that holds nothing.
func (s shape) alive() []byte {
	if s == events {
		return []byte(": alive\n\n")
	}
	return []byte("\n")
}

// A told is one notification of the stream, which readers share. It is decoded
// when the first asks, and written when the first of a shape does.
type told struct {
	position uint64
	// open decodes it.
	open  func() (*notificationv1.Notification, error)
	event func() ([]byte, error)
	line  func() ([]byte, error)
}

func newTold(raw bus.Raw) *told {
	t := &told{position: raw.Sequence}
	t.open = sync.OnceValues(func() (*notificationv1.Notification, error) {
		n := &notificationv1.Notification{}
		return n, bus.Decode(raw, n)
	})
	data := func() ([]byte, error) {
		n, err := t.open()
		if err != nil {
			return nil, err
		}
		return form.JSON(n)
	}
	t.event = sync.OnceValues(func() ([]byte, error) {
		text, err := data()
		if err != nil {
			return nil, err
		}
		return fmt.Appendf(nil, "id: %d\nevent: notification\ndata: %s\n\n", t.position, text), nil
	})
	t.line = sync.OnceValues(func() ([]byte, error) {
		text, err := data()
		if err != nil {
			return nil, err
		}
		return line(raw, text)
	})
	return t
}

// as is the notification in a shape, ready to be sent.
func (t *told) as(s shape) ([]byte, error) {
	if s == events {
		return t.event()
	}
	return t.line()
}

// cloudEvent is the JSON format of CloudEvents 1.0.
type cloudEvent struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Source      string `json:"source"`
	Type        string `json:"type"`
	Time        string `json:"time,omitempty"`
	ContentType string `json:"datacontenttype"`
	// Sequence is the position on the stream, to go on behind.
	Sequence string          `json:"sequence"`
	Trace    string          `json:"traceparent,omitempty"`
	Data     json.RawMessage `json:"data"`
}

func line(raw bus.Raw, data []byte) ([]byte, error) {
	text, err := json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: raw.ID, Source: raw.Header("ce-source"), Type: raw.Header("ce-type"), Time: raw.Header("ce-time"),
		ContentType: bus.JSONType, Sequence: fmt.Sprint(raw.Sequence), Trace: raw.Header("traceparent"), Data: data,
	})
	if err != nil {
		return nil, fmt.Errorf("write notification %s as a CloudEvent: %w", raw.ID, err)
	}
	return append(text, '\n'), nil
}
