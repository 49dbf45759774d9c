package shard

import (
	"errors"
	"testing"
	"time"

	"tocsin/pkg/bus"
)

func TestASightKnowsItsLastBlindSpan(t *testing.T) {
	m := func(seq uint64, after time.Duration) bus.Meta {
		return bus.Meta{Sequence: seq, StoredAt: nine.Add(after)}
	}
	const gap = 2 * time.Minute
	for name, c := range map[string]struct {
		from  sight
		read  []bus.Meta
		want  sight
		times int
	}{
		"none while messages come": {
			read: []bus.Meta{m(5, 0), m(6, gap), m(7, gap)}, want: sight{position: 7, stamp: nine.Add(gap)},
		},
		"nothing was stored": {
			read:  []bus.Meta{m(5, 0), m(6, gap+1), m(7, gap+2)},
			want:  sight{7, nine.Add(gap + 2), nine, nine.Add(gap + 1), whySilent, 0},
			times: 1,
		},
		"messages are gone": {
			read:  []bus.Meta{m(5, 0), m(9, 1)},
			want:  sight{9, nine.Add(1), nine, nine.Add(1), whyGone, 3},
			times: 1,
		},
		"a loss ends with the first message": {
			from:  sight{since: nine, why: whyReplaced},
			read:  []bus.Meta{m(1, time.Hour), m(2, time.Hour)},
			want:  sight{2, nine.Add(time.Hour), nine, nine.Add(time.Hour), whyReplaced, 0},
			times: 1,
		},
		"an older span that is read again is not the last": {
			from: sight{since: nine.Add(time.Hour), until: nine.Add(2 * time.Hour), why: whySilent},
			read: []bus.Meta{m(5, 0), m(6, gap+1)},
			want: sight{6, nine.Add(gap + 1), nine.Add(time.Hour), nine.Add(2 * time.Hour), whySilent, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, times := c.from, 0
			for _, m := range c.read {
				if v.see(m, gap) {
					times++
				}
			}
			if v != c.want || times != c.times {
				t.Errorf("%+v, blind %d times; want %+v, %d", v, times, c.want, c.times)
			}
		})
	}
}

func TestAShardIsNotHeldUpByWhatItSaidItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	s := begin(t, w.conn, smallPolicy())
	unaware := s.sight
	for i, v := range []sight{{position: 7, stamp: nine}, {position: 8, stamp: nine}} {
		for range 2 { // the second time it does not know that the first was stored
			s.sight = unaware
			if err := s.saySight(t.Context(), &v, nine.Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatalf("position %d: %v", v.position, err)
			}
		}
		if err := s.readSight(t.Context()); err != nil || s.sight.Position != v.position {
			t.Errorf("it says position %d, want %d; %v", s.sight.Position, v.position, err)
		}
	}
	s.epoch--
	s.sight = unaware
	if err := s.saySight(t.Context(), &sight{position: 9}, nine.Add(time.Minute)); !errors.Is(err, ErrFenced) {
		t.Errorf("behind a newer owner: %v, want ErrFenced", err)
	}
}
