package alert

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/intake/internal/receive"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// login is an alert of the component sso that began at nine.
func login(change func(*Alert)) Alert {
	al := Alert{ID: "a1", Name: "Login", Labels: map[string]string{"component": "sso"}, StartedAt: nine}
	change(&al)
	return al
}

// ids are those of the signals that an alert gives which is received ten past nine.
func ids(t *testing.T, al Alert) (all []string) {
	t.Helper()
	signals, err := Account{}.Signals("m", al, nine.Add(10*time.Minute+5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range signals {
		all = append(all, s.ID+" at "+s.OccurredAt.Format("15:04:05"))
	}
	return all
}

func TestAnAlertIsToldAtItsTimes(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Alert)
		want   []string
	}{
		"it lasts":                       {func(*Alert) {}, []string{"a1/2026-11-20T09:00:00Z/firing at 09:00:00", "a1/2026-11-20T09:00:00Z/firing/2026-11-20T09:10:00Z at 09:10:00"}},
		"only changes are told":          {func(al *Alert) { al.Changes = true }, []string{"a1/2026-11-20T09:00:00Z/firing at 09:00:00", "a1/2026-11-20T09:00:00Z/firing/confirmed at 09:00:00"}},
		"it has ended":                   {func(al *Alert) { al.Ended, al.EndedAt = true, nine.Add(time.Minute) }, []string{"a1/2026-11-20T09:00:00Z/resolved/2026-11-20T09:01:00Z at 09:01:00"}},
		"it has ended, nobody says when": {func(al *Alert) { al.Ended = true }, []string{"a1/2026-11-20T09:00:00Z/resolved at 09:10:05"}},
		"only its end is told":           {func(al *Alert) { al.Ended, al.EndedAt, al.StartedAt = true, nine, time.Time{} }, []string{"a1/resolved/2026-11-20T09:00:00Z at 09:00:00"}},
		"a finding needs no second look": {func(al *Alert) { al.Changes, al.Labels = true, Tags("kind:security_finding", "severity:P1") }, []string{"a1/2026-11-20T09:00:00Z/firing at 09:00:00"}},
	} {
		if got := ids(t, login(tt.change)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
}

func TestWhereAnAlertFindsWhatItIsAbout(t *testing.T) {
	account := Account{Components: map[string]string{"Portal (EU)": "site", "Login": "pathways", "Empty": ""}}
	for name, tt := range map[string]struct {
		change func(*Alert)
		want   string
	}{
		"a label goes first":                   {func(*Alert) {}, "sso"},
		"then what the account says of a name": {func(al *Alert) { al.Labels = nil }, "pathways"},
		"however it is written":                {func(al *Alert) { al.Name, al.Labels = "portal  eu", nil }, "site"},
		"then a name that is a component's":    {func(al *Alert) { al.Name, al.Labels = "Content-Cards", nil }, "content_cards"},
		"else it is not known":                 {func(al *Alert) { al.Name, al.Labels = "Printer", nil }, ""},
		"nothing is named by an empty word":    {func(al *Alert) { al.Name, al.Labels = "Empty", nil }, ""},
		"a name of no letters is no component": {func(al *Alert) { al.Name, al.Labels = "!!", nil }, ""},
	} {
		if got := account.component(login(tt.change)); got != tt.want {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
}

func TestTheComponentsKnownByNameAreThePolicys(t *testing.T) {
	want := append(slices.Collect(maps.Keys(policy.Default().Rules.Components.Down)), policy.ComponentSSO)
	got := slices.Clone(components)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q; the policy has rules for %q", got, want)
	}
}

func TestHowAComponentWasFound(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Alert)
		want   receive.ProbeStatus
	}{
		"nothing said":                   {func(*Alert) {}, receive.Down},
		"a high priority":                {func(al *Alert) { al.Labels["severity"] = "SEV-2" }, receive.Down},
		"a low one":                      {func(al *Alert) { al.Labels["severity"] = "P3" }, receive.Degraded},
		"the vendor goes before":         {func(al *Alert) { al.Labels["severity"], al.Status = "critical", receive.Degraded }, receive.Degraded},
		"our label goes before it":       {func(al *Alert) { al.Labels["tocsin_status"], al.Status = "down", receive.Degraded }, receive.Down},
		"what has ended is up":           {func(al *Alert) { al.Labels["severity"], al.Ended, al.EndedAt = "purple", true, nine }, receive.Up},
		"the least priority is no fault": {func(al *Alert) { al.Labels["severity"] = "P5" }, ""},
		"an unknown word is not guessed": {func(al *Alert) { al.Labels["severity"] = "purple" }, ""},
	} {
		got, err := login(tt.change).probeStatus()
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", name, got, err, tt.want)
		}
	}
}

func TestAnExpressionGoesBeforeTheVendor(t *testing.T) {
	al := login(func(al *Alert) { al.Native = map[string]any{"team": "id"} })
	var missed []string
	tell := func(m Mapped, err error) ([]receive.Signal, error) {
		missed = nil
		return Account{
			Missed: func(why string) { missed = append(missed, why) },
			Map: func(native map[string]any) (Mapped, error) {
				if native["team"] != "id" {
					t.Errorf("it sees %v", native)
				}
				return m, err
			},
		}.Signals("m", al, nine)
	}
	got, err := tell(Mapped{Labels: map[string]string{"component": "feeds", "status": "degraded", "tenant": "acme", "prober": "p1"}}, nil)
	want := receive.Probe{Component: "feeds", Prober: "p1", Status: receive.Degraded}
	if err != nil || len(got) != 1 || got[0].Kind != receive.Kind(want) || got[0].Tenant != "acme" {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	run := receive.ReportRun{Run: "r1", Report: "weekly", State: "FAILED"}
	if got, err := tell(Mapped{Kind: run}, nil); err != nil || len(got) != 1 || got[0].Kind != receive.Kind(run) {
		t.Errorf("%+v, %v; want %+v", got, err, run)
	}
	if got, err := tell(Mapped{Ignore: "is the test system"}, nil); len(got) > 0 || err == nil || err.Error() != "is the test system" || len(missed) > 0 {
		t.Errorf("%+v, %v, missed %q", got, err, missed)
	}
	if got, err := tell(Mapped{}, errors.New("no such key: x")); len(got) > 0 || err == nil || len(missed) != 1 || !strings.Contains(missed[0], "no such key") {
		t.Errorf("%+v, %v, missed %q", got, err, missed)
	}
}

func TestTagsAreLabels(t *testing.T) {
	got := Tags("component:sso", " Tenant : acme ", "region=eu", "severity_P1", "tocsin_status_down", "latency_ms_300", "latency_ms_400",
		"url:https://x", "monitor", "", ":", "a:", ":b", "service_desk", "COMPONENT:late")
	want := map[string]string{
		"component": "sso", "tenant": "acme", "region": "eu", "severity": "p1", "tocsin_status": "down", "latency_ms": "300", "url": "https://x",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
}

func TestANameIsFitForASignal(t *testing.T) {
	long := strings.Repeat("ä", 200)
	for said, want := range map[string]string{
		"Login": "Login", " Login\n fails\t": "Login fails", "a\x00b": "a b", "": "", "a\xffb": "a\uFFFDb",
	} {
		if got := fit(said, 128); got != want {
			t.Errorf("%q is %q; want %q", said, got, want)
		}
	}
	a, b := fit(long+"a", 128), fit(long+"b", 128)
	if a == b || len(a) > 128 || !strings.HasPrefix(a, "ää") || fit(long+"a", 128) != a {
		t.Errorf("%q and %q", a, b)
	}
}

func TestOnlyWhatTheAccountCouldMendIsMissed(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Alert)
		missed bool
	}{
		"no component":             {func(al *Alert) { al.Name, al.Labels = "Printer", nil }, true},
		"an unknown severity":      {func(al *Alert) { al.Labels["severity"] = "purple" }, true},
		"nothing is broken":        {func(al *Alert) { al.Labels["severity"] = "info" }, false},
		"a finding of no worth":    {func(al *Alert) { al.Labels = Tags("kind:security_finding", "severity:info") }, false},
		"a finding of no severity": {func(al *Alert) { al.Labels = Tags("kind:security_finding") }, true},
	} {
		var missed []string
		al := login(tt.change)
		al.What = "check"
		got, err := Account{Missed: func(why string) { missed = append(missed, why) }}.Signals("m", al, nine)
		if len(got) > 0 || err == nil || (len(missed) == 1) != tt.missed || tt.missed && (missed[0] != al.Why(err) || !strings.HasPrefix(missed[0], "check ")) {
			t.Errorf("%s: %+v, %v, missed %q", name, got, err, missed)
		}
	}
}
