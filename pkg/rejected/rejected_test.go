package rejected_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/natstest"
	"tocsin/pkg/rejected"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func TestWhatIsKeptStandsOnceAsItCame(t *testing.T) {
	conn := natstest.Connect(t)
	first := rejected.Delivery{
		Door: "desk", Vendor: "zendesk", Source: "desk", ReceivedAt: nine, Reasons: []string{"ticket 7: has no organization \xff"}, Accepted: 1,
		Tenants: []string{"acme"}, Headers: map[string]string{"X-Event": "created"}, Body: []byte(strings.Repeat("Ä\x00", 20000)),
	}
	again := first
	again.ReceivedAt, again.Reasons = nine.Add(time.Hour), []string{"another"}
	for _, d := range []rejected.Delivery{first, again, {Door: "other", ReceivedAt: nine, Body: []byte(`{"a":"Nord"}`), Reasons: []string{"status \"x\" is not mapped"}}} {
		if err := rejected.Keep(t.Context(), conn, d); err != nil {
			t.Fatal(err)
		}
	}
	list, err := rejected.List(t.Context(), conn, rejected.Query{})
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	want := first
	want.ID, want.Reasons = list[0].ID, []string{"ticket 7: has no organization \ufffd"}
	if !reflect.DeepEqual(list[0], want) {
		t.Errorf("kept is %.500v, want %.500v", fmt.Sprint(list[0]), fmt.Sprint(want))
	}
	for _, tt := range []struct {
		ask  rejected.Query
		want string
	}{
		{rejected.Query{Door: "other"}, "other"},
		{rejected.Query{Text: "ORGANIZATION"}, "desk"},
		{rejected.Query{Text: "nord"}, "other"},
		{rejected.Query{Text: "acme"}, "desk"},
		{rejected.Query{After: list[0].ID}, "other"},
		{rejected.Query{Limit: 1}, "desk"},
		{rejected.Query{Text: "nothing"}, ""},
		{rejected.Query{Door: "nobody"}, ""},
	} {
		got, err := rejected.List(t.Context(), conn, tt.ask)
		if doors := named(got); err != nil || doors != tt.want {
			t.Errorf("%+v gives %q, %v; want %q", tt.ask, doors, err, tt.want)
		}
	}
}

func named(list []rejected.Delivery) string {
	var doors []string
	for _, d := range list {
		doors = append(doors, d.Door)
	}
	return strings.Join(doors, " ")
}

func TestWhoMendsExpectsWhatWasRead(t *testing.T) {
	conn := natstest.Connect(t)
	if err := rejected.Keep(t.Context(), conn, rejected.Delivery{Door: "desk", ReceivedAt: nine, Body: []byte("{}"), Reasons: []string{"first"}}); err != nil {
		t.Fatal(err)
	}
	list, _ := rejected.List(t.Context(), conn, rejected.Query{})
	d := list[0]
	d.Reasons, d.Tries, d.TriedAt = []string{"second"}, 1, nine.Add(time.Minute)
	id, err := rejected.Mend(t.Context(), conn, d)
	if err != nil || id <= d.ID {
		t.Fatalf("%d, %v", id, err)
	}
	if _, err := rejected.Mend(t.Context(), conn, d); err == nil {
		t.Error("it is mended from what stands no more")
	}
	if _, err := rejected.At(t.Context(), conn, d.ID); !errors.Is(err, rejected.ErrNone) {
		t.Errorf("what was mended: %v", err)
	}
	got, err := rejected.At(t.Context(), conn, id)
	if err != nil || got.Reasons[0] != "second" || got.Tries != 1 || !got.ReceivedAt.Equal(nine) || !got.TriedAt.Equal(nine.Add(time.Minute)) {
		t.Errorf("%+v, %v", got, err)
	}
	for range 2 {
		if err := rejected.Drop(t.Context(), conn, id); err != nil {
			t.Errorf("drop: %v", err)
		}
	}
	if list, _ := rejected.List(t.Context(), conn, rejected.Query{}); len(list) != 0 {
		t.Errorf("left are %v", list)
	}
}

func TestWhatNoStreamTakesIsRefused(t *testing.T) {
	body := make([]byte, 1<<20)
	_, _ = rand.Read(body)
	conn := natstest.Connect(t)
	if err := rejected.Keep(t.Context(), conn, rejected.Delivery{Door: "desk", ReceivedAt: nine, Body: body}); !errors.Is(err, rejected.ErrLarge) {
		t.Errorf("%v", err)
	}
	if err := rejected.Keep(t.Context(), conn, rejected.Delivery{Door: "desk", ReceivedAt: nine, Body: bytes.Repeat([]byte("text "), 200000)}); err != nil {
		t.Errorf("what can be packed: %v", err)
	}
}
