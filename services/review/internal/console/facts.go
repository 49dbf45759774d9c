package console

import (
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/policy"
)

// A fact is one thing as claimed and as measured.
type fact struct {
	Name    string
	Claimed string // empty: nobody claims it
	// Seen is how the measurement stands: a condition's state, or "none" for no data.
	Seen     string
	Measured string
	Bar      *bar
	Source   string
	When     *moment
}

// facts sets what the tickets claim beside what was measured.
// Of many reasons some stand below only; more is how many.
func (c *Console) facts(l lang, of *decide.Case, board *outlook.View, now time.Time) (all []fact, more int) {
	facts := []fact{c.peopleFact(l, of), tenantsFact(l, of), durationFact(l, of, now), whereFact(l, of)}
	newest := latest(of.Conditions)
	for i := range facts {
		if facts[i].Seen = "none"; facts[i].Measured != "" && newest != nil {
			facts[i].Seen, facts[i].Source, facts[i].When = string(newest.State), l.say("source.monitor"), l.moment(seenAt(newest), now)
		} else if facts[i].Claimed != "" {
			facts[i].Source = l.say("facts.tickets")
		}
	}
	for i, r := range of.Reasons {
		if i == reasonsFirst {
			return facts, len(of.Reasons) - i
		}
		f := c.reasonFact(l, of, r, now)
		c.unshown(l, of, &f, r, board, now)
		facts = append(facts, f)
	}
	return facts, 0
}

func (c *Console) peopleFact(l lang, of *decide.Case) fact {
	f := fact{Name: l.say("facts.people"), Claimed: people(l, of.Impact.Claim())}
	if of.Impact.Measured == nil {
		return f
	}
	current := 0
	for i := range of.Conditions {
		if cond := &of.Conditions[i]; cond.Live() {
			current = max(current, int(cond.People))
		}
	}
	if f.Measured = l.say("facts.peak", l.Number(*of.Impact.Measured)); current == *of.Impact.Measured {
		f.Measured = l.Number(current)
	} else if current > 0 {
		f.Measured = l.say("facts.atmost", l.Number(current), l.Number(*of.Impact.Measured))
	}
	return f
}

func tenantsFact(l lang, of *decide.Case) fact {
	f := fact{Name: l.say("facts.tenants")}
	claim, seen, measured := map[string]bool{}, map[string]bool{}, 0
	for i := range of.Tickets {
		claim[of.Tickets[i].Tenant] = true
	}
	for i := range of.Conditions {
		if cond := &of.Conditions[i]; cond.Scope != decide.Platform {
			seen[cond.Scope] = true
		}
		measured = max(measured, int(of.Conditions[i].Tenants))
	}
	if len(claim) > 0 {
		f.Claimed = l.Number(len(claim))
	}
	if n := max(measured, len(seen)); n > 0 {
		f.Measured = l.Number(n)
	}
	return f
}

func durationFact(l lang, of *decide.Case, now time.Time) fact {
	f := fact{Name: l.say("facts.duration")}
	var hours *float64
	for i := range of.Tickets {
		if h := of.Tickets[i].Hours; h != nil && (hours == nil || *h > *hours) {
			hours = h
		}
	}
	if hours != nil {
		f.Claimed = l.span(time.Duration(*hours * float64(time.Hour)).Round(time.Minute))
	}
	from, to := seenSince(of), time.Time{}
	for i := range of.Conditions {
		cond := &of.Conditions[i]
		if to = later(to, cond.At); cond.Live() {
			to = later(to, now)
		}
	}
	if !from.IsZero() {
		f.Measured = l.span(to.Sub(from))
	}
	return f
}

func whereFact(l lang, of *decide.Case) fact {
	f := fact{Name: l.say("facts.where")}
	for _, env := range []string{decide.Production, decide.Beta} {
		if slices.ContainsFunc(of.Tickets, func(t decide.Ticket) bool { return t.Environment == env }) {
			f.Claimed = joined(f.Claimed, l.Word("env", env))
		}
	}
	if len(of.Conditions) > 0 {
		f.Measured = l.say("env.production") // monitors look at nothing else
	}
	return f
}

// reasonFact sets those who claim a reason beside what monitoring says of it.
func (c *Console) reasonFact(l lang, of *decide.Case, r policy.ReasonID, now time.Time) fact {
	f := fact{Name: c.Policy.Title(r, string(l)), Seen: "none"}
	claims := 0
	for i := range of.Tickets {
		if slices.Contains(of.Tickets[i].Reasons, r) {
			claims++
		}
	}
	if claims > 0 {
		f.Claimed, f.Source = l.Count("row.tickets", claims), l.say("facts.tickets")
	}
	var about []decide.Condition
	for i := range of.Conditions {
		if of.Conditions[i].Reason == r {
			about = append(about, of.Conditions[i])
		}
	}
	if cond := telling(about); cond != nil {
		f.Seen, f.Measured, f.Bar = string(cond.State), l.say("seen."+string(cond.State)), barOf(l, cond)
		f.Source, f.When = joined(l.say("source.monitor"), cond.Subject), l.moment(seenAt(cond), now)
	}
	return f
}

// telling is the condition that says how things stand: one that holds, the worst
// of those, else the latest; nil where there is none.
func telling(conditions []decide.Condition) *decide.Condition {
	if w := worst(conditions); w != nil && w.Live() {
		return w
	}
	return latest(conditions)
}

// latest is the condition that was measured last, one that holds before others.
func latest(conditions []decide.Condition) *decide.Condition {
	var found *decide.Condition
	for i := range conditions {
		c := &conditions[i]
		if found == nil || c.Live() && !found.Live() || c.Live() == found.Live() && seenAt(c).After(seenAt(found)) {
			found = c
		}
	}
	return found
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}
