package tenants

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

const (
	// settled is how long after the order what was under way in the services may
	// still be stored.
	settled = 3 * time.Second
	// between is how long it is until the streams are looked through again.
	between = 500 * time.Millisecond
	// passes bound how often.
	passes = 50
)

// streams deletes the tenant's messages, again and again until a pass that began
// when all had settled finds none.
func (e *erasing) streams(ctx context.Context) error {
	began := e.Now()
	for range passes {
		late, removed := e.Now().Sub(began) >= settled, uint64(0)
		e.left = 0
		floor, err := e.checkpointed(ctx)
		if err == nil {
			err = e.said(ctx)
		}
		if err != nil {
			return err
		}
		for _, p := range e.whose.places() {
			n, err := e.clear(ctx, p, floor)
			if removed += n; err != nil {
				return errors.Join(err, e.book.Save(context.WithoutCancel(ctx), e.record))
			}
		}
		if err := e.book.Save(ctx, e.record); err != nil {
			return err
		}
		if late && removed == 0 {
			return nil
		}
		select {
		case <-time.After(between):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("messages of %s go on coming of the time before %s; see who says them, and try again", e.whose.Tenant, e.record.Until.Format(time.RFC3339))
}

// said learns from CASES which of the platform's cases the tenant was erased from:
// an order that was cut off right then has not kept it.
func (e *erasing) said(ctx context.Context) error {
	p := place{stream: topology.Cases, filters: topology.OfTenant(e.whose.Tenant)[topology.Cases.Name]}
	return walk(ctx, e.Conn, p, func(raw bus.Raw) error {
		c, ok := decoded(raw, &reviewv1.CaseChanged{})
		t, id := c.GetTransition(), c.GetCase().GetId()
		if ok && t.GetName() == "erased" && t.GetTenant() == e.whose.Tenant && c.GetCase().GetTenant() != e.whose.Tenant {
			e.whose.share([]*reviewv1.TenantCase{{Id: id, Shared: true}})
		}
		return nil
	})
}

// clear deletes the tenant's messages of one place, each overwritten on disk.
func (e *erasing) clear(ctx context.Context, p place, floor uint64) (n uint64, err error) {
	s, err := e.Conn.JS().Stream(ctx, p.stream.Name)
	if err != nil {
		return 0, fmt.Errorf("look up stream %s: %w", p.stream.Name, err)
	}
	err = walk(ctx, e.Conn, p, func(raw bus.Raw) error {
		e.step(1)
		if !e.whose.Theirs(raw) {
			return nil
		}
		if p.stream.Name == topology.Signals.Name && raw.Sequence > floor {
			e.left++
			return nil
		}
		err := s.SecureDeleteMsg(ctx, raw.Sequence)
		if err != nil && !gone(err) {
			return fmt.Errorf("delete message %d of stream %s: %w; try again", raw.Sequence, p.stream.Name, err)
		}
		n++
		e.record.Removed[p.stream.Name]++
		return nil
	})
	return n, err
}

// gone says that somebody else has deleted the message meanwhile.
func gone(err error) bool {
	var api *jetstream.APIError
	const noMessage, notDeleted = 10037, 10057
	return errors.Is(err, jetstream.ErrMsgNotFound) || errors.As(err, &api) && (api.ErrorCode == noMessage || api.ErrorCode == notDeleted)
}

// checkpointed is up to where both checkpoints of every shard of monitoring have
// read: behind it one may still have to read again, and has to find the same. 0 is
// nowhere.
func (e *erasing) checkpointed(ctx context.Context) (uint64, error) {
	var subjects []string
	for shard := range topology.Shards {
		subjects = append(subjects, topology.CheckpointSubject(topology.ShardName(shard), 0), topology.CheckpointSubject(topology.ShardName(shard), 1))
	}
	subjects = append(subjects, topology.CheckpointSubject(topology.PlatformShard, 0), topology.CheckpointSubject(topology.PlatformShard, 1))
	lasts, err := e.Conn.Lasts(ctx, topology.Checkpoints, subjects)
	if err != nil || len(lasts) < len(subjects) {
		return 0, err
	}
	floor := ^uint64(0)
	for _, raw := range lasts {
		c, ok := decoded(raw, &monitoringv1.ShardCheckpoint{})
		if !ok {
			return 0, nil
		}
		floor = min(floor, c.GetPosition())
	}
	return floor, nil
}
