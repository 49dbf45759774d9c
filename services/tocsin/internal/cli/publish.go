package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// natsFlag is where the bus is.
type natsFlag struct {
	NATS string `name:"nats" default:"nats://127.0.0.1:4222" env:"TOCSIN_NATS_URL" help:"URL of the NATS server."`
}

// connect connects to the bus for a command.
func (f natsFlag) connect(ctx context.Context) (*bus.Conn, error) {
	return bus.Connect(ctx, bus.Settings{URL: f.NATS, Name: "tocsin-cli"})
}

type publishCmd struct {
	natsFlag
	formatFlag
}

func (publishCmd) Help() string {
	return `Examples:
  tocsin publish < events.jsonl
  deploy/examples/incident | tocsin publish --nats nats://127.0.0.1:4222

A line is a ticket event (it names a ticket) or a signal. A line that is neither is
reported with its number, and the others are sent all the same.`
}

const (
	// together is how many signals go out in one message.
	together = 500
	// sendWithin is how long one message may take.
	sendWithin = 10 * time.Second
	// longestLine is the longest line that is read.
	longestLine = 1 << 20
)

// Run is `tocsin publish`.
func (c *publishCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := publisher{ctx: s.ctx, conn: conn, bar: newBar(s.err, "events")}
	err = p.all(s.in)
	p.bar.done()
	if c.json() {
		fmt.Fprintf(s.out, `{"acknowledged":%d,"rejected":%d}`+"\n", p.acked, len(p.rejected))
	} else {
		fmt.Fprintf(s.out, "%d acknowledged, %d rejected\n", p.acked, len(p.rejected))
	}
	if err == nil {
		err = errors.Join(p.rejected...)
	}
	return err
}

// publisher sends lines in their order.
type publisher struct {
	ctx      context.Context
	conn     *bus.Conn
	bar      *bar
	batch    []*ingressv1.Signal
	acked    int
	rejected []error
}

func (p *publisher) all(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		err := p.line(line)
		var refused *forms.Refused
		switch {
		case errors.As(err, &refused):
			p.rejected = append(p.rejected, fmt.Errorf("line %d: %w", n, err))
		case err != nil:
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the events: %w", err)
	}
	return p.flush()
}

func (p *publisher) line(line []byte) error {
	if forms.IsTicketEvent(line) {
		var ev ingressv1.TicketEvent
		if err := forms.JSON(line, &ev); err != nil {
			return err
		}
		if err := p.flush(); err != nil {
			return err
		}
		return p.send(topology.IngressTicketSubject(ev.GetSource()), bus.ID("ingress", ev.GetSource(), ev.GetId()), &ev, 1)
	}
	s := &ingressv1.Signal{}
	if err := forms.JSON(line, s); err != nil {
		return err
	}
	return p.add(s)
}

// add puts a signal with those that wait: all of one source.
func (p *publisher) add(s *ingressv1.Signal) error {
	if len(p.batch) > 0 && (p.batch[0].GetSource() != s.GetSource() || len(p.batch) == together) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	p.batch = append(p.batch, s)
	return nil
}

// flush sends the signals that wait: all of one source.
func (p *publisher) flush() error {
	if len(p.batch) == 0 {
		return nil
	}
	parts := []string{"ingress", p.batch[0].GetSource()}
	for _, s := range p.batch {
		parts = append(parts, s.GetId())
	}
	batch := p.batch
	p.batch = nil
	return p.send(topology.IngressSignalSubject(batch[0].GetSource()), bus.ID(parts...), &ingressv1.SignalBatch{Signals: batch}, len(batch))
}

func (p *publisher) send(subject, id string, m proto.Message, n int) error {
	ctx, cancel := context.WithTimeout(p.ctx, sendWithin)
	defer cancel()
	if _, err := p.conn.Publish(ctx, bus.Event{Subject: subject, ID: id, Payload: m}); err != nil {
		return err
	}
	p.acked += n
	p.bar.set(p.acked)
	return nil
}
