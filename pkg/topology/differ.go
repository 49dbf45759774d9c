package topology

import (
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// Differs names each setting that a stream has otherwise than Apply gives it, with
// what it has and what Apply gives; how many replicas it has is left to who runs it.
func (s Stream) Differs(is jetstream.StreamConfig) []string {
	want, d := s.config(is.Replicas), differences{}
	d.add("subjects", slices.Sorted(slices.Values(is.Subjects)), slices.Sorted(slices.Values(want.Subjects)))
	d.add("storage", is.Storage, want.Storage)
	d.add("retention", is.Retention, want.Retention)
	d.add("discard", is.Discard, want.Discard)
	d.add("max age", is.MaxAge, want.MaxAge)
	d.add("max bytes", max(is.MaxBytes, 0), want.MaxBytes) // a server says -1 for no limit
	d.add("messages per subject", max(is.MaxMsgsPerSubject, 0), want.MaxMsgsPerSubject)
	d.add("messages", max(is.MaxMsgs, 0), want.MaxMsgs)
	d.add("consumers", max(is.MaxConsumers, 0), want.MaxConsumers)
	d.add("duplicates", is.Duplicates, want.Duplicates)
	d.add("atomic batches", is.AllowAtomicPublish, want.AllowAtomicPublish)
	d.add("schedules", is.AllowMsgSchedules, want.AllowMsgSchedules)
	d.add("direct reads", is.AllowDirect, want.AllowDirect)
	d.add("delete denied", is.DenyDelete, want.DenyDelete)
	d.add("purge denied", is.DenyPurge, want.DenyPurge)
	return d.found
}

// Differs names each setting that a consumer has otherwise than Apply gives it,
// with what it has and what Apply gives.
func (c Consumer) Differs(is jetstream.ConsumerConfig) []string {
	want, d := c.config(), differences{}
	d.add("filter", is.FilterSubject, want.FilterSubject)
	d.add("acknowledgement", is.AckPolicy, want.AckPolicy)
	d.add("wait for acknowledgements", is.AckWait, want.AckWait)
	d.add("deliveries", is.MaxDeliver, want.MaxDeliver)
	d.add("pending at once", is.MaxAckPending, want.MaxAckPending)
	d.add("priority", is.PriorityPolicy, want.PriorityPolicy)
	return d.found
}

// differences are what was found so far.
type differences struct{ found []string }

func (d *differences) add(name string, is, want any) {
	if has, gives := fmt.Sprint(is), fmt.Sprint(want); has != gives {
		d.found = append(d.found, fmt.Sprintf("%s is %s, not %s", name, has, gives))
	}
}
