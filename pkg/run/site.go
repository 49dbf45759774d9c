package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"tocsin/pkg/certs"
	"tocsin/pkg/gate"
)

// A Site is what is served by HTTP at one address.
type Site struct {
	Addr    string
	Handler http.Handler
	// Certs, if not nil, are what it shows: it speaks TLS then, and nothing else.
	Certs *certs.Keeper
	// Listening, if not nil, learns the address.
	Listening func(net.Addr)
	// Log hears what goes wrong on connections; nil is the default log.
	Log *slog.Logger
}

const (
	// headWithin is how long a handshake, and a request's head, may take.
	headWithin = 10 * time.Second
	// idleWithin is how long a connection may stay open on which nothing is asked.
	idleWithin = 2 * time.Minute
	// longestHead is how many bytes a request's head may have.
	longestHead = 64 << 10
)

// Serve listens and serves until the context ends; then it lets requests finish for
// five seconds. It speaks HTTP/1.1 and HTTP/2: with certificates by TLS alone, without
// them in plain, HTTP/2 with clients that begin with it (gRPC).
func (s Site) Serve(ctx context.Context) error {
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address", s.Addr, err)
	}
	if s.Listening != nil {
		s.Listening(l.Addr())
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	return s.serve(ctx, l)
}

func (s Site) serve(ctx context.Context, l net.Listener) error {
	speaks := new(http.Protocols)
	speaks.SetHTTP1(true)
	speaks.SetHTTP2(s.Certs != nil)
	speaks.SetUnencryptedHTTP2(s.Certs == nil)
	// Requests see the program's end through their context: open streams end at once.
	srv := &http.Server{
		Handler: taken(s.Handler), Protocols: speaks,
		ReadHeaderTimeout: headWithin, IdleTimeout: idleWithin, MaxHeaderBytes: longestHead,
		ErrorLog:    slog.NewLogLogger(said{s.Log.Handler()}, slog.LevelInfo),
		BaseContext: func(net.Listener) context.Context { return ctx }, ConnContext: gate.OfConn,
	}
	down := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(down)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if srv.Shutdown(grace) != nil {
			_ = srv.Close()
		}
	})
	defer stop()
	l = unhurried{l}
	var err error
	if s.Certs == nil {
		err = srv.Serve(l)
	} else {
		srv.TLSConfig = s.Certs.Config()
		err = srv.ServeTLS(l, "", "")
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", s.Addr, err)
	}
	<-down // requests have finished
	return nil
}

// said is a log of what an http.Server says: what a stranger can cause by a wrong
// handshake is no error of ours, a handler that panics is.
type said struct{ slog.Handler }

// Handle gives what is ours its level.
func (s said) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "http: panic") {
		r.Level = slog.LevelError
	}
	return s.Handler.Handle(ctx, r)
}

// Enabled is asked before Handle knows the level.
func (s said) Enabled(ctx context.Context, _ slog.Level) bool {
	return s.Handler.Enabled(ctx, slog.LevelError)
}
