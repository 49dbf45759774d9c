package topology

import "time"

// A Stream is one log with one writer.
type Stream struct {
	Name     string
	Writer   string
	Subjects []string
	// Says is what its events state, for people.
	Says string

	// MaxAge is how long a message is kept; zero keeps it.
	MaxAge time.Duration
	// MaxBytes refuses new messages when the stream is full; zero is no limit.
	MaxBytes int64
	// Newest lets the oldest messages go when the stream is full, instead of
	// refusing new ones: for what is only looked at.
	Newest bool
	// PerSubject keeps only the last messages of a subject; zero keeps all.
	PerSubject int64
	// Readers is how many durable consumers it may have; zero is what the server
	// allows where nothing is said, which is 1,000.
	Readers int
	// Queue deletes a message when its one reader has acknowledged it.
	Queue bool
	// Atomic allows batches that are stored whole or not at all.
	Atomic bool
	// Schedules allows messages that the server publishes later or again and again.
	Schedules bool
	// Strangers write to it: the server's window for repeated message ids is as short
	// as it can be, since an id that one has used would swallow another's event.
	Strangers bool
	// Final refuses to delete a message, or to empty the stream.
	Final bool
}

const day = 24 * time.Hour

// DeliveredKept is how long a vendor's signed delivery is known after it was taken.
const DeliveredKept = 2 * day

// destined is how many durable consumers the streams may have that destinations
// read: one for each on each, and on DEADLETTER one for each of those.
const destined = 50_000

// The streams, in flow order.
var (
	Ingress = Stream{
		Name: "INGRESS", Writer: "producers", Subjects: []string{"ingress.v1.ticket.*", "ingress.v1.signal.*"},
		Says:     "a ticket event, or a batch of signals, as the producer states it",
		MaxBytes: 4 << 30, Queue: true, Strangers: true,
	}
	Tickets = Stream{
		Name: "TICKETS", Writer: "intake", Subjects: []string{"intake.v1.ticket_changed.*.*"},
		Says:       "what changed on a ticket, and the whole ticket as it now is",
		PerSubject: 8, Atomic: true,
	}
	Signals = Stream{
		Name: "SIGNALS", Writer: "intake; monitoring",
		Subjects: []string{"intake.v1.signals.*", "intake.v1.tick", "intake.v1.ticker", "monitoring.v1.told.*"},
		Says:     "a batch of valid signals; a tick a second; what monitoring tells its shards of tickets and of the platform",
		MaxAge:   8 * day, Atomic: true, Schedules: true,
	}
	Sources = Stream{
		Name: "SOURCES", Writer: "intake", Subjects: []string{"intake.v1.heard.*"},
		Says:   "that a source was heard, and when",
		MaxAge: 90 * day, PerSubject: 1, MaxBytes: 16 << 20, Newest: true,
	}
	Rejected = Stream{
		Name: "REJECTED", Writer: "intake", Subjects: []string{"intake.v1.rejected.*.*"},
		Says:   "a delivery that was not taken, or not whole, as it came and why: to be tried again when the doors' file is mended",
		MaxAge: 30 * day, PerSubject: 1, MaxBytes: 1 << 30, Newest: true,
	}
	Delivered = Stream{
		Name: "RECEIPTS", Writer: "intake", Subjects: []string{"intake.v1.delivered.*"},
		Says:   "that a vendor's signed delivery was taken, as hashes, so that it is not taken again",
		MaxAge: DeliveredKept, MaxBytes: 128 << 20, Newest: true, Atomic: true,
	}
	Assessments = Stream{
		Name: "ASSESSMENTS", Writer: "classification", Subjects: []string{"classification.v1.ticket_assessed.*.*"},
		Says:       "the assessment of one ticket revision, with evidence",
		PerSubject: 8,
	}
	SecondReads = Stream{
		Name: "SECOND_READS", Writer: "classification", Subjects: []string{"classification.v1.second_read.*.*"},
		Says:   "what a second reader makes of a ticket's words, where one is asked: advice for leadership alone",
		MaxAge: 90 * day, PerSubject: 8,
	}
	Conditions = Stream{
		Name: "CONDITIONS", Writer: "monitoring",
		Subjects:   []string{"monitoring.v1.condition_changed.*.*.*", "monitoring.v1.shard_state.*"},
		Says:       "a condition raised, updated, cleared, expired, withdrawn or flapping, with evidence",
		PerSubject: 1024, Atomic: true,
	}
	Checkpoints = Stream{
		Name: "CHECKPOINTS", Writer: "monitoring", Subjects: []string{"monitoring.v1.shard_checkpoint.*.*.*", "monitoring.v1.sight.*"},
		Says:       "a shard's windows and timers, in chunks, with the position they include; how far it sees",
		PerSubject: 1,
	}
	Standings = Stream{
		Name: "STANDINGS", Writer: "monitoring", Subjects: []string{"monitoring.v1.standing.*.*.*", "monitoring.v1.looked.*"},
		Says:   "how a rule stands that is worth a look, once a minute; that all were looked at",
		MaxAge: 2 * day, PerSubject: 180, MaxBytes: 256 << 20, Newest: true, Atomic: true,
	}
	Cases = Stream{
		Name: "CASES", Writer: "review", Subjects: []string{"review.v1.case_changed.*.*"},
		Says:   "the case as it now is, and why it changed",
		MaxAge: 90 * day,
	}
	AuditHeads = Stream{
		Name: "AUDIT_HEADS", Writer: "review", Subjects: []string{auditHead},
		Says:  "the hash of the last audit row of each case that moved, once an hour, chained, so that a cut or forged audit shows",
		Final: true,
	}
	Mutes = Stream{
		Name: "MUTES", Writer: "notification", Subjects: []string{"notification.v1.mute_changed.*"},
		Says: "what people do not want told for a while: who, why, until when; that one was ended; what it silenced",
	}
	Notifications = Stream{
		Name: "NOTIFICATIONS", Writer: "notification",
		Subjects: []string{
			"notification.v1.leadership.*.*", "notification.v1.requester.*.*",
			"notification.v1.csm.*.*", "notification.v1.agent.*.*",
		},
		Says:   "what people are told",
		MaxAge: 90 * day, Atomic: true, Readers: destined,
	}
	NotificationsJSON = Stream{
		Name: "NOTIFICATIONS_JSON", Writer: "notification", Subjects: []string{"notification.v1.json.*.*.*"},
		Says:   "what people are told, as JSON, for readers without protobuf: empty until a setting asks for it",
		MaxAge: 90 * day, Atomic: true,
	}
	Deliveries = Stream{
		Name: "DELIVERIES", Writer: "notification", Subjects: []string{"notification.v1.delivery.*"},
		Says:   "sent, failed, parked: what, to whom, when, how often tried",
		MaxAge: 90 * day, Atomic: true,
	}
	Held = Stream{
		Name: "HELD", Writer: "notification", Subjects: []string{"notification.v1.held.*.*"},
		Says:   "what a destination is told later, by what it is told together with",
		Atomic: true,
	}
	Due = Stream{
		Name: "RELEASED", Writer: "notification", Subjects: []string{"notification.v1.due.*"},
		Says:  "what was held back and is now to be carried to a destination",
		Queue: true, Readers: destined,
	}
	Pulse = Stream{
		Name: "PULSE", Writer: "notification", Subjects: []string{pulse, "notification.v1.took.*"},
		Says:   "who is heard and who is silent, every ten seconds; that a destination took a message",
		MaxAge: 90 * day, PerSubject: 1,
	}
	Calls = Stream{
		Name: "CALLS", Writer: "notification", Subjects: []string{"notification.v1.call.*", "notification.v1.climbed.*.*"},
		Says:   "who is called because nobody has acknowledged a case, and how far its ladder was climbed",
		MaxAge: 90 * day, Atomic: true, Readers: destined,
	}
	DeadLetter = Stream{
		Name: "DEADLETTER", Writer: "pkg/bus", Subjects: []string{"deadletter.v1.*", "deadletter.v1.*.retry"},
		Says:   "the message as it came, with what is wrong with it",
		MaxAge: 90 * day, Readers: destined,
	}
)

// Streams are all streams in flow order.
func Streams() []Stream {
	return []Stream{
		Ingress, Tickets, Signals, Sources, Rejected, Delivered, Assessments, SecondReads, Conditions, Checkpoints,
		Standings, Cases, AuditHeads, Mutes, Notifications, NotificationsJSON, Held, Due, Calls,
		Deliveries, Pulse, DeadLetter,
	}
}

// KeyBucket is the key-value bucket of the tenants' keys; intake and review make them.
// Destroying a tenant's key makes what streams and ledger hold of its people meaningless.
const KeyBucket = "TENANT_KEYS"

// ErasedBucket is the key-value bucket of the tenants that were erased: until when, by
// whom, and what was removed. Who erases writes it; all services go by it.
const ErasedBucket = "ERASED_TENANTS"

// LinkBucket is the key-value bucket of the key that links in messages are signed
// with; whoever of notification and review asks first makes it.
const LinkBucket = "LINK_KEY"

// SpendingBucket is the key-value bucket of what second readings have cost;
// classification writes it: one key a day, so that all processes share one purse.
const SpendingBucket = "SECOND_READ_SPENDING"

// spendingKept is how long a day's spending is remembered.
const spendingKept = 90 * day
