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
	conn, err := bus.Connect(ctx, bus.Settings{URL: f.NATS, Name: "tocsin-cli"})
	if err != nil {
		return nil, fmt.Errorf("%w (tocsin up starts one, --nats names another)", err)
	}
	return conn, nil
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
	// together is how many signals go out in one message, and togetherBytes how
	// many bytes; NATS takes 1 MiB.
	together      = 500
	togetherBytes = 512 << 10
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
	p := publisher{ctx: s.ctx, conn: conn, bar: newBar(s.err, "events"), err: s.err}
	err = p.all(s.in)
	p.bar.done()
	if c.json() {
		fmt.Fprintf(s.out, `{"acknowledged":%d,"rejected":%d}`+"\n", p.acked, p.rejected)
	} else {
		fmt.Fprintf(s.out, "%d acknowledged, %d rejected\n", p.acked, p.rejected)
	}
	if err == nil && p.rejected > 0 {
		err = errors.New("mend the lines that were rejected and send them again; the others need no second time")
	}
	return err
}

// publisher sends lines in their order, and says on err which it rejects.
type publisher struct {
	ctx      context.Context
	conn     *bus.Conn
	bar      *bar
	err      io.Writer
	batch    []*ingressv1.Signal
	bytes    int
	acked    int
	rejected int
}

func (p *publisher) all(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	n := 1
	for ; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		err := p.line(line)
		var refused *forms.Refused
		switch {
		case errors.As(err, &refused):
			p.rejected++
			p.bar.clear()
			fmt.Fprintf(p.err, "line %d: %v\n", n, err)
		case err != nil:
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := p.flush(); err != nil {
		return err
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d is longer than %d bytes; it and what follows was not sent", n, longestLine)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: read the events: %w", n, err)
	}
	return nil
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
	size := proto.Size(s)
	if len(p.batch) > 0 && (p.batch[0].GetSource() != s.GetSource() || len(p.batch) == together || p.bytes+size > togetherBytes) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	p.batch, p.bytes = append(p.batch, s), p.bytes+size
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
	p.batch, p.bytes = nil, 0
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
