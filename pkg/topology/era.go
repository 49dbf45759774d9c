package topology

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// An Era is what a consumer's filters were up to a message of its stream.
type Era struct {
	// Until is the sequence of the era's last message.
	Until   uint64
	Filters []string
}

// Eras are those of one consumer, oldest first; the last one is now and has no end.
//
// A server passes over what does not match a consumer's filters, but how far it
// got it knows only until it stops. After that, a filter that was widened hands
// out what stood there before it was. So what the filters were, and until when,
// is written beside them, in one step with the change.
type Eras []Era

// Now says whether the filters, as they are, match a subject.
func (e Eras) Now(subject string) bool {
	return len(e) > 0 && matchAny(e[len(e)-1].Filters, subject)
}

// Want says whether a message was to be handed out when it was stored, and since
// then always: what a change took away, no later change brings back.
func (e Eras) Want(subject string, sequence uint64) bool {
	for _, era := range e {
		if sequence <= era.Until && !matchAny(era.Filters, subject) {
			return false
		}
	}
	return len(e) > 0
}

// then ends the last era at a message and begins another. What the consumer has
// done with up to its floor needs none. An era in which nothing came still takes away
// what waits from before.
func (e Eras) then(last, floor uint64, filters []string) Eras {
	var all Eras
	for _, era := range e {
		era.Until = min(era.Until, last)
		same := func(e Era) bool { return e.Until == era.Until && slices.Equal(e.Filters, era.Filters) }
		if era.Until > floor && !slices.ContainsFunc(all, same) {
			all = append(all, era)
		}
	}
	all = append(all, Era{math.MaxUint64, filters})
	for len(all) > 1 && all.size() > mostNoted { // rather old news than none
		all = all[1:]
	}
	return all
}

// mostNoted is how many bytes a consumer's eras may have; a server takes 128 KiB.
const mostNoted = 64 << 10

func (e Eras) size() (n int) {
	for key, value := range e.noted() {
		n += len(key) + len(value)
	}
	return n
}

// eraUntil begins the keys under which a consumer's metadata has its eras; of several
// that end at one message, a number ends those of all but the first.
const eraUntil = "tocsin-until-"

// noted are all eras but the last, which the filters are, as metadata.
func (e Eras) noted() map[string]string {
	m := map[string]string{}
	for _, era := range e[:len(e)-1] {
		until := eraUntil + strconv.FormatUint(era.Until, 10)
		key := until
		for n := 2; m[key] != ""; n++ {
			key = until + "-" + strconv.Itoa(n)
		}
		m[key] = strings.Join(era.Filters, " ")
	}
	return m
}

// erasOf are those of a consumer that the server holds.
func erasOf(is jetstream.ConsumerConfig) Eras {
	e := Eras{{math.MaxUint64, is.FilterSubjects}}
	if is.FilterSubject != "" {
		e[0].Filters = []string{is.FilterSubject}
	}
	for key, value := range is.Metadata {
		at, _, _ := strings.Cut(strings.TrimPrefix(key, eraUntil), "-")
		until, err := strconv.ParseUint(at, 10, 64)
		if strings.HasPrefix(key, eraUntil) && err == nil {
			e = append(e, Era{until, strings.Fields(value)})
		}
	}
	slices.SortFunc(e, func(a, b Era) int {
		return cmp.Or(cmp.Compare(a.Until, b.Until), slices.Compare(a.Filters, b.Filters))
	})
	return e
}

// Eras are those of a consumer that the server holds.
func (c Consumer) Eras(ctx context.Context, js jetstream.JetStream) (Eras, error) {
	is, err := js.Consumer(ctx, c.Stream.Name, c.Name)
	if err != nil {
		return nil, fmt.Errorf("look up consumer %s on %s: %w", c.Name, c.Stream.Name, err)
	}
	return erasOf(is.CachedInfo().Config), nil
}

// Refilter is Apply for a consumer whose filters may have been others, and that is
// Seldom. Its reader goes by the eras: what they do not want it leaves, for it is
// older than the filter that matches it.
func (c Consumer) Refilter(ctx context.Context, js jetstream.JetStream) (Eras, error) {
	is, err := js.Consumer(ctx, c.Stream.Name, c.Name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return erasOf(c.config()), c.apply(ctx, js)
	}
	if err != nil {
		return nil, fmt.Errorf("look up consumer %s on %s: %w", c.Name, c.Stream.Name, err)
	}
	info, want := is.CachedInfo(), c.config()
	eras, now := erasOf(info.Config), erasOf(want)[0].Filters
	same := slices.Equal(slices.Sorted(slices.Values(eras[len(eras)-1].Filters)), slices.Sorted(slices.Values(now)))
	if same && len(c.Differs(info.Config)) == 0 {
		return eras, nil
	}
	if !same {
		s, err := js.Stream(ctx, c.Stream.Name) // which asks how far it is
		if err != nil {
			return nil, fmt.Errorf("look up stream %s: %w", c.Stream.Name, err)
		}
		eras = eras.then(s.CachedInfo().State.LastSeq, info.AckFloor.Stream, now)
	}
	want.Metadata = eras.noted()
	if _, err := js.CreateOrUpdateConsumer(ctx, c.Stream.Name, want); err != nil {
		return nil, fmt.Errorf("change consumer %s on %s: %w", c.Name, c.Stream.Name, err)
	}
	return eras, nil
}

// matchAny says whether one of the filters matches a subject; none matches all. The
// wildcard of the filters that consumers have here is *, for one token.
func matchAny(filters []string, subject string) bool {
	return len(filters) == 0 || slices.ContainsFunc(filters, func(f string) bool { return match(f, subject) })
}

func match(filter, subject string) bool {
	for {
		want, rest, more := strings.Cut(filter, ".")
		is, behind, further := strings.Cut(subject, ".")
		if want != "*" && want != is || more != further {
			return false
		}
		if !more {
			return true
		}
		filter, subject = rest, behind
	}
}
