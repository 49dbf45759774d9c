package events

import (
	"tocsin/services/classification/internal/classify"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Ticket is t as classification reads it.
func Ticket(t *intakev1.Ticket) classify.Ticket {
	h := t.GetHead()
	out := classify.Ticket{
		ID: h.GetTicket(), Tenant: h.GetTenant(), Status: word[classify.Status](h.GetStatus()),
		SiteUnusable: h.GetSeverity() == ingressv1.Severity_SITE_UNUSABLE, SeveritySetBy: word[classify.AuthorKind](h.GetSeveritySetBy()),
		Environment: environments[h.GetEnvironment()], EnvironmentBy: word[classify.AuthorKind](h.GetEnvironmentSetBy()),
		AffectedBy: word[classify.AuthorKind](h.GetAffectedUsersSetBy()), Components: h.GetComponents(),
		OpenedAt: bus.Moment(h.GetOpenedAt()), AgentActedAt: bus.Moment(h.GetAgentActedAt()), SupportActedAt: bus.Moment(h.GetSupportActedAt()),
		CustomerAt: bus.Moment(h.GetCustomerActedAt()), WaitingSince: bus.Moment(h.GetWaitingSince()), WaitingEnded: bus.Moment(h.GetWaitingEndedAt()),
	}
	if h.AffectedUsers != nil {
		n := int(h.GetAffectedUsers())
		out.AffectedUsers = &n
	}
	for _, n := range t.GetNotes() {
		text := n.GetText()
		if n.GetOpening() && h.GetSubject() != "" {
			text = h.GetSubject() + "\n\n" + text
		}
		out.Notes = append(out.Notes, classify.TicketNote{
			ID: n.GetId(), Author: word[classify.AuthorKind](n.GetAuthorKind()), Text: text,
			Public: n.GetPublic(), At: bus.Moment(n.GetAt()), Opening: n.GetOpening(),
		})
	}
	for _, r := range t.GetRequests() {
		out.Requests = append(out.Requests, classify.Request{
			ID: r.GetId(), Author: word[classify.AuthorKind](r.GetAuthorKind()), Reason: r.GetReason(), Urgency: r.GetUrgency(),
			PolicyReason: policy.ReasonID(r.GetPolicyReason()), At: bus.Moment(r.GetAt()),
		})
	}
	return out
}

var environments = map[ingressv1.Environment]classify.Environment{
	ingressv1.Environment_PRODUCTION: classify.Production, ingressv1.Environment_BETA: classify.Beta,
}

// word is an enum's name, or "" for its unspecified value.
func word[T ~string, E interface {
	~int32
	String() string
}](e E) T {
	if e == 0 {
		return ""
	}
	return T(e.String())
}
