package cloudevents

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

func TestEventsBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), webhook.Account{}) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), webhook.Account{}) }

func TestRealFilesAreTakenOrNamed(t *testing.T) {
	doortest.Payloads(t, "cloudevents", Door(), webhook.Account{})
}

// binary is a delivery in binary mode.
func binary(body string, more ...string) webhook.Delivery {
	all := append([]string{
		"ce-specversion", "1.0", "ce-id", "1", "ce-source", "/watch", "ce-type", "example.down", "Content-Type", "application/json",
	}, more...)
	h := http.Header{}
	for i := 0; i < len(all); i += 2 {
		h.Set(all[i], all[i+1])
	}
	return webhook.Delivery{Header: h, Body: []byte(body), Received: doortest.Received}
}

func TestAnEventInHeadersIsSaidOnceAtItsTime(t *testing.T) {
	for name, d := range map[string]webhook.Delivery{
		"labels in the data":    binary(`{"component":"sso","severity":"critical"}`, "ce-time", "2026-11-20T09:00:00Z"),
		"labels as extensions":  binary("", "ce-time", "2026-11-20T09:00:00Z", "ce-component", "sso", "ce-severity", "critical"),
		"extensions come first": binary(`{"component":"site","status":"UP"}`, "ce-time", "2026-11-20T09:00:00Z", "ce-component", "sso", "ce-status", "down"),
	} {
		said, err := read(d, webhook.Account{Source: "watch-eu"})
		if err != nil || len(said.Signals) != 1 || len(said.Ignored) > 0 {
			t.Fatalf("%s: %+v, %v", name, said, err)
		}
		s := said.Signals[0]
		if p := s.Kind.(receive.Probe); s.ID != "/watch/1" || s.Source != "watch-eu" || p.Component != "sso" || p.Status != receive.Down || s.OccurredAt.Hour() != 9 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestTheAccountsExpressionsSeeAttributesAndData(t *testing.T) {
	var seen map[string]any
	a := webhook.Account{Alerts: alert.Account{Map: func(it map[string]any) (alert.Mapped, error) {
		seen = it
		return alert.Mapped{Kind: receive.Launch{Program: "p", StartsAt: doortest.Received}}, nil
	}}}
	said, err := read(binary(`{"program":{"id":"p"}}`, "ce-tenant", "acme"), a)
	if err != nil || len(said.Signals) != 1 || said.Signals[0].Tenant != "acme" || !said.Signals[0].OccurredAt.Equal(doortest.Received) {
		t.Errorf("%+v, %v", said, err)
	}
	data, _ := seen["data"].(map[string]any)
	if seen["type"] != "example.down" || seen["tenant"] != "acme" || data["program"] == nil {
		t.Errorf("they see %v", seen)
	}
}

func TestAnUnsoundEventIsAnErrorThatSaysSo(t *testing.T) {
	for d, want := range map[*webhook.Delivery]string{
		{Header: http.Header{"Ce-Specversion": {"1.0"}}}:                         "ce-id",
		{Header: http.Header{"Content-Type": {"application/cloudevents+avro"}}}:  "format",
		{Body: []byte(`{"specversion":"0.3","id":"1","source":"s","type":"t"}`)}: "0.3",
	} {
		if _, err := read(*d, webhook.Account{}); !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}
