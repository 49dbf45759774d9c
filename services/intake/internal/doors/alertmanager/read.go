package alertmanager

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/webhook"
)

type notification struct {
	Version   string            `json:"version"`
	GroupKey  string            `json:"groupKey"`
	Truncated int64             `json:"truncatedAlerts"`
	Alerts    []json.RawMessage `json:"alerts"`
}

// read reads a notification as signals, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	var n notification
	if err := json.Unmarshal(d.Body, &n); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	if n.Version != "4" {
		return webhook.Said{}, fmt.Errorf("%w: its version is %.20q; this door reads \"4\"", webhook.ErrBody, n.Version)
	}
	if n.Alerts == nil {
		return webhook.Said{}, fmt.Errorf("%w: it has no alerts", webhook.ErrBody)
	}
	var out webhook.Said
	if len(n.Alerts) == 0 {
		out.Ignored = append(out.Ignored, fmt.Sprintf("group %.200s: no alert in it", n.GroupKey))
	}
	if n.Truncated > 0 {
		out.Ignored = append(out.Ignored, fmt.Sprintf("group %.200s: Alertmanager left %d alerts out; raise max_alerts of the receiver", n.GroupKey, n.Truncated))
	}
	seen := map[string]bool{}
	for _, raw := range n.Alerts {
		var one fired
		if err := json.Unmarshal(raw, &one); err != nil {
			return webhook.Said{}, fmt.Errorf("%w: alerts: %w", webhook.ErrBody, err)
		}
		if one.Status != "firing" && one.Status != "resolved" {
			out.Ignored = append(out.Ignored, fmt.Sprintf("alert %.80s: its status is %.20q, neither firing nor resolved", one.name(), one.Status))
			continue
		}
		signals, err := a.Alerts.Signals(a.From("alertmanager"), one.alert(raw), d.Received)
		if err != nil {
			out.Ignored = append(out.Ignored, fmt.Sprintf("alert %.80s: %v", one.name(), err))
		}
		for _, s := range signals {
			if !seen[s.ID] {
				seen[s.ID] = true
				out.Signals = append(out.Signals, s)
			}
		}
	}
	return out, nil
}

// fired is one alert of a notification.
type fired struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
	Fingerprint string            `json:"fingerprint"`
}

// alert is it as all monitors' are read.
func (f fired) alert(raw []byte) alert.Alert {
	labels := map[string]string{}
	maps.Copy(labels, f.Labels)
	if ms := f.Annotations["latency_ms"]; ms != "" && labels["latency_ms"] == "" {
		labels["latency_ms"] = ms
	}
	var native map[string]any
	_ = json.Unmarshal(raw, &native) // it has been read once
	return alert.Alert{
		ID: f.fingerprint(), Name: f.name(), Labels: labels, Ended: f.Status == "resolved",
		StartedAt: f.StartsAt, EndedAt: f.EndsAt, Native: native,
	}
}

func (f fired) name() string {
	if name := f.Labels["alertname"]; name != "" {
		return name
	}
	return f.fingerprint()
}

// fingerprint is Alertmanager's, or where an old one sends none, a hash of the labels.
func (f fired) fingerprint() string {
	if f.Fingerprint != "" {
		return f.Fingerprint
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(hash, "%q=%q\n", name, f.Labels[name])
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
