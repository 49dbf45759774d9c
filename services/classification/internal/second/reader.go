package second

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	// attempts is how often one question is asked at most.
	attempts = 3
	// maxOut is how many tokens an answer has at most, thinking included.
	maxOut = 2000
	// bytesPerToken is how few bytes a token has on average, at the least: a
	// bound for what a question costs before it is asked.
	bytesPerToken = 2
	// overhead are tokens of the question's form.
	overhead = 100
)

// Settings are what a Reader goes by.
type Settings struct {
	Model  string
	Prices Prices
	// NoteCap is what one question may cost at most, over all attempts.
	NoteCap Micros
	// Now is the clock, Wait waits or ends with the context; nil are the machine's.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
	Log  *slog.Logger
}

// A Reader asks a second reader, one question at a time. It is safe for
// concurrent use.
type Reader struct {
	Settings
	endpoint Endpoint
	purse    Purse
	gate     gate
	turn     chan struct{}
}

// New is a reader that asks the endpoint and pays from the purse.
func New(s Settings, endpoint Endpoint, purse Purse) *Reader {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Wait == nil {
		s.Wait = wait
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	return &Reader{Settings: s, endpoint: endpoint, purse: purse, turn: make(chan struct{}, 1)}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// A Result is what became of a question.
type Result struct {
	Outcome Outcome
	// Answer is set if the outcome is Answered.
	Answer Answer
	// In, Out and Cost are those of all attempts. Estimated says that a part of
	// them was not counted by the endpoint: then it is what it can have been at most.
	In, Out   uint64
	Cost      Micros
	Estimated bool
	// Took is how long the last attempt took.
	Took time.Duration
	At   time.Time
}

// Read asks the question and waits for as long as the gate is shut, until a
// time. Its error is the context's or the bus's: then nothing is known yet, and
// trying again helps.
func (r *Reader) Read(ctx context.Context, q *Question, until time.Time) (Result, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	var res Result
	for attempt := 1; ; attempt++ {
		if shut := r.gate.shut(r.Now()); shut > 0 {
			if r.Now().Add(shut).After(until) {
				return r.done(res, Unreachable), nil
			}
			if err := r.Wait(ctx, shut); err != nil {
				return Result{}, err
			}
		}
		err := r.attempt(ctx, q, &res)
		var f *Fault
		switch {
		case ctx.Err() != nil:
			return Result{}, ctx.Err()
		case err == nil:
			r.gate.worked()
			return r.done(res, Answered), nil
		case !errors.As(err, &f):
			return Result{}, err
		}
		r.Log.Warn("the second reader was not heard", "outcome", f.Outcome, "attempt", attempt, "error", f.Err)
		if !r.again(f, attempt) {
			return r.done(res, f.Outcome), nil
		}
	}
}

func (r *Reader) done(res Result, o Outcome) Result {
	res.Outcome, res.At = o, r.Now()
	return res
}

// again says whether a question is asked again after a fault, and shuts the gate
// for as long as the fault asks for.
func (r *Reader) again(f *Fault, attempt int) bool {
	now := r.Now()
	r.gate.hold(now, f.After)
	if f.Down {
		if pause := r.gate.failed(now); pause > 0 {
			r.Log.Warn("the second reader is left alone for a while", "pause", pause)
		}
	} else if f.Outcome == Refused {
		r.gate.worked()
	}
	if !f.Again || attempt == attempts {
		return false
	}
	backoff := time.Second << (2 * (attempt - 1))
	r.gate.hold(now, backoff/2+rand.N(backoff/2))
	return true
}

// attempt asks once, within the caps, and pays.
func (r *Reader) attempt(ctx context.Context, q *Question, res *Result) error {
	in := uint64(len(q.System)+len(q.User)+len(q.Schema))/bytesPerToken + overhead
	most, at := r.Prices.cost(in, maxOut), r.Now()
	if res.Cost+most > r.NoteCap && most > 0 {
		return &Fault{Outcome: OverNoteCap, Err: fmt.Errorf("it may cost %d millionths; a note may cost %d, and %d are spent", most, r.NoteCap, res.Cost)}
	}
	if most > 0 {
		ok, err := r.purse.Take(ctx, at, most)
		if err != nil {
			return err
		}
		if !ok {
			return &Fault{Outcome: OverDailyCap, Err: errors.New("the day's cap is reached; nobody is asked until midnight UTC, or until the cap is raised")}
		}
	}
	reply, err := r.endpoint.Ask(ctx, q, maxOut)
	res.Took = r.Now().Sub(at)
	spent := res.pay(r.Prices, reply, err, in)
	if most > 0 {
		r.settle(ctx, at, most, spent)
	}
	if err != nil {
		return err
	}
	res.Answer, err = q.Parse(reply.Content)
	if err != nil {
		return &Fault{Outcome: Unusable, Err: err, Spent: true, Down: true}
	}
	return nil
}

// settle puts back what an attempt did not cost, also when the program ends.
func (r *Reader) settle(ctx context.Context, at time.Time, most, spent Micros) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.purse.Settle(ctx, at, most, spent); err != nil {
		r.Log.Warn("what a second reading did not cost stays counted as spent", "error", err)
	}
}

// pay counts what an attempt cost. An endpoint that does not say is taken to
// have read and written as much as it could, unless it did nothing.
func (res *Result) pay(p Prices, reply Reply, err error, in uint64) Micros {
	var f *Fault
	switch {
	case reply.Counted:
		in, out := min(reply.In, maxTokens), min(reply.Out, maxTokens)
		return res.add(p, in, out)
	case err == nil, !errors.As(err, &f), f.Spent:
		res.Estimated = true
		return res.add(p, in, maxOut)
	}
	return 0
}

func (res *Result) add(p Prices, in, out uint64) Micros {
	cost := p.cost(in, out)
	res.In, res.Out, res.Cost = res.In+in, res.Out+out, res.Cost+cost
	return cost
}
