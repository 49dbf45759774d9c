package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"tocsin/services/monitoring/internal/detect"
)

// A turn puts the signals of one instant, which come by source and id, in the
// order of a replay: successes at once, the others when the instant is over.
type turn struct {
	yield   func(*detect.Signal, []byte) error
	spill   *spill
	limit   int // how many bytes may wait in memory
	asGiven bool

	started bool
	instant instant
	last    []byte // the payload of the last one that stands
	named   int

	few  []waiting // the first that wait
	many []byte    // those after them, as written, each with its length before it
	away []section // and those before them, if they were too many
}

// waiting is a signal that is no success.
type waiting struct {
	signal detect.Signal
	with   []byte
}

// some is how many signals wait as they are.
const some = 64

// repeats reports whether a record has the instant, source and id of the last one.
func (t *turn) repeats(r *record) bool {
	return t.started && t.instant == r.instant && t.named == r.head.Named &&
		bytes.Equal(t.last[:t.named], r.payload[:t.named])
}

// take hands a signal on now, or lets it wait for the end of its instant.
func (t *turn) take(r *record, s *detect.Signal, with []byte) error {
	if t.asGiven {
		return t.yield(s, with)
	}
	if t.started && t.instant != r.instant {
		if err := t.end(); err != nil {
			return err
		}
	}
	t.started, t.instant, t.named = true, r.instant, r.head.Named
	t.last = append(t.last[:0], r.payload...)
	if s.Success() {
		return t.yield(s, with)
	}
	if len(t.few) < some {
		t.few = append(t.few, waiting{*s, bytes.Clone(with)})
		return nil
	}
	t.many = binary.AppendUvarint(t.many, uint64(len(r.payload)))
	t.many = append(t.many, r.payload...)
	if len(t.many) < t.limit {
		return nil
	}
	at, err := t.spill.append(t.many)
	t.away, t.many = append(t.away, at), t.many[:0]
	return err
}

// end hands on what waits.
func (t *turn) end() error {
	for i := range t.few {
		if err := t.yield(&t.few[i].signal, t.few[i].with); err != nil {
			return err
		}
	}
	t.few = t.few[:0]
	for _, at := range t.away {
		b := make([]byte, at.to-at.from)
		if _, err := t.spill.file.ReadAt(b, at.from); err != nil && !errors.Is(err, io.EOF) {
			return damaged(err)
		}
		if err := t.giveAll(b); err != nil {
			return err
		}
	}
	t.away = nil
	err := t.giveAll(t.many)
	t.many = t.many[:0]
	return err
}

func (t *turn) giveAll(b []byte) error {
	for len(b) > 0 {
		n, k := binary.Uvarint(b)
		s, with, err := detect.ParseContent(b[k : k+int(n)])
		if err != nil {
			return damaged(err)
		}
		if err := t.yield(&s, with); err != nil {
			return err
		}
		b = b[k+int(n):]
	}
	return nil
}
