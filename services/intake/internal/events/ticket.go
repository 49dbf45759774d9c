package events

import (
	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// TicketMessage is t as it is said on the bus; Ticket reads it back unchanged.
func TicketMessage(t receive.Ticket) *intakev1.Ticket {
	out := &intakev1.Ticket{Head: head(t), Setters: setters(t)}
	if t.Opening.Event != "" {
		n := note(t.Opening)
		n.Opening = true
		out.Notes = append(out.Notes, n)
	}
	for _, n := range t.Notes {
		out.Notes = append(out.Notes, note(n))
	}
	for _, r := range t.Requests {
		out.Requests = append(out.Requests, &intakev1.EscalationRequest{
			Id: r.Event, At: bus.Stamp(r.At), AuthorKind: authorKind(r.AuthorKind), Author: r.Author,
			Reason: r.Reason, Urgency: r.Urgency, PolicyReason: r.PolicyReason, Truncated: r.Truncated,
		})
	}
	for _, a := range t.Applied {
		out.Applied = append(out.Applied, &intakev1.AppliedEvent{At: bus.Stamp(a.At), Event: a.Event, Said: a.Tag})
	}
	for _, turn := range t.Turns {
		out.Turns = append(out.Turns, &intakev1.Turn{At: bus.Stamp(turn.At), Kind: intakev1.Turn_Kind(turn.Kind)})
	}
	return out
}

func head(t receive.Ticket) *intakev1.TicketHead {
	h := &intakev1.TicketHead{
		Tenant: t.Tenant, Ticket: t.Ticket, Source: t.Source.Value, Revision: t.Revision,
		Subject: t.Subject.Value, Requester: t.Requester.Value, Csm: t.CSM.Value, Agent: t.Agent.Value,
		Status: status(t.Status.Value), Severity: severity(t.Severity.Value), SeveritySetBy: authorKind(t.Severity.Setter.Kind),
		Environment: environment(t.Environment.Value), EnvironmentSetBy: authorKind(t.Environment.Setter.Kind),
		AffectedUsersSetBy: authorKind(t.AffectedUsers.Setter.Kind), Components: t.Components.Value,
		OpenedAt: bus.Stamp(t.OpenedAt), LastEventAt: bus.Stamp(t.LastEventAt), AgentActedAt: bus.Stamp(t.AgentActedAt),
		SupportActedAt: bus.Stamp(t.SupportActedAt), CustomerActedAt: bus.Stamp(t.CustomerActedAt),
		WaitingSince: bus.Stamp(t.WaitingSince), WaitingEndedAt: bus.Stamp(t.WaitingEndedAt), Truncated: t.Truncated,
	}
	if t.AffectedUsers.Setter != (receive.Setter{}) {
		h.AffectedUsers = &t.AffectedUsers.Value
	}
	return h
}

func setters(t receive.Ticket) map[string]*intakev1.Setter {
	out := map[string]*intakev1.Setter{}
	for name, s := range map[string]receive.Setter{
		"source": t.Source.Setter, "subject": t.Subject.Setter, "requester": t.Requester.Setter, "csm": t.CSM.Setter,
		"agent": t.Agent.Setter, "status": t.Status.Setter, "components": t.Components.Setter,
		"severity": t.Severity.Setter, "environment": t.Environment.Setter, "affected_users": t.AffectedUsers.Setter,
	} {
		if s != (receive.Setter{}) {
			out[name] = &intakev1.Setter{At: bus.Stamp(s.At), Event: s.Event, Kind: authorKind(s.Kind)}
		}
	}
	return out
}

func note(n receive.TicketNote) *intakev1.TicketNote {
	return &intakev1.TicketNote{
		Id: n.Event, AuthorKind: authorKind(n.AuthorKind), Author: n.Author, Text: n.Text,
		Public: n.Public, At: bus.Stamp(n.At), Truncated: n.Truncated,
	}
}

// Ticket is t as receive folds it.
func Ticket(t *intakev1.Ticket) receive.Ticket {
	h := t.GetHead()
	out := receive.Ticket{
		Tenant: h.GetTenant(), Ticket: h.GetTicket(), Revision: h.GetRevision(),
		Source: field(t, "source", h.GetSource()), Subject: field(t, "subject", h.GetSubject()),
		Requester: field(t, "requester", h.GetRequester()), CSM: field(t, "csm", h.GetCsm()), Agent: field(t, "agent", h.GetAgent()),
		Status: field(t, "status", word[receive.Status](h.GetStatus())), Components: field(t, "components", h.GetComponents()),
		Severity:      field(t, "severity", word[receive.Severity](h.GetSeverity())),
		Environment:   field(t, "environment", word[receive.Environment](h.GetEnvironment())),
		AffectedUsers: field(t, "affected_users", h.GetAffectedUsers()),
		OpenedAt:      bus.Moment(h.GetOpenedAt()), LastEventAt: bus.Moment(h.GetLastEventAt()), AgentActedAt: bus.Moment(h.GetAgentActedAt()),
		SupportActedAt: bus.Moment(h.GetSupportActedAt()), CustomerActedAt: bus.Moment(h.GetCustomerActedAt()),
		WaitingSince: bus.Moment(h.GetWaitingSince()), WaitingEndedAt: bus.Moment(h.GetWaitingEndedAt()), Truncated: h.GetTruncated(),
	}
	for _, n := range t.GetNotes() {
		kept := receive.TicketNote{
			Event: n.GetId(), At: bus.Moment(n.GetAt()), AuthorKind: word[receive.AuthorKind](n.GetAuthorKind()), Author: n.GetAuthor(),
			Text: n.GetText(), Public: n.GetPublic(), Truncated: n.GetTruncated(),
		}
		if n.GetOpening() {
			out.Opening = kept
			continue
		}
		out.Notes = append(out.Notes, kept)
	}
	for _, r := range t.GetRequests() {
		out.Requests = append(out.Requests, receive.Request{
			Event: r.GetId(), At: bus.Moment(r.GetAt()), AuthorKind: word[receive.AuthorKind](r.GetAuthorKind()), Author: r.GetAuthor(),
			Reason: r.GetReason(), Urgency: r.GetUrgency(), PolicyReason: r.GetPolicyReason(), Truncated: r.GetTruncated(),
		})
	}
	for _, a := range t.GetApplied() {
		out.Applied = append(out.Applied, receive.Applied{At: bus.Moment(a.GetAt()), Event: a.GetEvent(), Tag: a.GetSaid()})
	}
	for _, turn := range t.GetTurns() {
		out.Turns = append(out.Turns, receive.Turn{At: bus.Moment(turn.GetAt()), Kind: receive.TurnKind(turn.GetKind())})
	}
	return out
}

func field[T any](t *intakev1.Ticket, name string, v T) receive.Field[T] {
	s, ok := t.GetSetters()[name]
	if !ok {
		return receive.Field[T]{}
	}
	return receive.Field[T]{Value: v, Setter: receive.Setter{At: bus.Moment(s.GetAt()), Event: s.GetEvent(), Kind: word[receive.AuthorKind](s.GetKind())}}
}
