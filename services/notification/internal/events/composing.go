package events

import (
	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Composing writes what is told otherwise than it stands on the stream.
type Composing struct{ Teller deliver.Teller }

// Several makes one message of more than one, oldest first; it has no id.
func (c Composing) Several(list []*notificationv1.Notification) (*notificationv1.Notification, error) {
	told := make([]deliver.Notification, len(list))
	for i, n := range list {
		told[i] = toldOf(n)
	}
	one, err := c.Teller.Several(told)
	if err != nil {
		return nil, err
	}
	return notificationOf(one), nil
}

// Outdated is a message that is no longer true, saying so, under its own id.
func (c Composing) Outdated(n *notificationv1.Notification, now string) (*notificationv1.Notification, error) {
	one, err := c.Teller.Outdated(toldOf(n), now)
	if err != nil {
		return nil, err
	}
	return notificationOf(one), nil
}

// Call says at one destination that nobody has acknowledged a case.
func (c Composing) Call(k *reviewv1.Case, t deliver.Turn) (*notificationv1.Notification, error) {
	one, err := c.Teller.Call(changeOf(&reviewv1.CaseChanged{Case: k}).Case, t)
	if err != nil {
		return nil, err
	}
	return notificationOf(one), nil
}

// toldOf is a notification of the stream in the words of deliver.
func toldOf(n *notificationv1.Notification) deliver.Notification {
	return deliver.Notification{
		ID: n.GetId(), Audience: n.GetAudience(), Tenant: n.GetTenant(), Case: n.GetCase(), Version: n.GetCaseVersion(), Index: n.GetIndex(),
		Kind: deliver.Kind(n.GetKind()), Language: n.GetLanguage(), Title: n.GetTitle(), Body: n.GetBody(), Recipient: n.GetRecipient(),
		Ticket: n.GetTicket(), Source: n.GetSource(), At: timeOf(n.GetAt()), State: n.GetState(), Recommendation: n.GetRecommendation(),
		Reasons: ids[policy.ReasonID](n.GetReasons()), People: n.People, Tenants: n.GetTenants(), ETA: timeOf(n.GetEta()), Link: n.GetLink(), Destination: n.GetDestination(),
	}
}
