package demo_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/services/classification"
	"tocsin/services/monitoring"
	"tocsin/services/tocsin/internal/demo"

	"tocsin/pkg/forms"
	"tocsin/pkg/policy"
)

// began is when the day of these tests is played.
var began = time.Date(2026, 11, 20, 9, 0, 0, 123456789, time.UTC)

func TestEveryEventOfTheDayIsValidAndItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, day := range [][]demo.Scene{demo.Day(began), demo.Day(began.Add(time.Second))} {
		for _, scene := range day {
			for _, s := range scene.Signals {
				if err := forms.Check(s); err != nil {
					t.Errorf("%s: %v: %v", scene.Title, err, s)
				}
				if id := s.GetSource() + "/" + s.GetId(); seen[id] {
					t.Errorf("%s: %s comes twice", scene.Title, id)
				} else {
					seen[id] = true
				}
			}
			for _, ev := range scene.Tickets {
				if err := forms.Check(ev); err != nil {
					t.Errorf("%s: %v: %v", scene.Title, err, ev)
				}
				if id := ev.GetSource() + "/" + ev.GetId(); seen[id] {
					t.Errorf("%s: %s comes twice", scene.Title, id)
				} else {
					seen[id] = true
				}
			}
		}
	}
}

func TestNothingOfTheDayIsAheadOfItsScene(t *testing.T) {
	last := time.Duration(0)
	for _, scene := range demo.Day(began) {
		if scene.At < last {
			t.Errorf("%s is played at %v, after %v", scene.Title, scene.At, last)
		}
		last = scene.At
		for _, s := range scene.Signals {
			if at := s.GetOccurredAt().AsTime(); at.After(began.Add(scene.At)) {
				t.Errorf("%s: %s happens %v later", scene.Title, s.GetId(), at.Sub(began.Add(scene.At)))
			}
		}
	}
}

// change is what the test reads of a condition change.
type change struct{ Change, Reason, Scope string }

func TestTheDayRaisesWhatItPromisesAndClearsIt(t *testing.T) {
	for _, asLive := range []bool{false, true} {
		var in, out bytes.Buffer
		for _, scene := range demo.Day(began) {
			for _, s := range scene.Signals {
				line, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				in.Write(append(line, '\n'))
			}
		}
		sum, err := monitoring.Replay(t.Context(), &in, &out, monitoring.ReplayOptions{Policy: policy.Default(), AsLive: asLive, Until: began.Add(2 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if sum.Late+sum.Ahead+sum.Invalid+sum.Ignored+sum.Duplicates > 0 {
			t.Errorf("as live %v: %+v, want all counted", asLive, sum)
		}
		var got []change
		for d := json.NewDecoder(&out); d.More(); {
			var c change
			if err := d.Decode(&c); err != nil {
				t.Fatal(err)
			}
			got = append(got, c)
		}
		for _, c := range []change{
			{"raised", "sso_unavailable", "acme"},
			{"raised", "sso_unavailable", "nordwind"},
			{"raised", "sso_unavailable", "kaiser-logistik"},
			{"raised", "auth_failures_over_100", "acme"},
			{"raised", "auth_failures_over_100", "platform"},
			{"raised", "reports_failing_24h", "lumen"},
		} {
			end := change{"cleared", c.Reason, c.Scope}
			if i, j := slices.Index(got, c), slices.Index(got, end); i < 0 || j < i {
				t.Errorf("as live %v: %v and its end are not among %v", asLive, c, got)
			}
			got = slices.DeleteFunc(got, func(o change) bool { return o == c || o == end })
		}
		if len(got) > 0 {
			t.Errorf("as live %v: it also says %v", asLive, got)
		}
	}
}

func TestTheTicketsOfTheDayAreReadAsTheirScenesSay(t *testing.T) {
	var in, out bytes.Buffer
	want := map[string]string{
		"Where do I change the logo?": "not_a_request", "No reports since yesterday": "eligible", "Nobody can log in": "eligible",
		"Anmeldung geht nicht": "eligible", "SSO-Störung": "eligible", "URGENT!!!": "needs_info", "Feeds auf der Beta-Seite leer": "ineligible",
	}
	enc := json.NewEncoder(&in)
	for _, scene := range demo.Day(began) {
		for _, ev := range scene.Tickets {
			o := ev.GetOpened()
			if err := enc.Encode(map[string]string{"id": o.GetSubject(), "text": o.GetSubject() + "\n" + o.GetBody()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := classification.Classify(t.Context(), classification.NewMethod(policy.Default(), nil), &in, &out, classification.ClassifyOptions{}); err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(&out); d.More(); {
		var a struct{ ID, Recommendation string }
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		if a.Recommendation != want[a.ID] {
			t.Errorf("%s: %s, want %s", a.ID, a.Recommendation, want[a.ID])
		}
		delete(want, a.ID)
	}
	if len(want) > 0 {
		t.Errorf("the day does not hold %v", want)
	}
}
