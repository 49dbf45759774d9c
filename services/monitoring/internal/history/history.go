package history

import (
	"fmt"
	"math"
	"slices"

	"tocsin/services/monitoring/internal/detect"
)

// Options say how a history is held.
type Options struct {
	// Memory is how many bytes may be held before they go to a temporary file;
	// zero: 192 MiB.
	Memory int
	// AsGiven keeps the order of Add.
	AsGiven bool
	// Create opens the temporary file; nil: a nameless one in os.TempDir.
	Create func() (File, error)
}

// Counts are the signals that Each leaves out.
type Counts struct {
	Duplicates  int // the same content as the one that stands
	Conflicting int // other content
}

// A History is a set of signals: Add them all, Seal it, then read Each.
type History struct {
	opts    Options
	seeds   seeds
	spill   *spill
	repeats repeats
	chunk   chunk
	runs    []section
	added   uint64
	dropped bitmap
	counts  Counts
}

// defaultMemory is Options.Memory where it is not given.
const defaultMemory = 192 << 20

// New begins a history that holds nothing.
func New(o Options) *History {
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	o.Memory = min(o.Memory, math.MaxInt32)
	h := &History{opts: o, seeds: newSeeds(), spill: &spill{create: o.Create}}
	h.repeats = repeats{spill: h.spill, asGiven: o.AsGiven}
	return h
}

// Batch is an empty batch for this history. Batches may be filled side by side.
func (h *History) Batch() *Batch { return &Batch{seeds: h.seeds, asGiven: h.opts.AsGiven} }

// Len is how many signals were added.
func (h *History) Len() int { return int(h.added) }

// Add takes over what a batch holds, and empties it for the next use.
func (h *History) Add(b *Batch) error {
	for i := range b.list {
		e := &b.list[i]
		if err := h.repeats.add(e, h.added); err != nil {
			return err
		}
		h.chunk.add(e, b.data[e.from:e.to])
		h.added++
		if h.chunk.size() >= h.opts.Memory/2 {
			if err := h.flush(); err != nil {
				return err
			}
		}
	}
	b.data, b.list = b.data[:0], b.list[:0]
	return nil
}

// flush writes the chunk as a run, sorted unless the order is kept.
func (h *History) flush() error {
	if len(h.chunk.places) == 0 {
		return nil
	}
	h.sort()
	w := h.spill.writer()
	for i := range h.chunk.places {
		p := &h.chunk.places[i]
		if err := w.record(h.chunk.first+uint64(p.nth), h.chunk.payload(p)); err != nil {
			return err
		}
	}
	run, err := w.end()
	if err != nil {
		return err
	}
	h.runs = append(h.runs, run)
	h.chunk.reset(h.added)
	return nil
}

func (h *History) sort() {
	if !h.opts.AsGiven {
		slices.SortFunc(h.chunk.places, h.chunk.compare)
	}
}

// Seal ends the adding and finds the repeats; step, if not nil, hears how far
// that is, in parts of a whole, and may end it with an error.
func (h *History) Seal(step func(done, total int) error) error {
	if len(h.runs) > 0 {
		if err := h.flush(); err != nil {
			return err
		}
		h.chunk = chunk{} // the memory is the reader's now
	}
	h.sort()
	for part := range parts {
		if step != nil {
			if err := step(part, parts); err != nil {
				return err
			}
		}
		if err := h.repeats.find(part, &h.dropped, &h.counts); err != nil {
			return err
		}
	}
	h.repeats = repeats{}
	return nil
}

// Counts are complete when Each has come to its end.
func (h *History) Counts() Counts { return h.counts }

// Close lets go of the temporary file.
func (h *History) Close() error { return h.spill.close() }

// A Batch is a number of signals on their way into a history.
type Batch struct {
	seeds   seeds
	asGiven bool
	data    []byte
	list    []entry
}

// An entry is where one signal stands in its batch, and what repeats are found by.
type entry struct {
	from, to int
	instant  instant
	key      key
	rank     rank
}

// Add writes a signal down, with bytes of the caller's that belong to it.
func (b *Batch) Add(s *detect.Signal, with []byte) {
	e := entry{from: len(b.data)}
	b.data = s.AppendContent(b.data)
	b.data = append(b.data, with...)
	e.to = len(b.data)
	e.instant = instant{s.At.Unix(), uint32(s.At.Nanosecond())}
	content := b.data[e.from:]
	e.key = b.seeds.key(content[:8+len(s.Source)+len(s.ID)])
	if e.rank = e.instant.rank(); b.asGiven {
		e.rank = b.seeds.content(content)
	}
	b.list = append(b.list, e)
}

// Len is how many signals the batch holds.
func (b *Batch) Len() int { return len(b.list) }

// damaged says that the temporary file does not hold what was written to it.
func damaged(err error) error {
	return fmt.Errorf("read the temporary file again: %w; the disk may be faulty, point TMPDIR to another and run it again", err)
}
