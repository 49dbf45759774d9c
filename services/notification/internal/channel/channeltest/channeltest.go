// Package channeltest is the conformance suite of all channels: what whoever
// delivers relies on, whatever the destination is.
package channeltest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Mood is how a destination behaves.
type Mood int

// The moods.
const (
	Takes  Mood = iota
	Fails       // a fault of its own, that passes
	Waits       // asks to come again after Pause
	Refuse      // for good
	Hangs       // takes the request and answers nothing until the caller leaves
)

// Pause is what a destination that Waits asks for.
const Pause = 7 * time.Second

// A Bench is a channel to a destination that the suite controls.
type Bench struct {
	Channel channel.Channel
	// Behave sets how the destination behaves from now on.
	Behave func(Mood)
	// Taken are the ids of the notifications that it took, in their order.
	Taken func() []string
	// Note is a notification that the channel is for; nil is Notification.
	Note func(id string) *notificationv1.Notification
}

func (b Bench) deliver(ctx context.Context, id string) (channel.Answer, error) {
	if b.Note == nil {
		b.Note = Notification
	}
	return b.Channel.Deliver(ctx, b.Note(id))
}

// Notification is one to deliver.
func Notification(id string) *notificationv1.Notification {
	return &notificationv1.Notification{
		Id: id, Audience: "leadership", Tenant: "acme", Case: "c-1", CaseVersion: 3, Kind: "approved", Language: "de",
		Title: "acme: genehmigt: Anmeldung über SSO nicht möglich", Body: "Zeile eins\n\nZeile „zwei“",
		At: timestamppb.New(time.Date(2026, 11, 20, 9, 41, 7, 0, time.UTC)),
	}
}

// Run holds a channel against what all channels promise.
func Run(t *testing.T, open func(*testing.T) Bench) {
	t.Run("what is taken arrives once under its id", func(t *testing.T) {
		b := open(t)
		answer, err := b.deliver(t.Context(), "n-1")
		if err != nil || answer.Text == "" || !slices.Equal(b.Taken(), []string{"n-1"}) {
			t.Errorf("answer %+v, %v; taken %q", answer, err, b.Taken())
		}
		if b.Channel.Name() == "" || b.Channel.Destination() == "" {
			t.Error("a channel names itself and its destination")
		}
	})
	t.Run("a repeat bears the same id", func(t *testing.T) {
		b := open(t)
		for range 2 {
			if _, err := b.deliver(t.Context(), "n-1"); err != nil {
				t.Error(err)
			}
		}
		if got := b.Taken(); !slices.Equal(got, []string{"n-1", "n-1"}) {
			t.Errorf("taken %q", got)
		}
	})
	t.Run("a passing fault may be tried again", func(t *testing.T) {
		b := open(t)
		b.Behave(Fails)
		_, err := b.deliver(t.Context(), "n-1")
		mayRetry(t, err)
		b.Behave(Takes)
		if _, err := b.deliver(t.Context(), "n-1"); err != nil || !slices.Equal(b.Taken(), []string{"n-1"}) {
			t.Errorf("%v; taken %q", err, b.Taken())
		}
	})
	t.Run("whoever asks to wait says how long", func(t *testing.T) {
		b := open(t)
		b.Behave(Waits)
		_, err := b.deliver(t.Context(), "n-1")
		var busy *channel.Busy
		if !errors.As(err, &busy) || busy.After < Pause-2*time.Second || busy.After > Pause {
			t.Errorf("error = %#v, want Busy for about %s", err, Pause)
		}
	})
	t.Run("a refusal is final and says why", func(t *testing.T) {
		b := open(t)
		b.Behave(Refuse)
		answer, err := b.deliver(t.Context(), "n-1")
		var refused *channel.Refused
		if !errors.As(err, &refused) || answer.Text == "" || len(b.Taken()) != 0 {
			t.Errorf("answer %+v, error %#v, taken %q", answer, err, b.Taken())
		}
	})
	t.Run("a destination that hangs is left when the context ends", func(t *testing.T) {
		b := open(t)
		b.Behave(Hangs)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := b.deliver(ctx, "n-1")
		mayRetry(t, err)
	})
	t.Run("many may deliver at once", func(t *testing.T) {
		b := open(t)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if _, err := b.deliver(t.Context(), "n-"+string(rune('a'+i))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		taken := b.Taken()
		slices.Sort(taken)
		if len(slices.Compact(taken)) != 8 {
			t.Errorf("taken %q", taken)
		}
	})
}

// mayRetry holds err to be one after which another attempt is made.
func mayRetry(t *testing.T, err error) {
	t.Helper()
	if err == nil || final(err) {
		t.Errorf("error = %#v, want one that may be tried again", err)
	}
}

// final says whether err ends all attempts.
func final(err error) bool { return errors.As(err, new(*channel.Refused)) }
