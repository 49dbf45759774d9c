package bus_test

import (
	"strings"
	"testing"

	"tocsin/pkg/bus"
)

func TestWhatLetsInToNATSStandsInNoError(t *testing.T) {
	for url, want := range map[string]string{
		"nats://127.0.0.1:1":                               "nats://127.0.0.1:1",
		"nats://svc:hunter2@127.0.0.1:1":                   "nats://…@127.0.0.1:1",
		"hunter2@127.0.0.1:1":                              "…@127.0.0.1:1",
		"nats://a:hunter2@127.0.0.1:1,tls://h@127.0.0.1:2": "nats://…@127.0.0.1:1,tls://…@127.0.0.1:2",
		"nats://svc:hun ter2@127.0.0.1:1":                  "nats://…@127.0.0.1:1",
		"nats://svc:hunter2/%zz@127.0.0.1:1":               "nats://…@127.0.0.1:1",
		"nats://svc:p@hunter2@127.0.0.1:x":                 "nats://…@127.0.0.1:x",
	} {
		if got := bus.Address(url); got != want {
			t.Errorf("%s is at %s, want %s", url, got, want)
		}
		if _, err := bus.Connect(t.Context(), bus.Settings{URL: url}); err == nil || strings.Contains(err.Error(), "ter2") || !strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
