package alert

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// An Account says how one account of a monitor is read. The zero value works.
type Account struct {
	// Components gives an alert's name its component, for alerts without the label;
	// capitals, and what stands between words, make no difference.
	Components map[string]string
	// Map says what the house's own expressions make of an alert, by what the
	// vendor says of it; nil says nothing.
	Map func(native map[string]any) (Mapped, error)
	// Missed hears of an alert that is left out because neither it nor the account
	// says what it means, with the reason; nil hears nothing. It changes nothing.
	Missed func(reason string)
}

// Mapped is what the house's expressions make of an alert. What is empty is left
// as the vendor has it.
type Mapped struct {
	// Labels go before the alert's own.
	Labels map[string]string
	// Kind is what the alert says, whole, where it is neither a probe nor a finding.
	Kind receive.Kind
	// Ignore leaves the alert out, for this reason.
	Ignore string
}

// Signals are what an alert that was received at that time says; or why it says
// nothing here.
func (a Account) Signals(source string, al Alert, received time.Time) ([]receive.Signal, error) {
	var m Mapped
	if a.Map != nil {
		var err error
		if m, err = a.Map(al.Native); err != nil {
			return nil, a.missed(al, err)
		}
		if m.Ignore != "" {
			return nil, errors.New(m.Ignore)
		}
	}
	signals, err := a.signals(source, al, m, received)
	if err != nil && !errors.Is(err, errNothing) {
		err = a.missed(al, err)
	}
	return signals, err
}

// missed is an error that the account's words would mend.
func (a Account) missed(al Alert, err error) error {
	if a.Missed != nil {
		a.Missed(al.Why(err))
	}
	return err
}

func (a Account) signals(source string, al Alert, m Mapped, received time.Time) ([]receive.Signal, error) {
	al.mapped = m.Labels
	kind := m.Kind
	if kind == nil {
		var err error
		if kind, err = a.kind(al); err != nil {
			return nil, err
		}
	}
	var signals []receive.Signal
	_, probe := kind.(receive.Probe)
	for _, told := range al.told(received, al.Changes && probe || !al.Changes && m.Kind == nil) {
		s := receive.Signal{ID: told.id, Source: source, Tenant: al.label("tenant"), OccurredAt: told.at, Kind: kind}
		if reason := refused(s); reason != "" {
			return signals, errors.New(reason)
		}
		signals = append(signals, s)
	}
	return signals, nil
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
func (a Account) kind(al Alert) (receive.Kind, error) {
	if al.StartedAt.IsZero() && (!al.Ended || al.EndedAt.IsZero()) {
		return nil, errors.New("it does not say when it began")
	}
	kind := al.own("kind")
	if k := al.Labels["kind"]; kind == "" && (k == "probe" || k == "security_finding") {
		kind = k // others use "kind" for what is ours to say only by these two words
	}
	switch kind {
	case "", "probe":
		return a.probe(al)
	case "security_finding":
		return al.finding()
	}
	return nil, fmt.Errorf("an alert cannot say a signal of kind %.40q", kind)
}

func (a Account) probe(al Alert) (receive.Kind, error) {
	component := a.component(al)
	if component == "" {
		return nil, fmt.Errorf("it names no component; give it a label component, or map the name %.80q in the settings", al.Name)
	}
	status, err := al.probeStatus()
	if err != nil {
		return nil, err
	}
	return receive.Probe{
		Component: component, Prober: fit(al.prober(), longestName), Region: fit(al.label("region"), longestName),
		Status: status, LatencyMS: al.latency(),
	}, nil
}

// component is what the alert is about: its label, else what the account gives its
// name, else its name where it is that of a component.
func (a Account) component(al Alert) string {
	if component := al.label("component"); component != "" {
		return component
	}
	if component := a.Components[al.Name]; component != "" {
		return component
	}
	name := snake(al.Name)
	for _, said := range slices.Sorted(maps.Keys(a.Components)) {
		if snake(said) == name && a.Components[said] != "" {
			return a.Components[said]
		}
	}
	if slices.Contains(components, name) {
		return name
	}
	return ""
}
