// Package lenient reads the JSON that vendors write: numbers that are quoted in one
// body and not in the next, lists that are one text, times of several forms.
//
// It promises that reading never fails on valid JSON: what is not there, or is of
// another shape, is empty. It leaves to the doors what must not be empty.
package lenient

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text is a string, number or boolean as text; null, lists and objects are empty.
// Vendors quote ids in some bodies and not in others.
type Text string

// UnmarshalJSON never fails on valid JSON.
func (t *Text) UnmarshalJSON(raw []byte) error {
	*t = Text(Plain(raw))
	return nil
}

// Plain is a JSON value as Text has it; of an object, its "value" or "id".
func Plain(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return s
	case '{':
		var object struct {
			Value scalar `json:"value"`
			ID    scalar `json:"id"`
		}
		if json.Unmarshal(raw, &object) != nil {
			return ""
		}
		if object.Value != "" {
			return string(object.Value)
		}
		return string(object.ID)
	case '[', 'n':
		return ""
	}
	return string(raw)
}

// scalar is Text that looks into no object.
type scalar string

// UnmarshalJSON never fails on valid JSON.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] != '{' {
		*s = scalar(Plain(raw))
	}
	return nil
}

// Tags are a list, or one text with commas or else spaces between; a list's objects
// count by their name.
type Tags []string

// UnmarshalJSON never fails on valid JSON.
func (t *Tags) UnmarshalJSON(raw []byte) error {
	*t = nil
	var list []Ref
	if json.Unmarshal(raw, &list) != nil {
		text := strings.ToLower(Plain(raw))
		if !strings.Contains(text, ",") {
			*t = strings.Fields(text)
			return nil
		}
		for _, tag := range strings.Split(text, ",") {
			list = append(list, Ref{Name: tag})
		}
	}
	for _, tag := range list {
		if name := strings.TrimSpace(strings.ToLower(tag.Name)); name != "" {
			*t = append(*t, name)
		}
	}
	return nil
}

// layouts are how vendors write a time: RFC 3339, without seconds, with a zone that
// has no colon, and with a space in place of the T (then it is UTC where it names no
// zone).
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02 15:04:05.999999999 Z07:00", "2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02 15:04:05.999999999 MST", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999",
}

// Time reads a time, in UTC. A number is seconds since 1970, or milliseconds,
// microseconds or nanoseconds where seconds would be beyond the year 2500.
func (t Text) Time() (time.Time, error) {
	s := strings.TrimSpace(string(t))
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 && n < 1e19 {
		return sinceEpoch(s, n), nil
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time; write it by RFC 3339", s)
}

// sinceEpoch reads a number of seconds or of smaller units, a whole one exactly.
func sinceEpoch(s string, n float64) time.Time {
	unit := time.Second
	for n >= 16.7e9 && unit > time.Nanosecond { // the year 2499 in seconds
		unit, n = unit/1000, n/1000
	}
	if whole, err := strconv.ParseInt(s, 10, 64); err == nil {
		per := int64(time.Second / unit)
		return time.Unix(whole/per, whole%per*int64(unit)).UTC()
	}
	return time.Unix(0, int64(n*float64(time.Second))).UTC()
}
