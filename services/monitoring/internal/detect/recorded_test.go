package detect

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"
)

// full sets every field below v to something that is not zero.
func full(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("text of " + v.Type().Name())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(3)
	case reflect.Float64:
		v.SetFloat(2.5)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 20, 9, 0, 0, 7, time.UTC)))
			return
		}
		for i := range v.NumField() {
			full(v.Field(i))
		}
	}
}

// whole is a signal of one kind with every field of that kind set.
func whole(t *testing.T, kind Kind) Signal {
	t.Helper()
	s := Signal{Source: "okta", ID: "1", Tenant: "acme", At: time.Date(2026, 11, 20, 9, 0, 0, 1, time.UTC), Kind: kind}
	parts := reflect.ValueOf(&s).Elem()
	first := reflect.TypeFor[Signal]().NumField() - int(KindCondition) // the parts stand in the order of the kinds
	full(parts.Field(first + int(kind) - 1))
	return s
}

func TestASignalComesBackAsItWasWritten(t *testing.T) {
	for kind := KindAuthAttempt; kind <= KindCondition; kind++ {
		s := whole(t, kind)
		got, rest, err := ParseContent(append(s.AppendContent(nil), "rest"...))
		if err != nil || string(rest) != "rest" || !reflect.DeepEqual(got, s) {
			t.Errorf("kind %d: %v, %q: got\n%+v, want\n%+v", kind, err, rest, got, s)
		}
	}
	for name, s := range map[string]Signal{
		"nothing":     {},
		"no due time": {Kind: KindReportRun, Report: ReportRun{Run: "r"}},
		"year 9999":   {At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		got, _, err := ParseContent(s.AppendContent(nil))
		if err != nil || !got.At.Equal(s.At) || got.Report.DueAt.IsZero() != s.Report.DueAt.IsZero() || !bytes.Equal(got.AppendContent(nil), s.AppendContent(nil)) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestWhatIsCutShortIsNoSignal(t *testing.T) {
	for kind := KindAuthAttempt; kind <= KindCondition; kind++ {
		s := whole(t, kind)
		b := s.AppendContent(nil)
		for n := range b {
			if _, _, err := ParseContent(b[:n]); !errors.Is(err, ErrContent) {
				t.Fatalf("kind %d cut to %d of %d bytes: %v", kind, n, len(b), err)
			}
		}
	}
}

func TestAHeadNamesTheSignal(t *testing.T) {
	s := whole(t, KindProbe)
	b := s.AppendContent(nil)
	h, err := HeadOf(b)
	if err != nil || string(h.Source) != s.Source || string(h.ID) != s.ID || !h.At.Equal(s.At) || h.Named != 8+len("okta")+len("1") {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := HeadOf(b[:20]); !errors.Is(err, ErrContent) {
		t.Error(err)
	}
}
