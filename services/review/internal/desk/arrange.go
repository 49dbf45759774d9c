package desk

import (
	"context"
	"fmt"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
)

// A Plan is what one person arranges: opens a case by hand, merges one into
// another, or splits one.
type Plan struct {
	By decide.Person
	// Key makes the plan the same plan when it is sent again; empty: it never is.
	Key string
	// Version is the version of the case that the person saw; 0 is whichever it has.
	Version uint64
	// Note is why; every plan needs one.
	Note string
}

// Open opens a case by hand, and gives it.
func (d Desk) Open(ctx context.Context, p Plan, o decide.Opening) (decide.Case, error) {
	cmd := d.command(p, "open", o.Tenant)
	made, err := d.arrange(ctx, cause(cmd, o), ledger.Arrangement{Tickets: o.Tickets, Gives: []string{decide.Made(cmd)}}, func(on *decide.Desk) ([]decide.Change, error) {
		return on.Open(cmd, o)
	})
	if err != nil {
		return decide.Case{}, fmt.Errorf("open a case of %s: %w", o.Tenant, err)
	}
	return made[0], nil
}

// Merge has a case go on in another, and gives that one as it then is.
func (d Desk) Merge(ctx context.Context, p Plan, id, into string) (decide.Case, error) {
	cmd := d.command(p, "merge", id, into)
	made, err := d.arrange(ctx, cause(cmd, ""), ledger.Arrangement{Cases: []string{id, into}, Gives: []string{into}}, func(on *decide.Desk) ([]decide.Change, error) {
		return on.Merge(cmd, id, into)
	})
	if err != nil {
		return decide.Case{}, fmt.Errorf("merge case %s into %s: %w", id, into, err)
	}
	return made[0], nil
}

// Split makes a case of its own of a part of a case, and gives what is left and
// the new one.
func (d Desk) Split(ctx context.Context, p Plan, id string, part decide.Part) (left, parted decide.Case, err error) {
	cmd := d.command(p, "split", id)
	made, err := d.arrange(ctx, cause(cmd, part), ledger.Arrangement{Cases: []string{id}, Gives: []string{id, decide.Made(cmd)}}, func(on *decide.Desk) ([]decide.Change, error) {
		return on.Split(cmd, id, part)
	})
	if err != nil {
		return left, parted, fmt.Errorf("split case %s: %w", id, err)
	}
	return made[0], made[1], nil
}

// arrange applies a plan, and gives the cases that a.Gives names.
func (d Desk) arrange(ctx context.Context, of ledger.Cause, a ledger.Arrangement, fn func(*decide.Desk) ([]decide.Change, error)) ([]decide.Case, error) {
	a.Policy = d.policy()
	cases, err := d.Ledger.Arrange(ctx, of, a, fn)
	if err == nil && d.Changed != nil {
		d.Changed()
	}
	return cases, err
}

// cause is a command, and what it says beside what its id is made of.
func cause(cmd decide.Command, what any) ledger.Cause {
	return ledger.Cause{Consumer: "desk", EventID: cmd.ID, At: cmd.At, Said: fmt.Sprintf("%d %q %q", cmd.Version, cmd.Note, what)}
}

// command is the command of a plan for what is named.
func (d Desk) command(p Plan, what ...string) decide.Command {
	now := d.Now()
	key := p.Key
	if key == "" {
		key = "at " + now.String()
	}
	return decide.Command{
		ID: bus.ID(append([]string{"order", p.By.ID, key}, what...)...), By: p.By, At: now, Version: p.Version, Note: p.Note,
	}
}

// An Errand is an order and the case that it is for.
type Errand struct {
	Case  string
	Order Order
}

// A Result is what became of one errand: the case as it then is, or why not.
type Result struct {
	Case string
	Is   decide.Case
	Err  error
}

// DoAll carries out orders one after the other, each by itself: one that is
// refused hinders no other. The results stand in the order of the errands. When
// the context ends, what is left is not begun.
func (d Desk) DoAll(ctx context.Context, errands ...Errand) []Result {
	results := make([]Result, len(errands))
	for i, e := range errands {
		results[i] = Result{Case: e.Case, Err: ctx.Err()}
		if results[i].Err == nil {
			results[i].Is, results[i].Err = d.Do(ctx, e.Case, e.Order)
		}
	}
	return results
}

func (d Desk) policy() *policy.Policy {
	if d.Policy == nil {
		return policy.Default()
	}
	return d.Policy
}
