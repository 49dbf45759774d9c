package events

import (
	"strings"
	"testing"
)

func TestEachSourceHasItsTurnAndKeepsItsOrder(t *testing.T) {
	q := newTurns[string]()
	q.put("a", "a1", "a2", "a3", "a4")
	q.put("b", "b1")
	q.put("c", "c1", "c2")
	q.put("a", "a5")
	n := 0
	upTo := func(most int) func(string) bool { n = 0; return func(string) bool { n++; return n < most } }
	for _, want := range []string{"a1 b1 c1 a2", "c2 a3", "a4 a5", ""} {
		if got := strings.Join(q.take(upTo(max(1, len(strings.Fields(want))))), " "); got != want {
			t.Errorf("taken are %q, want %q", got, want)
		}
	}
	if q.waiting() != 0 || len(q.lanes) != 0 || len(q.order) != 0 {
		t.Errorf("%d wait: %v", q.waiting(), q.lanes)
	}
	q.put("b", "b2")
	if got := q.take(func(string) bool { return false }); len(got) != 1 {
		t.Errorf("where there is no room %v is taken, want one", got)
	}
}
