package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tocsin/pkg/run"
	"tocsin/services/tocsin/internal/cli"
)

// What waits on an intake's disk is worth a look while it may be stored, and wrong where
// it stays there although the bus is up.
func TestTheDoctorLooksAtTheSpoolAsItStands(t *testing.T) {
	for name, tt := range map[string]struct {
		bus, spool error
		state, do  string
	}{
		"nothing waits":    {nil, nil, "ok", ""},
		"the bus is away":  {run.Notice("not connected"), run.Notice("3 events, since nine; the bus is away"), "look", "Bring NATS back"},
		"they are stored":  {nil, run.Notice("3 events, since nine; the bus is up"), "look", "Wait"},
		"they are not":     {nil, run.Fault("3 events, since nine; taken none"), "wrong", "why NATS does not take it"},
		"there is no room": {errors.New("not connected"), errors.New("3 events, since nine; there is no room"), "wrong", "Bring NATS back"},
	} {
		t.Run(name, func(t *testing.T) {
			health, mux := &run.Health{}, http.NewServeMux()
			health.Add("bus", func(context.Context) error { return tt.bus })
			health.Add("spool", func(context.Context) error { return tt.spool })
			health.Mount(mux)
			web := httptest.NewServer(mux)
			defer web.Close()
			var out, errs bytes.Buffer
			args := []string{"doctor", "--output", "json", "--server", web.URL, "--nats", "nats://127.0.0.1:1"}
			cli.Run(args, strings.NewReader(""), &out, &errs)
			found := false
			for line := range strings.Lines(out.String()) {
				var is struct{ State, Check, Says, Do string }
				if err := json.Unmarshal([]byte(line), &is); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if is.Check == "way in" && is.State != "ok" {
					t.Errorf("an intake apart has no cases, and it says %+v", is)
				}
				if is.Check != "spool of the server" {
					continue
				}
				found = true
				if is.State != tt.state || !strings.Contains(is.Do, tt.do) || tt.spool != nil && is.Says != tt.spool.Error() {
					t.Errorf("it says %+v, want %s, %q", is, tt.state, tt.do)
				}
			}
			if !found {
				t.Errorf("it says nothing of the spool: %s%s", out.String(), errs.String())
			}
		})
	}
}
