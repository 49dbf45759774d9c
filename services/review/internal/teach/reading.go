package teach

import (
	"fmt"
	"slices"
	"strconv"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A Reading is what the words of a ticket say, as labelled notes say it. Lists
// are never nil and in the policy's order.
type Reading struct {
	Language       string                `json:"language"` // "en" or "de"; empty: neither
	Request        bool                  `json:"is_escalation_request"`
	Recommendation decide.Recommendation `json:"recommendation"`
	Reasons        []policy.ReasonID     `json:"reasons"`
	Denials        []policy.GroundID     `json:"denials"`
	Missing        []policy.MissingID    `json:"missing"`
	Facts          Facts                 `json:"facts"`
}

// Facts are what the words say of the issue; nil is unknown.
type Facts struct {
	AffectedUsers *int     `json:"affected_users"` // people
	DurationHours *float64 `json:"duration_hours"`
	Environment   *string  `json:"environment"` // production or beta
	UrgencyGiven  bool     `json:"urgency_given"`
	ReasonGiven   bool     `json:"reason_given"`
}

// Recommendations are what a reading may recommend; the caller may change the slice.
func Recommendations() []decide.Recommendation {
	return []decide.Recommendation{decide.Eligible, decide.Ineligible, decide.NeedInfo, decide.NotARequest}
}

// ReadingOf is what classification read in the ticket's words. Where a field or a
// measurement has corrected a number or a place, the words are given back.
func ReadingOf(t *decide.Ticket) Reading {
	r := Reading{
		Request: t.Asks != "" && !t.Withdrawn, Recommendation: t.Recommendation,
		Reasons: slices.Clone(t.Reasons), Denials: slices.Clone(t.Denials),
		Facts: Facts{UrgencyGiven: t.UrgencyGiven, ReasonGiven: t.ReasonGiven},
	}
	if t.Language == "en" || t.Language == "de" {
		r.Language = t.Language
	}
	if t.People != nil {
		r.Facts.AffectedUsers = new(*t.People)
	}
	if t.Hours != nil {
		r.Facts.DurationHours = new(*t.Hours)
	}
	if t.Environment != "" {
		r.Facts.Environment = new(t.Environment)
	}
	told := slices.Clone(t.Contradictions) // the first was corrected first
	slices.Reverse(told)
	for _, c := range append(slices.Clone(t.Confirmations), told...) { // about the same number is borne out, and corrected
		switch n, err := strconv.Atoi(c.Claimed); {
		case c.About == "affected_users" && err == nil:
			r.Facts.AffectedUsers = &n
		case c.About == "environment":
			r.Facts.Environment = new(c.Claimed)
		}
	}
	r.settle(t, policy.ReasonIDs())
	return r
}

// settle brings the lists into order, reasons as all has them, and works out what is missing.
func (r *Reading) settle(t *decide.Ticket, all []policy.ReasonID) {
	r.Reasons = inOrder(r.Reasons, slices.Clone(all))
	r.Denials = inOrder(r.Denials, policy.GroundIDs())
	f, asked := r.Facts, t.Missing
	lacks := map[policy.MissingID]bool{
		policy.MissingReason:        len(r.Reasons) == 0 || !f.ReasonGiven,
		policy.MissingUrgency:       !f.UrgencyGiven,
		policy.MissingWho:           f.AffectedUsers == nil && slices.Contains(asked, policy.MissingWho),
		policy.MissingAffectedUsers: f.AffectedUsers == nil,
		policy.MissingSince:         f.DurationHours == nil && slices.Contains(asked, policy.MissingSince),
		policy.MissingWhere:         f.Environment == nil,
	}
	r.Missing = []policy.MissingID{}
	for _, id := range policy.MissingIDs() {
		if lacks[id] && r.Recommendation == decide.NeedInfo {
			r.Missing = append(r.Missing, id)
		}
	}
}

// inOrder are the ids that the policy has, each once; those that it has not are last.
func inOrder[T comparable](ids, all []T) []T {
	out := slices.DeleteFunc(all, func(id T) bool { return !slices.Contains(ids, id) })
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Same says that the two say the same.
func (r Reading) Same(o Reading) bool {
	f, g := r.Facts, o.Facts
	return r.Language == o.Language && r.Request == o.Request && r.Recommendation == o.Recommendation &&
		slices.Equal(r.Reasons, o.Reasons) && slices.Equal(r.Denials, o.Denials) && slices.Equal(r.Missing, o.Missing) &&
		equal(f.AffectedUsers, g.AffectedUsers) && equal(f.DurationHours, g.DurationHours) && equal(f.Environment, g.Environment) &&
		f.UrgencyGiven == g.UrgencyGiven && f.ReasonGiven == g.ReasonGiven
}

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// An UnsoundError says why a reading can not be meant. Trying again does not help.
type UnsoundError struct {
	// Rule names what is broken: request, eligible, ineligible, needs_info or value.
	Rule string
	Text string
}

func (e *UnsoundError) Error() string { return e.Text }

// check says what of a reading contradicts itself, or nothing. all are the
// reasons that there are.
func (r *Reading) check(all []policy.ReasonID) error {
	if err := r.known(all); err != nil {
		return err
	}
	for _, broken := range []struct {
		is         bool
		rule, text string
	}{
		{(r.Recommendation == decide.NotARequest) == r.Request, "request", "not_a_request goes with is_escalation_request false, and with nothing else"},
		{r.Recommendation == decide.Eligible && len(r.Reasons) == 0, "eligible", "eligible needs a reason"},
		{
			r.Recommendation == decide.Ineligible && len(r.Reasons) > 0 && len(r.Denials) == 0,
			"ineligible", "ineligible with a reason needs a denial ground",
		},
		{r.Recommendation == decide.NeedInfo && len(r.Missing) == 0, "needs_info", "needs_info, and nothing is missing"},
	} {
		if broken.is {
			return &UnsoundError{broken.rule, broken.text}
		}
	}
	return nil
}

// known says which value no reading can have.
func (r *Reading) known(all []policy.ReasonID) error {
	wrong := func(format string, value any) error { return &UnsoundError{"value", fmt.Sprintf(format, value)} }
	if !slices.Contains(Recommendations(), r.Recommendation) {
		return wrong("recommendation %q is none of eligible, ineligible, needs_info, not_a_request", r.Recommendation)
	}
	for _, id := range r.Reasons {
		if !slices.Contains(all, id) {
			return wrong("the policy has no reason %q", id)
		}
	}
	for _, id := range r.Denials {
		if !slices.Contains(policy.GroundIDs(), id) {
			return wrong("the policy has no denial ground %q", id)
		}
	}
	f := r.Facts
	switch {
	case !slices.Contains([]string{"en", "de", ""}, r.Language):
		return wrong("language %q is neither en nor de", r.Language)
	case f.AffectedUsers != nil && *f.AffectedUsers < 0:
		return wrong("affected_users %d is below 0", *f.AffectedUsers)
	case f.DurationHours != nil && !(*f.DurationHours >= 0 && *f.DurationHours < 1e6):
		return wrong("duration_hours %v is no number of hours", *f.DurationHours)
	case f.Environment != nil && *f.Environment != decide.Production && *f.Environment != decide.Beta:
		return wrong("environment %q is neither production nor beta", *f.Environment)
	}
	return nil
}
