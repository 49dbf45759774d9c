package route

import (
	"strings"
	"testing"
	"time"
)

const beating = `destinations:
  ops: {channel: slack, heartbeat: 24h}
  chief: {channel: email}
routes:
  - {name: all, to: [ops, chief]}
heartbeats:
  sources: {okta: 10m, "desk/eu": 24h}
  others: 48h
  destinations: 1h
  beat: {every: 1m, url: "${BEAT_URL}", fail: true}
`

func TestHeartbeatsAreReadAndTheirSecretsExpanded(t *testing.T) {
	f, err := Read([]byte(beating), known)
	if err != nil {
		t.Fatal(err)
	}
	h := f.Heartbeats
	if h.Sources["okta"] != 10*time.Minute || h.Sources["desk/eu"] != 24*time.Hour || h.Others != 48*time.Hour ||
		h.Destinations != time.Hour || f.Destinations["ops"].Heartbeat != 24*time.Hour || h.Beat.Every != time.Minute || !h.Beat.Fail {
		t.Errorf("read %+v, beat %+v", h, h.Beat)
	}
	if err := f.Expand(func(string) (string, bool) { return "", false }); err == nil || !strings.Contains(err.Error(), "BEAT_URL (heartbeats.beat)") {
		t.Errorf("a missing one: %v", err)
	}
	f, _ = Read([]byte(beating), known)
	if err := f.Expand(func(string) (string, bool) { return "https://hc.example/secret", true }); err != nil || f.Heartbeats.Beat.URL != "https://hc.example/secret" {
		t.Errorf("%v, %v", err, f.Heartbeats.Beat)
	}
}

func TestHeartbeatsThatCanNotBeAreRefusedWhereTheyStand(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"too short to tell":      {"okta: 10m", "okta: 10s", "7:19: a silence is told after 30s to 2160h (90 days), not after 10s"},
		"longer than it is kept": {"others: 48h", "others: 9000h", "8:11: a silence is told after"},
		"no time at all":         {"destinations: 1h", "destinations: -1h", "9:17: a silence is told after"},
		"a destination's own":    {"heartbeat: 24h", "heartbeat: 1s", "2:36: a silence is told after"},
		"a beat too fast":        {"every: 1m", "every: 1s", "10:17: every is from 10s to 24h0m0s, as 1m"},
		"a beat to nobody":       {`url: "${BEAT_URL}"`, `url: ""`, "a beat has a url"},
		"another method":         {"fail: true", "method: PUT", `there is no method "PUT": GET, POST`},
		"an unknown key":         {"others:", "other:", `unknown field "other"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(strings.Replace(beating, c.from, c.to, 1)), known); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestThatADestinationIsSilentIsToldToTheOthers(t *testing.T) {
	f, err := Read([]byte(beating), known)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		kind, destination string
		want              Fate
	}{
		{"destination_silent", "ops", Skip},
		{"destination_silent", "chief", Send},
		{"destination_heard", "ops", Send},
		{"source_silent", "ops", Send},
	} {
		n := News{ID: "n", Audience: "leadership", Tenant: "platform", Kind: c.kind, Destination: "ops", At: at}
		if v := f.Judge(c.destination, n, at, World{}); v.Fate != c.want || len(v.Why) != 1 {
			t.Errorf("%s at %s: %+v", c.kind, c.destination, v)
		}
	}
}
