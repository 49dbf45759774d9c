package cloudevent

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tocsin/pkg/forms"
)

// A Mode is how an event travels.
type Mode int

// The modes. None is a message that is no CloudEvent.
const (
	None Mode = iota
	Binary
	Structured
	Batch
)

// ErrFormat says that an event is written in a format that is not read here.
var ErrFormat = errors.New("this format of CloudEvents is not read here; send application/cloudevents+json")

// ModeOf is how the message with these headers says an event, whatever their case.
// One without a structured content type is a CloudEvent in binary mode if it has a
// specversion, or two of the other attributes that are required. Errors are ErrFormat.
func ModeOf(header map[string][]string) (Mode, error) {
	required := 0
	for name, values := range header {
		if len(values) == 0 {
			continue
		}
		switch strings.ToLower(name) {
		case "content-type":
			if mode, err := structured(values[0]); mode != None || err != nil {
				return mode, err
			}
		case "ce-specversion":
			required += 2
		case "ce-id", "ce-source", "ce-type":
			required++
		}
	}
	if required >= 2 {
		return Binary, nil
	}
	return None, nil
}

// structured is the mode that a content type names, if it names one.
func structured(contentType string) (Mode, error) {
	t, _, _ := strings.Cut(contentType, ";")
	switch t = strings.ToLower(strings.TrimSpace(t)); {
	case t == "application/cloudevents", t == "application/cloudevents+json":
		return Structured, nil
	case t == "application/cloudevents-batch", t == "application/cloudevents-batch+json":
		return Batch, nil
	case strings.HasPrefix(t, "application/cloudevents"):
		return None, fmt.Errorf("%.80q: %w", t, ErrFormat)
	}
	return None, nil
}

// FromHeader reads an event in binary mode. unsaid is the datacontenttype of one that
// names none. Errors are *forms.Refused.
func FromHeader(header map[string][]string, data []byte, unsaid string) (Event, error) {
	attributes := map[string]string{}
	contentType := ""
	for _, name := range slices.Sorted(maps.Keys(header)) {
		lower, values := strings.ToLower(name), header[name]
		switch of, is := strings.CutPrefix(lower, "ce-"); {
		case len(values) == 0:
		case is && of != "":
			if len(values) > 1 {
				return Event{}, forms.Refuse(lower, "is there %d times", len(values))
			}
			value, err := unescape(values[0])
			if err != nil {
				return Event{}, forms.Refuse(lower, "%v", err)
			}
			attributes[of] = value
		case lower == "content-type":
			contentType = strings.TrimSpace(values[0])
		}
	}
	said := attributes["datacontenttype"]
	switch {
	case contentType == "" && said == "":
		attributes["datacontenttype"] = unsaid
	case said != "" && contentType != "" && !strings.EqualFold(said, contentType):
		return Event{}, forms.Refuse("ce-datacontenttype", "is %.80q, but the Content-Type is %.80q; send only one of them", said, contentType)
	case said == "":
		attributes["datacontenttype"] = contentType
	}
	if len(data) == 0 {
		data = nil
	}
	return event(attributes, data, "ce-")
}

// unescape takes a header's value out of its double quotes, as older senders write
// it, then out of its percent-encoding, once. A percent sign that begins no code is
// itself.
func unescape(value string) (string, error) {
	value = strings.TrimSpace(value)
	if strings.Contains(value, `"`) {
		value = unquote(value)
	}
	if !strings.Contains(value, "%") {
		return value, nil
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '%' && i+2 < len(value) {
			if high, low := hex(value[i+1]), hex(value[i+2]); high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(value[i])
	}
	if reason := wrong(b.String()); reason != "" {
		return "", fmt.Errorf("%s once its percent-encoding is taken off", reason)
	}
	return b.String(), nil
}

// unquote takes double quotes and the backslashes within them away.
func unquote(value string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted && i+1 < len(value):
			i++
			b.WriteByte(value[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hex is the value of a hexadecimal digit; -1 if c is none.
func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
