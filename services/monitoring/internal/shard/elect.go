package shard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// lease is how long an owner may go without a tick before it steps down. Ticks
// come once a second; the server pins another member after three.
const lease = 3 * time.Second

// Elect runs work for as long as this process is the elected owner of the
// shards, and waits while another is. Of all processes one gets the ticks of a
// pinned consumer: that is the election. It only keeps processes from working
// for nothing; what makes stale owners harmless is the shards' state.
//
// An owner that is told to stop hands over at once: when its work is done it
// lets go of the consumer, and the next tick elects another.
func Elect(conn *bus.Conn, log *slog.Logger, work func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		var heard atomic.Int64
		elected := make(chan struct{}, 1)
		done := make(chan struct{})
		listening, deaf := context.WithCancel(context.WithoutCancel(ctx))
		go func() {
			defer close(done)
			listen(listening, conn, log, func() {
				heard.Store(time.Now().UnixNano())
				select {
				case elected <- struct{}{}:
				default:
				}
			})
		}()
		owned := false
		defer func() {
			deaf()
			<-done
			if owned {
				letGo(ctx, conn, log)
			}
		}()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-elected:
			}
			log.Info("owner of the shards")
			err := own(ctx, &heard, work)
			owned = err == nil && ctx.Err() != nil && time.Since(time.Unix(0, heard.Load())) < lease
			select {
			case <-elected: // what was heard meanwhile: only a tick from now on says that this process is elected
			default:
			}
			if bus.IsPermanent(err) {
				return err
			} else if ctx.Err() == nil {
				log.Warn("no longer owner of the shards", "error", err)
			}
		}
	}
}

// letGo makes the server pin another process. Where there is none, or another
// has been pinned since, nothing is lost but the time of an election.
func letGo(ctx context.Context, conn *bus.Conn, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	c := topology.MonitoringOwner
	stream, err := conn.JS().Stream(ctx, c.Stream.Name)
	if err == nil {
		err = stream.UnpinConsumer(ctx, c.Name, topology.PinGroup)
	}
	if err != nil {
		log.Warn("the next owner waits until the server gives this one up", "error", err)
	}
}

// own runs work until it ends or no tick has been heard for the lease.
func own(ctx context.Context, heard *atomic.Int64, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		t := time.NewTicker(lease / 3)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				if time.Since(time.Unix(0, heard.Load())) > lease {
					cancel()
				}
			}
		}
	}()
	err := work(ctx)
	if errors.Is(err, ErrFenced) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// listen calls tick for each tick that the pinned consumer gives this process,
// until the context ends; while the bus is away there is none.
func listen(ctx context.Context, conn *bus.Conn, log *slog.Logger, tick func()) {
	for ctx.Err() == nil {
		if err := hear(ctx, conn, tick); ctx.Err() == nil {
			log.Warn("no ticks; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func hear(ctx context.Context, conn *bus.Conn, tick func()) error {
	c := topology.MonitoringOwner
	cons, err := conn.JS().Consumer(ctx, c.Stream.Name, c.Name)
	if err != nil {
		return fmt.Errorf("look up consumer %s: %w", c.Name, err)
	}
	it, err := cons.Messages(jetstream.PullPriorityGroup(topology.PinGroup), jetstream.PullMaxMessages(10),
		jetstream.PullExpiry(time.Second), jetstream.PullHeartbeat(500*time.Millisecond), jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return fmt.Errorf("read consumer %s: %w", c.Name, err)
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	for {
		msg, err := it.Next()
		if err != nil {
			return fmt.Errorf("read consumer %s: %w", c.Name, err)
		}
		tick()
		if err := msg.Ack(); err != nil {
			return fmt.Errorf("acknowledge a tick: %w", err)
		}
	}
}
