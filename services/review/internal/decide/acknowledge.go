package decide

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// What an acknowledgement may be refused for, beside what other commands are.
var (
	ErrAcknowledged = errors.New("this round is already acknowledged")
	ErrRound        = errors.New("this was sent for an earlier round of the case")
)

// An AcknowledgedError is ErrAcknowledged with who was first, and the version
// that the case has now.
type AcknowledgedError struct {
	By      string
	At      time.Time
	Current uint64
}

func (e *AcknowledgedError) Error() string {
	return fmt.Sprintf("%s acknowledged it at %s: %v", e.By, e.At.UTC().Format(time.RFC3339), ErrAcknowledged)
}

// Is makes errors.Is(err, ErrAcknowledged) true.
func (e *AcknowledgedError) Is(target error) bool { return target == ErrAcknowledged }

// A Link is what a signed link lets whoever holds it do: say once, for one round
// of one case, that the case was seen. Who signed it and until when it is good is
// settled before.
type Link struct {
	ID    string
	Round uint64
	// To is the destination that it was sent to.
	To string
}

// byLink is before the destination in the name of who acts by a link.
const byLink = "link:"

// Actor is the name under which who holds the link acts.
func (l Link) Actor() string { return byLink + l.To }

// ByLink is the destination of the link under whose name somebody acted; false
// where it is a person's name.
func ByLink(actor string) (to string, is bool) { return strings.CutPrefix(actor, byLink) }

// Acknowledge says that a leader has seen that the case waits for them: once a
// round, and while nobody has decided. No deadline moves.
func (c *Case) Acknowledge(cmd Command) (Event, error) {
	return c.acknowledge(cmd, cmd.event(WasAcknowledged, Event{}))
}

// AcknowledgeByLink is Acknowledge by whoever holds the link that was sent for
// this round; the event's subject is the link's id. The command's person does
// not count.
func (c *Case) AcknowledgeByLink(cmd Command, l Link) (Event, error) {
	if uint64(c.Round) != l.Round {
		return Event{}, fmt.Errorf("the link is for round %d, and the case is in round %d: %w", l.Round, c.Round, ErrRound)
	}
	cmd.By = Person{ID: l.Actor(), Role: Leadership}
	return c.acknowledge(cmd, cmd.event(WasAcknowledged, Event{Subject: l.ID}))
}

func (c *Case) acknowledge(cmd Command, e Event) (Event, error) {
	leads := cmd.By.May(Leadership) && c.visible(cmd.By) // to others it is not said who was first
	switch {
	case leads && c.Decision != nil:
		return Event{}, &DecidedError{*c.Decision, c.Version}
	case leads && c.State.Undecided() && c.AcknowledgedBy != "":
		return Event{}, &AcknowledgedError{c.AcknowledgedBy, c.AcknowledgedAt, c.Version}
	}
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview); err != nil {
		return Event{}, err
	}
	c.sawIt(cmd)
	return c.advance(e, c.State), nil
}

// sawIt keeps who was the first person of this round to act on what waits for a
// decision: who does something about it has seen it.
func (c *Case) sawIt(cmd Command) {
	if c.AcknowledgedBy == "" && c.State.Undecided() {
		c.AcknowledgedBy, c.AcknowledgedAt = cmd.By.ID, cmd.At
	}
}
