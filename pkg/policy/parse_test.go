package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

// here marks, in the new text of an edit, where the problem is to be reported.
const here = "▸"

// edit is the built-in policy with each old text replaced once; an old text
// that is not there fails the test.
func edit(t *testing.T, oldNew ...string) []byte {
	t.Helper()
	text := string(policy.Builtin())
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("the built-in policy does not contain %q", oldNew[i])
		}
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return []byte(text)
}

func parse(t *testing.T, data []byte) *policy.Policy {
	t.Helper()
	p, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// marked takes the mark out of a text and says at which line and column it was.
func marked(t *testing.T, text string) (clean []byte, line, column int) {
	t.Helper()
	before, after, found := strings.Cut(text, here)
	if !found {
		t.Fatal("the bad file has no mark")
	}
	line = 1 + strings.Count(before, "\n")
	column = 1 + len([]rune(before[strings.LastIndex(before, "\n")+1:]))
	return []byte(before + after), line, column
}

func TestABadFileIsRefusedAtTheExactPlace(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{
			"unknown key", "clear: 80", "clear: 80\n    ▸cleer: 80",
			"monitoring.auth_failures.cleer: unknown key; here belong over, clear, window, platform_percent, platform_clear_percent",
		},
		{
			"unknown key at the top", "version: 1", "▸colour: red\nversion: 1",
			"colour: unknown key; here belong version, name, reasons, denial_grounds, families, classification, questions, monitoring, review, retention, vocabulary",
		},
		{
			"missing number", "  auth_failures:\n    over: 100\n", "  ▸auth_failures:\n",
			"monitoring.auth_failures.over: is missing",
		},
		{"missing reason", "\nreasons:\n  program_launch_blocked:", "\n▸reasons:\n  program_launch_stopped:", ""},
		{
			"missing translation", "    title:\n      en: Site outage\n      de: Ausfall der Website\n", "    ▸title:\n      en: Site outage\n",
			"reasons.site_outage.title.de: is missing",
		},
		{"empty text", "en: Site outage", `en: ▸" "`, "reasons.site_outage.title.en: is empty"},
		{"text that is a number", "en: Site outage", "en: ▸17", "reasons.site_outage.title.en: is 17; it must be text"},
		{"word for a number", "over: 100", "over: ▸many", `monitoring.auth_failures.over: is "many"; it must be a whole number`},
		{"quoted number", "over: 100", `over: ▸"100"`, `monitoring.auth_failures.over: is "100"; it must be a whole number`},
		{"fraction", "over: 100", "over: ▸99.5", "monitoring.auth_failures.over: is 99.5; it must be a whole number"},
		{"number below the least", "over: 100", "over: ▸0", "monitoring.auth_failures.over: is 0; it must be 1 or more"},
		{"huge number", "over: 100", "over: ▸99999999999", "monitoring.auth_failures.over: is 99999999999; it must be 1 or more and at most 2147483647"},
		{"percent over a hundred", "under_percent: 10", "under_percent: ▸101", "classification.small_audience.under_percent: is 101; it must be from 1 to 100"},
		{"no value", "over: 100", "▸over:", "monitoring.auth_failures.over: is empty; it must be a whole number"},
		{"duration without unit", "gap: 2m", "gap: ▸120", `monitoring.gap: is 120; it must be a duration such as "24h", "10m" or "90s"`},
		{"duration in days", "after: 168h # fixed", "after: ▸7d # fixed", `monitoring.stale.after: is "7d"; it must be a duration such as "24h", "10m" or "90s"`},
		{"window of nothing", "sparse_window: 60m", "sparse_window: ▸0s", "monitoring.sso.sparse_window: is 0s; it must be above zero"},
		{"negative lateness", "lateness: 10m", "lateness: ▸-1s", "monitoring.lateness: is -1s; it must not be below zero"},
		{"yes for true", "others: true", "others: ▸yes", `monitoring.components.core.others: is "yes"; it must be true or false`},
		{"number for a block", "  flapping:\n    raises: 4\n    within: 60m\n    calm: 30m", "  flapping: ▸4", "monitoring.flapping: is 4; it must be a block of keys"},
		{"word for a list", "reports: [reports_failing_24h]", "reports: ▸reports_failing_24h", `families.reports: is "reports_failing_24h"; it must be a list`},
		{"empty list", "reports: [reports_failing_24h]", "reports: ▸[]", "families.reports: needs at least one entry"},
		{"reason twice in a list", "silence: [stale_ticket_1w]", "silence: [stale_ticket_1w, ▸stale_ticket_1w]", `families.silence[1]: "stale_ticket_1w" is in the list twice`},
		{"key twice", "    clear: 80\n", "    clear: 80\n    ▸clear: 81\n", "monitoring.auth_failures.clear: stands here and in line"},
		{"unknown severity", "suspected_from: high", "suspected_from: ▸grave", `monitoring.findings.suspected_from: is "grave"; it must be one of low, medium, high, critical`},
		{"unknown reason in a list", "overriding: [security_breach, site_outage]", "overriding: [security_breach, ▸outage]", ""},
		{"anchor", "over: 100", "over: ▸&x 100", "monitoring.auth_failures.over: is an anchor, alias or tag, which this file does not use; it must be a whole number"},
		{"merge key", "    clear: 80\n", "    clear: 80\n    ▸<<: {}\n", "monitoring.auth_failures: the key << is not plain text"},
		{"empty key", "      site:\n", "      ▸\"\": 1\n      site:\n", `monitoring.components.down: the key "" is not plain text`},
		{"number for a key", "      site:\n", "      ▸7: 1\n      site:\n", "monitoring.components.down: the key 7 is not plain text"},
		{"later form", "version: 1\n", "version: ▸2\n", "version: is 2; it must be 1"},
		{"key of another block", "    overdue_after: 24h\n    expire_after: 48h\n\n  # uploads", "    overdue_after: 24h\n    ▸expire: 48h\n    expire_after: 48h\n\n  # uploads", "monitoring.reports.expire: unknown key"},
		{"due time for uploads", "  uploads:\n    daily:", "  uploads:\n    ▸overdue_after: 24h\n    daily:", "monitoring.uploads.overdue_after: unknown key; here belong daily, sparse, expire_after"},
		{"second document", "\nreview:\n", "\nreview: {}\n---\n▸review:\n", "a second document begins here; a policy is one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantProblem(t, string(edit(t, c.old, c.new)), c.want)
		})
	}
}

func TestNumbersThatMakeNoSenseTogetherAreRefusedAtTheExactPlace(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"cleared above where it is raised", "clear: 80", "clear: ▸100", "monitoring.auth_failures.clear: is 100; it must be below monitoring.auth_failures.over (100)"},
		{"platform cleared above where it is raised", "platform_clear_percent: 4", "platform_clear_percent: ▸6", "monitoring.auth_failures.platform_clear_percent: is 6; it must not be above monitoring.auth_failures.platform_percent (5)"},
		{"dense window longer than the sparse one", "window: 10m", "window: ▸2h", "monitoring.sso.window: is 2h; it must be below monitoring.sso.sparse_window (1h)"},
		{"more people than attempts", "people: 5\n", "people: ▸21\n", "monitoring.sso.people: is 21; it must not be above monitoring.sso.attempts (20)"},
		{"expired while still in the window", "nightly_window: 50h", "nightly_window: ▸51h", "monitoring.ftp.nightly_window: is 51h; it must not be above monitoring.ftp.expire_after (50h)"},
		{"normal before critical", "critical: 1h", "critical: ▸5h", "review.decide_within.critical: is 5h; it must not be above review.decide_within.high (4h)"},
		{"suspicion weighs more than proof", "suspected_from: high", "suspected_from: ▸low", "monitoring.findings.suspected_from: is low; it must not be below monitoring.findings.confirmed_from (medium)"},
		{"nothing could state the reason", "    text: true\n    signal: true # where", "    text: ▸false\n    signal: false # where", "reasons.program_launch_blocked.text: and signal are both false: nothing could ever state this reason"},
		{"component of a reason that is about none", "reason: insights_unavailable", "reason: ▸ftp_denied", ""},
		{"component with a rule of its own", "      insights:\n        reason", "      ▸sso:\n        reason", "monitoring.components.down.sso: has a rule of its own: monitoring.sso"},
		{"launch blocked by itself", "      - profile_discrepancy_100\n", "      - ▸program_launch_blocked\n", "monitoring.launches.blocked_by[8]: is the very reason that the list is for"},
		{"figure that has no number", "en: Site outage", "en: ▸Site outage of {people}", "reasons.site_outage.title.en: has {people}, for which there is no number here; known are: none"},
		{"misspelt figure", "en: More than {people} people unable", "en: ▸More than {poeple} people unable", "reasons.auth_failures_over_100.title.en: has {poeple}, for which there is no number here; known are: people"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantProblem(t, string(edit(t, c.old, c.new)), c.want)
		})
	}
}

// wantProblem expects a problem at the mark that begins with want, and, unless
// want is empty, no other.
func wantProblem(t *testing.T, text, want string) {
	t.Helper()
	data, line, column := marked(t, text)
	problems := problemsOf(t, data)
	first := problems[0]
	if first.Line != line || first.Column != column {
		t.Errorf("reported at %d:%d, want %d:%d", first.Line, first.Column, line, column)
	}
	if want == "" {
		return
	}
	if !strings.HasPrefix(first.String(), fmt.Sprintf("%d:%d: %s", line, column, want)) {
		t.Errorf("got  %s\nwant %d:%d: %s", first, line, column, want)
	}
	if len(problems) != 1 {
		t.Errorf("and %d more: %v", len(problems)-1, problems[1:])
	}
}

func problemsOf(t *testing.T, data []byte) []policy.Problem {
	t.Helper()
	p, err := policy.Parse(data)
	var invalid *policy.InvalidError
	if !errors.As(err, &invalid) || p != nil || len(invalid.Problems) == 0 {
		t.Fatalf("got policy %v, error %v; want no policy and its problems", p != nil, err)
	}
	return invalid.Problems
}

func TestAFileThatIsNoPolicyIsRefused(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "1:1: the file is empty"},
		{"only a comment", "# nothing\n", "1:1: the file is empty"},
		{"a list", "- a\n- b\n", "1:1: is a list; it must be a block of keys"},
		{"a word", "hello", `1:1: is "hello"; it must be a block of keys`},
		{"open bracket", "name: [a, b\n", "1:7: not YAML: "},
		{"tab for indentation", "monitoring:\n\tgap: 2m\n", "2:1: not YAML: "},
		{"too large", strings.Repeat("#", 256<<10+1), "1:1: the file has 262145 bytes; a policy has at most 262144"},
		{"brackets in brackets without end", strings.Repeat("[", 200_000), "1:17: not a policy: too many lists inside lists"},
		{"dashes after dashes without end", "a:\n  " + strings.Repeat("- ", 100_000), "2:35: not a policy: too many lists inside lists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := problemsOf(t, []byte(c.data))
			if got := problems[0].String(); !strings.HasPrefix(got, c.want) || len(problems) != 1 {
				t.Errorf("got %q and %d problems, want %q alone", got, len(problems), c.want)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnceInTheFilesOrder(t *testing.T) {
	problems := problemsOf(t, edit(t,
		"de: Ausfall der Website", "de: 17",
		"under: 25", "under: few",
		"clear: 80", "clear: 500",
		"gap: 2m", "gap: soon",
		"normal: 24h", "norml: 24h"))
	var paths []string
	for i, p := range problems {
		paths = append(paths, p.Path)
		if i > 0 && p.Line < problems[i-1].Line {
			t.Errorf("line %d comes after line %d", p.Line, problems[i-1].Line)
		}
	}
	want := "reasons.site_outage.title.de classification.small_audience.under monitoring.gap " +
		"monitoring.auth_failures.clear review.decide_within.normal review.decide_within.norml"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEveryReasonAndGroundMustBeThere(t *testing.T) {
	for _, id := range policy.ReasonIDs() {
		problems := problemsOf(t, edit(t, "\n  "+string(id)+":\n", "\n  another_reason:\n"))
		if got := problems[0]; got.Path != "reasons."+string(id) || got.Text != "is missing" {
			t.Errorf("without %s: %s", id, got)
		}
	}
	for _, id := range policy.GroundIDs() {
		problems := problemsOf(t, edit(t, "\n  "+string(id)+":\n    title", "\n  another_ground:\n    title"))
		if got := problems[0]; got.Path != "denial_grounds."+string(id) || got.Text != "is missing" {
			t.Errorf("without %s: %s", id, got)
		}
	}
}

func TestOneOtherByteIsAnotherVersion(t *testing.T) {
	a := parse(t, policy.Builtin())
	b := parse(t, edit(t, "# The escalation policy.", "# The escalation policy!"))
	if a.Version == b.Version {
		t.Errorf("both are %s", a.Version)
	}
	if hex, ok := strings.CutPrefix(a.Version, "sha256:"); !ok || len(hex) != 64 {
		t.Errorf("version %q", a.Version)
	}
	if a.Version != policy.Default().Version {
		t.Error("the same bytes have two versions")
	}
}

func TestLoadReadsAFileAndNamesItInErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if _, err := policy.Load(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, edit(t, "gap: 2m", "gap: soon"), 0o600); err != nil {
		t.Fatal(err)
	}
	var invalid *policy.InvalidError
	if _, err := policy.Load(path); !errors.As(err, &invalid) || !strings.Contains(err.Error(), path) {
		t.Errorf("a bad file: %v", err)
	}
	if err := os.WriteFile(path, policy.Builtin(), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := policy.Load(path); err != nil || p.Version != policy.Default().Version {
		t.Errorf("a good file: %v", err)
	}
}

func TestWindowsLineEndsAndAByteOrderMarkDoNoHarm(t *testing.T) {
	text := strings.ReplaceAll(string(policy.Builtin()), "\n", "\r\n")
	if diff := policy.Diff(policy.Default(), parse(t, []byte("\ufeff"+text))); len(diff) != 0 {
		t.Errorf("read otherwise: %v", diff)
	}
}

// Whatever the bytes, Parse answers with a whole policy or with located
// problems, and the same bytes get the same answer.
func FuzzParse(f *testing.F) {
	f.Add(policy.Builtin())
	for _, seed := range []string{
		"", "a: b", "- [", "? a\n: b", "a: &x\nb: *x", "<<: {a: 1}", "version: 0x1\nname: |\n  x\n", "---\n...\n---\n", "{", "!!int 3", "a:\n\t- b", ": x", "%YAML 1.2\n---\na: 1",
		"reasons: {site_outage: {title: {en: '{people}'}}}", "monitoring: {auth_failures: {clear: 3, over: 2}, components: {down: {sso: 1}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse(data)
		if err == nil {
			if len(p.Reasons) < 16 || len(p.Grounds) != 4 || p.Version == "" {
				t.Fatalf("a policy that is not whole: %+v", p)
			}
			return
		}
		var invalid *policy.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
			t.Fatalf("an error without problems: %v", err)
		}
		for _, problem := range invalid.Problems {
			if problem.Line < 1 || problem.Column < 1 || problem.Text == "" {
				t.Fatalf("a problem without a place or words: %#v", problem)
			}
		}
		if _, again := policy.Parse(data); again.Error() != err.Error() {
			t.Fatalf("first %q, then %q", err, again)
		}
	})
}
