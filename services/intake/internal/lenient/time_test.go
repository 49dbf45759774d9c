package lenient_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/lenient"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestATimeIsReadHoweverItIsWritten(t *testing.T) {
	for said, want := range map[lenient.Text]time.Time{
		"2026-11-20T09:00:00Z": nine, "2026-11-20T10:00:00+01:00": nine, "2026-11-20T10:00:00+0100": nine,
		"2026-11-20T09:00Z": nine, "2026-11-20 09:00:00": nine, "2026-11-20T09:00:00": nine,
		"2026-11-20 09:00:00 UTC": nine, "2026-11-20 10:00:00 +0100": nine, " 1795165200 ": nine,
		"1795165200000": nine, "1795165200000000": nine, "1795165200000000000": nine,
		"2026-11-20T09:00:00.25Z": nine.Add(250 * time.Millisecond), "1795165200250": nine.Add(250 * time.Millisecond),
	} {
		if got, err := said.Time(); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q is %v, %v; want %v", said, got, err, want)
		}
	}
	for _, said := range []lenient.Text{"", "0", "-5", "noon", "NaN", "1e300", "2026-13-01T00:00:00Z", "{}"} {
		if got, err := said.Time(); err == nil {
			t.Errorf("%q is %v", said, got)
		}
	}
}

func TestANumberIsTheSameTimeInEveryUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(978307200, 4102444799).Draw(t, "seconds"), 0).UTC() // 2001 to 2099
		for _, n := range []int64{at.Unix(), at.UnixMilli(), at.UnixMicro(), at.UnixNano()} {
			raw, _ := json.Marshal(n)
			if got, err := lenient.Text(raw).Time(); err != nil || !got.Equal(at) {
				t.Fatalf("%d is %v, %v; want %v", n, got, err, at)
			}
		}
	})
}

func TestTextIsReadHoweverItIsQuoted(t *testing.T) {
	for raw, want := range map[string]lenient.Text{
		`"a b"`: "a b", `""`: "", `7`: "7", `-1.50`: "-1.50", `true`: "true", `null`: "", `[]`: "", `[1]`: "", `{}`: "",
		`{"value":"x"}`: "x", `{"id":3}`: "3", `{"value":"","id":3}`: "3", `{"value":{"id":1}}`: "", `{"value":[1],"id":[2]}`: "",
	} {
		got := lenient.Text("before")
		if err := json.Unmarshal([]byte(raw), &got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", raw, got, err, want)
		}
	}
}

// FuzzReading reads whatever JSON it is given.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"x",null],"b":{"c":true}}`, `"2026-11-20 09:00:00"`, `1e19`, `-0`, `a=b&c`, `[{"id":{"id":1}}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _, _ = lenient.ReadFields(raw)
		if !json.Valid(raw) {
			return
		}
		var text lenient.Text
		var ref lenient.Ref
		var tags lenient.Tags
		for _, into := range []any{&text, &ref, &tags} {
			if err := json.Unmarshal(raw, into); err != nil {
				t.Fatalf("%q: %v", raw, err)
			}
		}
		if at, err := text.Time(); err == nil && at.IsZero() {
			t.Fatalf("%q is a time of zero", text)
		}
	})
}
