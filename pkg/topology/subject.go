package topology

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

const (
	tick   = "intake.v1.tick"
	ticker = "intake.v1.ticker"
	// auditHead is where review says how far the audit has come.
	auditHead = "review.v1.audit_head"
	// pulse is where notification says who is heard and who is silent.
	pulse = "notification.v1.pulse"
	// none stands in a subject where an event has no such id.
	none = "_"
	// longest is how many bytes an id may take in a subject before it is hashed.
	longest = 64
)

// Token encodes an id for a subject: letters, digits, '-' and '_' as they are,
// other bytes as =XX, "_" for none. An id that takes more than 64 bytes so
// becomes "~" and 128 bits of its SHA-256 in hex; the payload holds the whole id.
func Token(id string) string {
	switch id {
	case "":
		return none
	case none:
		return "=5F"
	}
	var b strings.Builder
	for i := 0; i < len(id); i++ {
		c := id[i]
		if c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.WriteByte('=')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	if b.Len() > longest {
		sum := sha256.Sum256([]byte(id))
		return "~" + hex.EncodeToString(sum[:16])
	}
	return b.String()
}

// IngressTicketSubject is where a helpdesk's producer publishes ticket events.
func IngressTicketSubject(source string) string { return "ingress.v1.ticket." + Token(source) }

// IngressSignalSubject is where a monitor publishes signals.
func IngressSignalSubject(source string) string { return "ingress.v1.signal." + Token(source) }

// IsIngressTicket tells ticket events from signals by their subject.
func IsIngressTicket(subject string) bool { return strings.HasPrefix(subject, "ingress.v1.ticket.") }

// TicketSubject is where intake says how a ticket now is.
func TicketSubject(tenant, ticket string) string {
	return "intake.v1.ticket_changed." + Token(tenant) + "." + Token(ticket)
}

// TicketsOf matches what intake says of all tickets of a tenant.
func TicketsOf(tenant string) string { return "intake.v1.ticket_changed." + Token(tenant) + ".*" }

// Shards is how many shards the tenants are spread over; fixed for ever.
const Shards = 16

// MixedSignals is where intake puts signals, of whichever shards they are: a message costs
// a server its write to disk, however much it holds.
const MixedSignals = signals + "mixed"

// SignalsSubject is where signals of one shard alone lie, as intake put them before.
func SignalsSubject(shard int) string { return signals + ShardName(shard) }

const signals = "intake.v1.signals."

// ShardOf is the shard of a tenant, 0 to 15: the 64-bit FNV-1a hash of its id,
// times 0x9E3779B97F4A7C15, of that the highest four bits; of no tenant, shard
// 15. It is fixed for ever: where a tenant's signals lie is part of what is stored.
func ShardOf(tenant string) int {
	h := uint64(0xcbf29ce484222325)
	for i := range len(tenant) {
		h = (h ^ uint64(tenant[i])) * 0x100000001b3
	}
	return int(h * 0x9e3779b97f4a7c15 >> 60)
}

// ToldSubject is where monitoring tells one of its shards of a ticket, or, under
// PlatformShard, all shards of tenants of the platform.
func ToldSubject(shard string) string { return "monitoring.v1.told." + Token(shard) }

// ShardName is a shard's token in subjects: two digits.
func ShardName(shard int) string {
	if shard < 10 {
		return "0" + strconv.Itoa(shard)
	}
	return strconv.Itoa(shard)
}

// PlatformShard is the name of the shard that reads the signals of all tenants.
const PlatformShard = "platform"

// AllSignals matches all signals.
const AllSignals = "intake.v1.signals.*"

// TickSubject is where the server says once a second that time passes.
func TickSubject() string { return tick }

// TickerSubject holds the schedule of the ticks.
func TickerSubject() string { return ticker }

// HeardSubject is where intake says that it heard a source.
func HeardSubject(source string) string { return "intake.v1.heard." + Token(source) }

// AllHeard matches what intake says of every source.
const AllHeard = "intake.v1.heard.*"

// DeliveredSubject is where intake says that a door took a signed delivery.
func DeliveredSubject(door string) string { return "intake.v1.delivered." + Token(door) }

// AssessmentSubject is where classification says what it makes of a ticket.
func AssessmentSubject(tenant, ticket string) string {
	return "classification.v1.ticket_assessed." + Token(tenant) + "." + Token(ticket)
}

// SecondReadSubject is where classification says what a second reader makes of a ticket.
func SecondReadSubject(tenant, ticket string) string {
	return "classification.v1.second_read." + Token(tenant) + "." + Token(ticket)
}

// ConditionSubject is where monitoring says how a condition changed.
func ConditionSubject(scope, reason, subject string) string {
	return "monitoring.v1.condition_changed." + Token(scope) + "." + Token(reason) + "." + Token(subject)
}

// AllConditions matches every condition change.
const AllConditions = "monitoring.v1.condition_changed.*.*.*"

// StandingSubject is where monitoring says how a rule stands in a scope.
func StandingSubject(scope, reason, subject string) string {
	return "monitoring.v1.standing." + Token(scope) + "." + Token(reason) + "." + Token(subject)
}

// LookedSubject is where monitoring says that a shard looked at all it keeps.
func LookedSubject(shard string) string { return "monitoring.v1.looked." + Token(shard) }

// ShardStateSubject is where a shard's owner keeps what it has published.
func ShardStateSubject(shard string) string { return "monitoring.v1.shard_state." + Token(shard) }

// CheckpointSubject is where a shard's owner says what makes a checkpoint valid;
// two generations take turns, so that writing one never harms the other.
func CheckpointSubject(shard string, generation int) string {
	return "monitoring.v1.shard_checkpoint." + Token(shard) + "." + strconv.Itoa(generation) + ".manifest"
}

// CheckpointChunkSubject is where the owner of an epoch keeps a part of a
// checkpoint. No other owner writes there.
func CheckpointChunkSubject(shard string, generation int, epoch uint64, chunk uint32) string {
	return "monitoring.v1.shard_checkpoint." + Token(shard) + "." + strconv.Itoa(generation) + "e" +
		strconv.FormatUint(epoch, 10) + "." + strconv.FormatUint(uint64(chunk), 10)
}

// CheckpointChunks matches the parts of a checkpoint that the owner of an epoch has written.
func CheckpointChunks(shard string, generation int, epoch uint64) string {
	return "monitoring.v1.shard_checkpoint." + Token(shard) + "." + strconv.Itoa(generation) + "e" +
		strconv.FormatUint(epoch, 10) + ".*"
}

// CheckpointsOf matches all parts of a shard's checkpoints.
func CheckpointsOf(shard string) string {
	return "monitoring.v1.shard_checkpoint." + Token(shard) + ".*.*"
}

// SightSubject is where a shard's owner says how far the shard sees.
func SightSubject(shard string) string { return "monitoring.v1.sight." + Token(shard) }

// AllSights matches what every shard sees.
const AllSights = "monitoring.v1.sight.*"

// CaseSubject is where review says how a case changed.
func CaseSubject(tenant, caseID string) string {
	return "review.v1.case_changed." + Token(tenant) + "." + Token(caseID)
}

// AskReviewSubject is where review answers whether it is alive, down to its
// ledger: a request, in no stream.
func AskReviewSubject() string { return "review.v1.pulse" }

// EraseTenantSubject is where review is asked to erase what its ledger holds of a
// tenant, and ExportTenantSubject where it is asked for it: requests, in no stream.
func EraseTenantSubject() string { return "review.v1.tenant.erase" }

// ExportTenantSubject is described at EraseTenantSubject.
func ExportTenantSubject() string { return "review.v1.tenant.export" }

// AuditHeadSubject is where review says how far the audit has come.
func AuditHeadSubject() string { return auditHead }

// NotificationSubject is where an audience is told of a case.
func NotificationSubject(audience, tenant, caseID string) string {
	return "notification.v1." + Token(audience) + "." + Token(tenant) + "." + Token(caseID)
}

// PulseSubject is where notification says who is heard and who is silent.
func PulseSubject() string { return pulse }

// TookSubject is where notification says that a destination took a message.
func TookSubject(destination string) string { return "notification.v1.took." + Token(destination) }

// AllTook matches what every destination took.
const AllTook = "notification.v1.took.*"

// SilenceSubject is where leadership is told that a source or a destination is
// silent or heard again; what is one of the two.
func SilenceSubject(what, name string) string {
	return NotificationSubject("leadership", "platform", what+"/"+name)
}

// AudienceFilter matches all notifications of one audience.
func AudienceFilter(audience string) string { return "notification.v1." + Token(audience) + ".*.*" }

// TenantFilter matches all notifications of one audience about one tenant.
func TenantFilter(audience, tenant string) string {
	return "notification.v1." + Token(audience) + "." + Token(tenant) + ".*"
}

// JSONSubject is where what is told on a subject of NOTIFICATIONS stands as JSON.
func JSONSubject(subject string) string {
	return "notification.v1.json." + strings.TrimPrefix(subject, "notification.v1.")
}

// NotificationsOfCase matches what every audience of every tenant was told of a case.
func NotificationsOfCase(caseID string) string { return "notification.v1.*.*." + Token(caseID) }

// HearingSubject is where notification answers who would hear something: a request,
// in no stream.
func HearingSubject() string { return "notification.v1.routes" }

// PreviewSubject is where notification answers what would be told of a change of
// a case: a request, in no stream.
func PreviewSubject() string { return "notification.v1.preview" }

// MuteSubject is where notification says how a mute now is.
func MuteSubject(mute string) string { return "notification.v1.mute_changed." + Token(mute) }

// SetMuteSubject is where notification is asked to set a mute: a request, in no stream.
func SetMuteSubject() string { return "notification.v1.mutes.set" }

// EndMuteSubject is where notification is asked to end a mute: a request, in no stream.
func EndMuteSubject() string { return "notification.v1.mutes.end" }

// HeldSubject is where a destination's notifications of one group wait.
func HeldSubject(destination, group string) string {
	return "notification.v1.held." + Token(destination) + "." + Token(group)
}

// AllHeld matches all that waits for a destination.
func AllHeld(destination string) string { return "notification.v1.held." + Token(destination) + ".*" }

// DueSubject is where what was held back for a destination goes on to it.
func DueSubject(destination string) string { return "notification.v1.due." + Token(destination) }

// CallSubject is where a destination is called because nobody has acknowledged a case.
func CallSubject(destination string) string { return "notification.v1.call." + Token(destination) }

// ClimbedSubject is where stands how far a case's ladder was climbed.
func ClimbedSubject(tenant, caseID string) string {
	return "notification.v1.climbed." + Token(tenant) + "." + Token(caseID)
}

// ClimbedOfCase matches ClimbedSubject of a case, whichever tenant it had when its
// first ladder began.
func ClimbedOfCase(caseID string) string { return "notification.v1.climbed.*." + Token(caseID) }

// LadderSubject is where notification answers how a case's ladder stands: a
// request, in no stream.
func LadderSubject() string { return "notification.v1.ladder" }

// DeliverySubject is where the fate of a delivery is recorded.
func DeliverySubject(channel string) string { return "notification.v1.delivery." + Token(channel) }

// DeadLetterSubject is where a consumer parks what it can not handle.
func DeadLetterSubject(consumer string) string { return "deadletter.v1." + Token(consumer) }

// DeadLetterRetrySubject brings a parked message back to its consumer.
func DeadLetterRetrySubject(consumer string) string {
	return "deadletter.v1." + Token(consumer) + ".retry"
}

// AllDeadLetters matches every parked message.
const AllDeadLetters = "deadletter.v1.*"
