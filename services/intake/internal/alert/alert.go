package alert

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// An Alert is something that a monitor saw, in the vendor's words.
type Alert struct {
	// ID is the same for the same alert as long as it lasts, and when it comes back.
	ID   string
	Name string
	// Labels are what the vendor's people wrote on it; Account's comment says which
	// are read.
	Labels map[string]string
	// Ended says that it has ended.
	Ended     bool
	StartedAt time.Time
	// EndedAt may be zero for one that has ended: then it is when we heard of it.
	EndedAt time.Time
	// Native is what the house's expressions see: the vendor's alert, as JSON reads.
	Native map[string]any

	mapped map[string]string
}

// errNothing says that an alert is understood, and means nothing here.
var errNothing = errors.New("says that nothing is broken")

// own is a label that is ours alone to read.
func (a Alert) own(name string) string {
	if v := a.mapped[name]; v != "" {
		return v
	}
	return a.Labels["tocsin_"+name]
}

// label is a label that says something to us.
func (a Alert) label(name string) string {
	if v := a.own(name); v != "" {
		return v
	}
	return a.Labels[name]
}

// telling is one time at which an alert says what it says.
type telling struct {
	id string
	at time.Time
}

// told is when the alert said it: at its start or end, and while it fires, if it is
// said again, at the minute in which it was received, if that is a later one.
func (a Alert) told(received time.Time, again bool) []telling {
	id := a.ID + "/" + stamp(a.StartedAt) + "/"
	switch {
	case a.Ended && a.EndedAt.IsZero():
		return []telling{{id + "resolved", received.UTC()}}
	case a.Ended:
		return []telling{{id + "resolved/" + stamp(a.EndedAt), a.EndedAt.UTC()}}
	}
	id += "firing"
	all := []telling{{id, a.StartedAt.UTC()}}
	if minute := received.UTC().Truncate(time.Minute); again && minute.After(a.StartedAt) {
		all = append(all, telling{id + "/" + stamp(minute), minute})
	}
	return all
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (a Alert) prober() string {
	for _, name := range []string{"prober", "instance"} {
		if v := a.label(name); v != "" {
			return v
		}
	}
	return a.Name
}

// probeStatus is how the prober found the component.
func (a Alert) probeStatus() (receive.ProbeStatus, error) {
	if a.Ended {
		return receive.Up, nil
	}
	if said := receive.ProbeStatus(strings.ToUpper(a.own("status"))); said != "" {
		return said, nil
	}
	switch severity := strings.ToLower(a.label("severity")); severity {
	case "", "critical", "crit", "error", "high", "major", "page", "pager", "fatal", "emergency", "disaster", "p1", "p2", "sev1", "sev2":
		return receive.Down, nil
	case "warning", "warn", "medium", "moderate", "minor", "low", "ticket", "p3", "p4", "sev3", "sev4":
		return receive.Degraded, nil
	case "info", "informational", "none", "notice", "debug":
		return "", fmt.Errorf("its severity %q %w", severity, errNothing)
	default:
		return "", fmt.Errorf("its severity %.40q is not known; say tocsin_status DOWN or DEGRADED", severity)
	}
}

// latency is 0 where none is told.
func (a Alert) latency() float64 {
	ms, err := strconv.ParseFloat(a.label("latency_ms"), 64)
	if err != nil {
		return 0
	}
	return ms
}

func (a Alert) finding() (receive.Kind, error) {
	f := receive.SecurityFinding{Finding: a.label("finding"), Status: strings.ToUpper(a.own("status"))}
	if f.Finding == "" {
		f.Finding = a.ID
	}
	if f.Status == "" {
		f.Status = "SUSPECTED"
	}
	if a.Ended {
		f.Status = "RESOLVED"
	}
	switch severity := strings.ToLower(a.label("severity")); severity {
	case "low", "medium", "high", "critical":
		f.Severity = strings.ToUpper(severity)
	case "warning":
		f.Severity = "MEDIUM"
	default:
		return nil, fmt.Errorf("its severity %.40q is none of low, medium, high, critical", severity)
	}
	return f, nil
}
