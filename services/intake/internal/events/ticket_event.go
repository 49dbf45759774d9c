package events

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/ownmark"
	"tocsin/services/intake/internal/receive"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// TicketEvent is ev as receive decides on it. A note that this house wrote is
// known by the mark in its words.
func TicketEvent(ev *ingressv1.TicketEvent) receive.TicketEvent {
	return receive.TicketEvent{
		ID: ev.GetId(), Source: ev.GetSource(), Tenant: ev.GetTenant(), Ticket: ev.GetTicket(),
		OccurredAt: ev.GetOccurredAt().AsTime(), Said: said(ev),
	}
}

func said(ev *ingressv1.TicketEvent) receive.Said {
	switch e := ev.GetEvent().(type) {
	case *ingressv1.TicketEvent_Opened:
		o := e.Opened
		return receive.Opened{
			Subject: o.GetSubject(), Body: o.GetBody(), Requester: o.GetRequester(), CSM: o.GetCsm(),
			Severity: word[receive.Severity](o.GetSeverity()), Environment: word[receive.Environment](o.GetEnvironment()),
			AffectedUsers: o.AffectedUsers, Components: o.GetComponents(),
		}
	case *ingressv1.TicketEvent_Note:
		n := e.Note
		return receive.Note{
			AuthorKind: word[receive.AuthorKind](n.GetAuthorKind()), Author: n.GetAuthor(), Text: n.GetText(), Public: n.GetPublic(),
			Own: ownmark.Ours(n.GetText()),
		}
	case *ingressv1.TicketEvent_Status:
		return receive.StatusChanged{Status: word[receive.Status](e.Status.GetStatus())}
	case *ingressv1.TicketEvent_Assigned:
		return receive.Assigned{Agent: e.Assigned.GetAgent()}
	case *ingressv1.TicketEvent_Facts:
		f := e.Facts
		return receive.Facts{
			Severity: word[receive.Severity](f.GetSeverity()), Environment: word[receive.Environment](f.GetEnvironment()),
			AffectedUsers: f.AffectedUsers, SetBy: word[receive.AuthorKind](f.GetSetBy()),
		}
	case *ingressv1.TicketEvent_Flagged:
		return receive.Flagged{CSM: e.Flagged.GetCsm(), Reason: e.Flagged.GetReason()}
	case *ingressv1.TicketEvent_EscalationRequested:
		r := e.EscalationRequested
		return receive.EscalationRequested{Reason: r.GetReason(), Urgency: r.GetUrgency(), PolicyReason: r.GetPolicyReason()}
	}
	return nil
}

// TicketEventMessage is ev as it is said on the bus.
func TicketEventMessage(ev receive.TicketEvent) *ingressv1.TicketEvent {
	out := &ingressv1.TicketEvent{
		Id: ev.ID, Source: ev.Source, Tenant: ev.Tenant, Ticket: ev.Ticket, OccurredAt: timestamppb.New(ev.OccurredAt),
	}
	switch s := ev.Said.(type) {
	case receive.Opened:
		out.Event = &ingressv1.TicketEvent_Opened{Opened: &ingressv1.Opened{
			Subject: s.Subject, Body: s.Body, Requester: s.Requester, Csm: s.CSM, Severity: severity(s.Severity),
			Environment: environment(s.Environment), AffectedUsers: s.AffectedUsers, Components: s.Components,
		}}
	case receive.Note:
		out.Event = &ingressv1.TicketEvent_Note{Note: &ingressv1.Note{
			AuthorKind: authorKind(s.AuthorKind), Author: s.Author, Text: s.Text, Public: s.Public,
		}}
	case receive.StatusChanged:
		out.Event = &ingressv1.TicketEvent_Status{Status: &ingressv1.StatusChanged{Status: status(s.Status)}}
	case receive.Assigned:
		out.Event = &ingressv1.TicketEvent_Assigned{Assigned: &ingressv1.Assigned{Agent: s.Agent}}
	case receive.Facts:
		out.Event = &ingressv1.TicketEvent_Facts{Facts: &ingressv1.Facts{
			Severity: severity(s.Severity), Environment: environment(s.Environment),
			AffectedUsers: s.AffectedUsers, SetBy: authorKind(s.SetBy),
		}}
	case receive.Flagged:
		out.Event = &ingressv1.TicketEvent_Flagged{Flagged: &ingressv1.Flagged{Csm: s.CSM, Reason: s.Reason}}
	case receive.EscalationRequested:
		out.Event = &ingressv1.TicketEvent_EscalationRequested{EscalationRequested: &ingressv1.EscalationRequested{
			Reason: s.Reason, Urgency: s.Urgency, PolicyReason: s.PolicyReason,
		}}
	}
	return out
}
