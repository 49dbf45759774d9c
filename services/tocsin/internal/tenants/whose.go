package tenants

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Whose says which messages are a tenant's.
type Whose struct {
	Tenant string
	// Until is the event time up to which they are meant.
	Until time.Time
	// Revision is the highest that a ticket of before can have.
	Revision uint64
	// Shared are the platform's cases that concern the tenant.
	Shared []string
}

// A reading says whether a message of one form is the tenant's; false, false is
// one that cannot be read as that form.
type reading func(w *Whose, raw bus.Raw) (theirs, read bool)

// readings are how each form is read.
var readings = map[topology.Form]reading{
	topology.FormTicketEvent: ofTicketEvent, topology.FormSignals: ofIngressSignals, topology.FormTicketChanged: ofTicketChanged,
	topology.FormReceived: ofSignals, topology.FormRejected: ofRejected, topology.FormTold: ofTold, topology.FormCondition: ofCondition,
	topology.FormStanding: ofStanding, topology.FormAssessed: ofAssessment, topology.FormSecondRead: ofSecondRead, topology.FormCase: ofCase,
	topology.FormNotification: ofNotification, topology.FormJSON: ofJSON, topology.FormDelivery: ofDelivery, topology.FormCall: ofCall,
	topology.FormClimbed: ofClimbed, topology.FormMute: ofMute, topology.FormNobodys: ofNobody,
}

// Theirs says that a message is the tenant's, of the time that is meant. A dead
// letter is whose it was before; one that cannot be read, or that a producer sent,
// is the tenant's if it names it: of a batch that was refused what is valid is
// stored elsewhere.
func (w *Whose) Theirs(raw bus.Raw) bool {
	was := raw
	if from := raw.ParkedFrom(); from != "" {
		was.Subject = from
	}
	form := topology.FormOf(was.Subject)
	of, known := readings[form]
	parked := was.Subject != raw.Subject
	if !known || parked && (form == topology.FormTicketEvent || form == topology.FormSignals) {
		return w.mentioned(raw)
	}
	theirs, read := of(w, was)
	return theirs || !read && w.mentioned(raw)
}

// gone says that something of a tenant's at a time is meant.
func (w *Whose) gone(tenant string, at time.Time) bool {
	return tenant == w.Tenant && !at.After(w.Until)
}

// before says that a ticket's revision is of before: an event of after may be on its
// way while that is removed, and begins the ticket anew.
func (w *Whose) before(tenant string, revision uint64) bool {
	return tenant == w.Tenant && revision <= w.Revision
}

// mentioned says that a message names the tenant, as a value of its own in JSON or
// protobuf, or in its subject.
func (w *Whose) mentioned(raw bus.Raw) bool {
	if raw.StoredAt.After(w.Until) || w.Tenant == "" {
		return false
	}
	quoted, _ := json.Marshal(w.Tenant)
	framed := append([]byte{byte(len(w.Tenant))}, w.Tenant...)
	return bytes.Contains(raw.Data, quoted) || len(w.Tenant) < 128 && bytes.Contains(raw.Data, framed) ||
		slices.Contains(strings.Split(raw.Subject, "."), topology.Token(w.Tenant))
}

// ofStanding goes by the subject, and by when the message was stored.
func ofStanding(w *Whose, raw bus.Raw) (bool, bool) {
	parts := strings.Split(raw.Subject, ".")
	return len(parts) > 3 && parts[3] == topology.Token(w.Tenant) && !raw.StoredAt.After(w.Until), true
}

func ofSecondRead(w *Whose, raw bus.Raw) (bool, bool) {
	s, ok := decoded(raw, &classificationv1.SecondRead{})
	return w.before(s.GetTenant(), s.GetRevision()), ok
}

func ofNobody(*Whose, bus.Raw) (bool, bool) { return false, true }

// decoded reads a message, and says whether it could.
func decoded[M proto.Message](raw bus.Raw, m M) (M, bool) { return m, bus.Decode(raw, m) == nil }

// when is a time that a message says, or else when it was stored.
func when(at *timestamppb.Timestamp, raw bus.Raw) time.Time {
	if at == nil {
		return raw.StoredAt
	}
	return at.AsTime()
}

func ofTicketEvent(w *Whose, raw bus.Raw) (bool, bool) {
	ev, read := &ingressv1.TicketEvent{}, forms.Protobuf
	if raw.ContentType == bus.JSONType {
		read = forms.JSON
	}
	err := read(raw.Data, ev)
	return err == nil && w.gone(ev.GetTenant(), when(ev.GetOccurredAt(), raw)), err == nil
}

func ofIngressSignals(w *Whose, raw bus.Raw) (bool, bool) {
	if raw.ContentType == bus.JSONType {
		return false, true // intake reads it, and passes over the tenant's
	}
	b, ok := decoded(raw, &ingressv1.SignalBatch{})
	return w.all(b.GetSignals()), ok
}

func ofSignals(w *Whose, raw bus.Raw) (bool, bool) {
	b, ok := decoded(raw, &intakev1.SignalsReceived{})
	return w.all(b.GetSignals()), ok
}

// all says that all signals are the tenant's.
func (w *Whose) all(signals []*ingressv1.Signal) bool {
	other := func(s *ingressv1.Signal) bool { return !w.gone(s.GetTenant(), s.GetOccurredAt().AsTime()) }
	return len(signals) > 0 && !slices.ContainsFunc(signals, other)
}

func ofRejected(w *Whose, raw bus.Raw) (bool, bool) {
	d, err := rejected.Read(raw)
	return d.Concerns(w.Tenant) && !d.ReceivedAt.After(w.Until), err == nil
}

func ofTicketChanged(w *Whose, raw bus.Raw) (bool, bool) {
	c, ok := decoded(raw, &intakev1.TicketChanged{})
	h := c.GetTicket().GetHead()
	return w.before(h.GetTenant(), h.GetRevision()), ok
}

func ofAssessment(w *Whose, raw bus.Raw) (bool, bool) {
	a, ok := decoded(raw, &classificationv1.TicketAssessed{})
	h := a.GetHead()
	return w.before(h.GetTenant(), h.GetRevision()), ok
}

func ofTold(w *Whose, raw bus.Raw) (bool, bool) {
	told, ok := decoded(raw, &monitoringv1.Told{})
	t, l := told.GetTicket(), told.GetLaunch()
	return w.gone(t.GetTenant(), when(t.GetAt(), raw)) || w.gone(l.GetTenant(), when(l.GetOccurredAt(), raw)), ok
}

func ofCondition(w *Whose, raw bus.Raw) (bool, bool) {
	c, ok := decoded(raw, &monitoringv1.ConditionChanged{})
	return w.gone(c.GetCondition().GetScope(), when(c.GetCondition().GetAt(), raw)), ok
}

// ofCase leaves what says that a case was erased: it holds nothing else any more.
// One that is shared goes on without the tenant.
func ofCase(w *Whose, raw bus.Raw) (bool, bool) {
	m, ok := decoded(raw, &reviewv1.CaseChanged{})
	c, at := m.GetCase(), when(m.GetTransition().GetAt(), raw)
	if m.GetTransition().GetName() == "erased" {
		return false, ok
	}
	named := slices.ContainsFunc(c.GetTickets(), func(t *reviewv1.CaseTicket) bool { return w.before(t.GetTenant(), t.GetRevision()) })
	return named || w.gone(c.GetTenant(), when(c.GetOpenedAt(), raw)) || w.shares(c.GetId()) && !at.After(w.Until), ok
}

// shares says that a case is the platform's and concerned the tenant.
func (w *Whose) shares(id string) bool { return slices.Contains(w.Shared, id) }

func ofNotification(w *Whose, raw bus.Raw) (bool, bool) {
	n, ok := decoded(raw, &notificationv1.Notification{})
	return w.told(n, raw), ok
}

func ofCall(w *Whose, raw bus.Raw) (bool, bool) {
	c, ok := decoded(raw, &notificationv1.Call{})
	return w.told(c.GetNotification(), raw), ok
}

// told says that a notification is the tenant's, or quotes it: leadership's of a
// case that it shares, and one that is made of several.
func (w *Whose) told(n *notificationv1.Notification, raw bus.Raw) bool {
	at := when(n.GetAt(), raw)
	shared := n.GetAudience() == "leadership" && n.GetTenant() == "platform" && w.shares(n.GetCase())
	several := n.GetKind() == "several" && (strings.Contains(n.GetBody(), w.Tenant) || slices.ContainsFunc(w.Shared, func(id string) bool { return strings.Contains(n.GetBody(), id) }))
	return w.gone(n.GetTenant(), at) || (shared || several) && !at.After(w.Until)
}

// ofJSON is a notification in JSON.
func ofJSON(w *Whose, raw bus.Raw) (bool, bool) {
	n := &notificationv1.Notification{}
	err := protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw.Data, n)
	return w.told(n, raw), err == nil
}

// ofClimbed goes by the last step.
func ofClimbed(w *Whose, raw bus.Raw) (bool, bool) {
	c, ok := decoded(raw, &notificationv1.LadderClimbed{})
	at := raw.StoredAt
	if n := len(c.GetSteps()); n > 0 {
		at = when(c.GetSteps()[n-1].GetAt(), raw)
	}
	return w.gone(c.GetTenant(), at), ok
}

// ofDelivery goes by the first record: those with it are of the same tenant and moment.
func ofDelivery(w *Whose, raw bus.Raw) (bool, bool) {
	d, ok := decoded(raw, &notificationv1.DeliveryRecorded{})
	return w.gone(d.GetTenant(), when(d.GetAt(), raw)), ok
}

// ofMute is one that names the tenant and no other.
func ofMute(w *Whose, raw bus.Raw) (bool, bool) {
	m, ok := decoded(raw, &notificationv1.MuteChanged{})
	names := m.GetMute().GetTenants()
	return len(names) == 1 && w.gone(names[0], when(m.GetAt(), raw)), ok
}
