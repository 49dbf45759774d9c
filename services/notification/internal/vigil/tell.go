package vigil

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/post"
	"tocsin/services/notification/internal/pulse"
	"tocsin/services/notification/internal/route"
)

const (
	// beating is how long a third party may take to answer: the next look waits for it.
	beating = 5 * time.Second
	// settling is how long something has to be wrong before a third party hears of
	// it: parts that start one after the other alarm nobody.
	settling = time.Minute
)

// tell tells of silences and of their ends.
func (v *Vigil) tell(ctx context.Context) error {
	var errs []error
	for _, n := range v.last.state.News() {
		if err := v.Teller.OnSilence(ctx, n, v.last.state.At); err != nil {
			errs = append(errs, err)
			continue
		}
		v.last.state.Told(n)
	}
	return errors.Join(errs...)
}

// call sends a heartbeat to each destination that wants one and was told nothing
// for long, outside its quiet hours. What is just being told to all comes first.
func (v *Vigil) call(ctx context.Context, f *route.File) error {
	s := &v.last.state
	var errs []error
	for _, d := range s.Destinations {
		of := f.Destinations[d.Name]
		if of.Heartbeat == 0 || !d.Idle(s.At, of.Heartbeat) {
			continue
		}
		if of.Quiet != nil {
			if _, quiet := of.Quiet.Cover(s.At); quiet {
				continue
			}
		}
		h := deliver.Heart{
			Destination: d.Name, Mark: strconv.FormatUint(d.Mark, 10) + "/" + d.CalledAt.UTC().Format(time.RFC3339),
			At: s.At, ToldAt: d.HeardAt, Well: len(s.Troubles) == 0,
		}
		for _, list := range [][]pulse.Voice{s.Sources, s.Destinations} {
			for _, other := range list {
				if other.Silent {
					h.Silent = append(h.Silent, other.Name)
				}
			}
		}
		for _, source := range s.Sources {
			if !source.Silent && source.Mark > 0 {
				h.Sources++
			}
		}
		if err := v.Teller.OnHeart(ctx, h); err != nil {
			errs = append(errs, err)
			continue
		}
		s.Called(d.Name, s.At)
	}
	return errors.Join(errs...)
}

// due says whether a beat is to go out: in its time, and while something is wrong
// only where the third party is to hear that, and not at once.
func (v *Vigil) due(f *route.File, k known) bool {
	if f.Heartbeats == nil || f.Heartbeats.Beat == nil {
		return false
	}
	b := f.Heartbeats.Beat
	ago := k.state.At.Sub(k.beat.at)
	fails := b.Fail && k.state.At.Sub(v.wrongSince) >= settling
	return (ago < 0 || ago >= b.Every) && (len(k.state.Troubles) == 0 || fails)
}

// beat tells a third party that all is well, or what is not.
func (v *Vigil) beat(ctx context.Context, b *route.Beat) error {
	below, text := "", "all is well"
	if len(v.last.state.Troubles) > 0 {
		below, text = "fail", wrongOf(v.last.state)
	}
	to, err := post.To(b.URL)
	if err != nil {
		return fmt.Errorf("heartbeats.beat: %w", err)
	}
	method := b.Method
	if method == "" {
		method = http.MethodGet
	}
	ctx, cancel := context.WithTimeout(ctx, beating)
	defer cancel()
	answer, err := to.Call(ctx, method, below, text)
	v.last.beat.answer = answer.Text
	if err != nil {
		return fmt.Errorf("send the outgoing heartbeat: %w", err)
	}
	return nil
}

// say logs once what has kept the whole way from being well for a while, and that
// it is well again.
func (v *Vigil) say(s pulse.State) {
	kinds := ""
	for _, t := range s.Troubles {
		kinds += t.What + " " + t.Who + ";"
	}
	switch {
	case kinds == "":
		if v.wrong != "" {
			v.Log.Info("the whole way is well again")
		}
		v.wrong, v.wrongSince = "", time.Time{}
		return
	case v.wrongSince.IsZero():
		v.wrongSince = s.At
	}
	if kinds != v.wrong && s.At.Sub(v.wrongSince) >= settling {
		v.Log.Warn("the whole way is not well", "wrong", wrongOf(s))
		v.wrong = kinds
	}
}

func wrongOf(s pulse.State) string {
	list := make([]string, len(s.Troubles))
	for i, t := range s.Troubles {
		list[i] = t.String()
	}
	return strings.Join(list, "\n")
}
