package outlook

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func at(minutes float64) time.Time {
	return nine.Add(time.Duration(minutes * float64(time.Minute)))
}

func logins(scope string) Thing {
	return Thing{Scope: scope, Reason: policy.AuthFailuresOver100, Path: scope + "/auth/_"}
}

// stood is a standing of the shard 00.
func stood(scope string, state State, value uint32, minutes float64) Standing {
	st := Standing{
		Thing: logins(scope), Figure: Figure{Value: value, Threshold: 100, Window: time.Hour, People: value}, State: state,
		Counts: "people", Shard: "00", At: at(minutes),
	}
	if state.Holds() {
		st.RaisedAt = at(0)
	}
	return st
}

// changed is a change that was seen as it happened.
func changed(scope, kind string, value uint32, minutes float64) Change {
	return Change{
		Thing: logins(scope), Figure: Figure{Value: value, Threshold: 100, Window: time.Hour, People: value},
		ID: fmt.Sprint(kind, minutes), Kind: kind, Episode: "e1", At: at(minutes), DetectedAt: at(minutes),
	}
}

func looked(minutes float64) Looked { return Looked{Shard: "00", At: at(minutes), Watched: 7} }

// tell hands facts to an outlook in their order.
func tell(o *Outlook, facts ...any) {
	for _, f := range facts {
		switch f := f.(type) {
		case Standing:
			o.Stand(f)
		case Change:
			o.Change(f, f.DetectedAt)
		case Looked:
			o.Look(f)
		}
	}
}

// shows is a view in a few words.
func shows(v View) string {
	var parts []string
	for _, g := range []struct {
		name  string
		cards []Card
	}{{"raised", v.Raised}, {"flapping", v.Flapping}, {"near", v.Near}, {"undetermined", v.Undetermined}} {
		for _, c := range g.cards {
			parts = append(parts, fmt.Sprintf("%s %s %d", g.name, c.Scope, c.Value))
		}
	}
	return strings.Join(parts, ", ")
}

func TestTheNewestWordStands(t *testing.T) {
	for name, c := range map[string]struct {
		facts []any
		now   float64
		want  string
	}{
		"nothing heard":                         {nil, 0, ""},
		"near as long as it is said":            {[]any{stood("a", Near, 60, 0), looked(0), stood("a", Near, 70, 1), looked(1)}, 1.5, "near a 70"},
		"a look without it ends it":             {[]any{stood("a", Near, 60, 0), looked(0), looked(1)}, 1.5, ""},
		"another shard's look does not":         {[]any{stood("a", Near, 60, 0), Looked{Shard: "01", At: at(1)}}, 1.5, "near a 60"},
		"nobody looking does not":               {[]any{stood("a", Near, 60, 0), looked(0)}, 60, "near a 60"},
		"calm":                                  {[]any{stood("a", Near, 60, 0), stood("a", Calm, 5, 1)}, 1.5, ""},
		"raised at once, before the next look":  {[]any{stood("a", Near, 90, 0), looked(0), changed("a", "raised", 101, .3)}, .4, "raised a 101"},
		"and with the value of the next":        {[]any{changed("a", "raised", 101, .3), stood("a", Raised, 140, 1), looked(1)}, 1.1, "raised a 140"},
		"raised without any look":               {[]any{changed("a", "updated", 120, 0)}, 60, "raised a 120"},
		"ended at once":                         {[]any{changed("a", "raised", 101, 0), stood("a", Raised, 140, 1), changed("a", "cleared", 80, 1.2)}, 1.3, ""},
		"a look from before does not raise":     {[]any{changed("a", "cleared", 80, 1.2), stood("a", Raised, 140, 1)}, 1.3, ""},
		"near again after its end":              {[]any{changed("a", "cleared", 80, 1.2), stood("a", Near, 79, 2), looked(2)}, 2.3, "near a 79"},
		"comes and goes":                        {[]any{changed("a", "raised", 101, 0), changed("a", "flapping", 101, 0)}, .1, "flapping a 101"},
		"still, with a new value":               {[]any{changed("a", "flapping", 101, 0), changed("a", "updated", 107, 1)}, 2, "flapping a 107"},
		"as a look knows, where no change does": {[]any{changed("a", "updated", 107, 0), stood("a", Flapping, 108, 1), looked(1)}, 2, "flapping a 108"},
		"no more after the next raise":          {[]any{changed("a", "flapping", 101, 0), changed("a", "cleared", 3, 40), changed("a", "raised", 102, 90)}, 91, "raised a 102"},
		"undetermined is said once an hour":     {[]any{stood("a", Undetermined, 0, 0), looked(0), looked(64)}, 64, "undetermined a 0"},
		"and is over when it is not":            {[]any{stood("a", Undetermined, 0, 0), looked(0), looked(66)}, 66, ""},
		"expired and silent":                    {[]any{changed("a", "raised", 101, 0), changed("a", "expired", 0, 1440), stood("a", Undetermined, 0, 1441), looked(1441)}, 1441, "undetermined a 0"},
		"a repeat changes nothing":              {[]any{stood("a", Near, 70, 1), stood("a", Near, 60, 0), changed("a", "raised", 101, 2), changed("a", "cleared", 0, 1)}, 2, "raised a 101"},
	} {
		o := New()
		tell(o, c.facts...)
		if got := shows(o.View(at(c.now))); got != c.want {
			t.Errorf("%s: shows %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatPressesMostComesFirst(t *testing.T) {
	o := New()
	for scope, value := range map[string]uint32{"small": 101, "platform": 150, "big": 900} {
		tell(o, changed(scope, "raised", value, 0))
	}
	for scope, value := range map[string]uint32{"far": 50, "nearest": 99, "nearer": 98} {
		tell(o, stood(scope, Near, value, 0))
	}
	want := "raised platform 150, raised big 900, raised small 101, near nearest 99, near nearer 98, near far 50"
	if got := shows(o.View(at(0))); got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
}

func TestNobodyLookingIsBlindnessAndNotCalm(t *testing.T) {
	o := New()
	if v := o.View(at(0)); v.Ready || !v.Looked.IsZero() || v.Blind != nil {
		t.Errorf("before anything is heard: %+v", v)
	}
	o.Ready(Looks)
	if o.View(at(0)).Ready {
		t.Error("ready before the changes are")
	}
	o.Ready(Changes)
	o.Ready(Sights)
	tell(o, looked(0), Looked{Shard: "platform", At: at(1), Watched: 3, Unshown: 2})
	v := o.View(at(2.5))
	if !v.Ready || v.Blind != nil || !v.Looked.Equal(at(0)) || v.Watched != 10 || v.Unshown != 2 {
		t.Errorf("while it looks: %+v", v)
	}
	if v := o.View(at(3)); !reflect.DeepEqual(v.Blind, []Blindness{{Span: Span{From: at(0)}, Shards: 1, All: 2}}) {
		t.Errorf("one shard is silent: %+v", v.Blind)
	}
	if v := o.View(at(9)); !reflect.DeepEqual(v.Blind, []Blindness{{Span: Span{From: at(0)}, Shards: 2, All: 2}}) {
		t.Errorf("both are silent: %+v", v.Blind)
	}
	tell(o, looked(9), stood("a", Near, 60, 9), looked(10))
	if v := o.View(at(10)); len(v.Blind) != 1 || v.Blind[0].Shards != 1 {
		t.Errorf("one looks again: %+v", v.Blind)
	}
	c, _ := o.Card(logins("a").Path, at(14))
	if want := []Span{{at(0), at(9)}, {From: at(10)}}; !reflect.DeepEqual(c.Blind, want) {
		t.Errorf("the card was not seen %v, want %v", c.Blind, want)
	}
}

func TestWhatWasMissedIsSaidForADay(t *testing.T) {
	o := New()
	tell(o, looked(0), Looked{Shard: "01", At: at(0)})
	for _, shard := range []string{"00", "01"} {
		o.See(Sight{Shard: shard, Until: at(3), SaidAt: at(3), Missed: Span{at(1), at(2)}, Why: "gone", Lost: 40})
	}
	v := o.View(at(4))
	want := Blindness{Span{at(1), at(2)}, 2, 2, "gone", 40}
	if !reflect.DeepEqual(v.Blind, []Blindness{want}) || !v.Looked.Equal(at(3)) {
		t.Errorf("two shards missed it, and looked at %s: %+v", v.Looked, v.Blind)
	}
	o.See(Sight{Shard: "01", Until: at(9), SaidAt: at(2), Missed: Span{From: at(8)}, Why: "silent"})
	if v := o.View(at(4)); len(v.Blind) != 1 {
		t.Errorf("an older word counts: %+v", v.Blind)
	}
	asleep := Blindness{Span: Span{From: at(3)}, Shards: 2, All: 2}
	if v := o.View(at(90)); !reflect.DeepEqual(v.Blind, []Blindness{asleep, want}) {
		t.Errorf("when nobody looks any more: %+v", v.Blind)
	}
	for _, shard := range []string{"00", "01"} {
		o.See(Sight{Shard: shard, Until: at(24 * 60), SaidAt: at(24 * 60), Missed: Span{at(1), at(2)}, Why: "gone"})
	}
	if v := o.View(at(2).Add(lately)); v.Blind != nil {
		t.Errorf("a day later: %+v", v.Blind)
	}
}

func TestACardKnowsSinceWhen(t *testing.T) {
	o := New()
	tell(o, changed("a", "raised", 101, 0), changed("a", "updated", 120, 5), stood("b", Raised, 130, 6), changed("c", "updated", 101, 7), changed("c", "updated", 102, 8))
	for scope, want := range map[string]time.Time{"a": at(0), "b": at(0), "c": at(7)} {
		if c, ok := o.Card(logins(scope).Path, at(9)); !ok || !c.Since.Equal(want) {
			t.Errorf("%s since %s, want %s", scope, c.Since, want)
		}
	}
	if c, _ := o.Card(logins("a").Path, at(9)); c.Episode != "e1" || len(c.Points) != 2 {
		t.Errorf("%+v", c)
	}
	if _, ok := o.Card("none", at(9)); ok {
		t.Error("knows what it never heard of")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	o := New()
	tell(o, changed("kept", "raised", 101, 0))
	for i := range 2 * mostSeries {
		tell(o, stood(fmt.Sprint("t", i), Calm, 1, float64(i)/1000))
	}
	for i := range 2 * mostPoints {
		tell(o, stood("kept", Raised, uint32(200+i), float64(i+1)))
	}
	tell(o, changed("long ago", "cleared", 1, 0))
	o.Change(changed("forgotten", "cleared", 1, 0), at(0).Add(lately+1))
	if len(o.series) > mostSeries {
		t.Errorf("%d are kept", len(o.series))
	}
	c, ok := o.Card(logins("kept").Path, at(1000))
	if !ok || len(c.Points) != mostPoints || c.Points[mostPoints-1].Value != 200+2*mostPoints-1 {
		t.Errorf("of what is raised are kept: %v, %d points", ok, len(c.Points))
	}
	if _, ok := o.Card(logins("forgotten").Path, at(0)); ok {
		t.Error("keeps what ended long ago")
	}
	if _, ok := o.Card(logins("long ago").Path, at(0)); !ok {
		t.Error("forgets what ended lately")
	}
}

func TestASlowViewerHearsOnce(t *testing.T) {
	o := New()
	changes, leave := o.Watch()
	tell(o, looked(0), looked(1), looked(2))
	<-changes
	select {
	case <-changes:
		t.Error("told twice")
	default:
	}
	leave()
	tell(o, looked(3))
	select {
	case <-changes:
		t.Error("told after it left")
	default:
	}
}
