package otlp

import (
	"fmt"
	"strings"

	"tocsin/services/intake/internal/receive"
)

// Logs are what the log records of a request say.
type Logs struct {
	Signals []receive.Signal
	// Rejected is how many log records are left out.
	Rejected int64
	// Missed are those of them that mean to say something, and why they do not, up to a
	// bound: a change of the account's words may mend them.
	Missed Missed

	reasons []string
	counts  map[string]int64
	other   int64 // records with a reason that is not listed
}

// maxReasons is how many different reasons are told.
const maxReasons = 10

// Reject counts a log record that is left out for this reason.
func (l *Logs) Reject(reason string) {
	l.Rejected++
	switch {
	case l.counts[reason] > 0:
	case len(l.reasons) == maxReasons:
		l.other++
		return
	default:
		l.reasons = append(l.reasons, reason)
	}
	if l.counts == nil {
		l.counts = map[string]int64{}
	}
	l.counts[reason]++
}

// Reasons says why records were left out, each reason once with their number; of a
// request without records, that there was none.
func (l *Logs) Reasons() []string {
	var all []string
	for _, reason := range l.reasons {
		all = append(all, fmt.Sprintf("%s: %s", records(l.counts[reason]), reason))
	}
	if l.other > 0 {
		all = append(all, records(l.other)+": other reasons")
	}
	if len(all) == 0 && len(l.Signals) == 0 {
		all = append(all, "no log record in it")
	}
	return all
}

// Message is the reasons as one sentence; empty if nothing was left out.
func (l *Logs) Message() string {
	if l.Rejected == 0 {
		return ""
	}
	return records(l.Rejected) + " left out; " + strings.Join(l.Reasons(), "; ")
}

func records(n int64) string {
	if n == 1 {
		return "1 log record"
	}
	return fmt.Sprint(n, " log records")
}
