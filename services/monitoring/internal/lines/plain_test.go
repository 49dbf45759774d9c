package lines

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// usual are lines as producers write them, all of the plain form.
var usual = []string{
	login(1),
	`{"id":"1","source":"a","occurred_at":"2026-11-20T09:00:00.000000001Z","auth_attempt":{"user":"u","method":"PASSWORD","outcome":"FAILURE","failure":"TIMEOUT"}}`,
	` { "id" : "1", "source":"a" ,"tenant":"","occurred_at":"2024-02-28T23:59:59.5Z","report_run":{"run":"r","report":"x","state":"SCHEDULED","stage":"PROCESS","due_at":"1999-12-31T00:00:00Z"}} `,
	`{"report_run":{"run":"r","state":"FAILED"},"id":"1","source":"a","occurred_at":"2026-11-20T09:00:00Z"}`,
	`{"id":"1","source":"a","tenant":"t","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u","outcome":"FAILED","failure":"INVALID_FILE"}}`,
	`{"id":"1","source":"a","tenant":"t","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u","outcome":"ACCEPTED"}}`,
	`{"id":"1","source":"a","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","region":"eu","status":"DOWN","latency_ms":12.75}}`,
	`{"id":"1","source":"a","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","status":"UP","latency_ms":0}}`,
}

// unusual are lines that are left to forms: good ones and bad ones.
var unusual = []string{
	"", "{", "{}", "[]", "null", `{"id":"1"}`, login(1) + "x", login(1) + login(2), login(1)[1:],
	strings.Replace(login(1), `"id"`, `"id":"2","id"`, 1),
	strings.Replace(login(1), `"1"`, `1`, 1),
	strings.Replace(login(1), `"1"`, `null`, 1),
	strings.Replace(login(1), "acme", "platform", 1),
	strings.Replace(login(1), "acme", "_", 1),
	strings.Replace(login(1), "acme", `ac\u006de`, 1),
	strings.Replace(login(1), "acme", "Zürich", 1),
	strings.Replace(login(1), "acme", "a\xffb", 1),
	strings.Replace(login(1), "acme", "a\tb", 1),
	strings.Replace(login(1), "acme", strings.Repeat("a", 129), 1),
	strings.Replace(login(1), "occurred_at", "occurredAt", 1),
	strings.Replace(login(1), "SUCCESS", "OUTCOME_UNSPECIFIED", 1),
	strings.Replace(login(1), `"SUCCESS"`, `1`, 1),
	strings.Replace(login(1), `"SUCCESS"`, `"SUCCESS","failure":"FAILURE_UNSPECIFIED"`, 1),
	strings.Replace(login(1), "2026-11-20", "2026-02-29", 1),
	strings.Replace(login(1), "2026-11-20", "2024-02-29", 1),
	strings.Replace(login(1), "2026-11-20", "0000-11-20", 1),
	strings.Replace(login(1), "2026-11-20T09", "0001-01-01T00", 1),
	strings.Replace(login(1), "09:00:00", "24:00:00", 1),
	strings.Replace(login(1), "09:00:00", "09:00:60", 1),
	strings.Replace(login(1), "09:00:00Z", "09:00:00+01:00", 1),
	strings.Replace(login(1), "09:00:00Z", "09:00:00.Z", 1),
	strings.Replace(login(1), "09:00:00Z", "09:00:00.0000000001Z", 1),
	strings.Replace(usual[6], "12.75", "1e3", 1),
	strings.Replace(usual[6], "12.75", "-1", 1),
	strings.Replace(usual[6], "12.75", "012", 1),
	strings.Replace(usual[6], "12.75", `"12"`, 1),
	strings.Replace(usual[6], "12.75", "NaN", 1),
	strings.Replace(usual[6], "12.75", "1.", 1),
}

// differs says how the plain reading of a line differs from that of forms.
func differs(line string) string {
	got, ok := plain(line)
	if !ok {
		return ""
	}
	want, ticket, err := other([]byte(line))
	switch {
	case err != nil:
		return "forms refuses it: " + err.Error()
	case ticket != nil:
		return "it is a ticket event"
	case !bytes.Equal(got.AppendContent(nil), want.AppendContent(nil)) || !reflect.DeepEqual(got, want):
		return "it reads something else"
	}
	return ""
}

func TestThePlainFormIsReadAsFormsReadsIt(t *testing.T) {
	for _, line := range usual {
		if _, ok := plain(line); !ok {
			t.Errorf("not plain: %s", line)
		}
		if d := differs(line); d != "" {
			t.Errorf("%s: %s", line, d)
		}
	}
	for _, line := range unusual {
		if _, ok := plain(line); ok {
			t.Errorf("plain: %s", line)
		}
	}
}

func FuzzPlainLines(f *testing.F) {
	for _, line := range append(usual, unusual...) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if d := differs(line); d != "" {
			t.Errorf("%q: %s", line, d)
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	for b.Loop() {
		plain(usual[1])
	}
}

func BenchmarkOther(b *testing.B) {
	for b.Loop() {
		if _, _, err := other([]byte(usual[1])); err != nil {
			b.Fatal(err)
		}
	}
}
