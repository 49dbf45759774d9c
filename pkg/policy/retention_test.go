package policy_test

import (
	"errors"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

func TestAFileMaySayHowLongTextsAreKept(t *testing.T) {
	if p := policy.Default(); p.Retention.ClosedTicketDays != 0 {
		t.Errorf("the built-in policy keeps texts for %d days, want it to say nothing", p.Retention.ClosedTicketDays)
	}
	base := string(policy.Builtin())
	p, err := policy.Parse([]byte(base + "\nretention:\n  closed_ticket_days: 365\n"))
	if err != nil || p.Retention.ClosedTicketDays != 365 {
		t.Errorf("read is %v (%v), want 365 days", p, err)
	}
	line := strings.Count(base, "\n") + 3
	for _, tt := range []struct{ text, says string }{
		{"\nretention:\n  closed_ticket_days: -1\n", "retention.closed_ticket_days"},
		{"\nretention:\n  closed_ticket_days: soon\n", "retention.closed_ticket_days"},
		{"\nretention:\n  closed_days: 3\n", "retention.closed_days"},
	} {
		_, err := policy.Parse([]byte(base + tt.text))
		var invalid *policy.InvalidError
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), tt.says) || invalid.Problems[len(invalid.Problems)-1].Line < line-1 {
			t.Errorf("%q is refused with %v, want %s named with its line", tt.text, err, tt.says)
		}
	}
}
