// Command reader is an example of a program that reads what leadership is told from
// NATS: it appends each notification to a file as JSON, once, whatever ends it.
//
// The file is its memory. Each line has the sequence of its message, and is on disk
// before the message is acknowledged; a message that is not behind the last line is
// a repeat. That holds because the consumer hands out one message at a time.
//
//	next message ──→ behind the last line? ──yes──→ write, sync ──→ acknowledge
//	                          └────────────no────────────────────────────↗
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// settings are what the command line says.
type settings struct {
	server, domain, inbox string
	stream, consumer, out string
	create, untilQuiet    bool
}

func main() {
	var s settings
	server := nats.DefaultURL
	if url := os.Getenv("NATS_URL"); url != "" {
		server = url
	}
	flag.StringVar(&s.server, "server", server, "the NATS server; user and password stand in the address")
	flag.StringVar(&s.domain, "domain", "", "JetStream's domain, for a reader in an account of its own: tocsin")
	flag.StringVar(&s.inbox, "inbox", "", "where answers go, for a reader whose permissions name it")
	flag.StringVar(&s.stream, "stream", "", "the stream to read")
	flag.StringVar(&s.consumer, "consumer", "", "file with the consumer's configuration")
	flag.StringVar(&s.out, "out", "told.jsonl", "file to append to")
	flag.BoolVar(&s.create, "make", false, "make the consumer, where it is not there")
	flag.BoolVar(&s.untilQuiet, "until-quiet", false, "end when nothing waits")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "reader:", err)
		os.Exit(1)
	}
}

// run reads until the context ends, or, if asked, until nothing waits.
func run(ctx context.Context, s settings) error {
	file, err := open(s.out)
	if err != nil {
		return err
	}
	defer file.Close()
	nc, err := connect(s)
	if err != nil {
		return err
	}
	defer nc.Close()
	consumer, err := find(ctx, nc, s)
	if err != nil {
		return err
	}
	// A lost server is noticed within seconds; the consumer keeps the place meanwhile.
	messages, err := consumer.Messages(jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(2*time.Second),
		jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(ctx, messages.Stop)()
	for {
		if s.untilQuiet {
			if info, err := consumer.Info(ctx); err == nil && info.NumPending+uint64(info.NumAckPending) == 0 {
				return nil
			}
		}
		m, err := messages.Next()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, jetstream.ErrNoHeartbeat):
		case err != nil:
			return err
		default:
			if err := handle(ctx, m, file); err != nil {
				return err
			}
		}
	}
}

func connect(s settings) (*nats.Conn, error) {
	options := []nats.Option{
		nats.Name("reader"), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second),
		// What the server does not permit is not an answer to who asked; it is said here.
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { fmt.Fprintln(os.Stderr, "reader:", err) }),
	}
	if s.inbox != "" {
		options = append(options, nats.CustomInboxPrefix(s.inbox))
	}
	return nats.Connect(s.server, options...)
}

// find looks the consumer up by its name, or makes it.
func find(ctx context.Context, nc *nats.Conn, s settings) (jetstream.Consumer, error) {
	text, err := os.ReadFile(s.consumer)
	if err != nil {
		return nil, err
	}
	var config jetstream.ConsumerConfig
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", s.consumer, err)
	}
	js, err := jetstream.New(nc)
	if s.domain != "" {
		js, err = jetstream.NewWithDomain(nc, s.domain)
	}
	if err != nil {
		return nil, err
	}
	if s.create {
		return js.CreateOrUpdateConsumer(ctx, s.stream, config)
	}
	return js.Consumer(ctx, s.stream, config.Durable)
}

// handle writes a message that is news and acknowledges it.
func handle(ctx context.Context, m jetstream.Msg, file *memory) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	if meta.Sequence.Stream > file.last {
		data, err := form(m)
		if err != nil { // no retry mends it
			fmt.Fprintln(os.Stderr, "reader: left out:", err)
			return m.TermWithReason(err.Error())
		}
		if err := file.add(meta.Sequence.Stream, m.Headers().Get("ce-id"), data); err != nil {
			return err // not acknowledged: it comes again
		}
	}
	return m.DoubleAck(ctx)
}

// form is the notification as JSON, whichever form the stream has.
func form(m jetstream.Msg) (json.RawMessage, error) {
	if m.Headers().Get("ce-datacontenttype") == "application/json" {
		return m.Data(), nil
	}
	var n notificationv1.Notification
	if err := proto.Unmarshal(m.Data(), &n); err != nil {
		return nil, err
	}
	return protojson.MarshalOptions{UseProtoNames: true}.Marshal(&n)
}
