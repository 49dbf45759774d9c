package events

import (
	"cmp"
	"slices"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
)

// maxQuotes is how many pieces of evidence a case keeps of one ticket.
const maxQuotes = 24

// Ticket is an assessed ticket as review keeps it.
func Ticket(ev *classificationv1.TicketAssessed) decide.Ticket {
	h, a := ev.GetHead(), ev.GetAssessment()
	t := decide.Ticket{
		Tenant: h.GetTenant(), ID: h.GetTicket(), Source: h.GetSource(), Revision: h.GetRevision(), Subject: h.GetSubject(),
		Language: a.GetLanguage(), Requester: h.GetRequester(), CSM: h.GetCsm(), Agent: h.GetAgent(),
		Asks: asks(a), Withdrawn: a.GetWithdrawn(), MakesCase: a.GetMakesCase(),
		Recommendation: decide.Recommendation(a.GetRecommendation()), Reasons: ids[policy.ReasonID](a.GetReasons()),
		Denials: ids[policy.GroundID](a.GetDenials()), Missing: ids[policy.MissingID](a.GetMissing()),
		Environment: a.GetFacts().GetEnvironment(), Quotes: quotes(a), Policy: a.GetPolicy(),
		UrgencyGiven: a.GetFacts().GetUrgencyGiven(), ReasonGiven: a.GetFacts().GetReasonGiven(), ReadUpTo: bus.Moment(h.GetLastEventAt()),
		Confidence: a.GetConfidence(), Unclear: slices.Clone(a.GetUnclear()), Unsupported: a.GetUnsupportedLanguage(),
		OpenedAt: bus.Moment(h.GetOpenedAt()), CustomerActedAt: bus.Moment(h.GetCustomerActedAt()),
	}
	if h.GetStatus() != 0 {
		t.Status = decide.Status(h.GetStatus().String())
	}
	if f := a.GetFacts(); f != nil {
		if t.Hours = f.DurationHours; f.AffectedUsers != nil {
			t.People = new(int(f.GetAffectedUsers()))
		}
	}
	for _, c := range a.GetContradictions() {
		t.Contradictions = append(t.Contradictions, decide.Contradiction{About: c.GetAbout(), Claimed: c.GetClaimed(), Measured: c.GetMeasured(), Source: c.GetSource()})
	}
	for _, c := range a.GetConfirmations() {
		t.Confirmations = append(t.Confirmations, decide.Contradiction{About: c.GetAbout(), Claimed: c.GetClaimed(), Measured: c.GetMeasured(), Source: c.GetSource()})
	}
	for _, n := range a.GetNearMisses() {
		t.NearMisses = append(t.NearMisses, decide.NearMiss{Reason: policy.ReasonID(n.GetReason()), Stated: n.GetStated(), Needed: n.GetNeeded()})
	}
	return t
}

// request is what evidence of asking for escalation speaks for.
const request = "request"

// asks names the newest note, flag or form that asks for escalation, if somebody
// asks; by its evidence where an older assessment does not say it.
func asks(a *classificationv1.Assessment) string {
	if !a.GetIsEscalationRequest() {
		return ""
	}
	if in := a.GetAskedIn(); in != "" {
		return in
	}
	newest := request
	for _, e := range a.GetEvidence() {
		if e.GetFor() == request && e.GetNote() != "" {
			newest = e.GetNote()
		}
	}
	return newest
}

// quotes are the pieces of evidence that are worth most to who decides: what
// speaks for a reason, then for a ground, then all else; the surest of each first.
func quotes(a *classificationv1.Assessment) []decide.Quote {
	var out []decide.Quote
	for _, e := range a.GetEvidence() {
		out = append(out, decide.Quote{
			For: e.GetFor(), Text: e.GetQuote(), Start: e.GetStart(), End: e.GetEnd(), Weight: e.GetWeight(), Note: e.GetNote(), Step: e.GetStep(),
		})
	}
	worth := func(q decide.Quote) int {
		switch {
		case slices.Contains(a.GetReasons(), q.For):
			return 2
		case slices.Contains(a.GetDenials(), q.For):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b decide.Quote) int {
		return cmp.Or(cmp.Compare(worth(b), worth(a)), cmp.Compare(b.Weight, a.Weight))
	})
	return out[:min(len(out), maxQuotes)]
}

func ids[T ~string](names []string) []T {
	var out []T
	for _, n := range names {
		out = append(out, T(n))
	}
	return out
}
