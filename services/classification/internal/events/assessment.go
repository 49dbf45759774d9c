package events

import (
	"tocsin/services/classification/internal/classify"

	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Assessed is what is said of the ticket as ev states it; conditions were known
// up to seq.
func Assessed(ev *intakev1.TicketChanged, a classify.Assessment, seq uint64) *classificationv1.TicketAssessed {
	return &classificationv1.TicketAssessed{
		Head: ev.GetTicket().GetHead(), Assessment: Assessment(a), ConditionsSeq: seq,
		EventSource: ev.GetChange().GetSource(), EventId: ev.GetChange().GetId(),
	}
}

// Assessment is a as it is said on the bus.
func Assessment(a classify.Assessment) *classificationv1.Assessment {
	out := &classificationv1.Assessment{
		Id: a.ID, Language: a.Language, IsEscalationRequest: a.Request, Recommendation: string(a.Recommendation),
		Reasons: names(a.Reasons), Denials: names(a.Denials), Missing: names(a.Missing), Facts: facts(a.Facts),
		Policy: a.Policy, Model: a.Model, Withdrawn: a.Withdrawn, MatchedConditions: a.Matched,
		MakesCase: a.MakesCase, LargePopulation: a.LargePopulation, Confidence: a.Confidence, Unclear: a.Unclear,
		AskedIn: a.AskedIn, UnsupportedLanguage: a.Unsupported,
	}
	for _, e := range a.Evidence {
		out.Evidence = append(out.Evidence, &classificationv1.Evidence{
			For: e.For, Quote: e.Quote, Start: uint32(e.Start), End: uint32(e.End), Weight: e.Weight, Note: e.Note, Step: e.Step,
		})
	}
	for _, c := range a.Contradictions {
		out.Contradictions = append(out.Contradictions, &classificationv1.Contradiction{
			About: c.About, Claimed: c.Claimed, Measured: c.Measured, Source: c.Source,
		})
	}
	for _, c := range a.Confirmations {
		out.Confirmations = append(out.Confirmations, &classificationv1.Confirmation{
			About: c.About, Claimed: c.Claimed, Measured: c.Measured, Source: c.Source,
		})
	}
	for _, n := range a.NearMisses {
		out.NearMisses = append(out.NearMisses, &classificationv1.NearMiss{Reason: string(n.Reason), Stated: n.Stated, Needed: n.Needed})
	}
	return out
}

func facts(f classify.Facts) *classificationv1.AssessedFacts {
	out := &classificationv1.AssessedFacts{
		DurationHours: f.DurationHours, Environment: string(f.Environment), UrgencyGiven: f.UrgencyGiven, ReasonGiven: f.ReasonGiven,
	}
	if f.AffectedUsers != nil {
		n := uint32(*f.AffectedUsers)
		out.AffectedUsers = &n
	}
	return out
}

func names[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
