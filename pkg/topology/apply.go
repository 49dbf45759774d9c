package topology

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// duplicates is the server's window for repeated message ids: a shortcut only,
// since every event id is derived from its cause and readers drop repeats.
const duplicates = 30 * time.Second

// shortest is the least that the server takes for it.
const shortest = 100 * time.Millisecond

// Apply makes the server hold every stream, consumer and bucket, and starts the
// ticks. It may be called again and again, by any number of processes.
// Replicas is 1 on one machine, 3 in a cluster.
func Apply(ctx context.Context, js jetstream.JetStream, replicas int) error {
	for _, s := range Streams() {
		if _, err := js.CreateOrUpdateStream(ctx, s.config(replicas)); err != nil {
			return fmt.Errorf("set up stream %s: %w", s.Name, err)
		}
	}
	for _, c := range Consumers() {
		if err := c.Apply(ctx, js); err != nil {
			return err
		}
	}
	buckets := []jetstream.KeyValueConfig{
		{Bucket: KeyBucket, Description: "the tenants' keys"},
		{Bucket: ErasedBucket, Description: "the tenants that were erased, and until when"},
		{Bucket: LinkBucket, Description: "the key that links in messages are signed with"},
		{Bucket: SpendingBucket, Description: "what second readings have cost, a key a day", TTL: spendingKept},
	}
	for _, b := range buckets {
		b.History, b.Replicas, b.Storage = 1, replicas, jetstream.FileStorage
		if _, err := js.CreateOrUpdateKeyValue(ctx, b); err != nil {
			return fmt.Errorf("set up bucket %s: %w", b.Bucket, err)
		}
	}
	return startTicks(ctx, js)
}

func (s Stream) config(replicas int) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name: s.Name, Subjects: s.Subjects, Description: s.Says,
		Storage: jetstream.FileStorage, Replicas: replicas,
		MaxAge: s.MaxAge, MaxMsgsPerSubject: s.PerSubject, MaxConsumers: s.Readers, Duplicates: duplicates,
		AllowAtomicPublish: s.Atomic, AllowMsgSchedules: s.Schedules, AllowMsgTTL: s.Schedules,
		AllowDirect: true, DenyDelete: s.Final, DenyPurge: s.Final,
	}
	if s.Strangers {
		c.Duplicates = shortest
	}
	if s.Queue {
		c.Retention = jetstream.WorkQueuePolicy
	}
	if s.MaxBytes > 0 {
		c.MaxBytes, c.Discard = s.MaxBytes, jetstream.DiscardNew
	}
	if s.Newest {
		c.Discard = jetstream.DiscardOld
	}
	return c
}

// Apply makes the server hold the consumer, and the one that brings its dead
// letters back unless that is seldom needed. It may be called again and again.
func (c Consumer) Apply(ctx context.Context, js jetstream.JetStream) error {
	if err := c.apply(ctx, js); err != nil || c.Pinned || c.Seldom {
		return err
	}
	return c.ApplyRetry(ctx, js)
}

// ApplyRetry makes the server hold the consumer that brings c's dead letters back.
func (c Consumer) ApplyRetry(ctx context.Context, js jetstream.JetStream) error {
	return c.Retry().apply(ctx, js)
}

// Forget makes the server hold the consumer no longer, nor its place, nor what was
// sent back to it: one that is made anew begins with what comes then. The consumer
// itself goes last, so that who looks for it finds what was begun and not done.
func (c Consumer) Forget(ctx context.Context, js jetstream.JetStream) error {
	letters, err := js.Stream(ctx, DeadLetter.Name)
	if err == nil {
		err = letters.Purge(ctx, jetstream.WithPurgeSubject(c.Retry().Filter))
	}
	if err != nil {
		return fmt.Errorf("remove what was sent back to %s: %w", c.Name, err)
	}
	if err := c.Retry().remove(ctx, js); err != nil {
		return err
	}
	return c.remove(ctx, js)
}

func (c Consumer) remove(ctx context.Context, js jetstream.JetStream) error {
	err := js.DeleteConsumer(ctx, c.Stream.Name, c.Name)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("remove consumer %s from %s: %w", c.Name, c.Stream.Name, err)
	}
	return nil
}

func (c Consumer) apply(ctx context.Context, js jetstream.JetStream) error {
	if _, err := js.CreateOrUpdateConsumer(ctx, c.Stream.Name, c.config()); err != nil {
		return fmt.Errorf("set up consumer %s on %s: %w", c.Name, c.Stream.Name, err)
	}
	return nil
}

// PinGroup is the one priority group of a pinned consumer.
const PinGroup = "owner"

func (c Consumer) config() jetstream.ConsumerConfig {
	cfg := jetstream.ConsumerConfig{
		Durable: c.Name, FilterSubject: c.Filter, FilterSubjects: c.Filters, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: c.AckWait, MaxDeliver: -1, MaxAckPending: 1000,
	}
	if cfg.AckWait == 0 {
		cfg.AckWait = 10 * time.Second
	}
	if c.New {
		cfg.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	if c.InOrder {
		cfg.MaxAckPending = 1
	}
	if c.Pinned {
		cfg.PriorityPolicy, cfg.PriorityGroups = jetstream.PriorityPolicyPinned, []string{PinGroup}
		cfg.PinnedTTL, cfg.AckWait, cfg.DeliverPolicy = 3*time.Second, 3*time.Second, jetstream.DeliverNewPolicy
	}
	return cfg
}

// startTicks schedules one tick a second into SIGNALS, unless it is there.
func startTicks(ctx context.Context, js jetstream.JetStream) error {
	s, err := js.Stream(ctx, Signals.Name)
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", Signals.Name, err)
	}
	_, err = s.GetLastMsgForSubject(ctx, ticker)
	if err == nil {
		return nil
	}
	if !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("look up the ticks' schedule: %w", err)
	}
	m := nats.NewMsg(ticker)
	m.Header.Set("Nats-Schedule", "@every 1s")
	m.Header.Set("Nats-Schedule-Target", tick)
	m.Header.Set("Nats-TTL", "never")
	if _, err := js.PublishMsg(ctx, m); err != nil {
		return fmt.Errorf("schedule the ticks: %w", err)
	}
	return nil
}
