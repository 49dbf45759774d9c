package otlp

import (
	"errors"
	"fmt"
	"strings"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// Read reads the log records of a request. Errors are webhook.ErrBody.
func Read(d webhook.Delivery, a webhook.Account) (Logs, error) {
	req, err := request(d.Body)
	if err != nil {
		return Logs{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	a.Alerts.Missed = nil // Missed of Logs hears of it
	var out Logs
	seen := map[string]bool{}
	for r := range all(req) {
		r.attributes = attributes(r.record.GetAttributes())
		s, err := signal(r, d, a)
		if err != nil {
			out.Reject(err.Error())
			out.Missed.add(r, err)
			continue
		}
		if key := s.Source + "\x00" + s.ID; !seen[key] {
			seen[key] = true
			out.Signals = append(out.Signals, s)
		}
	}
	return out, nil
}

// errNothing is said of most logs.
var errNothing = errors.New("says nothing of ours: it has neither tocsin.kind nor tocsin.component, and no expression of the account makes a signal of it")

// signal is what a record says.
func signal(r record, d webhook.Delivery, a webhook.Account) (receive.Signal, error) {
	s := receive.Signal{Source: r.source(a), Tenant: r.text("tocsin.tenant"), OccurredAt: r.occurred(d.Received)}
	kind := r.text("tocsin.kind")
	if name, ours := strings.CutPrefix(r.event(), "tocsin."); kind == "" && ours {
		kind = name
	}
	switch said := r.below("tocsin." + kind + "."); {
	case kind != "" && (len(said) > 0 || kind != "probe" && kind != "security_finding"):
		if body, is := value(r.record.GetBody(), maxDepth).(map[string]any); is {
			said = merged(said, body)
		}
		var err error
		if s.Kind, err = kindOf(kind, said); err != nil {
			return s, err
		}
		s.ID = r.id()
	case kind != "" || a.Alerts.Map != nil || r.named("tocsin.component") != nil:
		return r.alerted(s, kind, a.Alerts)
	default:
		return s, errNothing
	}
	var reasons []string
	for _, p := range receive.CheckSignal(s, s.OccurredAt) {
		reasons = append(reasons, p.Field+" "+p.Reason)
	}
	if len(reasons) > 0 {
		return s, errors.New(strings.Join(reasons, "; "))
	}
	return s, nil
}

// source is who says it.
func (r record) source(a webhook.Account) string {
	for _, name := range []string{r.text("tocsin.source"), a.Source, r.text("service.name")} {
		if name != "" {
			return name
		}
	}
	return "otlp"
}

// alerted is what a record says as a monitor's alert: a probe, a finding, or what the
// account's expressions make of it.
func (r record) alerted(s receive.Signal, kind string, a alert.Account) (receive.Signal, error) {
	says := kind != "" || r.named("tocsin.component") != nil
	al := alert.Alert{ID: r.id(), Prober: s.Source, Labels: map[string]string{"severity": r.severity()}, StartedAt: s.OccurredAt}
	if says { // else its name alone says nothing: any service has a log
		al.Name = r.event()
	}
	for name, v := range r.below("tocsin.") {
		if t := text(v); t != "" {
			al.Labels["tocsin_"+name] = t
		}
	}
	if house := a.Map; house != nil {
		al.Native = r.native(s.OccurredAt)
		a.Map = func(it map[string]any) (alert.Mapped, error) {
			m, err := house(it)
			says = says || err != nil || m.Kind != nil || m.Ignore != "" || m.Labels["component"] != ""
			return m, err
		}
	}
	// Heard when it happened: it is said once, not again while it lasts.
	signals, err := a.Signals(s.Source, al, s.OccurredAt)
	switch {
	case !says:
		return s, errNothing
	case err != nil:
		return s, err
	case len(signals) == 0:
		return s, errNothing
	}
	signals[0].ID = r.id()
	return signals[0], nil
}
