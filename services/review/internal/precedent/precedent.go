// Package precedent finds past cases that are like one that waits for a
// decision, and says in what they are alike, so that like cases are decided alike.
//
// What counts, in this order: the reason (the same one, a shared one, one of the
// same family; without any of these a case is no precedent), then whether as many
// people were hit, the environment, the priority, and last how long ago it was.
// It orders a list and recommends nothing. It is pure; the ledger fetches what
// there is to choose from.
package precedent

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// Traits are what cases are compared by.
type Traits struct {
	// Reasons stand as the case has them, what weighs most first.
	Reasons []policy.ReasonID
	// People is how many were known to be hit; below 0 is unknown.
	People int
	// Environment is decide.Production, decide.Beta, or empty when unknown.
	Environment string
	Priority    policy.Priority
}

// A Past is one decision of one round of a case.
type Past struct {
	Traits
	Case      string
	Round     uint32
	Tenant    string
	Verdict   decide.Verdict
	Ground    policy.GroundID // empty: none of the policy's was given
	By        string
	AskedAt   time.Time // when the round began
	DecidedAt time.Time
}

// A Bond is how close two cases' reasons are.
type Bond uint8

// The bonds, the closest last.
const (
	None   Bond = iota
	Family      // reasons of one family, as the policy says
	Shared      // a reason that is not the first of both
	First       // the first reason
)

// A Likeness is a past decision, and in what it is like the case at hand.
type Likeness struct {
	Past
	Bond Bond
	// Reason is the past case's that makes the bond.
	Reason policy.ReasonID
	// Crowd says that about as many people were hit: within three times.
	Crowd bool
	// Place and Urgent say that environment and priority are the same.
	Place, Urgent bool
}

// Of are the traits of a case.
func Of(c *decide.Case) Traits {
	t := Traits{Reasons: c.Reasons, People: -1, Priority: c.Impact.Priority}
	if people, known := c.Impact.People(); known {
		t.People = people
	}
	if len(c.Conditions) > 0 {
		t.Environment = decide.Production // monitors look at nothing else
		return t
	}
	for i := range c.Tickets {
		if env := c.Tickets[i].Environment; env != "" && t.Environment != decide.Production {
			t.Environment = env
		}
	}
	return t
}

// Rank gives the n past decisions that are most like the case, the most alike
// first, at most one of each case: its last.
func Rank(of Traits, past []Past, p *policy.Policy, n int) []Likeness {
	last := map[string]Past{}
	for _, one := range past {
		if had, ok := last[one.Case]; !ok || one.Round > had.Round {
			last[one.Case] = one
		}
	}
	var found []Likeness
	for _, one := range last {
		if l := compare(of, one, p); l.Bond != None {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b Likeness) int {
		return cmp.Or(
			cmp.Compare(b.Bond, a.Bond), cmp.Compare(apart(of, a.Traits), apart(of, b.Traits)),
			yes(b.Place)-yes(a.Place), yes(b.Urgent)-yes(a.Urgent), b.DecidedAt.Compare(a.DecidedAt), strings.Compare(a.Case, b.Case),
		)
	})
	return found[:min(n, len(found))]
}

func compare(of Traits, past Past, p *policy.Policy) Likeness {
	l := Likeness{Past: past, Place: of.Environment != "" && of.Environment == past.Environment, Urgent: of.Priority == past.Priority}
	l.Crowd = of.People >= 0 && past.People >= 0 && apart(of, past.Traits) == 0
	for i, theirs := range past.Reasons {
		for k, ours := range of.Reasons {
			bond := None
			switch {
			case ours == theirs && i == 0 && k == 0:
				bond = First
			case ours == theirs:
				bond = Shared
			case p.SameFamily(ours, theirs):
				bond = Family
			}
			if bond > l.Bond {
				l.Bond, l.Reason = bond, theirs
			}
		}
	}
	return l
}

// apart is how many times three the numbers of people are apart; unknown is as
// far as a number can be that still is like it.
func apart(a, b Traits) int {
	if a.People < 0 && b.People < 0 {
		return 0
	}
	if a.People < 0 || b.People < 0 {
		return 2
	}
	times := math.Log(float64(a.People+1)/float64(b.People+1)) / math.Log(3)
	return int(math.Abs(times))
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}
