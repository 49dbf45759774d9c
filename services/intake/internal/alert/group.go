package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"tocsin/services/intake/internal/receive"
)

// A Group is a notification of several alerts, as Alertmanager writes it, and
// Grafana after it.
type Group struct {
	Version   string            `json:"version"`
	Key       string            `json:"groupKey"`
	Truncated int64             `json:"truncatedAlerts"`
	Alerts    []json.RawMessage `json:"alerts"`
}

// A Fired is one alert of a group.
type Fired struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
	Fingerprint string            `json:"fingerprint"`
}

// Group reads the alerts of a notification; why, which may be nil, names an alert that
// says nothing by the vendor's own words. It gives what they say and what was left
// out, each with a reason. An error says which part is not written as it should be.
func (a Account) Group(source string, g Group, received time.Time, why func(Fired) string) (said []receive.Signal, ignored []string, err error) {
	if len(g.Alerts) == 0 {
		ignored = append(ignored, fmt.Sprintf("group %.200s: no alert in it", g.Key))
	}
	if g.Truncated > 0 {
		ignored = append(ignored, fmt.Sprintf("group %.200s: the sender left %d alerts out; raise max_alerts of the receiver", g.Key, g.Truncated))
	}
	seen := map[string]bool{}
	for _, raw := range g.Alerts {
		var one Fired
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, nil, fmt.Errorf("alerts: %w", err)
		}
		if reason := one.silent(why); reason != "" {
			ignored = append(ignored, fmt.Sprintf("alert %.80s: %s", one.name(), reason))
			continue
		}
		al := one.alert(raw)
		signals, err := a.Signals(source, al, received)
		if err != nil {
			ignored = append(ignored, al.Why(err))
		}
		for _, s := range signals {
			if !seen[s.ID] {
				seen[s.ID] = true
				said = append(said, s)
			}
		}
	}
	return said, ignored, nil
}

// silent is why the alert says nothing, whatever its labels are.
func (f Fired) silent(why func(Fired) string) string {
	if f.Status != "firing" && f.Status != "resolved" {
		return fmt.Sprintf("its status is %.20q, neither firing nor resolved", f.Status)
	}
	if why == nil {
		return ""
	}
	return why(f)
}

// alert is it as all monitors' are read.
func (f Fired) alert(raw []byte) Alert {
	labels := map[string]string{}
	maps.Copy(labels, f.Labels)
	if ms := f.Annotations["latency_ms"]; ms != "" && labels["latency_ms"] == "" {
		labels["latency_ms"] = ms
	}
	var native map[string]any
	_ = json.Unmarshal(raw, &native) // it has been read once
	return Alert{
		ID: f.fingerprint(), Name: f.name(), Labels: labels, Ended: f.Status == "resolved",
		StartedAt: f.StartsAt, EndedAt: f.EndsAt, Native: native,
	}
}

func (f Fired) name() string {
	if name := f.Labels["alertname"]; name != "" {
		return name
	}
	return f.fingerprint()
}

// fingerprint is the vendor's, or where an old one sends none, a hash of the labels.
func (f Fired) fingerprint() string {
	if f.Fingerprint != "" {
		return f.Fingerprint
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(hash, "%q=%q\n", name, f.Labels[name])
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
