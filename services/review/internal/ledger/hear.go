package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
)

// Heard is a fact, and the message that states it.
type Heard struct {
	Cause Cause
	Fact  Fact
}

// An Outcome is what came of one fact.
type Outcome struct {
	Changes []decide.Change
	// Applied is false where the cause was heard before.
	Applied bool
	Err     error
}

// Hear applies what monitoring or classification says: it lays the cases within
// reach on a desk, and saves what the fact changes. applied is false where the
// cause was heard before.
func (l *Ledger) Hear(ctx context.Context, cause Cause, fact Fact, p *policy.Policy) (changes []decide.Change, applied bool, err error) {
	out := l.HearAll(ctx, []Heard{{cause, fact}}, p)[0]
	return out.Changes, out.Applied, out.Err
}

// HearAll applies several facts one after another, as Hear does each, in one
// transaction, so that a burst costs one commit. Where that fails each is heard
// by itself, and one that can not be heard keeps no other back.
func (l *Ledger) HearAll(ctx context.Context, facts []Heard, p *policy.Policy) []Outcome {
	if len(facts) == 0 {
		return nil
	}
	out, err := l.together(ctx, facts, p)
	switch {
	case err == nil:
		return out
	case len(facts) == 1 || ctx.Err() != nil || l.write.PingContext(ctx) != nil:
		for i := range out {
			out[i] = Outcome{Err: err}
		}
		return out
	}
	for i := range facts {
		out[i] = l.HearAll(ctx, facts[i:i+1], p)[0]
	}
	return out
}

// together hears the facts in one transaction. After a lost race it has the
// platform alone, so that it wins.
func (l *Ledger) together(ctx context.Context, facts []Heard, p *policy.Policy) ([]Outcome, error) {
	out := make([]Outcome, len(facts))
	scopes := scopesOf(facts)
	for try := range tries {
		if try > 0 {
			scopes = []string{decide.Platform}
		}
		err := l.within(ctx, func(tx *sql.Tx) error {
			clear(out)
			if err := enterAll(ctx, tx, facts, out); err != nil {
				return err
			}
			if err := l.engine.Lock(ctx, tx, scopes...); err != nil {
				return fmt.Errorf("lock the cases of %d scopes: %w", len(scopes), err)
			}
			return l.hearIn(ctx, tx, hearing{facts, out, p})
		})
		if err == nil {
			return out, nil
		}
		if !errors.Is(err, errRace) && !l.engine.Lost(err) || try == tries-1 {
			return out, err
		}
	}
	return out, nil
}

// scopesOf are the scopes that the facts touch; the platform stands for all.
func scopesOf(facts []Heard) []string {
	var scopes []string
	for _, f := range facts {
		scope := f.Fact.reach().Scope
		if scope == decide.Platform {
			return []string{decide.Platform}
		}
		scopes = append(scopes, scope)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// enterAll notes that the causes are applied, and says of which that is news.
// Another transaction that applies the same ones is waited for.
func enterAll(ctx context.Context, tx *sql.Tx, facts []Heard, out []Outcome) error {
	first := map[[2]string]int{}
	var rows [][]any
	for i, f := range facts {
		key := [2]string{f.Cause.Consumer, f.Cause.EventID}
		if _, again := first[key]; f.Cause.EventID == "" {
			out[i].Applied = true
		} else if !again {
			first[key] = i
			rows = append(rows, []any{f.Cause.Consumer, f.Cause.EventID, micros(f.Cause.At)})
		}
	}
	slices.SortFunc(rows, func(a, b []any) int { // in one order, so that nobody waits in a circle
		return slices.Compare([]string{a[0].(string), a[1].(string)}, []string{b[0].(string), b[1].(string)})
	})
	for part := range chunks(rows) {
		fresh, err := collect(ctx, tx, pair, `INSERT INTO inbox (consumer, event_id, heard_at) VALUES`+tuples(len(part), 3)+
			` ON CONFLICT (consumer, event_id) DO NOTHING RETURNING consumer, event_id`, slices.Concat(part...)...)
		if err != nil {
			return fmt.Errorf("note which of %d causes were applied: %w", len(facts), err)
		}
		for _, key := range fresh {
			out[first[key]].Applied = true
		}
	}
	return nil
}

// A hearing is several facts, what comes of them, and the policy.
type hearing struct {
	facts  []Heard
	out    []Outcome
	policy *policy.Policy
}

func (l *Ledger) hearIn(ctx context.Context, tx *sql.Tx, h hearing) error {
	var fresh []Heard
	for i, f := range h.facts {
		if h.out[i].Applied {
			fresh = append(fresh, f)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	all, err := l.spread(ctx, tx, fresh)
	if err != nil {
		return err
	}
	sheet := newSheet(l, all.links)
	for i, f := range h.facts {
		if !h.out[i].Applied {
			continue
		}
		desk := all.desk(f.Fact)
		desk.Policy = h.policy
		news := decide.News{Cause: f.Cause.EventID, Actor: f.Fact.actor(), At: f.Cause.At}
		changes := f.Fact.hear(desk, news)
		w := work{f.Cause.At, f.Fact, changes, all.links}
		if err := w.note(ctx, sheet); err != nil {
			return err
		}
		all.learn(w)
		h.out[i].Changes = told(changes)
	}
	return sheet.save(ctx, tx)
}

// told are changes that later facts of the same hearing do not touch.
func told(changes []decide.Change) []decide.Change {
	for i := range changes {
		c := *changes[i].Case
		c.Tickets, c.Conditions = slices.Clone(c.Tickets), slices.Clone(c.Conditions)
		changes[i].Case = &c
	}
	return changes
}

func (f Fact) hear(d *decide.Desk, n decide.News) []decide.Change {
	if f.Ticket != nil {
		return d.HearTicket(*f.Ticket, n)
	}
	return d.HearCondition(*f.Condition, n)
}

func (f Fact) reach() decide.Reach {
	if f.Ticket != nil {
		return f.Ticket.Reach()
	}
	return f.Condition.Reach()
}

func (f Fact) actor() string {
	if f.Ticket != nil {
		return "classification"
	}
	return "monitoring"
}

func pair(rows *sql.Rows) (p [2]string, err error) {
	err = rows.Scan(&p[0], &p[1])
	return p, err
}
