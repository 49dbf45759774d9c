package alertmanager

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// An alert is one alert of a notification.
type alert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
	Fingerprint string            `json:"fingerprint"`
}

// label is a label that says something to us.
func (a alert) label(name string) string {
	if v := a.Labels["tocsin_"+name]; v != "" {
		return v
	}
	return a.Labels[name]
}

func (a alert) name() string {
	if name := a.Labels["alertname"]; name != "" {
		return name
	}
	return a.fingerprint()
}

// fingerprint is Alertmanager's, or where an old one sends none, a hash of the labels.
func (a alert) fingerprint() string {
	if a.Fingerprint != "" {
		return a.Fingerprint
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(a.Labels)) {
		fmt.Fprintf(hash, "%q=%q\n", name, a.Labels[name])
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// telling is one time at which an alert says what it says.
type telling struct {
	id string
	at time.Time
}

// told is when the alert said it: at its start or end, and while it fires at the
// minute in which it was received, if that is a later one. An end that is not
// told is when we heard of it.
func (a alert) told(received time.Time) []telling {
	id := a.fingerprint() + "/" + stamp(a.StartsAt) + "/" + a.Status
	switch {
	case a.Status == "resolved" && a.EndsAt.IsZero():
		return []telling{{id, received.UTC()}}
	case a.Status == "resolved":
		return []telling{{id + "/" + stamp(a.EndsAt), a.EndsAt.UTC()}}
	}
	all := []telling{{id, a.StartsAt.UTC()}}
	if minute := received.UTC().Truncate(time.Minute); minute.After(a.StartsAt) {
		all = append(all, telling{id + "/" + stamp(minute), minute})
	}
	return all
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func (a alert) prober() string {
	for _, name := range []string{"prober", "instance"} {
		if v := a.label(name); v != "" {
			return v
		}
	}
	return a.name()
}

// probeStatus is how the prober found the component.
func (a alert) probeStatus() (receive.ProbeStatus, error) {
	if a.Status == "resolved" {
		return receive.Up, nil
	}
	if said := receive.ProbeStatus(strings.ToUpper(a.Labels["tocsin_status"])); said != "" {
		return said, nil
	}
	switch severity := strings.ToLower(a.label("severity")); severity {
	case "", "critical", "crit", "error", "high", "major", "page", "pager", "fatal", "emergency", "disaster", "p1", "p2", "sev1", "sev2":
		return receive.Down, nil
	case "warning", "warn", "medium", "moderate", "minor", "low", "ticket", "p3", "p4", "sev3", "sev4":
		return receive.Degraded, nil
	case "info", "informational", "none", "notice", "debug":
		return "", fmt.Errorf("its severity %q says that nothing is broken", severity)
	default:
		return "", fmt.Errorf("its severity %.40q is not known; say tocsin_status DOWN or DEGRADED", severity)
	}
}

// latency is 0 where none is told.
func (a alert) latency() float64 {
	said := a.label("latency_ms")
	if said == "" {
		said = a.Annotations["latency_ms"]
	}
	ms, err := strconv.ParseFloat(said, 64)
	if err != nil {
		return 0
	}
	return ms
}

func (a alert) finding() (receive.Kind, error) {
	f := receive.SecurityFinding{Finding: a.label("finding"), Status: strings.ToUpper(a.Labels["tocsin_status"])}
	if f.Finding == "" {
		f.Finding = a.fingerprint()
	}
	if f.Status == "" {
		f.Status = "SUSPECTED"
	}
	if a.Status == "resolved" {
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
