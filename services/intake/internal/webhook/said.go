package webhook

import (
	"fmt"
	"time"

	"tocsin/services/intake/internal/alert"
)

// Ignored is a delivery that says nothing, for this reason.
func Ignored(format string, args ...any) Said {
	return Said{Ignored: []string{fmt.Sprintf(format, args...)}}
}

// One is a delivery of one alert at the door of that name.
func (a Account) One(door string, al alert.Alert, received time.Time) Said {
	signals, err := a.Alerts.Signals(a.From(door), al, received)
	if err != nil {
		return Said{Signals: signals, Ignored: []string{al.Why(err)}}
	}
	return Said{Signals: signals}
}

// Join is a delivery that says several things. What two of them say is said once.
func Join(all []Said) (out Said) {
	seen := map[string]bool{}
	for _, one := range all {
		for _, s := range one.Signals {
			if !seen[s.ID] {
				seen[s.ID] = true
				out.Signals = append(out.Signals, s)
			}
		}
		out.Tickets, out.Ignored = append(out.Tickets, one.Tickets...), append(out.Ignored, one.Ignored...)
	}
	return out
}
