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
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"tocsin/pkg/gate"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // from here on a second signal kills
	err := program(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Serve listens on addr and serves h until the context ends; then it lets
// requests finish for five seconds. Listening, if not nil, learns the address.
// It speaks HTTP/1.1 and, with clients that begin with it (gRPC), HTTP/2, both
// without encryption: that is for what stands before it.
func Serve(addr string, h http.Handler, listening func(net.Addr)) func(context.Context) error {
	return func(ctx context.Context) error {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("listen on %s: %w; choose another address", addr, err)
		}
		if listening != nil {
			listening(l.Addr())
		}
		speaks := new(http.Protocols)
		speaks.SetHTTP1(true)
		speaks.SetUnencryptedHTTP2(true)
		// Requests see the program's end through their context: open streams end at once.
		srv := &http.Server{
			Handler: h, Protocols: speaks, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
			BaseContext: func(net.Listener) context.Context { return ctx }, ConnContext: gate.OfConn,
		}
		stop := context.AfterFunc(ctx, func() {
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if srv.Shutdown(grace) != nil {
				_ = srv.Close()
			}
		})
		defer stop()
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve on %s: %w", addr, err)
		}
		return nil
	}
}
