package cloudevent

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tocsin/pkg/forms"
)

// specified are the attributes that are no extensions.
var specified = []string{"id", "source", "specversion", "type", "subject", "time", "datacontenttype", "dataschema"}

// FromJSON reads an event in structured mode. Errors are *forms.Refused.
func FromJSON(body []byte) (Event, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return Event{}, forms.Refuse("", "not a CloudEvent: a JSON object was expected")
	}
	plain, packed := members["data"], members["data_base64"]
	delete(members, "data")
	delete(members, "data_base64")
	attributes := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		raw := members[name]
		value, is, ok := scalar(raw)
		if !ok {
			return Event{}, forms.Refuse(name, "is %.40s; an attribute is a string, a number or a boolean", raw)
		}
		own := slices.Contains(specified, name)
		if own && raw[0] != '"' && raw[0] != 'n' {
			return Event{}, forms.Refuse(name, "is %.40s; write it as a string", raw)
		}
		if !own { // senders that read extensions from a file leave the end of its line in them
			value = strings.TrimRight(value, "\r\n")
		}
		if is {
			attributes[name] = value
		}
	}
	if plain != nil && attributes["datacontenttype"] == "" {
		attributes["datacontenttype"] = "application/json" // as the JSON format has it
	}
	e, err := event(attributes, nil, "")
	if err != nil {
		return Event{}, err
	}
	if e.Data, err = payload(e, plain, packed); err != nil {
		return Event{}, err
	}
	return e, nil
}

// payload is the data of an event whose members data and data_base64 these are.
func payload(e Event, plain, packed json.RawMessage) ([]byte, error) {
	switch {
	case plain != nil && packed != nil:
		return nil, forms.Refuse("data", "is there beside data_base64; send one of them")
	case packed != nil:
		var text string
		if json.Unmarshal(packed, &text) != nil {
			return nil, forms.Refuse("data_base64", "is no string")
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, forms.Refuse("data_base64", "is not in base64: %v", err)
		}
		return data, nil
	case plain == nil || e.JSON():
		return plain, nil
	}
	var text string
	if json.Unmarshal(plain, &text) != nil {
		return nil, forms.Refuse("data", "is no string, but the datacontenttype %.80q is not JSON", e.Attributes["datacontenttype"])
	}
	return []byte(text), nil
}

// scalar is an attribute's value as text; is says that there is one, for null is none.
func scalar(raw json.RawMessage) (value string, is, ok bool) {
	switch raw[0] {
	case '{', '[':
		return "", false, false
	case 'n':
		return "", false, true
	case '"':
		err := json.Unmarshal(raw, &value)
		return value, true, err == nil
	}
	return string(raw), true, true
}

// Split is a batch in its events, each for FromJSON. Errors are *forms.Refused.
func Split(body []byte) ([]json.RawMessage, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(body, &parts); err != nil || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		return nil, forms.Refuse("", "not a batch of CloudEvents: a JSON array was expected")
	}
	return parts, nil
}
