package topology

import "strings"

// A Form is what the messages of some subjects are, by the name of what they say.
type Form string

// The forms in which something of a tenant may be said.
const (
	FormUnknown       Form = ""
	FormTicketEvent   Form = "TicketEvent"
	FormSignals       Form = "SignalBatch"
	FormTicketChanged Form = "TicketChanged"
	FormReceived      Form = "SignalsReceived"
	FormRejected      Form = "Rejected"
	FormTold          Form = "Told"
	FormCondition     Form = "ConditionChanged"
	FormStanding      Form = "ConditionStanding"
	FormAssessed      Form = "TicketAssessed"
	FormSecondRead    Form = "SecondRead"
	FormCase          Form = "CaseChanged"
	FormNotification  Form = "Notification"
	FormJSON          Form = "Notification in JSON"
	FormDelivery      Form = "DeliveryRecorded"
	FormCall          Form = "Call"
	FormClimbed       Form = "LadderClimbed"
	FormMute          Form = "MuteChanged"
	// FormNobodys is what says nothing of a tenant.
	FormNobodys Form = "nobody's"
)

// forms are the forms by what subjects begin with, the longer beginnings first.
var forms = []struct {
	begins string
	form   Form
}{
	{"ingress.v1.ticket.", FormTicketEvent},
	{"ingress.v1.signal.", FormSignals},
	{"intake.v1.ticket_changed.", FormTicketChanged},
	{"intake.v1.signals.", FormReceived},
	{"intake.v1.rejected.", FormRejected},
	{"intake.v1.", FormNobodys},
	{"monitoring.v1.told.", FormTold},
	{"monitoring.v1.condition_changed.", FormCondition},
	{"monitoring.v1.standing.", FormStanding},
	{"monitoring.v1.", FormNobodys},
	{"classification.v1.ticket_assessed.", FormAssessed},
	{"classification.v1.second_read.", FormSecondRead},
	{"review.v1.case_changed.", FormCase},
	{"notification.v1.json.", FormJSON},
	{"notification.v1.delivery.", FormDelivery},
	{"notification.v1.call.", FormCall},
	{"notification.v1.climbed.", FormClimbed},
	{"notification.v1.mute_changed.", FormMute},
	{"notification.v1.", FormNotification},
}

// FormOf is what a message of a subject is; FormUnknown of a subject that nobody
// has named here.
func FormOf(subject string) Form {
	for _, f := range forms {
		if strings.HasPrefix(subject, f.begins) {
			return f.form
		}
	}
	return FormUnknown
}

// OfTenant are the filters that narrow streams, by name, to what can concern a
// tenant: its own subjects, and those of the platform's cases. A stream that is not
// among them can only be read whole.
func OfTenant(tenant string) map[string][]string {
	t, shard := Token(tenant), ShardOf(tenant)
	return map[string][]string{
		Tickets.Name:           {TicketsOf(tenant)},
		Signals.Name:           {MixedSignals, SignalsSubject(shard), ToldSubject(ShardName(shard))},
		Assessments.Name:       {"classification.v1.ticket_assessed." + t + ".*"},
		SecondReads.Name:       {"classification.v1.second_read." + t + ".*"},
		Conditions.Name:        {"monitoring.v1.condition_changed." + t + ".*.*"},
		Standings.Name:         {"monitoring.v1.standing." + t + ".*.*"},
		Cases.Name:             {"review.v1.case_changed." + t + ".*", "review.v1.case_changed.platform.*"},
		Notifications.Name:     {"notification.v1.*." + t + ".*", TenantFilter("leadership", "platform")},
		NotificationsJSON.Name: {"notification.v1.json.*." + t + ".*", JSONSubject(TenantFilter("leadership", "platform"))},
	}
}
