package events

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/receive"

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
			Id: r.Event, At: stamp(r.At), AuthorKind: authorKind(r.AuthorKind), Author: r.Author,
			Reason: r.Reason, Urgency: r.Urgency, PolicyReason: r.PolicyReason, Truncated: r.Truncated,
		})
	}
	for _, a := range t.Applied {
		out.Applied = append(out.Applied, &intakev1.AppliedEvent{At: stamp(a.At), Event: a.Event})
	}
	for _, turn := range t.Turns {
		out.Turns = append(out.Turns, &intakev1.Turn{At: stamp(turn.At), Kind: intakev1.Turn_Kind(turn.Kind)})
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
		OpenedAt: stamp(t.OpenedAt), LastEventAt: stamp(t.LastEventAt), AgentActedAt: stamp(t.AgentActedAt),
		SupportActedAt: stamp(t.SupportActedAt), CustomerActedAt: stamp(t.CustomerActedAt),
		WaitingSince: stamp(t.WaitingSince), WaitingEndedAt: stamp(t.WaitingEndedAt), Truncated: t.Truncated,
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
			out[name] = &intakev1.Setter{At: stamp(s.At), Event: s.Event, Kind: authorKind(s.Kind)}
		}
	}
	return out
}

func note(n receive.TicketNote) *intakev1.TicketNote {
	return &intakev1.TicketNote{
		Id: n.Event, AuthorKind: authorKind(n.AuthorKind), Author: n.Author, Text: n.Text,
		Public: n.Public, At: stamp(n.At), Truncated: n.Truncated,
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
		OpenedAt:      moment(h.GetOpenedAt()), LastEventAt: moment(h.GetLastEventAt()), AgentActedAt: moment(h.GetAgentActedAt()),
		SupportActedAt: moment(h.GetSupportActedAt()), CustomerActedAt: moment(h.GetCustomerActedAt()),
		WaitingSince: moment(h.GetWaitingSince()), WaitingEndedAt: moment(h.GetWaitingEndedAt()), Truncated: h.GetTruncated(),
	}
	for _, n := range t.GetNotes() {
		kept := receive.TicketNote{
			Event: n.GetId(), At: moment(n.GetAt()), AuthorKind: word[receive.AuthorKind](n.GetAuthorKind()), Author: n.GetAuthor(),
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
			Event: r.GetId(), At: moment(r.GetAt()), AuthorKind: word[receive.AuthorKind](r.GetAuthorKind()), Author: r.GetAuthor(),
			Reason: r.GetReason(), Urgency: r.GetUrgency(), PolicyReason: r.GetPolicyReason(), Truncated: r.GetTruncated(),
		})
	}
	for _, a := range t.GetApplied() {
		out.Applied = append(out.Applied, receive.Applied{At: moment(a.GetAt()), Event: a.GetEvent()})
	}
	for _, turn := range t.GetTurns() {
		out.Turns = append(out.Turns, receive.Turn{At: moment(turn.GetAt()), Kind: receive.TurnKind(turn.GetKind())})
	}
	return out
}

func field[T any](t *intakev1.Ticket, name string, v T) receive.Field[T] {
	s, ok := t.GetSetters()[name]
	if !ok {
		return receive.Field[T]{}
	}
	return receive.Field[T]{Value: v, Setter: receive.Setter{At: moment(s.GetAt()), Event: s.GetEvent(), Kind: word[receive.AuthorKind](s.GetKind())}}
}

func stamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func moment(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
