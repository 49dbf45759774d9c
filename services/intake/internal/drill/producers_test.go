//go:build unix

package drill

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"tocsin/pkg/bus"
)

// Producers send all of a world, until each thing of it was taken or refused.
type producers struct {
	world
	conn *bus.Conn
	http *http.Client
	// doors are the addresses of the processes of intake.
	doors []string
	// away says that the server may be, for long: nobody speaks to it but intake.
	away bool

	done   atomic.Int64 // sendings that were answered
	repeat atomic.Int64 // requests that had to be sent again, or found nobody
	asked  atomic.Int64 // requests that were answered for good
	// spooled are the requests of which the answer says that something is spooled.
	spooled atomic.Int64

	mu sync.Mutex
	// parked are what NATS took and intake has to refuse; refused is what it refuses
	// over HTTP, of lines those that are wrong; both by the hash of their bodies.
	parked, refused map[[32]byte]bool
}

func producing(w world, conn *bus.Conn, doors []string) *producers {
	return &producers{
		world: w, conn: conn, doors: doors,
		http:   &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}},
		parked: map[[32]byte]bool{}, refused: map[[32]byte]bool{},
	}
}

// atOnce is how many producers there are.
const atOnce = 64

// run sends all, each producer some that lie close to each other.
func (p *producers) run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	room := make(chan struct{}, atOnce)
	all, r := p.sendings(), p.random(1, 9)
	for n := 0; len(all) > 0 && ctx.Err() == nil; n++ {
		some := all[:min(len(all), 1+r.IntN(200))]
		all = all[len(some):]
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			if err := p.basket(ctx, some, p.random(n, 1)); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// basket sends some things: deliveries one by one, events by their ways.
func (p *producers) basket(ctx context.Context, some []sending, r *rand.Rand) error {
	type kind struct {
		path, subject string
		way           way
	}
	parcels := map[kind]*parcel{}
	var order []*parcel
	put := func(m item) {
		w := m.wayOf(r)
		if p.away && w >= natsProtobuf && w <= natsCE {
			w = lines
		}
		k := kind{path: m.path(), way: w}
		if w >= natsProtobuf && w <= natsCE {
			k.subject = m.subject()
		}
		if parcels[k] == nil || m.apart(w) {
			next := &parcel{way: w}
			if order = append(order, next); !m.apart(w) {
				parcels[k] = next
			}
			next.items = append(next.items, m)
			return
		}
		parcels[k].items = append(parcels[k].items, m)
	}
	for _, s := range some {
		t := p.thing(s.i)
		switch {
		case t.delivery == nil && t.ticket != nil:
			put(item{t.ticket, t.flaw})
		case t.delivery == nil:
			put(item{t.signal, t.flaw})
		case s.again && t.flaw == "" && r.IntN(2) == 0: // by another door
			tickets, signals := t.delivery.said(p.began)
			for _, ev := range tickets {
				put(item{message: ev})
			}
			for _, s := range signals {
				put(item{message: s})
			}
		default:
			if err := p.deliver(ctx, t); err != nil {
				return err
			}
		}
	}
	for _, one := range order {
		if err := p.bring(ctx, *one); err != nil {
			return err
		}
	}
	p.done.Add(int64(len(some)))
	return nil
}

// bring brings a parcel, and holds the answer against what it has to be. What is
// refused as a whole is brought again without what is wrong in it.
func (p *producers) bring(ctx context.Context, one parcel) error {
	body, header := one.bytes()
	if one.way >= natsProtobuf && one.way <= natsCE {
		return p.publish(ctx, one, body, header)
	}
	path := one.items[0].path()
	if one.way == otlpLogs {
		path = "/v1/logs"
	}
	if one.way == lines {
		p.note(p.refused, one.left())
	}
	status, answer, err := p.post(ctx, path, body, func(h http.Header) {
		for name, values := range header {
			h[name] = values
		}
	})
	if err != nil {
		return err
	}
	bad := one.flawed()
	switch {
	case one.way == otlpLogs && status == http.StatusOK:
		return nil
	case one.way == lines && status == http.StatusAccepted:
		return tookLines(answer, len(one.items)-len(bad), bad)
	case len(bad) == 0 && status == http.StatusAccepted:
		return tookLines(answer, len(one.items), nil)
	case len(bad) > 0 && one.way != lines && status == http.StatusBadRequest:
		p.note(p.refused, body)
		if good := one.sound(); len(good.items) > 0 {
			return p.bring(ctx, good)
		}
		return nil
	}
	return fmt.Errorf("%s by way %d, of which %d of %d are not valid: %d %.600s: %.600s", path, one.way, len(bad), len(one.items), status, answer, body)
}

// tookLines holds an answer against how many were valid, and which lines were not.
func tookLines(answer []byte, good int, bad []int) error {
	var said struct {
		Accepted      int `json:"accepted"`
		RejectedLines int `json:"rejected_lines"`
		Rejected      []struct {
			Line int `json:"line"`
		} `json:"rejected"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return err
	}
	var lines []int
	for _, r := range said.Rejected {
		lines = append(lines, r.Line)
	}
	if lines = slices.Compact(lines); said.Accepted != good || said.RejectedLines != len(bad) || !slices.Equal(lines, bad) {
		return fmt.Errorf("%d were valid, not lines %v; the answer is %.600s", good, bad, answer)
	}
	return nil
}

// deliver sends a vendor's delivery until it is taken, or refused as it has to be.
func (p *producers) deliver(ctx context.Context, t thing) error {
	key, want := secret, http.StatusAccepted
	switch t.flaw {
	case unsigned:
		key, want = "another", http.StatusUnauthorized
	case unreadable:
		want = http.StatusBadRequest
		p.note(p.refused, t.delivery.body)
	}
	d := t.delivery
	status, answer, err := p.post(ctx, "/v1/hooks/"+d.vendor, d.body, func(h http.Header) { d.sign(h, key, time.Now()) })
	if err == nil && status != want {
		err = fmt.Errorf("%s %s (%s): %d, want %d: %.600s", d.vendor, d.id, t.flaw, status, want, answer)
	}
	return err
}

// post posts to one of the processes, again and again until one answers for good.
func (p *producers) post(ctx context.Context, path string, body []byte, with func(http.Header)) (int, []byte, error) {
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.doors[rand.IntN(len(p.doors))]+path, bytes.NewReader(body))
		if err != nil {
			return 0, nil, err
		}
		with(req.Header)
		resp, err := p.http.Do(req)
		if err == nil {
			answer, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if bytes.Contains(answer, []byte(`"spooled":`)) {
				p.spooled.Add(1)
			}
			if err == nil && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
				p.asked.Add(1)
				return resp.StatusCode, answer, nil
			}
		}
		p.pause(ctx)
	}
	return 0, nil, ctx.Err()
}

// publish publishes until the server has acknowledged it.
func (p *producers) publish(ctx context.Context, one parcel, body []byte, header http.Header) error {
	if len(one.flawed()) > 0 {
		p.note(p.parked, body)
	}
	for ctx.Err() == nil {
		m := nats.NewMsg(one.items[0].subject())
		m.Data = body
		for name, values := range header {
			m.Header.Set(name, values[0])
		}
		within, stop := context.WithTimeout(ctx, 3*time.Second)
		_, err := p.conn.JS().PublishMsg(within, m)
		stop()
		if err == nil {
			p.asked.Add(1)
			return nil
		}
		p.pause(ctx)
	}
	return errors.Join(ctx.Err(), errors.New("not published"))
}

// pause waits before something is sent again.
func (p *producers) pause(ctx context.Context) {
	p.repeat.Add(1)
	select {
	case <-time.After(50 * time.Millisecond):
	case <-ctx.Done():
	}
}

func (p *producers) note(in map[[32]byte]bool, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in[sha256.Sum256(body)] = true
}
