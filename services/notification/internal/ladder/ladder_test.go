package ladder

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// climb is a ladder of two levels: who is on call, then the chief and ops.
func climb(overrides ...route.Override) Climb {
	s := route.Schedule{
		People:    map[string]route.Person{"lena": {To: []string{"lena-slack", "lena-phone"}}, "omar": {To: []string{"omar-mail"}}},
		Overrides: overrides,
	}
	return Climb{
		&route.Ladder{Name: "critical", Repeat: 1, Steps: []route.Step{
			{To: []string{"oncall"}, Within: 5 * time.Minute}, {To: []string{"chief", "ops"}, Within: 10 * time.Minute},
		}},
		map[string]oncall.Schedule{"oncall": {Schedule: s}},
	}
}

func during(person string, from, until time.Duration) route.Override {
	return route.Override{From: nine.Add(from), Until: nine.Add(until), Person: person}
}

// text are calls as "level.repetition minutes who".
func text(calls []Call) string {
	var all []string
	for _, c := range calls {
		who := []string{}
		for _, to := range c.Called {
			who = append(who, to.Destination)
		}
		for _, a := range c.Absent {
			who = append(who, "no "+a)
		}
		all = append(all, fmt.Sprintf("%d.%d at %g: %s", c.Level, c.Repetition, c.At.Sub(nine).Minutes(), strings.Join(who, " ")))
	}
	return strings.Join(all, "; ")
}

func TestTheWholeLadder(t *testing.T) {
	for name, c := range map[string]struct {
		climb Climb
		want  string
	}{
		"somebody is on call": {
			climb(during("lena", 0, time.Hour)),
			"1.0 at 0: lena-slack lena-phone; 2.0 at 5: chief ops; 1.1 at 15: lena-slack lena-phone; 2.1 at 20: chief ops; 0.1 at 30: lena-slack lena-phone chief ops",
		},
		"from the instant of a handover the next one": {
			climb(during("lena", 0, 15*time.Minute), during("omar", 15*time.Minute, time.Hour)),
			"1.0 at 0: lena-slack lena-phone; 2.0 at 5: chief ops; 1.1 at 15: omar-mail; 2.1 at 20: chief ops; 0.1 at 30: lena-slack lena-phone chief ops omar-mail",
		},
		"nobody is on call": {
			climb(), "1.0 at 0: no oncall; 2.0 at 0: chief ops; 1.1 at 10: no oncall; 2.1 at 10: chief ops; 0.1 at 20: chief ops",
		},
		"nobody at all": {
			Climb{&route.Ladder{Repeat: 1, Steps: []route.Step{{To: []string{"oncall"}, Within: 5 * time.Minute}, {To: []string{"oncall"}, Within: time.Minute}}}, climb().Schedules},
			"1.0 at 0: no oncall; 2.0 at 0: no oncall; 1.1 at 6: no oncall; 2.1 at 6: no oncall; 0.1 at 12: ",
		},
		"somebody comes on call in the second repetition": {
			Climb{&route.Ladder{Repeat: 1, Steps: []route.Step{{To: []string{"oncall"}, Within: 5 * time.Minute}}}, climb(during("omar", time.Minute, time.Hour)).Schedules},
			"1.0 at 0: no oncall; 1.1 at 5: omar-mail; 0.1 at 10: omar-mail",
		},
		"a destination is called once a level": {
			Climb{&route.Ladder{Steps: []route.Step{{To: []string{"omar-mail", "oncall", "omar-mail"}, Within: time.Minute}}}, climb(during("omar", 0, time.Hour)).Schedules},
			"1.0 at 0: omar-mail; 0.0 at 1: omar-mail",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := text(c.climb.Whole(nine)); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestALevelsTurnComesToTheInstant(t *testing.T) {
	c := climb(during("lena", 0, time.Hour))
	first, _ := c.Due(nil, nine)
	if due, next := c.Due(first, nine.Add(5*time.Minute-1)); len(due) != 0 || next.Level != 2 || !next.At.Equal(nine.Add(5*time.Minute)) {
		t.Errorf("a nanosecond before: %s, next %+v", text(due), next)
	}
	if due, _ := c.Due(first, nine.Add(5*time.Minute)); text(due) != "2.0 at 5: chief ops" {
		t.Errorf("then: %s", text(due))
	}
}

func TestAfterAStandstillNobodyIsCalledFaster(t *testing.T) {
	c := climb(during("lena", 0, time.Hour))
	first, _ := c.Due(nil, nine)
	late, next := c.Due(first, nine.Add(40*time.Minute))
	if text(late) != "2.0 at 40: chief ops" || !next.At.Equal(nine.Add(50*time.Minute)) {
		t.Errorf("%s, then %+v", text(late), next)
	}
}

func TestALadderThatBecameShorterGoesOn(t *testing.T) {
	c := climb(during("lena", 0, time.Hour))
	calls := c.Whole(nine)[:2]
	c.Ladder.Steps = c.Ladder.Steps[:1]
	if due, _ := c.Due(calls, nine.Add(15*time.Minute)); text(due) != "1.1 at 15: lena-slack lena-phone" {
		t.Error(text(due))
	}
}

func TestACaseWaitsUntilSomebodyTakesNoticeOrItIsDecided(t *testing.T) {
	for _, state := range []string{"needs_info", "approved", "in_progress", "denied", "resolved", "withdrawn", "expired", "closed", "merged"} {
		if (Case{State: state}).Waits() {
			t.Errorf("%s waits", state)
		}
	}
	if !(Case{State: "pending_review"}).Waits() || (Case{State: "pending_review", AcknowledgedAt: nine}).Waits() {
		t.Error("a case waits as long as nobody has acknowledged it")
	}
}

// drawn is a ladder of which people come and go.
func drawn(t *rapid.T) Climb {
	minutes := func(name string, most int) time.Duration {
		return time.Duration(rapid.IntRange(1, most).Draw(t, name)) * time.Minute
	}
	var overrides []route.Override
	for i := range rapid.IntRange(0, 4).Draw(t, "overrides") {
		from := minutes(fmt.Sprint("from ", i), 100) - 10*time.Minute
		overrides = append(overrides, during(rapid.SampledFrom([]string{"lena", "omar"}).Draw(t, "who"), from, from+minutes("for", 50)))
	}
	c := climb(overrides...)
	c.Ladder.Repeat = rapid.IntRange(0, 4).Draw(t, "repeat")
	c.Ladder.Steps = nil
	for range rapid.IntRange(1, 5).Draw(t, "steps") {
		c.Ladder.Steps = append(c.Ladder.Steps, route.Step{
			To:     rapid.SliceOfN(rapid.SampledFrom([]string{"oncall", "chief", "ops"}), 1, 3).Draw(t, "to"),
			Within: minutes("within", 20),
		})
	}
	return c
}

func TestHoweverOftenItIsAskedEachLevelIsCalledOnceAndInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		want := c.Whole(nine)
		var calls []Call
		for now := nine; ; now = now.Add(time.Minute) { // all times are whole minutes
			due, next := c.Due(calls, now)
			again, _ := c.Due(calls, now)
			if !reflect.DeepEqual(due, again) {
				t.Fatalf("asked twice: %s and %s", text(due), text(again))
			}
			calls = append(calls, due...)
			if more, _ := c.Due(calls, now); len(more) > 0 {
				t.Fatalf("called, and called again: %s", text(more))
			}
			if next == nil {
				break
			}
		}
		if text(calls) != text(want) {
			t.Fatalf("asked every minute: %s\nat once: %s", text(calls), text(want))
		}
		if n := len(c.Ladder.Steps)*(c.Ladder.Repeat+1) + 1; len(calls) != n {
			t.Fatalf("%d calls, not %d", len(calls), n)
		}
	})
}

func TestHoweverLateItIsAskedTwoLevelsThatCallSomebodyAreAsFarApartAsTheFileSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		var calls []Call
		now := nine
		for {
			due, next := c.Due(calls, now)
			calls = append(calls, due...)
			if next == nil {
				break
			}
			now = next.At.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "late")) * time.Minute)
		}
		for i, call := range calls[1:] {
			before := calls[i]
			if len(before.Called) > 0 && call.At.Sub(before.At) < c.Ladder.Steps[before.Level-1].Within {
				t.Fatalf("too soon: %s", text(calls[i:i+2]))
			}
		}
	})
}

func FuzzDue(f *testing.F) {
	f.Add(uint8(2), uint8(1), int64(300), int64(0))
	f.Fuzz(func(t *testing.T, level, repetition uint8, later, until int64) {
		c := climb(during("lena", 0, time.Hour))
		was := Call{Level: int(level), Repetition: int(repetition), At: nine, Until: nine.Add(time.Duration(until))}
		due, next := c.Due([]Call{was}, nine.Add(time.Duration(later)))
		if was.LastWord() && (len(due) > 0 || next != nil) {
			t.Fatal("something follows the last word")
		}
	})
}
