package ical

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/notification/internal/route"
)

// schedule is one of Berlin with two people.
func schedule(t testing.TB) route.Schedule {
	t.Helper()
	s := route.Schedule{People: map[string]route.Person{
		"lena": {KnownAs: []string{"Lena.Vogt@example.com", "Lena Vogt", "Vogt, Lena"}},
		"omar": {KnownAs: []string{"omar@example.com"}},
	}}
	if err := s.Zone.UnmarshalText([]byte("Europe/Berlin")); err != nil {
		t.Fatal(err)
	}
	return s
}

// calendar wraps lines of events.
func calendar(events ...string) []byte {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\n" + strings.TrimSpace(e) + "\nEND:VEVENT\n"
	}
	return []byte(strings.ReplaceAll(text+"END:VCALENDAR\n", "\n", "\r\n"))
}

// shown are the shifts of a span, each as "24 09:00 lena" in the zone of Berlin.
func shown(c *Calendar, from, until string) string {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	a, _ := time.ParseInLocation(time.DateOnly, from, berlin)
	b, _ := time.ParseInLocation(time.DateOnly, until, berlin)
	var all []string
	for _, s := range c.Between(a, b) {
		all = append(all, fmt.Sprintf("%s-%s %s", s.From.In(berlin).Format("02.15:04"), s.Until.In(berlin).Format("02.15:04"), s.Person))
	}
	return strings.Join(all, ", ")
}

func TestEventsAreShifts(t *testing.T) {
	for name, c := range map[string]struct{ event, from, until, want string }{
		"UTC": {
			"DTSTART:20261102T080000Z\nDTEND:20261102T160000Z\nSUMMARY:On call: Lena", "2026-11-01", "2026-12-01", "02.09:00-02.17:00 lena",
		},
		"a zone": {
			"DTSTART;TZID=America/New_York:20261102T080000\nDURATION:PT8H\nSUMMARY:omar", "2026-11-01", "2026-12-01", "02.14:00-02.22:00 omar",
		},
		"no zone is the schedule's": {
			"DTSTART:20261102T080000\nDTEND:20261102T100000\nSUMMARY:omar", "2026-11-01", "2026-12-01", "02.08:00-02.10:00 omar",
		},
		"whole days": {
			"DTSTART;VALUE=DATE:20261102\nDTEND;VALUE=DATE:20261104\nSUMMARY:omar", "2026-11-01", "2026-12-01", "02.00:00-04.00:00 omar",
		},
		"one day": {
			"DTSTART;VALUE=DATE:20261102\nSUMMARY:omar", "2026-11-01", "2026-12-01", "02.00:00-03.00:00 omar",
		},
		"weekly over the end of summer time": {
			"DTSTART;TZID=Europe/Berlin:20261012T090000\nDTEND;TZID=Europe/Berlin:20261019T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2\nSUMMARY:lena",
			"2026-10-01", "2026-12-01", "12.09:00-19.09:00 lena, 26.09:00-02.09:00 lena",
		},
		"nights end when they always end": {
			"DTSTART;TZID=Europe/Berlin:20261023T220000\nDTEND;TZID=Europe/Berlin:20261024T060000\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:lena",
			"2026-10-01", "2026-12-01", "23.22:00-24.06:00 lena, 24.22:00-25.06:00 lena, 25.22:00-26.06:00 lena",
		},
		"but a length is a length": {
			"DTSTART;TZID=Europe/Berlin:20261024T220000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=1\nSUMMARY:lena",
			"2026-10-01", "2026-12-01", "24.22:00-25.05:00 lena",
		},
		"an instance is left out": {
			"DTSTART:20261102T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261103T080000\nSUMMARY:omar",
			"2026-11-01", "2026-12-01", "02.08:00-02.09:00 omar, 04.08:00-04.09:00 omar",
		},
		"a day is left out": {
			"DTSTART:20261102T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20261102\nSUMMARY:omar",
			"2026-11-01", "2026-12-01", "03.08:00-03.09:00 omar",
		},
		"more dates": {
			"DTSTART:20261102T080000\nDURATION:PT1H\nRDATE:20261105T080000,20261107T080000\nSUMMARY:omar",
			"2026-11-01", "2026-12-01", "02.08:00-02.09:00 omar, 05.08:00-05.09:00 omar, 07.08:00-07.09:00 omar",
		},
		"one that began before": {
			"DTSTART:20261101T080000\nDURATION:P1W\nSUMMARY:omar", "2026-11-05", "2026-11-06", "01.08:00-08.08:00 omar",
		},
		"an attendee's mail": {
			"DTSTART:20261102T080000Z\nDURATION:PT1H\nATTENDEE;CN=\"X\":MAILTO:lena.vogt@example.com\nSUMMARY:primary for omar's team",
			"2026-11-01", "2026-12-01", "02.09:00-02.10:00 lena",
		},
		"an attendee's name": {
			"DTSTART:20261102T080000Z\nDURATION:PT1H\nATTENDEE;CN=\"Vogt, Lena\":mailto:x@example.com\nSUMMARY:primary",
			"2026-11-01", "2026-12-01", "02.09:00-02.10:00 lena",
		},
		"who declined is not meant": {
			"DTSTART:20261102T080000Z\nDURATION:PT1H\nATTENDEE;PARTSTAT=DECLINED:mailto:omar@example.com\nATTENDEE:mailto:lena.vogt@example.com\nSUMMARY:primary",
			"2026-11-01", "2026-12-01", "02.09:00-02.10:00 lena",
		},
		"folded lines": {
			"DTSTART:20261102T0800\n 00Z\nDURATION:PT1H\nSUMMARY:Rufbereitschaft Le\n na Vogt (Platform)", "2026-11-01", "2026-12-01", "02.09:00-02.10:00 lena",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(calendar(c.event), schedule(t))
			if err != nil {
				t.Fatal(err)
			}
			if s := shown(got, c.from, c.until); s != c.want || len(got.Left) > 0 {
				t.Errorf("%s, want %s; left out %+v", s, c.want, got.Left)
			}
		})
	}
}

func TestAnInstanceMayBeSomebodyElsesOrNobodys(t *testing.T) {
	series := "UID:1\nDTSTART;TZID=Europe/Berlin:20261102T090000\nDTEND;TZID=Europe/Berlin:20261102T170000\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:lena"
	swapped := "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261103T090000\nDTSTART;TZID=Europe/Berlin:20261103T100000\nDTEND;TZID=Europe/Berlin:20261103T170000\nSUMMARY:omar"
	cancelled := "UID:1\nRECURRENCE-ID:20261104T080000Z\nDTSTART:20261104T080000Z\nDTEND:20261104T160000Z\nSTATUS:CANCELLED\nSUMMARY:lena"
	got, err := Read(calendar(swapped, series, cancelled), schedule(t))
	if err != nil {
		t.Fatal(err)
	}
	if s := shown(got, "2026-11-01", "2026-12-01"); s != "03.10:00-03.17:00 omar, 02.09:00-02.17:00 lena, 05.09:00-05.17:00 lena" {
		t.Error(s)
	}
	if len(got.Left) != 1 || got.Left[0].Why != "it is cancelled" {
		t.Errorf("left out %+v", got.Left)
	}
}

func TestZonesOfOtherProgramsAreUnderstoodWhereTheCalendarSaysWhichTheyAre(t *testing.T) {
	text := string(calendar("DTSTART;TZID=\"W. Europe Standard Time\":20261102T080000\nDURATION:PT1H\nSUMMARY:omar", "DTSTART;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20261103T080000\nDURATION:PT1H\nSUMMARY:omar"))
	if _, err := Read([]byte(text), schedule(t)); err == nil || !strings.Contains(err.Error(), `line 5: DTSTART: "W. Europe Standard Time" is no time zone`) {
		t.Errorf("without: %v", err)
	}
	text = strings.Replace(text, "BEGIN:VEVENT", "BEGIN:VTIMEZONE\nTZID:W. Europe Standard Time\nX-LIC-LOCATION:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:16010101T030000\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT", 1)
	got, err := Read([]byte(text), schedule(t))
	if err != nil {
		t.Fatal(err)
	}
	if s := shown(got, "2026-11-01", "2026-12-01"); s != "02.08:00-02.09:00 omar, 03.00:00-03.01:00 omar" {
		t.Error(s)
	}
}

func TestWhatIsNoShiftIsLeftOutAndSaid(t *testing.T) {
	const when = "DTSTART:20261102T080000Z\nDURATION:PT1H\n"
	got, err := Read(calendar(when+"SUMMARY:Team lunch", when+"SUMMARY:Lena and Omar", "DTSTART:20261102T080000Z\nSUMMARY:Lena",
		when+"STATUS:CANCELLED\nSUMMARY:Lena", when+"SUMMARY:Helena", when+"ATTENDEE:mailto:ida@example.com\nSUMMARY:primary"), schedule(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"4 Team lunch: nobody of the schedule stands in its summary", "9 Lena and Omar: it names lena and omar", "14 Lena: it has no length",
		"18 Lena: it is cancelled", "24 Helena: nobody of the schedule stands in its summary",
		"29 primary: nobody of the schedule is known as ida@example.com, or stands in its summary",
	}
	for i, l := range got.Left {
		if s := fmt.Sprintf("%d %s: %s", l.Line, l.Summary, l.Why); i >= len(want) || s != want[i] {
			t.Errorf("left out: %s", s)
		}
	}
	if len(got.Left) != len(want) || shown(got, "2026-11-01", "2026-12-01") != "" {
		t.Errorf("%d are left out; shifts %s", len(got.Left), shown(got, "2026-11-01", "2026-12-01"))
	}
}

func TestWhatIsNotUnderstoodIsRefusedWithItsLine(t *testing.T) {
	const ok = "DTSTART:20261102T080000Z\nDURATION:PT1H\nSUMMARY:Lena\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                {"", "line 1: a calendar begins with BEGIN:VCALENDAR"},
		"another file":           {"<html>\n", "line 1: this is no line of a calendar"},
		"cut off":                {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n", "line 2: VEVENT does not end"},
		"crossed":                {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "line 3: END:VCALENDAR, where VEVENT of line 2 is open"},
		"no time":                {string(calendar("DTSTART:2026-11-02\n")), `line 5: DTSTART: "2026-11-02" is no time`},
		"none at all":            {string(calendar("SUMMARY:Lena\n")), "line 4: the event has no DTSTART"},
		"backwards":              {string(calendar("DTSTART:20261102T080000Z\nDTEND:20261102T070000Z")), "line 6: DTEND: 20261102T070000Z is before it begins"},
		"both":                   {string(calendar(ok + "DTEND:20261102T090000Z")), "line 6: an event has DTEND or DURATION, not both"},
		"half a day":             {string(calendar("DTSTART:20261102T080000Z\nDTEND:20261103")), "one of begin and end is a whole day"},
		"no length":              {string(calendar("DTSTART:20261102T080000Z\nDURATION:8h")), `line 6: DURATION: "8h" is no length`},
		"no rule":                {string(calendar(ok + "RRULE:FREQ=SOMETIMES")), "line 8: RRULE:"},
		"every minute":           {string(calendar(ok + "RRULE:FREQ=MINUTELY")), "line 8: RRULE: a shift repeats at most once a day"},
		"never":                  {string(calendar(ok + "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")), "line 8: RRULE: this never takes place"},
		"two rules":              {string(calendar(ok + "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY")), "line 9: a second RRULE in one VEVENT"},
		"what the RFC took out":  {string(calendar(ok + "EXRULE:FREQ=DAILY")), "line 8: EXRULE is not understood"},
		"all that follows":       {string(calendar(ok + "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261102T080000Z")), "line 9: RECURRENCE-ID: a change of all that follows"},
		"an instance of nothing": {string(calendar(ok + "RECURRENCE-ID:20261102T080000Z")), "line 8: RECURRENCE-ID: the event has no UID"},
		"a parameter cut off":    {string(calendar(ok + "ATTENDEE;CN=\"Lena:mailto:x")), "line 8: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(c.text), schedule(t))
			var wrong *Error
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestACalendarThatWouldTakeLongIsRefusedSoon(t *testing.T) {
	const ok = "DTSTART:20150102T080000Z\nDURATION:PT1H\nSUMMARY:Lena\n"
	many := func(rule string, n int) string { return string(calendar(slices.Repeat([]string{ok + rule}, n)...)) }
	for name, c := range map[string]struct{ text, want string }{
		"a line of parameters":   {string(calendar(ok + "ATTENDEE;X=" + strings.Repeat("a,", 1<<20) + "a:mailto:x")), "line 8: ATTENDEE has 2097173 bytes; at most 8192 are read"},
		"a line of nothing":      {string(calendar(ok + strings.Repeat("a", 1<<20))), "line 8: this is no line of a calendar"},
		"events that all repeat": {many("RRULE:FREQ=DAILY", 1001), "the calendar has more than 1000 events that repeat"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(c.text), schedule(t)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	attached := ok + "ATTACH;ENCODING=BASE64:" + strings.Repeat("a", 1<<20)
	if c, err := Read(calendar(attached), schedule(t)); err != nil || shown(c, "2015-01-01", "2015-02-01") == "" {
		t.Errorf("an attachment: %v, %v", c, err)
	}
}

func TestWhatSomebodyWroteMovesNoScreen(t *testing.T) {
	got, err := Read(calendar("DTSTART:20261102T080000Z\nDURATION:PT1H\nSUMMARY:\x1b[2Jlunch\u202e"), schedule(t))
	if err != nil || len(got.Left) != 1 || got.Left[0].Summary != "[2Jlunch" {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(calendar("UID:1\nDTSTART;TZID=Europe/Berlin:20261012T090000\nDTEND:20261019T070000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2\nSUMMARY:lena"))
	f.Add(calendar("UID:1\nDTSTART;VALUE=DATE:20261012\nDURATION:P1DT2H\nRDATE:20261015\nEXDATE:20261012\nATTENDEE;CN=\"a,b\":mailto:x\nSUMMARY:lena"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Read(text, schedule(t))
		var wrong *Error
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("an error without a line: %v", err)
		}
		if err != nil {
			return
		}
		from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
		for _, s := range c.Between(from, from.AddDate(0, 1, 0)) {
			if s.Person != "lena" && s.Person != "omar" {
				t.Fatalf("a shift of %q", s.Person)
			}
		}
	})
}
