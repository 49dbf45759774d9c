package events

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/deliver"

	classificationv1 "tocsin/proto/gen/classification/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// changeOf is a change of a case in the words of deliver.
func changeOf(m *reviewv1.CaseChanged) deliver.Change {
	c, t := m.GetCase(), m.GetTransition()
	change := deliver.Change{
		Case: deliver.Case{
			ID: c.GetId(), Tenant: c.GetTenant(), State: c.GetState(), Version: c.GetVersion(), Title: c.GetTitle(),
			Reasons: ids[policy.ReasonID](c.GetReasons()), Denials: ids[policy.GroundID](c.GetDenials()),
			Recommendation: c.GetRecommendation(), People: c.People, Tenants: c.GetTenants(),
			Ground: policy.GroundID(c.GetGround()), ETA: timeOf(c.GetEta()), ETAReason: c.GetEtaReason(),
			ETAWas: etaWas(c.GetPromises()), DecisionDueAt: timeOf(c.GetDecisionDueAt()),
			UpdateDueAt: timeOf(c.GetUpdateDueAt()), WaitsSince: timeOf(c.GetWaitsSince()), Question: c.GetQuestion(), Along: along(c.GetLastUpdate(), t),
		},
		Transition: deliver.Transition{
			Name: t.GetName(), From: t.GetFromState(), To: t.GetToState(), Actor: t.GetActor(),
			At: timeOf(t.GetAt()), Note: t.GetReason(), Tenant: t.GetTenant(), Ticket: t.GetTicket(),
		},
	}
	for _, ticket := range c.GetTickets() {
		change.Case.Tickets = append(change.Case.Tickets, ticketOf(ticket))
	}
	for _, condition := range c.GetConditions() {
		change.Case.Conditions = append(change.Case.Conditions, conditionOf(condition))
	}
	return change
}

// along is the update that waited and is told with a change that is no update itself.
func along(u *reviewv1.LastUpdate, t *reviewv1.Transition) string {
	waited := u.GetToldAt() != nil && u.GetToldAt().AsTime().Equal(timeOf(t.GetAt())) && t.GetName() != "progress"
	if !waited || t.GetName() == "update_waits" {
		return ""
	}
	return u.GetNote()
}

// etaWas is what the ETA was before it was moved last.
func etaWas(promises []*reviewv1.Promise) time.Time {
	if len(promises) == 0 {
		return time.Time{}
	}
	return timeOf(promises[len(promises)-1].GetMovedFrom())
}

func ticketOf(t *reviewv1.CaseTicket) deliver.Ticket {
	a := t.GetAssessment()
	return deliver.Ticket{
		Tenant: t.GetTenant(), ID: t.GetTicket(), Source: t.GetSource(), Subject: t.GetSubject(),
		Requester: t.GetRequester(), CSM: t.GetCsm(), Agent: t.GetAgent(), Status: t.GetStatus(),
		Asked: t.GetAsked(), LinkedAt: timeOf(t.GetLinkedAt()), Withdrawn: a.GetWithdrawn(), Language: a.GetLanguage(), Unread: a.GetUnsupportedLanguage(), Recommendation: a.GetRecommendation(),
		Reasons: ids[policy.ReasonID](a.GetReasons()), Missing: ids[policy.MissingID](a.GetMissing()), Quote: bestQuote(a),
	}
}

// bestQuote is the first there is: a case has its evidence best first.
func bestQuote(a *classificationv1.Assessment) string {
	for _, e := range a.GetEvidence() {
		if e.GetQuote() != "" {
			return e.GetQuote()
		}
	}
	return ""
}

func conditionOf(c *reviewv1.CaseCondition) deliver.Condition {
	m := c.GetCondition()
	return deliver.Condition{
		Reason: policy.ReasonID(m.GetReason()), Scope: m.GetScope(), Subject: m.GetSubject(),
		Value: m.GetValue(), Threshold: m.GetThreshold(), People: m.GetPeople(),
		Window: time.Duration(m.GetWindowSeconds()) * time.Second, Live: c.GetLive(), RaisedAt: timeOf(c.GetRaisedAt()),
	}
}

// notificationOf is what is told, as the stream carries it.
func notificationOf(n deliver.Notification) *notificationv1.Notification {
	m := &notificationv1.Notification{
		Id: n.ID, Audience: n.Audience, Tenant: n.Tenant, Case: n.Case, CaseVersion: n.Version, Index: n.Index,
		Kind: string(n.Kind), Language: n.Language, Title: n.Title, Body: n.Body, Recipient: n.Recipient,
		Ticket: n.Ticket, Source: n.Source, At: bus.Stamp(n.At), State: n.State, Recommendation: n.Recommendation,
		People: n.People, Tenants: n.Tenants, Eta: bus.Stamp(n.ETA), Link: n.Link, Destination: n.Destination,
	}
	for _, r := range n.Reasons {
		m.Reasons = append(m.Reasons, string(r))
	}
	return m
}

func ids[T ~string](list []string) []T {
	out := make([]T, len(list))
	for i, id := range list {
		out[i] = T(id)
	}
	return out
}

// timeOf is zero where nothing is stated.
func timeOf(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
