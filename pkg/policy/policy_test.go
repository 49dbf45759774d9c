package policy_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheDefaultPolicyHasExactlyTheSixteenReasonsAndFourGrounds(t *testing.T) {
	p := policy.Default()
	wantReasons := []string{
		"auth_failures_over_100", "career_mobility_unavailable", "core_function_down", "ftp_denied",
		"insights_unavailable", "lxp_features_unavailable", "profile_discrepancy_100", "program_launch_blocked",
		"provider_completions_missing", "provider_content_missing", "reports_failing_24h", "security_breach",
		"site_outage", "sso_unavailable", "stale_ticket_1w", "uploads_failing_24h",
	}
	wantGrounds := []string{"awaiting_customer", "beta_only", "small_audience", "technicians_active"}
	if got := sorted(p.Reasons); !slices.Equal(got, wantReasons) {
		t.Errorf("reasons %v, want %v", got, wantReasons)
	}
	if got := sorted(p.Grounds); !slices.Equal(got, wantGrounds) {
		t.Errorf("grounds %v, want %v", got, wantGrounds)
	}
	for _, id := range policy.ReasonIDs() {
		if r, ok := p.Reason(id); !ok || !r.Text || !r.Signal {
			t.Errorf("%s: found %v, %+v; want it found in text and signals", id, ok, r)
		}
	}
	for _, id := range policy.GroundIDs() {
		if _, ok := p.Ground(id); !ok {
			t.Errorf("%s is no ground of the default policy", id)
		}
	}
}

func sorted[K ~string, V any](m map[K]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, string(key))
	}
	slices.Sort(keys)
	return keys
}

// The golden file holds every number and word of the default policy: a change
// to one shows in review as a change to what people are told.
func TestTheDefaultPolicyReadsAsReviewed(t *testing.T) {
	p := policy.Default()
	p.Version = "sha256:(of the file)"
	var got bytes.Buffer
	if err := policy.Write(&got, p); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "show.txt")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the default policy reads otherwise than %s; look at the difference and, if it is meant, run go test ./policy -update\n%s", golden, got.String())
	}
}

func TestEveryNumberOfTheRulesComesFromTheFile(t *testing.T) {
	derived := []string{"Rules.Off", "SSO.Verdict"} // filled from another place of the file
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			name := typ.Name() + "." + field.Name
			key := field.Tag.Get("yaml")
			if key == "" || key == "-" && !slices.Contains(derived, name) {
				t.Errorf("%s has no key in the file: give it a yaml tag and a line in escalation.yaml, so that the rule does not run on zero", name)
			}
			inner := field.Type
			if inner.Kind() == reflect.Map {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				walk(inner)
			}
		}
	}
	walk(reflect.TypeFor[policy.Rules]())
}

func TestWhatTheFileSaysOnceStandsWhereverItIsUsed(t *testing.T) {
	p := parse(t, edit(t, "over: 100", "over: 250", "for: 5m", "for: 6m", "results: 2", "results: 3"))
	if p.Claims.Stated.UnableOver != 250 {
		t.Errorf("classification measures with %d people, monitoring with 250", p.Claims.Stated.UnableOver)
	}
	if p.Rules.SSO.Verdict != p.Rules.Probes || p.Rules.Probes.Results != 3 {
		t.Errorf("the probes of sso vote by %+v, all others by %+v", p.Rules.SSO.Verdict, p.Rules.Probes)
	}
	if got := p.Title(policy.AuthFailuresOver100, "en"); got != "More than 250 people unable to log in" {
		t.Errorf("title %q does not say the number of the rule", got)
	}
}

func TestAFigureIsWrittenAsItsLanguageWritesIt(t *testing.T) {
	p := parse(t, edit(t, "after: 168h # fixed", "after: 180h # fixed"))
	if en := p.Title(policy.StaleTicket1w, "en"); !strings.Contains(en, "7.5 days") {
		t.Errorf("en %q", en)
	}
	if de := p.Title(policy.StaleTicket1w, "de"); !strings.Contains(de, "7,5 Tagen") {
		t.Errorf("de %q", de)
	}
}

func TestAReasonWithoutSignalIsOffForMonitoring(t *testing.T) {
	p := parse(t, edit(t, "signal: true # where the launch is registered", "signal: false"))
	if want := map[policy.ReasonID]bool{policy.ProgramLaunchBlocked: true}; !reflect.DeepEqual(p.Rules.Off, want) {
		t.Errorf("off %v, want %v", p.Rules.Off, want)
	}
}

func TestWordsComeInTheAskedLanguageOrInEnglish(t *testing.T) {
	p := policy.Default()
	for lang, want := range map[string]string{
		"en": "Site outage", "de": "Ausfall der Website", "de-AT": "Ausfall der Website", "DE_ch": "Ausfall der Website",
		"fr": "Site outage", "": "Site outage", "den": "Site outage",
	} {
		if got := p.Title(policy.SiteOutage, lang); got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
	if got := p.Title("no_such_reason", "en"); got != "no_such_reason" {
		t.Errorf("an unknown reason is called %q", got)
	}
	if got := p.GroundTitle(policy.BetaOnly, "de"); got != "Nur auf der Beta-Website" {
		t.Errorf("ground %q", got)
	}
	if got := p.Question(policy.MissingSince, "de"); !strings.HasPrefix(got, "Seit wann") {
		t.Errorf("question %q", got)
	}
}

func TestReasonsOfOneFamilyMatchAndOthersDoNot(t *testing.T) {
	p := policy.Default()
	for _, c := range []struct {
		a, b policy.ReasonID
		want bool
	}{
		{policy.AuthFailuresOver100, policy.SSOUnavailable, true},
		{policy.SSOUnavailable, policy.SiteOutage, true},
		{policy.SiteOutage, policy.CoreFunctionDown, true},
		{policy.SSOUnavailable, policy.CoreFunctionDown, false}, // each shares a family with site_outage, not with the other
		{policy.ReportsFailing24h, policy.UploadsFailing24h, false},
		{policy.FTPDenied, policy.FTPDenied, true},
	} {
		if p.SameFamily(c.a, c.b) != c.want || p.SameFamily(c.b, c.a) != c.want {
			t.Errorf("%s and %s: not %v both ways", c.a, c.b, c.want)
		}
	}
}

func TestACaseIsDueWhenItsMostPressingReasonIs(t *testing.T) {
	p := policy.Default()
	for _, c := range []struct {
		reasons []policy.ReasonID
		want    time.Duration
	}{
		{nil, 24 * time.Hour},
		{[]policy.ReasonID{"no_such_reason"}, 24 * time.Hour},
		{[]policy.ReasonID{policy.FTPDenied, policy.InsightsUnavailable}, 4 * time.Hour},
		{[]policy.ReasonID{policy.FTPDenied, policy.SecurityBreach}, time.Hour},
	} {
		if got := p.DecideWithin(c.reasons...); got != c.want {
			t.Errorf("%v: %s, want %s", c.reasons, got, c.want)
		}
	}
}

func TestAComponentIsCoreIfListedOrWithoutARuleOfItsOwn(t *testing.T) {
	usual := policy.Default().Rules.Components
	strict := parse(t, edit(t, "listed: []", "listed: [search, site]", "others: true", "others: false")).Rules.Components
	for component, want := range map[string][2]bool{
		"search": {true, true}, "mobile_app": {true, false}, "site": {false, true},
		"pathways": {false, false}, "sso": {false, false},
	} {
		if got := [2]bool{usual.IsCore(component), strict.IsCore(component)}; got != want {
			t.Errorf("%s: core by default and by list %v, want %v", component, got, want)
		}
	}
}

func TestSeveritiesRise(t *testing.T) {
	rising := []policy.Severity{"", policy.SeverityLow, policy.SeverityMedium, policy.SeverityHigh, policy.SeverityCritical}
	for i, s := range rising {
		for j, floor := range rising {
			if got := s.AtLeast(floor); got != (i >= j) {
				t.Errorf("%q at least %q: %v", s, floor, got)
			}
		}
	}
}

func TestADifferenceNamesEachValueThatChanged(t *testing.T) {
	a := policy.Default()
	b := parse(t, edit(t,
		"over: 100", "over: 120",
		"expire_after: 50h", "expire_after: 60h30m",
		"listed: []", "listed: [search]",
		"silence: [stale_ticket_1w]", "quiet: [stale_ticket_1w]"))
	want := []string{
		`reasons.auth_failures_over_100.title.en: "More than 100 people unable to log in" → "More than 120 people unable to log in"`,
		`families.quiet: added [stale_ticket_1w]`,
		`monitoring.auth_failures.over: 100 → 120`,
		`monitoring.ftp.expire_after: 50h → 60h30m`,
		`monitoring.components.core.listed: [] → [search]`,
		`families.silence: removed [stale_ticket_1w]`,
	}
	got := slices.DeleteFunc(policy.Diff(a, b), func(line string) bool {
		return strings.Contains(line, "description") || strings.Contains(line, "title.de")
	})
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := policy.Diff(a, parse(t, append(policy.Builtin(), "# a remark\n"...))); len(got) != 0 {
		t.Errorf("a comment alone makes a difference: %v", got)
	}
}
