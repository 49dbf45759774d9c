package topology

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func TestWhatApplyGivesDiffersInNothing(t *testing.T) {
	for _, s := range Streams() {
		is := s.config(3)
		for _, limit := range []*int64{&is.MaxBytes, &is.MaxMsgsPerSubject, &is.MaxMsgs} { // as a server says none
			if *limit == 0 {
				*limit = -1
			}
		}
		if found := s.Differs(is); len(found) > 0 {
			t.Errorf("%s: %q", s.Name, found)
		}
	}
	for _, c := range Consumers() {
		if found := c.Differs(c.config()); len(found) > 0 {
			t.Errorf("%s: %q", c.Name, found)
		}
	}
}

func TestWhatWasChangedByHandIsNamed(t *testing.T) {
	for want, change := range map[string]func(*jetstream.StreamConfig){
		"retention is Limits, not WorkQueue": func(c *jetstream.StreamConfig) { c.Retention = jetstream.LimitsPolicy },
		"max bytes is 5, not 4294967296":     func(c *jetstream.StreamConfig) { c.MaxBytes = 5 },
		"max age is 1h0m0s, not 0s":          func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour },
		"subjects is [a.*], not [":           func(c *jetstream.StreamConfig) { c.Subjects = []string{"a.*"} },
	} {
		is := Ingress.config(1)
		change(&is)
		if found := Ingress.Differs(is); len(found) != 1 || !strings.HasPrefix(found[0], want) {
			t.Errorf("%q, want %q", found, want)
		}
	}
	is := ReviewOnTicketAssessed.config()
	is.AckWait = time.Minute
	if found := ReviewOnTicketAssessed.Differs(is); len(found) != 1 || found[0] != "wait for acknowledgements is 1m0s, not 10s" {
		t.Errorf("%q", found)
	}
}
