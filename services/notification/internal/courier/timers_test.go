package courier

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/route"
)

func TestTheSoonestIsDueFirstAndWhatIsSetStays(t *testing.T) {
	var ts timers
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for i, minutes := range []int{3, 1, 2} {
		ts.set(fmt.Sprint("s-", i), now.Add(time.Duration(minutes)*time.Minute), false)
	}
	ts.set("s-0", now, false) // it is set already
	if due, wait, _ := ts.next(now.Add(time.Minute)); len(due) > 0 || wait != late {
		t.Errorf("due are %q, the next in %s", due, wait)
	}
	ts.set("s-0", now, true)
	ts.drop("s-2")
	ts.drop("s-none")
	due, wait, _ := ts.next(now.Add(time.Minute + late))
	if !slices.Equal(due, []string{"s-0", "s-1"}) || wait != sweeping {
		t.Errorf("due are %q, the next in %s", due, wait)
	}
	if again, _, _ := ts.next(now.Add(time.Minute + late)); !slices.Equal(again, due) {
		t.Errorf("what was not dropped is no longer due: %q", again)
	}
}

func TestOnlyASoonerTimeWakes(t *testing.T) {
	var ts timers
	now := time.Now()
	_, _, woken := ts.next(now)
	for i, c := range []struct {
		after time.Duration
		wakes bool
	}{{time.Minute, true}, {time.Hour, false}, {time.Second, true}, {time.Minute, false}} {
		ts.set(fmt.Sprint("s-", i), now.Add(c.after), false)
		select {
		case <-woken:
			if !c.wakes {
				t.Errorf("%s wakes", c.after)
			}
		default:
			if c.wakes {
				t.Errorf("%s does not wake", c.after)
			}
		}
	}
}

func TestNearAreTwoOfEachReasonAndNothingThatHasEnded(t *testing.T) {
	var w World
	for i := range 10 {
		w.add(route.Open{Case: fmt.Sprint("c-", i), Tenant: "acme", Reasons: []policy.ReasonID{"site_outage"}})
	}
	w.add(route.Open{Case: "other", Tenant: "globex", Reasons: []policy.ReasonID{"site_outage"}})
	w.add(route.Open{Case: "all", Tenant: route.Platform, Reasons: []policy.ReasonID{"site_outage", "sso_unavailable"}})
	if near := w.Near("acme", []policy.ReasonID{"site_outage"}); len(near) != 3 || near[0].Case == near[1].Case || near[2].Case != "all" {
		t.Errorf("near acme are %v", near)
	}
	w.drop(w.open["all"])
	if near := w.Near("globex", []policy.ReasonID{"site_outage", "sso_unavailable"}); len(near) != 1 || near[0].Case != "other" {
		t.Errorf("near globex are %v", near)
	}
	if near := w.Near("initech", []policy.ReasonID{"site_outage"}); len(near) != 0 {
		t.Errorf("near initech are %v", near)
	}
}
