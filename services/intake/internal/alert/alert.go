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
	ID string
	// What is the vendor's word for such a thing; "alert" if empty.
	What string
	// Name is what the vendor's people call it, or what it is about.
	Name string
	// Labels are what the vendor's people wrote on it; the package's comment says
	// which are read.
	Labels map[string]string
	// Prober is who saw it where no label says so; if empty, it is the label
	// instance, or the name.
	Prober string
	// Status is how the vendor says that it found things, if it says so by more
	// than a severity.
	Status receive.ProbeStatus
	// Changes says that the vendor tells when this begins and ends, having made sure
	// of it, and nothing while it lasts.
	Changes bool
	// Ended says that it has ended.
	Ended bool
	// StartedAt may be zero for one that ended at a time that is told.
	StartedAt time.Time
	// EndedAt may be zero for one that has ended: then it is when we heard of it.
	EndedAt time.Time
	// Native is what the house's expressions see: the vendor's alert, as JSON reads.
	Native map[string]any

	mapped map[string]string
}

// errNothing says that an alert is understood, and means nothing here.
var errNothing = errors.New("says that nothing is broken")

// Why names the alert with the reason for which it is left out.
func (a Alert) Why(reason error) string {
	what := a.What
	if what == "" {
		what = "alert"
	}
	return fmt.Sprintf("%s %.80s: %v", what, a.Name, reason)
}

// Heard is the time of something of which the vendor tells no time: the minute in
// which we were told, so that a second attempt at a delivery is mostly the same.
func Heard(received time.Time) time.Time { return received.UTC().Truncate(time.Minute) }

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

// told is when the alert said it: at its start or end. One that still lasts, if it is
// said again, says it once more: at the minute in which it was received, if that is a
// later one, or, where only changes are told, at its start, for then a second look
// had confirmed it.
func (a Alert) told(received time.Time, again bool) []telling {
	id := fit(a.ID, longestID) + "/"
	if !a.StartedAt.IsZero() {
		id += stamp(a.StartedAt) + "/"
	}
	switch {
	case a.Ended && a.EndedAt.IsZero():
		return []telling{{id + "resolved", received.UTC()}}
	case a.Ended:
		return []telling{{id + "resolved/" + stamp(a.EndedAt), a.EndedAt.UTC()}}
	}
	id += "firing"
	all := []telling{{id, a.StartedAt.UTC()}}
	switch minute := Heard(received); {
	case again && a.Changes:
		all = append(all, telling{id + "/confirmed", a.StartedAt.UTC()})
	case again && minute.After(a.StartedAt):
		all = append(all, telling{id + "/" + stamp(minute), minute})
	}
	return all
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (a Alert) prober() string {
	for _, v := range []string{a.label("prober"), a.Prober, a.label("instance"), a.Name} {
		if v != "" {
			return v
		}
	}
	return a.ID
}

// probeStatus is how the prober found the component.
func (a Alert) probeStatus() (receive.ProbeStatus, error) {
	if a.Ended {
		return receive.Up, nil
	}
	if said := receive.ProbeStatus(strings.ToUpper(a.own("status"))); said != "" {
		return said, nil
	}
	if a.Status != "" {
		return a.Status, nil
	}
	switch severity := word(a.label("severity")); severities[severity] {
	case "CRITICAL", "HIGH":
		return receive.Down, nil
	case "MEDIUM", "LOW":
		return receive.Degraded, nil
	case "NONE":
		return "", fmt.Errorf("its severity %q %w", severity, errNothing)
	default:
		if severity == "" {
			return receive.Down, nil
		}
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
	f := receive.SecurityFinding{Finding: fit(a.label("finding"), longestID), Status: strings.ToUpper(a.own("status"))}
	if f.Finding == "" {
		f.Finding = fit(a.ID, longestID)
	}
	if f.Status == "" {
		f.Status = "SUSPECTED"
	}
	if a.Ended {
		f.Status = "RESOLVED"
	}
	severity := word(a.label("severity"))
	switch f.Severity = severities[severity]; f.Severity {
	case "NONE":
		return nil, fmt.Errorf("its severity %q %w", severity, errNothing)
	case "":
		return nil, fmt.Errorf("its severity %.40q is none of low, medium, high, critical", severity)
	}
	return f, nil
}
