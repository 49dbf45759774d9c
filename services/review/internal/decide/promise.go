package decide

import "time"

// An Outcome is what became of a promise.
type Outcome string

// The outcomes of a promise. A promise without one still stands.
const (
	Kept   Outcome = "kept"   // the trouble was over by then
	Missed Outcome = "missed" // it was not
	Moved  Outcome = "moved"  // another took its place in time
	Void   Outcome = "void"   // the case ended or went on otherwise, so that nobody knows
)

// A Promise is an ETA that was given, and what became of it.
type Promise struct {
	Round   uint32    `json:"round"`
	GivenAt time.Time `json:"given_at"`
	By      string    `json:"by"`
	ETA     time.Time `json:"eta"`
	// MovedFrom is the ETA that this one took the place of, and Reason why.
	MovedFrom time.Time `json:"moved_from,omitzero"`
	Reason    string    `json:"reason,omitempty"`
	Outcome   Outcome   `json:"outcome,omitempty"`
	SettledAt time.Time `json:"settled_at,omitzero"`
}

// How long before an ETA it is said that it passes soon: a quarter of the time
// that was promised, within these.
const (
	nearAtLeast = 15 * time.Minute
	nearAtMost  = 4 * time.Hour
)

// NearAt is when it is said that the ETA passes soon: a quarter of the promised
// time before, at least 15 minutes and at most 4 hours; zero where the promise was
// given with no more time than that.
func (p Promise) NearAt() time.Time {
	before := min(max(p.ETA.Sub(p.GivenAt)/4, nearAtLeast), nearAtMost)
	if near := p.ETA.Add(-before); near.After(p.GivenAt) {
		return near
	}
	return time.Time{}
}

// etaNear is when it is said that the case's ETA passes soon; zero where it is not.
func (c *Case) etaNear() time.Time {
	if n := len(c.Promises); n > 0 && c.Promises[n-1].Outcome == "" && c.Promises[n-1].ETA.Equal(c.ETA) {
		return c.Promises[n-1].NearAt()
	}
	return time.Time{}
}

// promise keeps an ETA that is given. The one before, if it stands, was moved.
func (c *Case) promise(cmd Command, eta time.Time) {
	p := Promise{Round: c.Round, GivenAt: cmd.At, By: cmd.By.ID, ETA: eta}
	if !c.ETA.IsZero() && !c.ETA.Equal(eta) {
		p.MovedFrom, p.Reason = c.ETA, cmd.Note
	}
	c.settlePromise(Moved, cmd.At)
	c.Promises = append(c.Promises, p)
	c.ETA = eta
}

// settlePromise says what became of the promise that stands, if one does. What
// would be kept or moved after its time was missed.
func (c *Case) settlePromise(as Outcome, at time.Time) {
	if len(c.Promises) == 0 {
		return
	}
	p := &c.Promises[len(c.Promises)-1]
	if p.Outcome != "" {
		return
	}
	if as != Void && at.After(p.ETA) {
		as = Missed
	}
	p.Outcome, p.SettledAt = as, at
}

// Accuracy says how promises turned out.
type Accuracy struct {
	// Given are all; each of the others is how many came out so, Open those that still stand.
	Given, Kept, Missed, Moved, Void, Open int
}

// Share is how many of the promises that were kept or missed were kept, from 0
// to 1; false where there are none. One that was moved in time is neither.
func (a Accuracy) Share() (float64, bool) {
	if a.Kept+a.Missed == 0 {
		return 0, false
	}
	return float64(a.Kept) / float64(a.Kept+a.Missed), true
}

// Add counts n promises that came out so; the empty outcome is of those that still stand.
func (a *Accuracy) Add(o Outcome, n int) {
	a.Given += n
	switch o {
	case Kept:
		a.Kept += n
	case Missed:
		a.Missed += n
	case Moved:
		a.Moved += n
	case Void:
		a.Void += n
	default:
		a.Open += n
	}
}
