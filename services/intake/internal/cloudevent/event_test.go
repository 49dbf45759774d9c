package cloudevent

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/forms"
)

// headers are those of a sound event in binary mode, as others change them.
func headers(changes ...string) map[string][]string {
	h := map[string][]string{
		"Ce-Specversion": {"1.0"}, "Ce-Id": {"1"}, "Ce-Source": {"/s"}, "Ce-Type": {"t"}, "Content-Type": {"application/json"},
	}
	for i := 0; i < len(changes); i += 2 {
		delete(h, changes[i])
		if changes[i+1] != "" {
			h[changes[i]] = []string{changes[i+1]}
		}
	}
	return h
}

func TestAHeaderIsTakenOutOfItsQuotesAndItsEncodingOnce(t *testing.T) {
	for given, want := range map[string]string{
		"Euro%20%E2%82%AC%20%F0%9F%98%80": "Euro € 😀",
		"%e2%82%ac":                       "€",
		"%41lready":                       "Already",
		"100%25":                          "100%",
		"%2541":                           "%41",
		"100%":                            "100%",
		"5%zz%4":                          "5%zz%4",
		`"in quotes"`:                     "in quotes",
		`"a \"b\" \\ c"`:                  `a "b" \ c`,
		`"%20"`:                           " ",
		" x ":                             "x",
	} {
		e, err := FromHeader(headers("cE-SuBject", given), nil, "")
		if err != nil || e.Subject() != want {
			t.Errorf("%q: %q, %v; want %q", given, e.Subject(), err, want)
		}
	}
}

func TestAnEventThatTheSpecificationForbidsIsRefusedByItsAttribute(t *testing.T) {
	object := func(changes string) string {
		return `{"specversion":"1.0","id":"1","source":"/s","type":"t",` + changes + `"x":1}`
	}
	for _, tt := range []struct {
		name   string
		header map[string][]string
		body   string
		field  string
	}{
		{"no specversion", headers("Ce-Specversion", ""), "", "ce-specversion"},
		{"another specversion", headers("Ce-Specversion", "0.3"), "", "ce-specversion"},
		{"no id", headers("Ce-Id", ""), "", "ce-id"},
		{"no source", headers("Ce-Source", ""), "", "ce-source"},
		{"no type", headers("Ce-Type", ""), "", "ce-type"},
		{"a source that is no URI", headers("Ce-Source", "%25zz://"), "", "ce-source"},
		{"an overlong encoding", headers("Ce-Subject", "%C0%A0"), "", "ce-subject"},
		{"a line break", headers("Ce-Subject", "a%0Ab"), "", "ce-subject"},
		{"no time", headers("Ce-Time", "noon"), "", "ce-time"},
		{"a schema that is none", headers("Ce-Dataschema", "x"), "", "ce-dataschema"},
		{"two types of content", headers("Ce-Datacontenttype", "application/xml"), "", "ce-datacontenttype"},
		{"another charset", headers("Content-Type", "application/json; charset=latin1"), "", "ce-datacontenttype"},
		{"said twice", map[string][]string{"Ce-Specversion": {"1.0"}, "Ce-Id": {"1", "2"}, "Ce-Source": {"/s"}, "Ce-Type": {"t"}}, "", "ce-id"},
		{"no object", nil, `[]`, ""},
		{"null", nil, `null`, ""},
		{"an id that is a number", nil, strings.Replace(object(""), `"1",`, `7,`, 1), "id"},
		{"an extension that is an object", nil, object(`"ext":{},`), "ext"},
		{"data twice", nil, object(`"data":1,"data_base64":"AA==",`), "data"},
		{"no base64", nil, object(`"data_base64":"?",`), "data_base64"},
		{"XML that is no text", nil, object(`"datacontenttype":"text/xml","data":{},`), "data"},
		{"no id in JSON", nil, strings.Replace(object(""), `"id":"1",`, ``, 1), "id"},
		{"an empty source", nil, strings.Replace(object(""), `"/s"`, `""`, 1), "source"},
	} {
		var err error
		if tt.header != nil {
			_, err = FromHeader(tt.header, nil, "")
		} else {
			_, err = FromJSON([]byte(tt.body))
		}
		var refused *forms.Refused
		if !errors.As(err, &refused) || refused.Problems[0].Field != tt.field || refused.Problems[0].Reason == "" {
			t.Errorf("%s: %v; want one about %q", tt.name, err, tt.field)
		}
	}
}

func TestTheDataAreWhatTheContentTypeSays(t *testing.T) {
	for _, tt := range []struct{ members, contentType, data string }{
		{`"data":{"a": 1}`, "application/json", `{"a": 1}`},
		{`"data":null`, "application/json", `null`},
		{`"datacontenttype":"application/vnd.x+json; v=1","data":"{}"`, "application/vnd.x+json", `"{}"`},
		{`"datacontenttype":"application/xml","data":"<a/>"`, "application/xml", `<a/>`},
		{`"datacontenttype":"application/protobuf","data_base64":"AAE="`, "application/protobuf", "\x00\x01"},
		{`"data_base64":"e30="`, "", "{}"},
		{`"subject":null`, "", ""},
	} {
		e, err := FromJSON([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t",` + tt.members + `}`))
		if err != nil || e.ContentType() != tt.contentType || string(e.Data) != tt.data {
			t.Errorf("%s: %q %q, %v", tt.members, e.ContentType(), e.Data, err)
		}
	}
}

func TestExtensionsAreKept(t *testing.T) {
	h, err := FromHeader(headers("ce-tenant", "acme", "ce-time", "2026-11-20t10:00:00+01:00"), []byte("x"), "")
	j, err2 := FromJSON([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","tenant":"acme","time":"2026-11-20T09:00:00Z","n":5,"b":true,"gone":null}`))
	if err != nil || err2 != nil || h.Attributes["tenant"] != "acme" || j.Attributes["n"] != "5" || j.Attributes["b"] != "true" {
		t.Errorf("%v %v, %v %v", h, err, j, err2)
	}
	if _, there := j.Attributes["gone"]; there || !h.Time.Equal(j.Time) || !h.Time.Equal(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("%v, %v", j.Attributes, h.Time)
	}
}

func TestTheEndOfALineIsNoPartOfAnExtension(t *testing.T) {
	const before = `{"specversion":"1.0","source":"/s","type":"t",`
	e, err := FromJSON([]byte(before + `"id":"1","more":"{\"n\": 5}\r\n"}`))
	if err != nil || e.Attributes["more"] != `{"n": 5}` {
		t.Errorf("%q, %v", e.Attributes["more"], err)
	}
	for _, members := range []string{`"id":"1\n"`, `"id":"1","more":"a\nb"`} {
		if e, err := FromJSON([]byte(before + members + "}")); err == nil {
			t.Errorf("%s was read: %v", members, e.Attributes)
		}
	}
}

// What the minimal events of the conformance suite try: any type of data, and letters
// outside of ASCII, are the same in each mode.
func TestDataOfAnyTypeAreTheSameInEachMode(t *testing.T) {
	for _, tt := range []struct{ contentType, member, data string }{
		{"text/plain; charset=us-ascii", `"Grüße"`, "Grüße"},
		{"text/plain; charset=utf-8", `"Grüße, 🛰\n"`, "Grüße, 🛰\n"},
		{"application/json; charset=utf-8", `"Grüße, 🛰"`, `"Grüße, 🛰"`},
		{"application/json; charset=utf-8", `{"text":"🛰"}`, `{"text":"🛰"}`},
		{"application/json; charset=utf-8", `["Grüße","🛰"]`, `["Grüße","🛰"]`},
		{"application/xml; charset=utf-8", `"<text>🛰</text>"`, "<text>🛰</text>"},
	} {
		j, err := FromJSON([]byte(`{"specversion":"1.0","id":"1","source":"//s.example/x.yaml","type":"t","datacontenttype":"` + tt.contentType + `","data":` + tt.member + `}`))
		h, err2 := FromHeader(headers("Content-Type", tt.contentType), []byte(tt.data), "")
		if err != nil || err2 != nil || string(j.Data) != tt.data || string(h.Data) != tt.data || j.ContentType() != h.ContentType() {
			t.Errorf("%s: %q %v, %q %v", tt.contentType, j.Data, err, h.Data, err2)
		}
	}
}

func TestTheModeIsKnownByTheHeaders(t *testing.T) {
	for _, tt := range []struct {
		header map[string][]string
		mode   Mode
		err    error
	}{
		{nil, None, nil},
		{map[string][]string{"Content-Type": {"application/json"}}, None, nil},
		{map[string][]string{"ce-datacontenttype": {"application/json"}, "ce-id": {"1"}}, None, nil},
		{map[string][]string{"CE-SPECVERSION": {"1.0"}}, Binary, nil},
		{map[string][]string{"ce-id": {"1"}, "ce-type": {"t"}}, Binary, nil},
		{map[string][]string{"content-type": {"Application/CloudEvents+JSON ; charset=utf-8"}, "ce-id": {"1"}}, Structured, nil},
		{map[string][]string{"Content-Type": {"application/cloudevents"}}, Structured, nil},
		{map[string][]string{"Content-Type": {"application/cloudevents-batch+json"}}, Batch, nil},
		{map[string][]string{"Content-Type": {"application/cloudevents+avro"}}, None, ErrFormat},
		{map[string][]string{"Content-Type": {"application/cloudevents-batch+protobuf"}}, None, ErrFormat},
	} {
		if mode, err := ModeOf(tt.header); mode != tt.mode || !errors.Is(err, tt.err) {
			t.Errorf("%v: %v, %v", tt.header, mode, err)
		}
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	many := headers()
	for i := range 200 {
		many["ce-x"+strings.Repeat("y", i)] = []string{"1"}
	}
	if _, err := FromHeader(many, nil, ""); err == nil {
		t.Error("two hundred attributes were read")
	}
	if _, err := FromHeader(headers("ce-x", strings.Repeat("y", 9000)), nil, ""); err == nil {
		t.Error("a very long attribute was read")
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{}}`), "%41", "application/json")
	f.Add([]byte(`[{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"AA=="}]`), `"a\"`, "text/xml; charset=x")
	f.Fuzz(func(t *testing.T, body []byte, value, contentType string) {
		sound := func(e Event, err error) {
			var refused *forms.Refused
			switch {
			case err != nil && (!errors.As(err, &refused) || len(refused.Problems) == 0):
				t.Fatalf("not a refusal: %v", err)
			case err == nil && (e.ID() == "" || e.Source() == "" || e.Type() == ""):
				t.Fatalf("not an event: %+v", e)
			}
		}
		sound(FromJSON(body))
		sound(FromHeader(headers("ce-subject", value, "Content-Type", contentType), body, "application/json"))
		parts, _ := Split(body)
		for _, part := range parts {
			sound(FromJSON(part))
		}
		// What was encoded as the binding asks is what it was.
		if e, err := FromHeader(headers("ce-subject", encoded(value)), nil, ""); err == nil && value != "" && e.Subject() != value {
			t.Fatalf("%q became %q", value, e.Subject())
		}
	})
}

// encoded is a value as the binding of HTTP encodes it.
func encoded(value string) string {
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; c > ' ' && c < 0x7f && c != '"' && c != '%' {
			b.WriteByte(c)
		} else {
			const digits = "0123456789ABCDEF"
			b.WriteString("%" + string(digits[c>>4]) + string(digits[c&15]))
		}
	}
	return b.String()
}
