package roster

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

func at(zone, text string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		panic(err)
	}
	return t
}

func shifts(text string) []Shift {
	s, err := ParseShifts(text)
	if err != nil {
		panic(err)
	}
	return s
}

func one(b Book, t time.Time) Standing { return b.At(t, nil, Need{})[0] }

func TestAShiftIsSaidByTheWallClockOfItsZone(t *testing.T) {
	berlin := Book{{ID: "mia", Zone: "Europe/Berlin", Capacity: 1, Shifts: shifts("mon-fri 09:00-17:00")}}
	night := Book{{ID: "ida", Zone: "Europe/Berlin", Capacity: 1, Shifts: shifts("fri,sat 22:00-06:00")}}
	for _, tc := range []struct {
		name string
		book Book
		at   time.Time
		on   bool
		end  time.Time
	}{
		{"its first instant", berlin, at("Europe/Berlin", "2026-11-20 09:00"), true, at("Europe/Berlin", "2026-11-20 17:00")},
		{"before it", berlin, at("Europe/Berlin", "2026-11-20 08:59"), false, time.Time{}},
		{"its end", berlin, at("Europe/Berlin", "2026-11-20 17:00"), false, time.Time{}},
		{"another zone's morning", berlin, at("America/New_York", "2026-11-20 03:00"), true, at("Europe/Berlin", "2026-11-20 17:00")},
		{"the weekend", berlin, at("Europe/Berlin", "2026-11-21 10:00"), false, time.Time{}},
		{"summer time", berlin, at("UTC", "2026-07-01 07:00"), true, at("UTC", "2026-07-01 15:00")},
		{"winter time", berlin, at("UTC", "2026-12-01 07:30"), false, time.Time{}},
		{"past midnight", night, at("Europe/Berlin", "2026-11-21 05:59"), true, at("Europe/Berlin", "2026-11-21 06:00")},
		{"past the last midnight", night, at("Europe/Berlin", "2026-11-22 01:00"), true, at("Europe/Berlin", "2026-11-22 06:00")},
		{"past a midnight that begins none", night, at("Europe/Berlin", "2026-11-20 01:00"), false, time.Time{}},
		{"the night that is an hour longer", night, at("UTC", "2026-10-25 03:30"), true, at("UTC", "2026-10-25 05:00")},
		{"the night that is an hour shorter", night, at("UTC", "2026-03-29 03:30"), true, at("UTC", "2026-03-29 04:00")},
	} {
		got := one(tc.book, tc.at)
		if got.OnShift != tc.on || tc.on && !got.Until.Equal(tc.end) {
			t.Errorf("%s: on shift %t until %s, want %t until %s", tc.name, got.OnShift, got.Until, tc.on, tc.end)
		}
		if !got.OnShift && (got.Back.IsZero() || !one(tc.book, got.Back).OnShift || one(tc.book, got.Back.Add(-time.Minute)).OnShift) {
			t.Errorf("%s: back at %s, which is not where a shift begins", tc.name, got.Back)
		}
	}
}

// Where the clock is not changed, who is on shift can be read off the wall clock.
func TestWhoIsOnShiftAgreesWithTheWallClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"}).Draw(t, "zone")
		tech := Technician{ID: "x", Zone: zone, Capacity: 1}
		for range rapid.IntRange(0, 4).Draw(t, "shifts") {
			s := Shift{From: Clock(rapid.IntRange(0, 1439).Draw(t, "from")), To: Clock(rapid.IntRange(0, 1440).Draw(t, "to"))}
			for d := range time.Saturday + 1 {
				if rapid.Bool().Draw(t, "day") {
					s.Days = append(s.Days, d)
				}
			}
			tech.Shifts = append(tech.Shifts, s)
		}
		loc, _ := time.LoadLocation(zone)
		when := time.Date(2026, 12, 7, 0, rapid.IntRange(0, 7*1440).Draw(t, "minute"), 0, 0, loc)
		now, want := Clock(when.Hour()*60+when.Minute()), false
		for _, s := range tech.Shifts {
			today, yesterday := slices.Contains(s.Days, when.Weekday()), slices.Contains(s.Days, (when.Weekday()+6)%7)
			if s.To > s.From {
				want = want || today && now >= s.From && now < s.To
			} else {
				want = want || today && now >= s.From || yesterday && now < s.To
			}
		}
		got := one(Book{tech}, when)
		if got.OnShift != want || got.Free != want {
			t.Fatalf("%s at %s: on shift %t, want %t", ShiftsText(tech.Shifts), when, got.OnShift, want)
		}
		if got.OnShift && got.Until.IsZero() { // round the clock
			if d := tech.Duty(when, when.AddDate(0, 0, 8)); len(d) != 1 {
				t.Fatalf("the shift never ends, and yet: %v", d)
			}
			return
		}
		if got.OnShift && len(tech.Duty(got.Until, got.Until.Add(time.Nanosecond))) > 0 {
			t.Fatalf("the shift ends at %s, and is on then", got.Until)
		}
	})
}

func TestAbsencesAreHalfOpenAndFollowOneAnother(t *testing.T) {
	from, until := at("UTC", "2026-11-20 10:00"), at("UTC", "2026-11-20 12:00")
	b := Book{{ID: "mia", Zone: "UTC", Capacity: 1, Shifts: shifts("mon-sun 08:00-20:00"), Absences: []Absence{
		{From: from, Until: until, Why: "training"}, {From: until, Until: until.Add(time.Hour)},
	}}}
	for _, tc := range []struct {
		at          time.Time
		absent      bool
		until, back time.Time
	}{
		{from.Add(-time.Nanosecond), false, from, time.Time{}},
		{from, true, until.Add(time.Hour), until.Add(time.Hour)},
		{until, true, until.Add(time.Hour), until.Add(time.Hour)},
		{until.Add(time.Hour), false, at("UTC", "2026-11-20 20:00"), time.Time{}},
		{at("UTC", "2026-11-20 21:00"), false, time.Time{}, at("UTC", "2026-11-21 08:00")},
	} {
		got := one(b, tc.at)
		if got.Absent != tc.absent || !got.Until.Equal(tc.until) || !got.Back.Equal(tc.back) || got.Free != (got.OnShift && !tc.absent) {
			t.Errorf("at %s: %+v", tc.at, got)
		}
	}
	b[0].Absences = []Absence{{From: from}}
	if got := one(b, from.AddDate(0, 3, 0)); !got.Absent || got.Free || !got.Until.IsZero() || !got.Back.IsZero() {
		t.Errorf("an absence without an end: %+v", got)
	}
}

func TestRoundTheClockHasNoEnd(t *testing.T) {
	now := at("UTC", "2026-11-20 10:00")
	b := Book{{ID: "mia", Zone: "Europe/Berlin", Capacity: 1, Shifts: shifts("mon-sun 00:00-24:00")}}
	if got := one(b, now); !got.Free || !got.Until.IsZero() {
		t.Errorf("round the clock: %+v", got)
	}
	b[0].Absences = []Absence{{From: now.Add(time.Hour)}}
	if got := one(b, now); !got.Free || !got.Until.Equal(now.Add(time.Hour)) {
		t.Errorf("round the clock until an absence: %+v", got)
	}
}

func TestAwayAndBackAreOneAbsence(t *testing.T) {
	hour := func(h int) time.Time { return at("UTC", "2026-11-20 00:00").Add(time.Duration(h) * time.Hour) }
	tech := Technician{ID: "mia"}.Away(Absence{From: hour(1), Until: hour(3), Why: "sick"}).Away(Absence{From: hour(3), Until: hour(5)}).Away(Absence{From: hour(8)})
	if want := []Absence{{hour(1), hour(5), "sick"}, {From: hour(8)}}; !reflect.DeepEqual(tech.Absences, want) {
		t.Errorf("absences %+v, want %+v", tech.Absences, want)
	}
	same := tech.Away(Absence{From: hour(1), Until: hour(3), Why: "sick"})
	if !reflect.DeepEqual(same.Absences, tech.Absences) {
		t.Errorf("the same again: %+v", same.Absences)
	}
	back, was := tech.Back(hour(2))
	if !was || len(back.Absences) != 2 || !back.Absences[0].Until.Equal(hour(2)) {
		t.Errorf("back: %t, %+v", was, back.Absences)
	}
	if _, was := tech.Back(hour(6)); was {
		t.Error("back from nowhere")
	}
	if gone, _ := (Technician{}.Away(Absence{From: hour(1)})).Back(hour(1)); len(gone.Absences) != 0 {
		t.Errorf("an absence of no length is kept: %+v", gone.Absences)
	}
}

func TestShiftsReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"mon-fri 09:00-17:00":           "mon-fri 09:00-17:00",
		"sat,sun 22:00-06:00; mon 0":    "",
		"Fri-Mon 00:00-24:00":           "mon,fri-sun 00:00-24:00",
		"mon,tue,thu 8:00-9:00":         "",
		"mon 09:00-17:00 ;tue 1":        "",
		"mon 09:00-25:00":               "",
		"mon 24:00-08:00":               "",
		"mon 09:60-10:00":               "",
		"funday 09:00-10:00":            "",
		"":                              "",
		"mon 22:00-06:00;; wed 6:00-12": "",
	} {
		got, err := ParseShifts(text)
		if (err != nil) != (want == "" && text != "") || ShiftsText(got) != want {
			t.Errorf("%q reads as %q, %v", text, ShiftsText(got), err)
		}
	}
	data, err := json.Marshal(shifts("sun-mon 22:00-06:00"))
	var back []Shift
	if err != nil || string(data) != `["mon,sun 22:00-06:00"]` || json.Unmarshal(data, &back) != nil || ShiftsText(back) != "mon,sun 22:00-06:00" {
		t.Errorf("%s, %v, %v", data, err, back)
	}
}

func TestWhatIsNoTechnicianIsRefused(t *testing.T) {
	good := Technician{ID: " mia ", Zone: "Europe/Berlin", Skills: []string{"SSO_unavailable", "b", "b"}, Capacity: 3}
	if got, err := good.Clean(); err != nil || got.ID != "mia" || !slices.Equal(got.Skills, []string{"b", "sso_unavailable"}) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, spoil := range map[string]func(*Technician){
		"no id":            func(t *Technician) { t.ID = " " },
		"a path":           func(t *Technician) { t.ID = "a/b" },
		"a line":           func(t *Technician) { t.Name = "a\nb" },
		"no zone":          func(t *Technician) { t.Zone = "Mars/Olympus" },
		"this machine's":   func(t *Technician) { t.Zone = "Local" },
		"below nothing":    func(t *Technician) { t.Capacity = -1 },
		"load":             func(t *Technician) { t.Reported = 5000 },
		"a skill in parts": func(t *Technician) { t.Skills = []string{"a b"} },
		"a dayless shift":  func(t *Technician) { t.Shifts = []Shift{{From: 1, To: 2}} },
		"a late why":       func(t *Technician) { t.Absences = []Absence{{From: time.Unix(1, 0), Why: strings.Repeat("x", 400)}} },
		"backwards":        func(t *Technician) { t.Absences = []Absence{{From: time.Unix(2, 0), Until: time.Unix(1, 0)}} },
	} {
		bad := good
		if spoil(&bad); !errors.Is(second(bad.Clean()), ErrUnsound) {
			t.Errorf("%s was let in", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatApprovalDisplaces(t *testing.T) {
	now := at("UTC", "2026-11-20 10:00")
	day := shifts("mon-sun 08:00-20:00")
	b := Book{
		{ID: "sso", Zone: "UTC", Capacity: 2, Shifts: day, Skills: []string{"sso_unavailable"}},
		{ID: "all", Zone: "UTC", Capacity: 1, Shifts: day},
		{ID: "ftp", Zone: "UTC", Capacity: 9, Shifts: day, Skills: []string{"ftp_denied"}},
		{ID: "night", Zone: "UTC", Capacity: 9, Shifts: shifts("mon-sun 20:00-08:00"), Skills: []string{"sso_unavailable"}},
	}
	need := Need{Skills: []string{"sso_unavailable"}, Priority: policy.PriorityHigh}
	room := func(load map[string][]Work) Room { return RoomFor(b.At(now, load, need), need) }
	if got := room(nil); len(got.Free) != 2 || got.Free[0].Technician.ID != "sso" || got.Waits != nil || got.On != 2 {
		t.Errorf("nobody works: %+v", got)
	}
	busy := map[string][]Work{
		"sso": {{Case: "critical", Priority: policy.PriorityCritical}, {Case: "soon", ETA: now.Add(time.Hour)}},
		"all": {{Case: "late", ETA: now.Add(5 * time.Hour)}},
	}
	if got := room(busy); len(got.Free) != 0 || got.Waits == nil || got.Waits.Work.Case != "late" || got.Waits.Who.Technician.ID != "all" {
		t.Errorf("all work: %+v", got)
	}
	busy["all"][0].Priority, busy["sso"][1].Priority = policy.PriorityCritical, policy.PriorityCritical
	if got := room(busy); got.Waits != nil || got.On != 2 {
		t.Errorf("what is more urgent would wait: %+v", got)
	}
	b[0].Shifts, b[1].Shifts = nil, nil
	if got := room(nil); got.On != 0 || len(got.Free) != 0 || got.Next == nil || got.Next.Technician.ID != "night" || !got.Next.Back.Equal(now.Add(10*time.Hour)) {
		t.Errorf("nobody is on duty: %+v", got)
	}
}

func TestLoadIsWhatRuns(t *testing.T) {
	running := decide.Case{ID: "c-1", Tenant: "acme", State: decide.InProgress, Reasons: []policy.ReasonID{policy.SSOUnavailable}, Tickets: []decide.Ticket{
		{Tenant: "acme", ID: "T-1", Agent: "ito"}, {Tenant: "acme", ID: "T-2", Agent: "ito"}, {Tenant: "acme", ID: "T-3", Agent: "max", Status: decide.StatusClosed}, {ID: "T-4"},
	}}
	waits := running
	waits.State = decide.PendingReview
	got := LoadOf([]decide.Case{running, waits})
	if len(got) != 1 || len(got["ito"]) != 1 || got["ito"][0].Case != "c-1" || got["ito"][0].Reason != policy.SSOUnavailable {
		t.Errorf("load is %+v", got)
	}
	running.Technician = "ito"
	if got = LoadOf([]decide.Case{running}); len(got["ito"]) != 1 || !got["ito"][0].Assigned {
		t.Errorf("who is assigned and agent works once: %+v", got)
	}
	need := NeedOf(&decide.Case{Reasons: []policy.ReasonID{policy.SSOUnavailable}, Conditions: []decide.Condition{{Subject: "okta"}}}, policy.Default())
	if !slices.Contains(need.Skills, "sso_unavailable") || !slices.Contains(need.Skills, "okta") || len(need.Skills) < 3 {
		t.Errorf("needs %v", need.Skills)
	}
}
