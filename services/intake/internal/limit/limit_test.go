package limit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/limit"
)

// clock is a time that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func begin() (*limit.Keeper, *clock) {
	c := &clock{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	return limit.NewKeeper(c.now), c
}

// again is when the same may be asked again; 0 if it was taken.
func again(t *testing.T, err error) time.Duration {
	t.Helper()
	var much *limit.TooMuch
	if errors.As(err, &much) {
		if much.Again <= 0 || much.Reason == "" {
			t.Errorf("%+v says not when, or not why", much)
		}
		return much.Again
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

func TestALoudSourceUsesUpNothingOfAnother(t *testing.T) {
	k, c := begin()
	loud, quiet := k.Of("loud", limit.Limits{EventsPerSecond: 20_000}), k.Of("quiet", limit.Limits{EventsPerSecond: 20_000})
	for again(t, loud.Events(10_000)) == 0 {
	}
	if again(t, quiet.Events(1)) != 0 {
		t.Error("the quiet one waits for the loud one")
	}
	wait := again(t, loud.Events(10_000))
	if wait != 500*time.Millisecond {
		t.Errorf("10,000 at 20,000 a second in %v", wait)
	}
	c.at = c.at.Add(wait)
	if again(t, loud.Events(10_000)) != 0 {
		t.Error("it was told when, and is refused then")
	}
}

func TestWhatIsLargerThanTheBurstIsTakenOnce(t *testing.T) {
	k, _ := begin()
	m := k.Of("s", limit.Limits{EventsPerSecond: 1, BytesPerSecond: 1})
	if again(t, m.Events(1_000_000)) != 0 || again(t, m.Events(1)) == 0 {
		t.Error("events")
	}
	if again(t, m.Bytes(1<<30)) != 0 || again(t, m.Bytes(1)) == 0 {
		t.Error("bytes")
	}
}

func TestASourceInventsOnlySoManyTenants(t *testing.T) {
	k, c := begin()
	m := k.Of("s", limit.Limits{TenantsPerHour: 3, TicketsPerHour: 5})
	for i := range 3 {
		if again(t, m.Names(fmt.Sprint("t", i), "")) != 0 {
			t.Fatal(i)
		}
	}
	c.at = c.at.Add(20 * time.Minute)
	if got := again(t, m.Names("t3", "")); got != 40*time.Minute {
		t.Errorf("the fourth may come in %v", got)
	}
	for i := range 5 {
		if again(t, m.Names("t1", fmt.Sprint(i))) != 0 {
			t.Fatal("a known tenant's ticket", i)
		}
	}
	if again(t, m.Names("t1", "5")) == 0 || again(t, m.Names("t1", "4")) != 0 {
		t.Error("of tickets the sixth is taken, or a known one is not")
	}
	c.at = c.at.Add(time.Hour)
	if again(t, m.Names("t3", "6")) != 0 {
		t.Error("in the next hour")
	}
}

func TestOtherLimitsCountAtOnce(t *testing.T) {
	k, _ := begin()
	m := k.Of("s", limit.Limits{TenantsPerHour: 1})
	_ = m.Names("a", "")
	if again(t, k.Of("s", limit.Limits{TenantsPerHour: 1}).Names("b", "")) == 0 || again(t, k.Of("s", limit.Limits{TenantsPerHour: 2}).Names("b", "")) != 0 {
		t.Error("the limits that were changed do not count, or those that were not begin anew")
	}
}

func TestOneSourceHoldsAtMostHalfTheRoom(t *testing.T) {
	r := limit.NewRoom(100)
	leave, err := r.Enter("loud", 50)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Enter("loud", 1); again(t, err) == 0 {
		t.Error("the loud one has all")
	}
	other, err := r.Enter("quiet", 50)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Enter("third", 1); again(t, err) == 0 {
		t.Error("more is held than there is room")
	}
	leave()
	leave() // twice gives nothing back
	other()
	if _, err := r.Enter("loud", 50); err != nil {
		t.Error(err)
	}
	if _, err := r.Enter("third", 51); again(t, err) == 0 {
		t.Error("room was given back twice")
	}
}

func TestTheShapeOfJSONIsBounded(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, tt := range map[string]struct {
		json string
		fine bool
	}{
		"as deep as may be": {deep(limit.Deepest), true},
		"deeper":            {deep(limit.Deepest + 1), false},
		"many values":       {"[" + strings.Repeat("1,", 300_000) + "1]", false},
		"many siblings":     {"[" + strings.Repeat("{},", 100_000) + "1]", true},
		"brackets in texts": {`"` + strings.Repeat(`[\"{,`, 100_000) + `"`, true},
		"an open text":      {`"\`, true},
		"nothing":           {"", true},
	} {
		if err := limit.Shape([]byte(tt.json)); (err == nil) != tt.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsEndlessIsNotCounted(t *testing.T) {
	k, _ := begin()
	m := k.Of("", limit.Limits{TenantsPerHour: limit.Endless, TicketsPerHour: limit.Endless})
	if n := testing.AllocsPerRun(1000, func() { _ = m.Names("a tenant", "a ticket") }); n > 0 {
		t.Errorf("%v allocations for a name that is not counted", n)
	}
}

func TestWhatIsTooDeepIsNamed(t *testing.T) {
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for body, field := range map[string]string{
		`{"id":"1","colour":` + deep + `}`:                 "colour: ",
		`[{"id":"1","x":{"y":1}},{"colour":` + deep + `}]`: "[1].colour: ",
		`[1,` + deep + `]`:                                 "[1]: ",
		deep:                                               "[0]: ",
	} {
		if err := limit.Shape([]byte(body)); err == nil || !strings.HasPrefix(err.Error(), field) {
			t.Errorf("%.30s: %v, want %s", body, err, field)
		}
	}
}
