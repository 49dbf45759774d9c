package decide

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// A Command is what one person does to one case, and when.
type Command struct {
	// ID is the command's own: the same id again is the same command.
	ID string
	By Person
	At time.Time
	// Version is the version of the case that the person saw; 0 is whichever it has.
	Version uint64
	// Note is what the person wrote: why.
	Note string
	// Technician is the roster's id of whom Approve and Assign give the case to.
	Technician string
}

// What a command may be refused for. None of them changes the case, and none
// mends itself when the same command is tried again.
var (
	ErrDecided   = errors.New("this round is already decided")
	ErrStale     = errors.New("the case has changed since it was read")
	ErrNobody    = errors.New("a person has to do this")
	ErrHidden    = errors.New("the person does not see this case")
	ErrNotLeader = errors.New("only leadership may do this")
	ErrState     = errors.New("the case does not allow this where it stands")
	ErrNote      = errors.New("a reason has to be given")
	ErrETA       = errors.New("the ETA has to be later than now")
	ErrGround    = errors.New("the policy has no such denial ground")
	ErrNotDue    = errors.New("no deadline of the case has passed")
	ErrAppealed  = errors.New("the denial of an appeal stands until leadership reopens the case, or something new is known")
	ErrPart      = errors.New("the case can not be parted so")
	ErrTicket    = errors.New("no such ticket without a case is known")
	ErrReason    = errors.New("the policy has no such reason")
)

// A StaleError is ErrStale with the version that the case has now.
type StaleError struct{ Seen, Current uint64 }

func (e *StaleError) Error() string {
	return fmt.Sprintf("version %d was read, but the case has changed and is at version %d: read it again", e.Seen, e.Current)
}

// Is makes errors.Is(err, ErrStale) true.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// A DecidedError is ErrDecided with how the round was decided, and the version
// that the case has now.
type DecidedError struct {
	Decision
	Current uint64
}

func (e *DecidedError) Error() string {
	return fmt.Sprintf("round %d was %s by %s: %v", e.Round, e.Verdict, e.By, ErrDecided)
}

// Is makes errors.Is(err, ErrDecided) true.
func (e *DecidedError) Is(target error) bool { return target == ErrDecided }

// Approve is the only way to approved. Approval means every effort and
// guarantees no faster resolution. With an ETA (else zero) the case goes on to
// in_progress in the same step, so that nobody is told twice.
func (c *Case) Approve(cmd Command, eta time.Time) (Event, error) {
	if !eta.IsZero() && !eta.After(cmd.At) {
		return Event{}, fmt.Errorf("approve with the ETA %s: %w", eta.Format(time.RFC3339), ErrETA)
	}
	return c.decide(cmd, Decision{Verdict: Approve}, eta)
}

// Deny is the only way to denied. The ground is one of the policy's, or empty
// where the note says why.
func (c *Case) Deny(cmd Command, ground policy.GroundID) (Event, error) {
	if ground != "" && !slices.Contains(policy.GroundIDs(), ground) {
		return Event{}, fmt.Errorf("deny on ground %q: %w", ground, ErrGround)
	}
	if ground == "" && cmd.Note == "" {
		return Event{}, fmt.Errorf("deny without a ground: %w", ErrNote)
	}
	return c.decide(cmd, Decision{Verdict: Deny, Ground: ground}, time.Time{})
}

func (c *Case) decide(cmd Command, d Decision, eta time.Time) (Event, error) {
	if c.Decision != nil && c.visible(cmd.By) { // to others the case is not there
		return Event{}, &DecidedError{*c.Decision, c.Version}
	}
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview); err != nil {
		return Event{}, err
	}
	d.Round, d.By, d.At, d.Note, d.Recommended = c.Round, cmd.By.ID, cmd.At, cmd.Note, c.Recommendation
	from, name := c.State, WasApproved
	c.Decision = &d
	c.sawIt(cmd)
	c.forgetQuestion()
	switch {
	case d.Verdict == Deny:
		c.State, name = Denied, WasDenied
	case !eta.IsZero():
		c.State = InProgress
		c.promise(cmd, eta)
	default:
		c.State = Approved
	}
	if d.Verdict == Approve && cmd.Technician != "" {
		c.Technician = cmd.Technician
	}
	return c.advance(cmd.event(name, Event{Ground: d.Ground}), from), nil
}

// RequestInfo asks those who asked. The case waits in needs_info until the
// customer writes or somebody asks anew; it may be decided all the same.
func (c *Case) RequestInfo(cmd Command, question string) (Event, error) {
	if err := c.allow(cmd, Leadership, NeedsInfo, PendingReview); err != nil {
		return Event{}, err
	}
	if question == "" {
		return Event{}, fmt.Errorf("request information without a question: %w", ErrNote)
	}
	if !c.carries() {
		return Event{}, fmt.Errorf("request information where no ticket asks: %w", ErrState)
	}
	from := c.State
	c.sawIt(cmd)
	c.Question, c.AskedAt, c.State = question, cmd.At, NeedsInfo
	cmd.Note = question
	return c.advance(cmd.event(InfoRequested, Event{}), from), nil
}

// SetETA gives the estimated time of resolution, or moves it, which needs a
// note. It may be given from review on, whatever the outcome; it is the only
// way to in_progress besides Approve, for a case that is approved.
func (c *Case) SetETA(cmd Command, eta time.Time) (Event, error) {
	if err := c.allow(cmd, Agent, Detected, NeedsInfo, PendingReview, Approved, InProgress, Denied); err != nil {
		return Event{}, err
	}
	if !eta.After(cmd.At) {
		return Event{}, fmt.Errorf("give the ETA %s: %w", eta.Format(time.RFC3339), ErrETA)
	}
	name := ETAGiven
	switch {
	case c.ETA.IsZero():
	case !c.ETA.Equal(eta):
		if name = ETAMoved; cmd.Note == "" {
			return Event{}, fmt.Errorf("move the ETA: %w", ErrNote)
		}
		c.ETAReason = cmd.Note
		c.ETAMoves++
	case c.State != Approved:
		return Event{}, fmt.Errorf("give the ETA that the case has already: %w", ErrState)
	}
	from := c.State
	c.sawIt(cmd)
	if !c.ETA.Equal(eta) {
		c.promise(cmd, eta)
	}
	if c.State == Approved {
		c.State = InProgress
	}
	return c.advance(cmd.event(name, Event{}), from), nil
}

// Resolve says that the trouble is over.
func (c *Case) Resolve(cmd Command) (Event, error) {
	if err := c.allow(cmd, Agent, Detected, NeedsInfo, PendingReview, Approved, InProgress); err != nil {
		return Event{}, err
	}
	from := c.State
	c.end(Resolved)
	return c.advance(cmd.event(WasResolved, Event{}), from), nil
}

// Close ends a case for good. None of its conditions may hold any more.
func (c *Case) Close(cmd Command) (Event, error) {
	if err := c.allow(cmd, Leadership, Resolved, Denied, Withdrawn, Expired); err != nil {
		return Event{}, err
	}
	if c.Live() {
		return Event{}, fmt.Errorf("close a case whose condition still holds: %w", ErrState)
	}
	from := c.State
	c.end(Closed)
	return c.advance(cmd.event(WasClosed, Event{}), from), nil
}

// end moves the case to where nothing more is asked of anybody.
func (c *Case) end(to State) {
	c.State = to
	c.forgetQuestion()
}

func (c *Case) unclaim() { c.ClaimedBy, c.ClaimedAt = "", time.Time{} }

func (c *Case) forgetQuestion() { c.Question, c.AskedAt = "", time.Time{} }

// allow says whether a person of the role may do something in these states.
func (c *Case) allow(cmd Command, role Role, states ...State) error {
	switch {
	case cmd.By.ID == "":
		return ErrNobody
	case !c.visible(cmd.By):
		return ErrHidden
	case !cmd.By.May(role):
		return fmt.Errorf("%s is %q: %w", cmd.By.ID, cmd.By.Role, ErrNotLeader)
	case cmd.Version != 0 && cmd.Version != c.Version:
		return &StaleError{Seen: cmd.Version, Current: c.Version}
	case !slices.Contains(states, c.State):
		return fmt.Errorf("the case is %s: %w", c.State, ErrState)
	}
	return nil
}

func (c *Case) visible(p Person) bool {
	_, seen := c.SeenBy(p)
	return seen
}

// event fills in who acted.
func (cmd Command) event(name Name, e Event) Event {
	e.Name, e.Actor, e.Person, e.At, e.Cause, e.Note = name, cmd.By.ID, true, cmd.At, cmd.ID, cmd.Note
	return e
}
