package oncall

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/notification/internal/route"
)

// shifts are a calendar.
type shifts []Shift

func (s shifts) Between(from, until time.Time) (in []Shift) {
	for _, e := range s {
		if e.From.Before(until) && from.Before(e.Until) {
			in = append(in, e)
		}
	}
	return in
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func berlin() route.Zone {
	var z route.Zone
	if err := z.UnmarshalText([]byte("Europe/Berlin")); err != nil {
		panic(err)
	}
	return z
}

// weekly hands over between Lena and Omar on Mondays at nine.
func weekly() Schedule {
	return Schedule{Schedule: route.Schedule{
		Zone:   berlin(),
		People: map[string]route.Person{"lena": {To: []string{"a"}}, "omar": {To: []string{"b"}}, "ida": {To: []string{"c"}}},
		Rotation: &route.Rotation{
			People: []string{"lena", "omar"}, Begins: route.Date{Year: 2026, Month: time.March, Day: 16},
			Handover: route.Clock{Hour: 9}, Every: 7,
		},
	}}
}

func TestWhoIsOnCall(t *testing.T) {
	s := weekly()
	s.Events = shifts{
		{at(t, "2026-04-01T09:00:00Z"), at(t, "2026-04-05T09:00:00Z"), "ida", ""},
		{at(t, "2026-04-02T09:00:00Z"), at(t, "2026-04-03T09:00:00Z"), "omar", ""},
		{at(t, "2026-04-02T09:00:00Z"), at(t, "2026-04-02T12:00:00Z"), "lena", ""},
	}
	s.Overrides = []route.Override{
		{From: at(t, "2026-04-04T00:00:00Z"), Until: at(t, "2026-04-04T12:00:00Z"), Person: "omar"},
		{From: at(t, "2026-04-04T06:00:00Z"), Until: at(t, "2026-04-04T08:00:00Z"), Person: "lena"},
	}
	for _, c := range []struct{ name, at, person, source string }{
		{"before it begins", "2026-03-16T08:59:59.999999999+01:00", "", ""},
		{"from the first handover", "2026-03-16T09:00:00+01:00", "lena", FromRotation},
		{"to the next", "2026-03-23T08:59:59.999999999+01:00", "lena", FromRotation},
		{"which is the other's", "2026-03-23T09:00:00+01:00", "omar", FromRotation},
		{"clocks go forward: a nanosecond before nine", "2026-03-30T08:59:59.999999999+02:00", "omar", FromRotation},
		{"and at nine", "2026-03-30T09:00:00+02:00", "lena", FromRotation},
		{"the calendar goes before", "2026-04-01T09:00:00Z", "ida", FromCalendar},
		{"of two events of one beginning the later in the file", "2026-04-02T09:00:00Z", "lena", FromCalendar},
		{"then the one that began later", "2026-04-02T12:00:00Z", "omar", FromCalendar},
		{"then the one below", "2026-04-03T09:00:00Z", "ida", FromCalendar},
		{"an override goes before both", "2026-04-04T00:00:00Z", "omar", FromOverride},
		{"the later in the file before the other", "2026-04-04T06:00:00Z", "lena", FromOverride},
		{"as long as it lasts", "2026-04-04T08:00:00Z", "omar", FromOverride},
		{"and no longer", "2026-04-04T12:00:00Z", "ida", FromCalendar},
		{"clocks go back", "2026-10-26T08:59:59.999999999+01:00", "omar", FromRotation},
		{"and it is nine there too", "2026-10-26T09:00:00+01:00", "lena", FromRotation},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := s.At(at(t, c.at)); got.Person != c.person || got.Source != c.source {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAHandoverThatTheClocksLeaveOutHappensOnce(t *testing.T) {
	s := weekly()
	s.Rotation.Every, s.Rotation.Handover = 1, route.Clock{Hour: 2, Minute: 30}
	s.Rotation.Begins = route.Date{Year: 2026, Month: time.March, Day: 28}
	var text []string
	for _, shift := range s.Between(at(t, "2026-03-28T00:00:00Z"), at(t, "2026-03-31T00:00:00Z")) {
		text = append(text, shift.From.UTC().Format("02T15:04 ")+shift.Person)
	}
	if got := strings.Join(text, ", "); got != "28T00:00 , 28T01:30 lena, 29T01:30 omar, 30T00:30 lena, 31T00:00 " && got != "28T00:00 , 28T01:30 lena, 29T01:30 omar, 30T00:30 lena" {
		t.Error(got)
	}
}

func TestNobodyIsOnCallWhereNobodyIsNamed(t *testing.T) {
	s := Schedule{Schedule: route.Schedule{Overrides: []route.Override{{From: at(t, "2026-04-04T00:00:00Z"), Until: at(t, "2026-04-05T00:00:00Z"), Person: "ida"}}}}
	var text []string
	for _, shift := range s.Between(at(t, "2026-04-03T00:00:00Z"), at(t, "2026-04-06T00:00:00Z")) {
		text = append(text, shift.From.Format("02 ")+shift.Person)
	}
	if got := strings.Join(text, ", "); got != "03 , 04 ida, 05 " {
		t.Error(got)
	}
}

// drawn is a schedule of overlapping shifts in a month in which clocks change.
func drawn(t *rapid.T) (Schedule, time.Time) {
	s := weekly()
	base := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	s.Rotation.Every = route.Turn(rapid.IntRange(1, 9).Draw(t, "every"))
	s.Rotation.Handover = route.Clock{Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.SampledFrom([]int{0, 30}).Draw(t, "minute")}
	span := func(name string) (from, until time.Time) {
		from = base.Add(time.Duration(rapid.IntRange(-10, 500).Draw(t, name)) * time.Hour)
		return from, from.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, name+" hours")) * time.Hour)
	}
	var events shifts
	for i := range rapid.IntRange(0, 5).Draw(t, "events") {
		from, until := span(fmt.Sprint("event ", i))
		events = append(events, Shift{from, until, rapid.SampledFrom([]string{"lena", "omar", "ida"}).Draw(t, "who"), ""})
	}
	s.Events = events
	for i := range rapid.IntRange(0, 3).Draw(t, "overrides") {
		from, until := span(fmt.Sprint("override ", i))
		s.Overrides = append(s.Overrides, route.Override{From: from, Until: until, Person: "ida"})
	}
	return s, base
}

func TestASpanIsCoveredWithoutGapsAndAgreesWithEachInstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, base := drawn(t)
		from, until := base, base.AddDate(0, 0, 21)
		got := s.Between(from, until)
		if !got[0].From.Equal(from) || !got[len(got)-1].Until.Equal(until) {
			t.Fatalf("from %s until %s", got[0].From, got[len(got)-1].Until)
		}
		for i, shift := range got {
			if !shift.From.Before(shift.Until) || i > 0 && !got[i-1].Until.Equal(shift.From) {
				t.Fatalf("a gap, an overlap or an empty shift: %+v", got)
			}
			for _, instant := range []time.Time{shift.From, shift.Until.Add(-1)} {
				if a := s.At(instant); a.Person != shift.Person || a.Source != shift.Source {
					t.Fatalf("at %s: %+v, not %+v", instant, a, shift)
				}
			}
		}
	})
}

func TestARotationIsFairAndHandsOverAtOneTimeOfTheDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := weekly()
		s.Rotation.Every = route.Turn(rapid.IntRange(1, 30).Draw(t, "every"))
		s.Rotation.Handover.Hour = rapid.IntRange(4, 23).Draw(t, "hour")
		s.Rotation.People = slices.Repeat([]string{"lena", "omar", "ida"}, 1)[:rapid.IntRange(1, 3).Draw(t, "people")]
		instant := time.Unix(rapid.Int64Range(1773648000, 2000000000).Draw(t, "at"), 0)
		turn := s.turn(instant)
		if turn.Person == "" {
			if !instant.Before(s.handover(0)) {
				t.Fatalf("nobody at %s", instant)
			}
			return
		}
		if instant.Before(turn.From) || !instant.Before(turn.Until) {
			t.Fatalf("at %s: %+v", instant, turn)
		}
		if turn.From.Hour() != s.Rotation.Handover.Hour || turn.Until.Hour() != s.Rotation.Handover.Hour {
			t.Fatalf("%+v", turn)
		}
		if next := s.turn(turn.Until); len(s.Rotation.People) > 1 && next.Person == turn.Person {
			t.Fatalf("twice in a row: %+v", turn)
		}
	})
}
