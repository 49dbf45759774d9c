// Package run starts a program's tasks and stops them together.
//
// A Group runs named tasks. The first one to end with an error ends all, and
// the error names it. Main gives a program its context, which ends at the first
// interrupt or termination signal; a second one kills the process.
package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// A Group is a set of tasks with one fate.
type Group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	log    *slog.Logger
}

// NewGroup returns a group whose tasks end when ctx does.
func NewGroup(ctx context.Context, log *slog.Logger) *Group {
	ctx, cancel := context.WithCancelCause(ctx)
	if log == nil {
		log = slog.Default()
	}
	return &Group{ctx: ctx, cancel: cancel, log: log}
}

// Go starts a task. It must return when its context ends.
func (g *Group) Go(name string, task func(context.Context) error) {
	g.wg.Go(func() {
		err := task(g.ctx)
		switch {
		case err != nil && !errors.Is(err, context.Canceled):
			g.cancel(fmt.Errorf("%s: %w", name, err))
		case g.ctx.Err() == nil:
			g.log.Debug("task ended", "task", name)
		}
	})
}

// Wait returns when all tasks have ended: nil after an orderly stop, else the
// error of the task that failed first.
func (g *Group) Wait() error {
	g.wg.Wait()
	err := context.Cause(g.ctx)
	g.cancel(nil)
	if errors.Is(err, context.Canceled) || err == context.DeadlineExceeded { // the context's own end
		return nil
	}
	return err
}

// Main runs a program until it ends or is told to stop, and exits: 0 done, 1 failed.
func Main(name string, program func(context.Context) error) {
	TradeMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // from here on a second signal kills
	err := program(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}
