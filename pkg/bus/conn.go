package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	neturl "net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Settings say how to reach the server.
type Settings struct {
	// URL of the server or servers, comma separated.
	URL string
	// Creds is the path of a credentials file; empty for none.
	Creds string
	// InProcess connects to a server in this process instead of URL.
	InProcess nats.InProcessConnProvider
	// Patient is connected as soon as there is a server; else Connect fails at once.
	Patient bool
	// Name shows in the server's connection list.
	Name string
	// Log takes connection events and permission violations; nil is slog.Default.
	Log *slog.Logger
}

// Conn is one connection to the bus. It is safe for concurrent use.
type Conn struct {
	nc  *nats.Conn
	js  jetstream.JetStream
	log *slog.Logger
	// name is the ce-source of what this connection publishes.
	name string
	// streams are the handles that were looked up.
	streams sync.Map
	// since is when the connection was made, or came back last: nanoseconds.
	since *atomic.Int64
	// back is who looks out for what people send back, from when it is first asked.
	back    *Lookout
	looking sync.Once
	// open ends when the connection is closed.
	open  context.Context //nolint:containedctx // it is the connection's life
	close context.CancelFunc
}

// stream looks a stream up, once.
func (c *Conn) stream(ctx context.Context, name string) (jetstream.Stream, error) {
	if s, ok := c.streams.Load(name); ok {
		return s.(jetstream.Stream), nil
	}
	s, err := c.js.Stream(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look up stream %s: %w", name, err)
	}
	c.streams.Store(name, s)
	return s, nil
}

// Connect connects to the server and keeps reconnecting for as long as the Conn lives.
// It fails at once if the server cannot be reached now, unless it is to be patient.
func Connect(ctx context.Context, s Settings) (*Conn, error) {
	log := s.Log
	if log == nil {
		log = slog.Default()
	}
	since := &atomic.Int64{}
	since.Store(time.Now().UnixNano())
	opts := []nats.Option{
		nats.Name(s.Name), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond),
		nats.Timeout(5 * time.Second), nats.PingInterval(5 * time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("bus", "error", err) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("bus connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) {
			since.Store(time.Now().UnixNano())
			log.Info("bus connection is back")
		}),
	}
	if s.Patient {
		opts = append(opts, nats.RetryOnFailedConnect(true))
	}
	if s.Creds != "" {
		opts = append(opts, nats.UserCredentials(s.Creds))
	}
	url := s.URL
	if s.InProcess != nil {
		opts, url = append(opts, nats.InProcessServer(s.InProcess)), ""
	}
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		var unread *neturl.Error
		if errors.As(err, &unread) { // whose text has the password
			err = errors.New("this is no URL")
		}
		return nil, fmt.Errorf("connect to NATS at %q: %w; is the server running there?", Address(s.URL), err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("open JetStream: %w", err)
	}
	open, end := context.WithCancel(context.WithoutCancel(ctx))
	return &Conn{nc: nc, js: js, log: log, name: s.Name, since: since, open: open, close: end}, nil
}

// Address is where the servers of some URLs are, without what lets in there: a user and
// a password, or a token.
func Address(urls string) string {
	all := strings.Split(urls, ",")
	for i, url := range all {
		at := strings.LastIndex(url, "@")
		if at < 0 {
			continue
		}
		scheme := ""
		if s, _, found := strings.Cut(url[:at], "://"); found {
			scheme = s + "://"
		}
		all[i] = scheme + "…@" + url[at+1:]
	}
	return strings.Join(all, ",")
}

// JS is the JetStream context, for reads that no durable consumer serves.
func (c *Conn) JS() jetstream.JetStream { return c.js }

// NC is the connection itself.
func (c *Conn) NC() *nats.Conn { return c.nc }

// Up says whether the server can be reached now.
func (c *Conn) Up() error {
	if s := c.nc.Status(); s != nats.CONNECTED {
		return fmt.Errorf("bus is %s", s)
	}
	return nil
}

// Since is when the connection was made, or came back last. A server that has crashed
// may have forgotten what it acknowledged before, if that was handed out or deleted.
func (c *Conn) Since() time.Time { return time.Unix(0, c.since.Load()) }

// Close ends the connection.
func (c *Conn) Close() {
	c.close()
	c.nc.Close()
}
