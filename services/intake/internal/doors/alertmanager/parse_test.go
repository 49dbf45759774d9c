package alertmanager

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/receive"
)

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
	settings := Settings{Components: map[string]string{"FeedsSlow": "feeds"}}
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
			got, ignored, err := settings.Parse(firing(tt.labels), nine)
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
			got, ignored, err := Settings{}.Parse(tt.body, nine)
			if err != nil || len(got) > 0 || len(ignored) != 1 || !strings.Contains(ignored[0], tt.ignored) {
				t.Errorf("got %+v, ignored %v, err %v; want %q", got, ignored, err, tt.ignored)
			}
		})
	}
}

func TestAResolvedAlertIsUpAtItsEnd(t *testing.T) {
	resolved := firing(sso, `[
	 {"status":"firing"`, `[{"status":"resolved"`, "0001-01-01T00:00:00Z", "2026-11-20T10:30:00.25+01:00")
	got, ignored, err := Settings{Source: "am-eu"}.Parse(resolved, nine.Add(time.Hour))
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
	got, _, err := Settings{}.Parse(resolved, nine.Add(time.Hour))
	if err != nil || len(got) != 1 || got[0].ID != "f1/2026-11-20T09:00:00Z/resolved" || !got[0].OccurredAt.Equal(nine.Add(time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnAlertThatStillFiresIsSeenAgainOnceAMinute(t *testing.T) {
	var ids []string
	for _, received := range []time.Time{nine.Add(5*time.Minute + 10*time.Second), nine.Add(5*time.Minute + 50*time.Second), nine.Add(10 * time.Minute)} {
		got, _, err := Settings{}.Parse(firing(sso), received)
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
	if got, ignored, err := (Settings{}).Parse([]byte(twice), nine); err != nil || len(ignored) > 0 || len(got) != 1 {
		t.Errorf("%+v, %v, %v", got, ignored, err)
	}
}

func TestWhatAlertmanagerLeftOutIsSaid(t *testing.T) {
	got, ignored, err := Settings{}.Parse(firing(sso, `"truncatedAlerts":0`, `"truncatedAlerts":7`), nine)
	if err != nil || len(got) != 1 || len(ignored) != 1 || !strings.Contains(ignored[0], "left 7 alerts out") {
		t.Errorf("%+v, %v, %v", got, ignored, err)
	}
}

func TestAnAlertWithoutFingerprintIsKnownByItsLabels(t *testing.T) {
	id := func(labels string) string {
		got, _, err := Settings{}.Parse(firing(labels, `"fingerprint":"f1"`, `"x":1`), nine)
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
		if _, _, err := (Settings{}).Parse([]byte(b), nine); !errors.Is(err, ErrBody) {
			t.Errorf("%s: %v; want ErrBody", b, err)
		}
	}
}

func TestOnlyWhoShowsTheCredentialsIsLetIn(t *testing.T) {
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	token, password := Settings{Token: "t0ken"}, Settings{User: "am", Password: "pa:ss"}
	for _, tt := range []struct {
		settings Settings
		header   string
		in       bool
	}{
		{token, "Bearer t0ken", true},
		{token, "bearer t0ken", true},
		{token, "Bearer t0kem", false},
		{token, "Bearer ", false},
		{token, "", false},
		{token, "t0ken", false},
		{token, basic(":t0ken"), false},
		{token, basic(":"), false},
		{password, basic("am:pa:ss"), true},
		{password, basic("am:pa"), false},
		{password, basic("pm:pa:ss"), false},
		{password, "Basic am:pa:ss", false},
		{password, "Bearer ", false},
		{Settings{}, "Bearer ", false},
		{Settings{}, "", false},
		{Settings{}, basic(":"), false},
	} {
		err := tt.settings.Authorize(tt.header)
		if (err == nil) != tt.in || err != nil && !errors.Is(err, ErrCredentials) {
			t.Errorf("%+v with %q: %v; let in should be %v", tt.settings, tt.header, err, tt.in)
		}
	}
}

// samples is where real notifications lie on some machines; they are not ours to keep here.
const samples = "../../../../../../shared/data/payloads/alertmanager"

func TestRealNotifications(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(samples, "*.json"))
	if len(files) == 0 {
		t.Skip("NOT CHECKED against real notifications, for they do not lie here")
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		settings := Settings{Components: map[string]string{"InstanceDown": "site", "TestAlert": "sso", "High CPU Temperature": "insights"}}
		got, ignored, err := settings.Parse(raw, nine)
		if err != nil || len(ignored) > 0 || len(got) == 0 {
			t.Errorf("%s: %d signals, ignored %v, %v", filepath.Base(file), len(got), ignored, err)
		}
		if _, ignored, _ := (Settings{}).Parse(raw, nine); len(ignored) == 0 {
			t.Errorf("%s: alerts without component are not named", filepath.Base(file))
		}
	}
}

func FuzzParseGivesSoundSignalsOrAReason(f *testing.F) {
	f.Add(firing(sso), int64(0))
	f.Add(firing(`"kind":"security_finding","severity":"low"`), int64(300))
	f.Add(firing(sso, `"firing"`, `"resolved"`, "0001-01-01T00:00:00Z", "2026-11-20T09:30:00Z", `"f1"`, `""`), int64(3600))
	f.Fuzz(func(t *testing.T, raw []byte, after int64) {
		received := nine.Add(time.Duration(after%1e6) * time.Second)
		signals, ignored, err := Settings{}.Parse(raw, received)
		if err == nil && len(signals)+len(ignored) == 0 {
			t.Fatal("neither a signal nor a reason")
		}
		if err != nil && (len(signals)+len(ignored) > 0 || !errors.Is(err, ErrBody)) {
			t.Fatalf("%v beside %v", err, signals)
		}
		ids := map[string]bool{}
		for _, s := range signals {
			if problems := receive.CheckSignal(s, s.OccurredAt); ids[s.ID] || len(problems) > 0 {
				t.Fatalf("%+v: %v", s, problems)
			}
			ids[s.ID] = true
		}
		again, _, _ := Settings{}.Parse(raw, received)
		if fmt.Sprint(signals) != fmt.Sprint(again) {
			t.Fatal("the same body gave other signals")
		}
	})
}
