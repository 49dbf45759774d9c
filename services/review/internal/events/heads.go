package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A HeadBook makes heads of the audit and keeps which are published.
type HeadBook interface {
	// MakeHeads makes sets of the heads that moved since the last time.
	MakeHeads(ctx context.Context, at time.Time) (int, error)
	// UnsentHeads are the sets that are still to be published, oldest first.
	UnsentHeads(ctx context.Context, limit int) ([]ledger.HeadSet, error)
	// MarkHeadsSent says that a set was published.
	MarkHeadsSent(ctx context.Context, at time.Time, seq uint64) error
}

// Heads publishes the heads of the audit every hour, and when review stops.
// After a crash a set may be published again, the same.
type Heads struct {
	Book HeadBook
	Conn *bus.Conn
	Log  *slog.Logger
}

const (
	// headsEvery is how much of the audit can be cut unseen: what is younger.
	headsEvery = time.Hour
	// headsWithin is how long publishing may take when review stops.
	headsWithin = 5 * time.Second
	// setsAtOnce is how many sets are read together.
	setsAtOnce = 10
)

// Run publishes until the context ends. What can not be published waits in the ledger.
func (h Heads) Run(ctx context.Context) error {
	tick := time.NewTicker(headsEvery)
	defer tick.Stop()
	for {
		if err := h.Publish(ctx, time.Now()); err != nil && ctx.Err() == nil {
			h.Log.Warn("heads of the audit wait to be published", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, stop := context.WithTimeout(context.WithoutCancel(ctx), headsWithin)
			defer stop()
			if err := h.Publish(last, time.Now()); err != nil {
				h.Log.Warn("heads of the audit wait for the next start", "error", err)
			}
			return nil
		}
	}
}

// Publish makes heads of what moved, and publishes all that are not yet.
func (h Heads) Publish(ctx context.Context, at time.Time) error {
	_, made := h.Book.MakeHeads(ctx, at) // another process may have been first; what it made is published too
	for {
		sets, err := h.Book.UnsentHeads(ctx, setsAtOnce)
		if err != nil || len(sets) == 0 {
			return errors.Join(made, err)
		}
		for _, s := range sets {
			if err := h.publish(ctx, s); err != nil {
				return errors.Join(made, err)
			}
			if err := h.Book.MarkHeadsSent(ctx, at, s.Seq); err != nil {
				return errors.Join(made, err)
			}
		}
	}
}

func (h Heads) publish(ctx context.Context, s ledger.HeadSet) error {
	_, err := h.Conn.Publish(ctx, bus.Event{Subject: topology.AuditHeadSubject(), ID: bus.ID("audit_head", s.Hash), Time: s.At, Payload: AuditHeads(s)})
	return err
}

// PublishedHeads are all sets of heads that were ever published, oldest first.
func PublishedHeads(ctx context.Context, conn *bus.Conn) ([]ledger.HeadSet, error) {
	var sets []ledger.HeadSet
	err := conn.Retained(ctx, topology.AuditHeads, func(raw bus.Raw) error {
		var said reviewv1.AuditHeads
		if err := bus.Decode(raw, &said); err != nil {
			return err
		}
		sets = append(sets, headsIn(&said))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the published heads of the audit: %w", err)
	}
	return sets, nil
}

// AuditHeads is a set of heads as it is published.
func AuditHeads(s ledger.HeadSet) *reviewv1.AuditHeads {
	said := &reviewv1.AuditHeads{Seq: s.Seq, At: bus.Stamp(s.At), PreviousHash: s.Prev, Hash: s.Hash}
	for _, h := range s.Heads {
		said.Heads = append(said.Heads, &reviewv1.AuditHead{Case: h.Case, Version: h.Version, Hash: h.Hash})
	}
	return said
}

func headsIn(said *reviewv1.AuditHeads) ledger.HeadSet {
	s := ledger.HeadSet{Seq: said.GetSeq(), At: said.GetAt().AsTime(), Prev: said.GetPreviousHash(), Hash: said.GetHash()}
	for _, h := range said.GetHeads() {
		s.Heads = append(s.Heads, ledger.Head{Case: h.GetCase(), Version: h.GetVersion(), Hash: h.GetHash()})
	}
	return s
}
