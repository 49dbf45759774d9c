package receive

import (
	"cmp"
	"slices"
	"time"
)

// turn adds a turn and reads anew since when the ticket waits for its customer.
func (t *Ticket) turn(add Turn) bool {
	i, found := slices.BinarySearchFunc(t.Turns, add, func(a, b Turn) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind))
	})
	news := !found && (i > 0 || len(t.Turns) < maxTurns)
	if news {
		t.Turns = newest(insert(t.Turns, i, add), maxTurns)
	}
	since, ended := t.WaitingSince, t.WaitingEndedAt
	t.wait()
	return news || !since.Equal(t.WaitingSince) || !ended.Equal(t.WaitingEndedAt)
}

// wait reads the turns: a wait begins with a question and ends with the first
// answer or change of status after it. Where statuses of one instant disagree,
// the one that stands decides.
func (t *Ticket) wait() {
	t.WaitingSince, t.WaitingEndedAt = time.Time{}, time.Time{}
	for _, turn := range t.Turns {
		switch {
		case turn.Kind == Asked && t.WaitingSince.IsZero():
			t.WaitingSince = turn.At
		case turn.Kind == Asked || t.WaitingSince.IsZero():
		case turn.Kind == Moved && t.Status.Value == AwaitingCustomer && turn.At.Equal(t.Status.Setter.At):
		default:
			t.WaitingSince, t.WaitingEndedAt = time.Time{}, turn.At
		}
	}
}
