package second

import (
	"context"
	"math"
	"time"
)

// An Outcome says whether a second reader was heard, or why not.
type Outcome string

// The outcomes.
const (
	Answered     Outcome = "answered"
	Refused      Outcome = "refused"        // the model declined to answer
	Unusable     Outcome = "unusable"       // the answer breaks the form
	Rejected     Outcome = "rejected"       // the endpoint refused the question: a setting is wrong
	Unreachable  Outcome = "unreachable"    // no answer in time
	OverNoteCap  Outcome = "over_note_cap"  // it could have cost more than a note may
	OverDailyCap Outcome = "over_daily_cap" // it could have cost more than is left for the day
)

// A Fault is why an attempt brought no answer. The endpoint knows whether
// trying again helps.
type Fault struct {
	Outcome Outcome
	Err     error
	// Again says that another attempt may help, and no sooner than After.
	Again bool
	After time.Duration
	// Spent says that the attempt may have cost something.
	Spent bool
	// Down says that the next question would fare the same.
	Down bool
}

func (f *Fault) Error() string { return string(f.Outcome) + ": " + f.Err.Error() }

// Unwrap is the cause.
func (f *Fault) Unwrap() error { return f.Err }

// A Reply is what an endpoint answered.
type Reply struct {
	// Content is the answer itself, not yet read.
	Content string
	// In and Out are the tokens that the endpoint counted; Counted is false where
	// it did not say.
	In, Out uint64
	Counted bool
}

// An Endpoint asks a model. Its errors are Faults, or the context's own.
type Endpoint interface {
	// Ask asks once. The answer has at most as many tokens as are given.
	Ask(ctx context.Context, q *Question, tokens int) (Reply, error)
}

// Micros are millionths of the currency that the prices are in.
type Micros uint64

// A Purse holds what a day may cost, for all processes together.
type Purse interface {
	// Take takes out as much as an attempt can cost, at a time; false if the day
	// has less left. Its error is the bus's, and trying again helps.
	Take(ctx context.Context, at time.Time, most Micros) (bool, error)
	// Settle puts back what was taken at that time and not spent.
	Settle(ctx context.Context, at time.Time, most, spent Micros) error
}

// Prices are what a million tokens cost.
type Prices struct{ In, Out float64 }

// cost is rounded up: a price is never lost in the rounding.
func (p Prices) cost(in, out uint64) Micros {
	return Micros(math.Ceil(float64(in)*p.In + float64(out)*p.Out))
}

// maxTokens bounds what an endpoint may say that it counted.
const maxTokens = 10_000_000
