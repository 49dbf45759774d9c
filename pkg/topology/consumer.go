package topology

import "time"

// A Consumer is one durable reader of one stream.
type Consumer struct {
	Name   string
	Stream Stream
	// Filter narrows the stream; empty reads all of it.
	Filter string
	// Filters narrows the stream to several; empty goes by Filter.
	Filters []string
	// New begins with what comes after the consumer was made, instead of the oldest kept.
	New bool
	// InOrder hands out one message at a time, so that a retry holds back what comes after.
	InOrder bool
	// Pinned gives all messages to one member at a time: an election.
	Pinned bool
	// Slow hands out one message at a time as well, without holding back what comes
	// after a retry: for handlers that wait for others, so that no message's
	// AckWait runs while it stands in line.
	Slow bool
	// Wide hands out so many at once, of each subject one after another, without
	// holding back what comes after a retry; zero hands out one after another.
	Wide int
	// Optional says that it is read only where a setting asks for it; else what it
	// would be handed waits.
	Optional bool
	// Seldom says that what people send back to it is read by a consumer that is made
	// when they first do: for those of which there are many.
	Seldom bool
	// AckWait is how long after a crash what was under way comes again; zero is
	// 10 s. A handler may take longer: package bus says that it is at work.
	AckWait time.Duration
}

// Hands are how many notifications are on their way to one destination at once,
// from when they are read until what became of them is on disk: enough that a
// storm is not told one write after the other.
const Hands = 1000

// producers are how many messages of producers intake stores at once: enough that they
// share writes, few enough that those that are as large as can be fit in memory.
const producers = 128

// some are the hands of one destination of many.
const some = 64

// The consumers, in flow order. Monitoring's shards and classification's view
// of conditions read without a durable consumer, from a position of their own.
var (
	IntakeOnIngress               = Consumer{Name: "intake-ingress", Stream: Ingress, Wide: producers}
	ClassificationOnTicketChanged = Consumer{Name: "classification-ticket-changed", Stream: Tickets}
	ClassificationSecondRead      = Consumer{Name: "classification-second-read", Stream: Assessments, Slow: true, Optional: true}
	MonitoringOwner               = Consumer{Name: "monitoring-owner", Stream: Signals, Filter: tick, Pinned: true}
	MonitoringOnTicketAssessed    = Consumer{Name: "monitoring-ticket-assessed", Stream: Assessments}
	MonitoringOnConditionChanged  = Consumer{Name: "monitoring-condition-changed", Stream: Conditions, Filter: "monitoring.v1.condition_changed.platform.*.*", InOrder: true}
	ReviewOnTicketAssessed        = Consumer{Name: "review-ticket-assessed", Stream: Assessments}
	ReviewOnConditionChanged      = Consumer{Name: "review-condition-changed", Stream: Conditions, Filter: "monitoring.v1.condition_changed.*.*.*"}
	NotificationOnCaseChanged     = Consumer{Name: "notification-case-changed", Stream: Cases, InOrder: true}
	NotificationToWebhook         = Consumer{Name: "notification-webhook", Stream: Notifications, Filter: "notification.v1.leadership.*.*", Wide: Hands, Optional: true}
	ReviewOnDeliveryRecorded      = Consumer{Name: "review-delivery-recorded", Stream: Deliveries}
)

// Consumers are all durable consumers in flow order.
func Consumers() []Consumer {
	return []Consumer{
		IntakeOnIngress, ClassificationOnTicketChanged, ClassificationSecondRead, MonitoringOwner,
		MonitoringOnTicketAssessed, MonitoringOnConditionChanged,
		ReviewOnTicketAssessed, ReviewOnConditionChanged,
		NotificationOnCaseChanged, NotificationToWebhook, ReviewOnDeliveryRecorded,
	}
}

// Retry is the consumer that brings dead letters of c back to c's handler.
func (c Consumer) Retry() Consumer {
	return Consumer{Name: c.Name + "-retry", Stream: DeadLetter, Filter: DeadLetterRetrySubject(c.Name), Slow: c.Slow || c.Wide > 0}
}

// Destinations begins the names of the consumers that ToDestination makes.
const Destinations = "notification-to-"

// ToDestination is how what the filters match is carried to a destination of the
// file of routes. It is made when a route first leads there, and changed by Refilter.
func ToDestination(name string, filters ...string) Consumer {
	return Consumer{Name: Destinations + name, Stream: Notifications, Wide: some, New: true, Seldom: true, Filters: filters}
}

// DueAtDestination is how what was held back is carried to a destination. It is
// made when something first is.
func DueAtDestination(name string) Consumer {
	return Consumer{Name: dueAt + name, Stream: Due, Filter: DueSubject(name), Slow: true, Seldom: true}
}

// CallsTo begins the names of the consumers that CallsAtDestination makes.
const CallsTo = "notification-call-"

// CallsAtDestination is how a ladder's calls are carried to a destination. It is made
// before the first call.
func CallsAtDestination(name string) Consumer {
	return Consumer{Name: CallsTo + name, Stream: Calls, Filter: CallSubject(name), Wide: some, New: true, Seldom: true}
}
