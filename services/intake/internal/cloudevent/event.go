package cloudevent

import (
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/pkg/forms"
)

// An Event is one CloudEvent.
type Event struct {
	// Attributes are all that were given, extensions among them, by name, as they
	// were said. id, source, type and specversion are there always.
	Attributes map[string]string
	// Time is when it happened; zero where that is not said.
	Time time.Time
	// Data are the bytes of what the datacontenttype says; nil where there are none.
	Data []byte
}

// ID is unique within the source.
func (e Event) ID() string { return e.Attributes["id"] }

// Source is the URI reference of who says it.
func (e Event) Source() string { return e.Attributes["source"] }

// Type is what kind of event it is.
func (e Event) Type() string { return e.Attributes["type"] }

// Subject is what of the source it is about; it may be empty.
func (e Event) Subject() string { return e.Attributes["subject"] }

// ContentType is the data's media type without its parameters, in lower case; empty
// where none is said.
func (e Event) ContentType() string {
	t, _, _ := mime.ParseMediaType(e.Attributes["datacontenttype"])
	return t
}

// JSON says that the data are declared as JSON.
func (e Event) JSON() bool {
	t := e.ContentType()
	return strings.HasSuffix(t, "/json") || strings.HasSuffix(t, "+json")
}

const (
	// maxAttributes is how many attributes an event may have, maxValue how many
	// bytes one of them.
	maxAttributes = 128
	maxValue      = 8 << 10
)

// event holds the attributes against the specification; prefix stands before their
// names in a refusal.
func event(attributes map[string]string, data []byte, prefix string) (Event, error) {
	e := Event{Attributes: attributes, Data: data}
	bad := &forms.Refused{}
	refuse := func(name, reason string, args ...any) {
		bad.Problems = append(bad.Problems, forms.Problem{Field: prefix + name, Reason: fmt.Sprintf(reason, args...)})
	}
	if n := len(attributes); n > maxAttributes {
		refuse("", "has %d attributes; at most %d are read", n, maxAttributes)
		return Event{}, bad
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if reason := wrong(attributes[name]); reason != "" {
			refuse(name, "%s", reason)
		}
	}
	for _, name := range []string{"id", "source", "specversion", "type"} {
		if attributes[name] == "" {
			refuse(name, "is missing: every CloudEvent has id, source, specversion and type")
		}
	}
	if v := attributes["specversion"]; v != "" && v != "1.0" {
		refuse("specversion", "%.20q is not read here; send 1.0", v)
	}
	if _, err := url.Parse(attributes["source"]); err != nil {
		refuse("source", "is no URI reference")
	}
	if schema, said := attributes["dataschema"]; said {
		if u, err := url.Parse(schema); err != nil || !u.IsAbs() {
			refuse("dataschema", "is no absolute URI")
		}
	}
	if said, is := attributes["datacontenttype"]; is {
		_, params, err := mime.ParseMediaType(said)
		if err != nil {
			refuse("datacontenttype", "%.80q is no media type", said)
		} else if c := strings.ToLower(params["charset"]); c != "" && c != "utf-8" && c != "us-ascii" {
			refuse("datacontenttype", "the charset %.20q is not read here; send utf-8", c)
		}
	}
	if said, is := attributes["time"]; is {
		at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(said))
		if err != nil {
			refuse("time", "%.40q is no time; write it by RFC 3339", said)
		}
		e.Time = at.UTC()
	}
	if len(bad.Problems) > 0 {
		return Event{}, bad
	}
	return e, nil
}

// wrong is what is wrong with any attribute's value; empty if nothing is.
func wrong(value string) string {
	switch {
	case len(value) > maxValue:
		return fmt.Sprintf("has %d bytes; at most %d are read", len(value), maxValue)
	case !utf8.ValidString(value):
		return "is not valid UTF-8"
	case strings.ContainsFunc(value, unicode.IsControl):
		return "has a control character in it"
	}
	return ""
}
