package lines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Longest is how many bytes a line may have.
const Longest = 4 << 20

const (
	// together is about how many bytes one worker reads at a time.
	together = 256 << 10
	// most is how many bad lines are counted before the reading is given up.
	most = 1000
)

// A Sink takes what was read, in the order of the lines. A ticket event comes
// as a signal of no kind, with the event itself in the wire format.
type Sink[B any] struct {
	// Batch makes an empty batch; Put adds to one, on any goroutine.
	Batch func() B
	Put   func(b B, s *detect.Signal, ticket []byte)
	// Take takes over what a batch holds; the batch is used again then.
	Take func(b B) error
}

// Bad says which lines are no events. Nothing mends them but the one who wrote them.
type Bad struct {
	Line  int   // the first of them
	Err   error // what is wrong with it
	Lines int   // how many there are, Longest of lines included
	More  bool  // at least so many: the rest was not read
}

func (b *Bad) Error() string {
	text := fmt.Sprintf("line %d: %v; mend it or leave it out and run it again", b.Line, b.Err)
	switch {
	case b.More && b.Lines > 1:
		text += fmt.Sprintf(" (at least %d lines are no events)", b.Lines)
	case b.Lines > 1:
		text += fmt.Sprintf(" (%d lines in all are no events)", b.Lines)
	}
	return text
}

// Unwrap gives what is wrong with the first bad line.
func (b *Bad) Unwrap() error { return b.Err }

// A job is a part of the input on its way through a worker.
type job[B any] struct {
	text  []byte
	first int // the number of its first line
	batch B
	bad   []badLine
	done  chan struct{}
}

type badLine struct {
	number int
	err    error
}

// Read reads all lines into the sink; progress, if not nil, hears how many lines
// were read. A line that is no event makes it return *Bad at the end.
func Read[B any](ctx context.Context, in io.Reader, to Sink[B], progress func(lines int)) error {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	p := &parts[B]{
		in: in, free: make(chan *job[B], 3*workers),
		todo: make(chan *job[B], 3*workers), inOrder: make(chan *job[B], 3*workers),
	}
	for range 3 * workers {
		p.free <- &job[B]{batch: to.Batch(), done: make(chan struct{}, 1)}
	}
	for range workers {
		work.Go(func() { p.work(ctx, to.Put) })
	}
	go p.cut(ctx) // if the context ends it is not waited for: the input may keep it as long as it likes
	return p.collect(ctx, to.Take, progress)
}

// parts is the input on its way: cut into jobs, read by workers, collected in order.
type parts[B any] struct {
	in                  io.Reader
	free, todo, inOrder chan *job[B]
	err                 error // why the reading ended, once inOrder is closed
	lines               int
}

// cut makes jobs of whole lines until the input ends.
func (p *parts[B]) cut(ctx context.Context) {
	defer close(p.inOrder)
	defer close(p.todo)
	var rest []byte // the beginning of a line
	for ended := false; !ended; {
		var j *job[B]
		select {
		case <-ctx.Done():
			return
		case j = <-p.free:
		}
		j.text = append(j.text[:0], rest...)
		if rest, ended, p.err = p.fill(j); p.err != nil {
			return
		}
		j.first = p.lines + 1
		p.lines += bytes.Count(j.text, []byte{'\n'})
		p.inOrder <- j // never full: there are not more jobs
		p.todo <- j
	}
}

// work reads jobs until there are no more.
func (p *parts[B]) work(ctx context.Context, put func(B, *detect.Signal, []byte)) {
	for {
		select {
		case <-ctx.Done():
			return
		case j, more := <-p.todo:
			if !more {
				return
			}
			j.read(put)
			j.done <- struct{}{}
		}
	}
}

// fill reads whole lines into a job, and gives what came after them.
func (p *parts[B]) fill(j *job[B]) (rest []byte, ended bool, err error) {
	for {
		from := len(j.text)
		if cap(j.text)-from < together {
			j.text = append(make([]byte, 0, from+2*together), j.text...)
		}
		n, err := p.in.Read(j.text[from : from+together])
		j.text = j.text[:from+n]
		end := bytes.LastIndexByte(j.text, '\n') + 1
		switch {
		case errors.Is(err, io.EOF):
			return nil, true, nil
		case err != nil:
			return nil, true, fmt.Errorf("line %d: read the input: %w", p.lines+bytes.Count(j.text, []byte{'\n'})+1, err)
		case end > 0 && len(j.text) >= together/2:
			rest := bytes.Clone(j.text[end:])
			j.text = j.text[:end]
			return rest, false, nil
		case end == 0 && len(j.text) > Longest:
			return nil, true, &Bad{Line: p.lines + 1, Err: tooLong(), Lines: 1, More: true}
		}
	}
}

func tooLong() error { return fmt.Errorf("it is longer than %d bytes", Longest) }

// collect takes over the batches in the order of the lines. After a bad line it
// only counts.
func (p *parts[B]) collect(ctx context.Context, take func(B) error, progress func(int)) error {
	var bad *Bad
	for {
		j := p.next(ctx)
		if j == nil {
			break
		}
		for _, b := range j.bad {
			if bad == nil {
				bad = &Bad{Line: b.number, Err: b.err}
			}
			if bad.Lines++; bad.Lines == most {
				bad.More = true
				return bad
			}
		}
		if bad == nil {
			if err := take(j.batch); err != nil {
				return err
			}
		}
		if progress != nil {
			progress(j.first + bytes.Count(j.text, []byte{'\n'}) - 1)
		}
		p.free <- j
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case bad != nil:
		return bad
	}
	return p.err
}

// next is the next job that is done, in the order of the lines; nil if the
// input or the context has ended.
func (p *parts[B]) next(ctx context.Context) *job[B] {
	select {
	case <-ctx.Done():
		return nil
	case j, more := <-p.inOrder:
		if !more {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-j.done:
			return j
		}
	}
}

// read reads the lines of a job into its batch.
func (j *job[B]) read(put func(B, *detect.Signal, []byte)) {
	j.bad = j.bad[:0]
	number := j.first - 1
	for line := range bytes.Lines(j.text) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if len(line) > Longest {
			j.bad = append(j.bad, badLine{number, tooLong()})
			continue
		}
		if s, ok := plain(string(line)); ok {
			put(j.batch, &s, nil)
			continue
		}
		s, ticket, err := other(line)
		if err != nil {
			j.bad = append(j.bad, badLine{number, err})
			continue
		}
		put(j.batch, &s, ticket)
	}
}

// other reads a line of any form.
func other(line []byte) (detect.Signal, []byte, error) {
	if forms.IsTicketEvent(line) {
		var ev ingressv1.TicketEvent
		if err := forms.JSON(line, &ev); err != nil {
			return detect.Signal{}, nil, err
		}
		wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(&ev)
		return detect.Signal{Source: detect.TicketEvents + ev.GetSource(), ID: ev.GetId(), Tenant: ev.GetTenant(), At: ev.GetOccurredAt().AsTime()}, wire, err
	}
	var s ingressv1.Signal
	if err := forms.JSON(line, &s); err != nil {
		return detect.Signal{}, nil, err
	}
	return events.Signal(&s), nil, nil
}
