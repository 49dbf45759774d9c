package alertmanager

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// parse reads a body of the account.
func parse(a webhook.Account, body []byte, received time.Time) ([]receive.Signal, []string, error) {
	said, err := Door().Read(webhook.Delivery{Body: body, Received: received}, a)
	return said.Signals, said.Ignored, err
}

func components(of map[string]string) webhook.Account {
	return webhook.Account{Alerts: alert.Account{Components: of}}
}

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// firing is a notification of one alert with the fingerprint f1 that fires since nine.
func firing(labels string, change ...string) []byte {
	body := `{"version":"4","groupKey":"{}:{g}","truncatedAlerts":0,"status":"firing","receiver":"tocsin","alerts":[
	 {"status":"firing","labels":{` + labels + `},"annotations":{},"startsAt":"2026-11-20T09:00:00Z","endsAt":"0001-01-01T00:00:00Z",
	  "generatorURL":"","fingerprint":"f1"}]}`
	return []byte(strings.NewReplacer(change...).Replace(body))
}

const sso = `"alertname":"SSODown","component":"sso","instance":"eu-1:9115"`

func down(change func(*receive.Probe)) receive.Probe {
	p := receive.Probe{Component: "sso", Prober: "eu-1:9115", Status: receive.Down}
	change(&p)
	return p
}

func TestAnAlertSaysByItsLabelsWhatWasSeen(t *testing.T) {
	account := components(map[string]string{"FeedsSlow": "feeds"})
	for _, tt := range []struct {
		name, labels string
		want         receive.Kind
		tenant       string
	}{
		{"no severity is down", sso, down(func(*receive.Probe) {}), ""},
		{"critical is down", sso + `,"severity":"Critical"`, down(func(*receive.Probe) {}), ""},
		{"a warning is degraded", sso + `,"severity":"warning"`, down(func(p *receive.Probe) { p.Status = receive.Degraded }), ""},
		{"our status label comes first", sso + `,"severity":"critical","tocsin_status":"degraded"`, down(func(p *receive.Probe) { p.Status = receive.Degraded }), ""},
		{
			"a tenant, a region, a prober, a latency", sso + `,"tenant":"acme","region":"eu","prober":"p1","latency_ms":"1250.5"`,
			down(func(p *receive.Probe) { p.Region, p.Prober, p.LatencyMS = "eu", "p1", 1250.5 }), "acme",
		},
		{
			"our own labels come first", sso + `,"tocsin_component":"site","tocsin_tenant":"acme","tenant":"x"`,
			down(func(p *receive.Probe) { p.Component = "site" }), "acme",
		},
		{"another's kind is none of ours", sso + `,"kind":"Deployment"`, down(func(*receive.Probe) {}), ""},
		{"the settings name the component", `"alertname":"FeedsSlow"`, receive.Probe{Component: "feeds", Prober: "FeedsSlow", Status: receive.Down}, ""},
		{
			"a finding", `"alertname":"Intruder","kind":"security_finding","severity":"high","finding":"F-9","tenant":"acme"`,
			receive.SecurityFinding{Finding: "F-9", Severity: "HIGH", Status: "SUSPECTED"},
			"acme",
		},
		{
			"a confirmed finding known by its fingerprint", `"tocsin_kind":"security_finding","severity":"warning","tocsin_status":"confirmed"`,
			receive.SecurityFinding{Finding: "f1", Severity: "MEDIUM", Status: "CONFIRMED"},
			"",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ignored, err := parse(account, firing(tt.labels), nine)
			want := []receive.Signal{{ID: "f1/2026-11-20T09:00:00Z/firing", Source: "alertmanager", Tenant: tt.tenant, OccurredAt: nine, Kind: tt.want}}
			if err != nil || len(ignored) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("err %v, ignored %v\ngot  %+v\nwant %+v", err, ignored, got, want)
			}
		})
	}
}

func TestAnAlertThatSaysNothingHereIsNamedWithTheReason(t *testing.T) {
	for _, tt := range []struct {
		name    string
		body    []byte
		ignored string
	}{
		{"no component", firing(`"alertname":"HostHot","host":"a"`), "alert HostHot: it names no component"},
		{"nothing is broken", firing(sso + `,"severity":"info"`), "nothing is broken"},
		{"an unknown severity", firing(sso + `,"severity":"purple"`), "not known"},
		{"an unknown status", firing(sso + `,"tocsin_status":"sleepy"`), "probe.status"},
		{"a kind that no alert can say", firing(sso + `,"tocsin_kind":"auth_attempt"`), "cannot say"},
		{"the tenant of all tenants", firing(sso + `,"tenant":"platform"`), "tenant"},
		{"a finding of no severity", firing(`"kind":"security_finding","alertname":"x"`), "none of low"},
		{"no state", firing(sso, `[
	 {"status":"firing"`, `[{"status":"odd"`), "neither firing nor resolved"},
		{"it never began", firing(sso, "2026-11-20T09:00:00Z", "0001-01-01T00:00:00Z"), "when it began"},
		{"no alert", []byte(`{"version":"4","groupKey":"g","alerts":[]}`), "no alert"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ignored, err := parse(webhook.Account{}, tt.body, nine)
			if err != nil || len(got) > 0 || len(ignored) != 1 || !strings.Contains(ignored[0], tt.ignored) {
				t.Errorf("got %+v, ignored %v, err %v; want %q", got, ignored, err, tt.ignored)
			}
		})
	}
}

func TestAResolvedAlertIsUpAtItsEnd(t *testing.T) {
	resolved := firing(sso, `[
	 {"status":"firing"`, `[{"status":"resolved"`, "0001-01-01T00:00:00Z", "2026-11-20T10:30:00.25+01:00")
	got, ignored, err := parse(webhook.Account{Source: "am-eu"}, resolved, nine.Add(time.Hour))
	end := nine.Add(30*time.Minute + 250*time.Millisecond)
	want := []receive.Signal{{
		ID: "f1/2026-11-20T09:00:00Z/resolved/2026-11-20T09:30:00.25Z", Source: "am-eu", OccurredAt: end,
		Kind: down(func(p *receive.Probe) { p.Status = receive.Up }),
	}}
	if err != nil || len(ignored) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("err %v, ignored %v\ngot  %+v\nwant %+v", err, ignored, got, want)
	}
}

func TestAnEndThatIsNotToldIsWhenWeHeardOfIt(t *testing.T) {
	resolved := firing(sso, `[
	 {"status":"firing"`, `[{"status":"resolved"`)
	got, _, err := parse(webhook.Account{}, resolved, nine.Add(time.Hour))
	if err != nil || len(got) != 1 || got[0].ID != "f1/2026-11-20T09:00:00Z/resolved" || !got[0].OccurredAt.Equal(nine.Add(time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnAlertThatStillFiresIsSeenAgainOnceAMinute(t *testing.T) {
	var ids []string
	for _, received := range []time.Time{nine.Add(5*time.Minute + 10*time.Second), nine.Add(5*time.Minute + 50*time.Second), nine.Add(10 * time.Minute)} {
		got, _, err := parse(webhook.Account{}, firing(sso), received)
		if err != nil || len(got) != 2 || !got[1].OccurredAt.Equal(received.Truncate(time.Minute)) {
			t.Fatalf("at %v: %+v, %v", received, got, err)
		}
		ids = append(ids, got[0].ID, got[1].ID)
	}
	if ids[0] != ids[2] || ids[1] != ids[3] || ids[1] == ids[5] || ids[0] == ids[1] {
		t.Errorf("ids %v", ids)
	}
}

func TestAnAlertThatStandsTwiceInABodyIsOneSignal(t *testing.T) {
	one := string(firing(sso))
	i, j := strings.Index(one, `{"status":"firing","labels"`), strings.LastIndex(one, "]}")
	twice := one[:j] + "," + one[i:j] + one[j:]
	if got, ignored, err := parse(webhook.Account{}, []byte(twice), nine); err != nil || len(ignored) > 0 || len(got) != 1 {
		t.Errorf("%+v, %v, %v", got, ignored, err)
	}
}

func TestWhatAlertmanagerLeftOutIsSaid(t *testing.T) {
	got, ignored, err := parse(webhook.Account{}, firing(sso, `"truncatedAlerts":0`, `"truncatedAlerts":7`), nine)
	if err != nil || len(got) != 1 || len(ignored) != 1 || !strings.Contains(ignored[0], "left 7 alerts out") {
		t.Errorf("%+v, %v, %v", got, ignored, err)
	}
}

func TestAnAlertWithoutFingerprintIsKnownByItsLabels(t *testing.T) {
	id := func(labels string) string {
		got, _, err := parse(webhook.Account{}, firing(labels, `"fingerprint":"f1"`, `"x":1`), nine)
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got[0].ID
	}
	if id(`"a":"1","component":"sso"`) != id(`"component":"sso","a":"1"`) || id(`"a":"1","component":"sso"`) == id(`"a":"2","component":"sso"`) {
		t.Error("an alert is not known by its labels")
	}
}

func TestABodyOfAnotherKindIsAnErrorThatSaysSo(t *testing.T) {
	for _, b := range []string{
		"", "[]", `{}`, `{"version":"1","alerts":[]}`, `{"version":"4"}`, `{"version":"4","alerts":{}}`,
		`{"version":"4","alerts":[{"startsAt":"noon"}]}`,
	} {
		if _, _, err := parse(webhook.Account{}, []byte(b), nine); !errors.Is(err, webhook.ErrBody) {
			t.Errorf("%s: %v; want webhook.ErrBody", b, err)
		}
	}
}

func TestBodiesBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), webhook.Account{}) }

func FuzzRead(f *testing.F) { doortest.Fuzz(f, Door(), webhook.Account{}) }

func TestRealNotifications(t *testing.T) {
	doortest.Payloads(t, "alertmanager", Door(), components(map[string]string{"InstanceDown": "site", "TestAlert": "sso", "High CPU Temperature": "insights"}))
	doortest.Payloads(t, "prometheus", Door(), webhook.Account{})
}
