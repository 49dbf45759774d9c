package label

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/pkg/policy"
)

// Check says what of a note no labeller can have meant by the policy, each in a
// sentence; a sound note has nothing. Reading does not ask it: whoever labels
// their own notes may have another view of what follows from what.
func Check(p *policy.Policy, n Note) []string {
	l := &n.Label
	wrong := unknown(p, &n)
	must := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	must(strings.TrimSpace(n.Text) != "", "there is no text")
	must(l.Language == "en" || l.Language == "de", fmt.Sprintf("language %q is neither en nor de", l.Language))
	must((l.Recommendation == "not_a_request") == !l.Request, "not_a_request goes with is_escalation_request false, and with nothing else")
	must((l.Recommendation == "needs_info") == (len(l.Missing) > 0), "needs_info goes with something in missing, and with nothing else")
	must(l.Recommendation != "eligible" || len(l.Reasons) > 0, "eligible needs a reason")
	must(l.Recommendation != "ineligible" || len(l.Denials) > 0 || len(l.Reasons) == 0, "ineligible with a reason needs a denial ground")
	for _, id := range l.Misses {
		must(slices.Contains(l.About, id), fmt.Sprintf("%s is in misses and not in about", id))
		must(!slices.Contains(l.Reasons, id), fmt.Sprintf("%s is in misses and in reasons", id))
	}
	if l.About != nil {
		for _, id := range l.Reasons {
			must(slices.Contains(l.About, id), fmt.Sprintf("%s is in reasons and not in about", id))
		}
	}
	return wrong
}

// unknown says which values of a note no note labelled by the policy can have.
func unknown(p *policy.Policy, n *Note) (wrong []string) {
	l := &n.Label
	must := func(ok bool, form string, value any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(form, value))
		}
	}
	must(n.AuthorKind == "" || slices.Contains(authorKinds(), n.AuthorKind), "author_kind %q is none of "+strings.Join(authorKinds(), ", "), n.AuthorKind)
	must(slices.Contains([]string{"", "plain", "hard"}, n.Difficulty), "difficulty %q is neither plain nor hard", n.Difficulty)
	must(slices.Contains([]string{"", "decision", "correction"}, n.Source), "source %q is neither decision nor correction", n.Source)
	must(slices.Contains(Recommendations(), l.Recommendation), "label.recommendation %q is none of "+strings.Join(Recommendations(), ", "), l.Recommendation)
	wrong = append(wrong, among(l.Reasons, p.ReasonIDs(), "label.reasons")...)
	wrong = append(wrong, among(l.Denials, policy.GroundIDs(), "label.denials")...)
	wrong = append(wrong, among(l.Missing, policy.MissingIDs(), "label.missing")...)
	wrong = append(wrong, among(l.About, p.ReasonIDs(), "label.about")...)
	wrong = append(wrong, among(l.Misses, p.ReasonIDs(), "label.misses")...)
	if f := l.Facts; f.AffectedUsers != nil {
		must(*f.AffectedUsers >= 0, "label.facts.affected_users %d is below 0", *f.AffectedUsers)
	}
	if f := l.Facts; f.DurationHours != nil {
		must(*f.DurationHours >= 0, "label.facts.duration_hours %v is below 0", *f.DurationHours)
	}
	if f := l.Facts; f.Environment != nil {
		must(*f.Environment == "production" || *f.Environment == "beta", "label.facts.environment %q is neither production nor beta", *f.Environment)
	}
	return wrong
}

func among[T ~string](list, all []T, field string) (wrong []string) {
	for i, id := range list {
		if !slices.Contains(all, id) {
			wrong = append(wrong, fmt.Sprintf("%s: the policy has no %q", field, id))
		}
		if slices.Contains(list[:i], id) {
			wrong = append(wrong, fmt.Sprintf("%s: %q is there twice", field, id))
		}
	}
	return wrong
}
