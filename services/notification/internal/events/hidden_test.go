package events

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tocsin/services/notification/internal/channel"
)

func TestWhatADestinationSaysBackHoldsNoLink(t *testing.T) {
	for _, text := range []string{
		`{"acknowledge":"https://tocsin.example/ack/AQ-_x9"}`, "400: see https://tocsin.example/ack/AQ-_x", `https:\/\/tocsin.example\/ack\/AQ-_x9`,
	} {
		if got := without(text); strings.Contains(got, "AQ-_") {
			t.Errorf("%q is recorded as %q", text, got)
		}
	}
	err := error(hidden{fmt.Errorf("post: %w", &channel.Refused{Err: errors.New("said https://tocsin.example/ack/AQ-_x9")})})
	var refused *channel.Refused
	if !errors.As(err, &refused) || strings.Contains(err.Error(), "AQ-_") {
		t.Errorf("%v", err)
	}
}
