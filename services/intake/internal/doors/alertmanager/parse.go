package alertmanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// ErrBody says that a body is not Alertmanager's webhook. Sending it again does
// not help.
var ErrBody = errors.New("alertmanager body not understood")

type notification struct {
	Version   string          `json:"version"`
	GroupKey  string          `json:"groupKey"`
	Truncated int64           `json:"truncatedAlerts"`
	Alerts    json.RawMessage `json:"alerts"`
}

// Parse reads a notification that was received at that time as signals, and names
// with a reason what of it was left out. Errors are ErrBody.
func (s Settings) Parse(body []byte, received time.Time) (signals []receive.Signal, ignored []string, err error) {
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if n.Version != "4" {
		return nil, nil, fmt.Errorf("%w: its version is %.20q; this door reads \"4\"", ErrBody, n.Version)
	}
	var alerts []alert
	if err := json.Unmarshal(n.Alerts, &alerts); err != nil {
		return nil, nil, fmt.Errorf("%w: alerts: %w", ErrBody, err)
	}
	if len(alerts) == 0 {
		ignored = append(ignored, fmt.Sprintf("group %.200s: no alert in it", n.GroupKey))
	}
	if n.Truncated > 0 {
		ignored = append(ignored, fmt.Sprintf("group %.200s: Alertmanager left %d alerts out; raise max_alerts of the receiver", n.GroupKey, n.Truncated))
	}
	seen := map[string]bool{}
	for _, a := range alerts {
		kind, err := s.kind(a)
		if err != nil {
			ignored = append(ignored, fmt.Sprintf("alert %.80s: %v", a.name(), err))
			continue
		}
		for _, told := range a.told(received) {
			signal := receive.Signal{ID: told.id, Source: s.source(), Tenant: a.label("tenant"), OccurredAt: told.at, Kind: kind}
			if reason := refused(signal); reason != "" {
				ignored = append(ignored, fmt.Sprintf("alert %.80s: %s", a.name(), reason))
				break
			}
			if !seen[told.id] {
				seen[told.id] = true
				signals = append(signals, signal)
			}
		}
	}
	return signals, ignored, nil
}

// refused is why the signal would be refused whatever the clock says.
func refused(s receive.Signal) string {
	var reasons []string
	for _, p := range receive.CheckSignal(s, s.OccurredAt) {
		reasons = append(reasons, p.Field+" "+p.Reason)
	}
	return strings.Join(reasons, "; ")
}

// kind is what the alert says, or why it says nothing here.
func (s Settings) kind(a alert) (receive.Kind, error) {
	if a.Status != "firing" && a.Status != "resolved" {
		return nil, fmt.Errorf("its status is %.20q, neither firing nor resolved", a.Status)
	}
	if a.StartsAt.IsZero() {
		return nil, errors.New("it does not say when it began")
	}
	kind := a.Labels["tocsin_kind"]
	if k := a.Labels["kind"]; kind == "" && (k == "probe" || k == "security_finding") {
		kind = k // others use "kind" for what is ours to say only by these two words
	}
	switch kind {
	case "", "probe":
		return s.probe(a)
	case "security_finding":
		return a.finding()
	}
	return nil, fmt.Errorf("an alert cannot say a signal of kind %.40q", kind)
}

func (s Settings) probe(a alert) (receive.Kind, error) {
	component := a.label("component")
	if component == "" {
		component = s.Components[a.Labels["alertname"]]
	}
	if component == "" {
		return nil, errors.New("it names no component; give it a label component, or map its alertname in the settings")
	}
	status, err := a.probeStatus()
	if err != nil {
		return nil, err
	}
	return receive.Probe{
		Component: component, Prober: a.prober(), Region: a.label("region"), Status: status, LatencyMS: a.latency(),
	}, nil
}
