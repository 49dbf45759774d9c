package door

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/events"

	"tocsin/pkg/forms"
)

// bodies are what fuzzing begins with: each with its type, and the two forms.
var bodies = [][2]string{
	{typeJSON, `{"id":"a","source":"okta","occurred_at":"2026-11-20T09:00:00Z","tenant":"acme","file_upload":{"upload":"u","outcome":"FAILED"}}`},
	{typeNDJSON, "{\"id\":\"a\",\"source\":\"desk\",\"tenant\":\"acme\",\"ticket\":\"T-1\",\"occurred_at\":\"2026-11-20T09:00:00Z\",\"note\":{\"author_kind\":\"AGENT\",\"text\":\"x\"}}\n\n no JSON \n{}"},
	{typeJSON, `[{"id":"a","source":"okta","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","status":"UP"}},7]`},
	{typeJSON, `{"id":"a","source":"okta","occurred_at":"1999-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","status":"UP"}}`},
	{typeProtobuf, "\x0a\x20\x0a\x01a\x12\x04okta\x22\x06\x08\xa0\xd9\xfb\xc8\x06\x6a\x07\x0a\x01u\x10\x02\x18\x01"},
	{"application/cloudevents+json", `{"specversion":"1.0","id":"a","source":"okta","type":"tocsin.ingress.v1.FileUpload","time":"2026-11-20T09:00:00Z","tenant":"acme","data":{"upload":"u","outcome":"FAILED"}}`},
	{"application/cloudevents-batch+json", `[{"specversion":"1.0","id":"a","source":"desk","type":"tocsin.ingress.v1.Note","subject":"T-1","time":"2026-11-20T09:00:00Z","tenant":"acme","datacontenttype":"application/protobuf","data_base64":"CAM="}]`},
}

// fuzzed is a door whose clock stands still, and that stores nothing.
func fuzzed() *Door {
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	return &Door{Intake: events.Intake{Now: func() time.Time { return at }}}
}

// FuzzBody posts anything as any type to both forms: it gives events that would be
// taken by themselves, or a refusal with reasons.
func FuzzBody(f *testing.F) {
	for _, b := range bodies {
		f.Add(b[0], "1.0", []byte(b[1]))
	}
	f.Add("xNote", "1.0", []byte(`{"author_kind":"AGENT","text":"x"}`))
	d := fuzzed()
	f.Fuzz(func(t *testing.T, kind, version string, body []byte) {
		whole(t, d.ticketForm(), kind, version, body)
		whole(t, d.signalForm(), kind, version, body)
	})
}

func whole[T any, M message[T]](t *testing.T, f form[T, M], kind, version string, body []byte) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/v1/any", nil)
	r.Header.Set("Content-Type", kind)
	if strings.HasPrefix(kind, "x") { // a CloudEvent in headers, of the type that is behind
		for name, value := range map[string]string{"id": "a", "source": "okta", "type": "tocsin.ingress.v1." + strings.TrimPrefix(kind, "x"), "specversion": version} {
			r.Header.Set("ce-"+name, value)
		}
		r.Header.Set("Content-Type", typeJSON)
	}
	mode, err := cloudevent.ModeOf(r.Header)
	if err != nil {
		return
	}
	_, evs, err := f.whole(r, body, mode)
	if err != nil {
		sound(t, err)
		return
	}
	for _, ev := range evs {
		stands(t, f, ev)
	}
}

// stands fails unless an event that is taken would be taken as JSON as well.
func stands[T any, M message[T]](t *testing.T, f form[T, M], ev M) {
	t.Helper()
	if err := f.check(ev); err != nil {
		t.Fatalf("%v was taken: %v", ev, err)
	}
	raw, err := protojson.Marshal(ev)
	if err != nil {
		t.Fatalf("%v was taken, and can not be said: %v", ev, err)
	}
	same, err := readOne[T, M](raw, f.check)
	if err != nil || !proto.Equal(same, ev) {
		t.Fatalf("%s was taken; alone it is %v: %v", raw, same, err)
	}
}

// sound fails unless a refusal names what is wrong.
func sound(t *testing.T, err error) {
	t.Helper()
	var refused *forms.Refused
	if !errors.As(err, &refused) || len(refused.Problems) == 0 {
		t.Fatalf("not a refusal: %v", err)
	}
	for _, p := range refused.Problems {
		if p.Reason == "" {
			t.Fatalf("no reason: %+v", refused.Problems)
		}
	}
}

// FuzzLines reads anything as lines, however the bytes come: each line is taken as it
// would be by itself, or listed under its number.
func FuzzLines(f *testing.F) {
	for _, b := range bodies {
		f.Add([]byte(b[1]), 16)
		f.Add([]byte(b[1]+"\r\n"+b[1]), 4096)
	}
	d := fuzzed()
	f.Fuzz(func(t *testing.T, body []byte, size int) {
		lined(t, d.ticketForm(), body, size)
		lined(t, d.signalForm(), body, size)
	})
}

func lined[T any, M message[T]](t *testing.T, f form[T, M], body []byte, size int) {
	t.Helper()
	var took []M
	got, err := readLines[T, M](bufio.NewReaderSize(bytes.NewReader(body), max(16, size%10000)), f.check, func(evs []M) (int, error) {
		took = append(took, evs...)
		return 0, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []M
	var numbers []int
	for n, line := range bytes.Split(body, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if ev, err := readOne[T, M](line, f.check); err == nil {
			want = append(want, ev)
		} else {
			sound(t, err)
			numbers = append(numbers, n+1)
		}
	}
	if got.Accepted != len(want) || got.RejectedLines != len(numbers) || len(took) != len(want) {
		t.Fatalf("%+v; want %d taken, and not lines %v", got, len(want), numbers)
	}
	for i, ev := range took {
		if !proto.Equal(ev, want[i]) {
			t.Fatalf("%v was taken, want %v", ev, want[i])
		}
	}
	for _, r := range got.Rejected {
		if len(numbers) == 0 || r.Line < numbers[0] {
			t.Fatalf("line %d is listed: %+v", r.Line, got)
		}
		for len(numbers) > 0 && numbers[0] < r.Line {
			numbers = numbers[1:]
		}
	}
}
