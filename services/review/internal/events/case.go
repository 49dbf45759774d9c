package events

import (
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Case is c as it is said on the bus and by the API.
func Case(p *policy.Policy, c decide.Case) *reviewv1.Case {
	out := &reviewv1.Case{
		Id: c.ID, Tenant: c.Tenant, State: string(c.State), Version: c.Version, Round: c.Round,
		Reasons: names(c.Reasons), Denials: names(c.Grounds), Recommendation: string(c.Recommendation),
		Tenants: uint32(c.Impact.Tenants), Severity: string(c.Impact.Priority),
		Eta: bus.Stamp(c.ETA), EtaReason: c.ETAReason, OpenedAt: bus.Stamp(c.OpenedAt), UpdatedAt: bus.Stamp(c.UpdatedAt),
		DecisionDueAt: bus.Stamp(c.DecisionDueAt), Policy: c.Policy, Question: c.Question,
		ClaimedBy: c.ClaimedBy, ClaimedAt: bus.Stamp(c.ClaimedAt), Technician: c.Technician, Level: max(c.Level, 1),
		AcknowledgedBy: c.AcknowledgedBy, AcknowledgedAt: bus.Stamp(c.AcknowledgedAt),
		UpdateDueAt: bus.Stamp(c.UpdateDueAt), WaitsSince: bus.Stamp(c.WaitsSince), EndedAt: bus.Stamp(c.EndedAt),
		OpenedBy: c.OpenedBy, SplitFrom: c.SplitFrom, Apart: c.Apart, MergedInto: c.MergedInto,
	}
	if a := c.Appealed; a != nil {
		out.Appeal = &reviewv1.Appeal{By: a.By, At: bus.Stamp(a.At), Note: a.Note}
	}
	if u := c.LastUpdate; u != nil {
		out.LastUpdate = &reviewv1.LastUpdate{Note: u.Note, By: u.By, At: bus.Stamp(u.At), ToldAt: bus.Stamp(u.ToldAt)}
		if c.Waits() {
			out.LastUpdate.TellsAt = bus.Stamp(c.NewsFrom())
		}
	}
	for _, p := range c.Promises {
		out.Promises = append(out.Promises, &reviewv1.Promise{
			Round: p.Round, GivenAt: bus.Stamp(p.GivenAt), By: p.By, Eta: bus.Stamp(p.ETA),
			MovedFrom: bus.Stamp(p.MovedFrom), Reason: p.Reason, Outcome: string(p.Outcome), SettledAt: bus.Stamp(p.SettledAt),
		})
	}
	if len(c.Reasons) > 0 {
		out.Title = p.Title(c.Reasons[0], "en")
	}
	if people, known := c.Impact.People(); known {
		out.People = new(uint32(people))
	}
	if d := c.Decision; d != nil {
		out.Ground, out.DecidedBy, out.DecidedAt, out.DecisionNote = string(d.Ground), d.By, bus.Stamp(d.At), d.Note
	}
	for i := range c.Tickets {
		out.Tickets = append(out.Tickets, caseTicket(&c.Tickets[i]))
	}
	for i := range c.Conditions {
		out.Conditions = append(out.Conditions, caseCondition(&c.Conditions[i]))
	}
	return out
}

func caseTicket(t *decide.Ticket) *reviewv1.CaseTicket {
	a := &classificationv1.Assessment{
		Id: t.ID, Language: t.Language, IsEscalationRequest: t.Asks != "", Recommendation: string(t.Recommendation),
		Reasons: names(t.Reasons), Denials: names(t.Denials), Missing: names(t.Missing), Policy: t.Policy,
		Withdrawn: t.Withdrawn, MakesCase: t.MakesCase, AskedIn: t.Asks, Confidence: t.Confidence, Unclear: t.Unclear, UnsupportedLanguage: t.Unsupported,
		Facts: &classificationv1.AssessedFacts{
			Environment: t.Environment, DurationHours: t.Hours, UrgencyGiven: t.UrgencyGiven, ReasonGiven: t.ReasonGiven,
		},
	}
	if t.People != nil {
		a.Facts.AffectedUsers = new(uint32(*t.People))
	}
	for _, q := range t.Quotes {
		a.Evidence = append(a.Evidence, &classificationv1.Evidence{For: q.For, Quote: q.Text, Start: q.Start, End: q.End, Weight: q.Weight, Note: q.Note, Step: q.Step})
	}
	for _, c := range t.Contradictions {
		a.Contradictions = append(a.Contradictions, &classificationv1.Contradiction{About: c.About, Claimed: c.Claimed, Measured: c.Measured, Source: c.Source})
	}
	for _, c := range t.Confirmations {
		a.Confirmations = append(a.Confirmations, &classificationv1.Confirmation{About: c.About, Claimed: c.Claimed, Measured: c.Measured, Source: c.Source})
	}
	for _, n := range t.NearMisses {
		a.NearMisses = append(a.NearMisses, &classificationv1.NearMiss{Reason: string(n.Reason), Stated: n.Stated, Needed: n.Needed})
	}
	return &reviewv1.CaseTicket{
		Tenant: t.Tenant, Ticket: t.ID, Source: t.Source, Revision: t.Revision, Subject: t.Subject, Requester: t.Requester,
		Csm: t.CSM, Agent: t.Agent, Status: statusName(t.Status), Asked: t.Asks != "" && !t.Withdrawn, Assessment: a, LinkedAt: bus.Stamp(t.LinkedAt),
	}
}

func statusName(s decide.Status) string {
	if _, ok := ingressv1.Status_value[string(s)]; !ok {
		return ""
	}
	return string(s)
}

func caseCondition(c *decide.Condition) *reviewv1.CaseCondition {
	change := string(c.State)
	if c.Flapping && c.Live() {
		change = "flapping"
	}
	return &reviewv1.CaseCondition{
		Condition: &monitoringv1.Condition{
			Id: c.ID, Episode: c.ID, At: bus.Stamp(c.At), DetectedAt: bus.Stamp(c.DetectedAt), Change: change, Reason: string(c.Reason),
			Scope: c.Scope, Subject: c.Subject, Value: c.Value, Threshold: c.Threshold, WindowSeconds: c.WindowSeconds,
			Tenants: c.Tenants, People: c.People, Evidence: c.Evidence, FirstAt: bus.Stamp(c.FirstAt), Policy: c.Policy,
		},
		Live: c.Live(), RaisedAt: bus.Stamp(c.RaisedAt),
	}
}

// Transition is e as it is said on the bus and by the API.
func Transition(e decide.Event) *reviewv1.Transition {
	return &reviewv1.Transition{
		Id: e.ID, Name: string(e.Name), FromState: string(e.From), ToState: string(e.To), Actor: e.Actor,
		At: bus.Stamp(e.At), Reason: e.Note, Cause: e.Cause, Ticket: e.Ticket, Tenant: e.Tenant, Condition: e.Condition,
		Subject: e.Subject, ByPerson: e.Person,
	}
}

func names[T ~string](ids []T) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// AuditEntry is a row of the audit as the API says it.
func AuditEntry(row ledger.AuditRow) *reviewv1.AuditEntry {
	return &reviewv1.AuditEntry{
		Case: row.Event.Case, Version: row.Event.Version, Transition: Transition(row.Event), Hash: row.Hash, PreviousHash: row.PrevHash,
	}
}
