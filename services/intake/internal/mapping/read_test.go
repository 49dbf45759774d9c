package mapping

import (
	"strings"
	"testing"
)

// known are the vendors of these tests.
var known = Vendors{Helpdesks: []string{"zendesk", "jira"}, Monitors: []string{"alertmanager", "pingdom"}, Unsigned: []string{"pingdom"}}

func TestWhatIsWrongIsNamedAtItsPlace(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"nothing", "", []string{"1:1: the file is empty; one without doors says doors: {}"}},
		{"no YAML", "doors: [", []string{"1:8: "}},
		{"an unknown key", "doors:\n  jira:\n    secret: x", []string{`3:5: unknown field "secret"`}},
		{"an unknown vendor", "doors:\n  a: {vendor: remedy}", []string{`2:15: there is no vendor "remedy": zendesk, jira, alertmanager, pingdom`}},
		{"no vendor", "doors:\n  a: {}", []string{"2:6: door a: say its vendor"}},
		{"a name", "doors:\n  Jira: {vendor: jira}", []string{`2:9: door "Jira": a name has`}},
		{"a secret", "doors:\n  jira: {secrets: [hunter2]}", []string{"2:20: a secret does not stand in this file"}},
		{"a secret that lets nobody in", "doors:\n  pingdom: {secrets: [$X]}", []string{"2:22: pingdom signs nothing"}},
		{"of the other kind", "doors:\n  jira:\n    map: {labels: {tenant: '\"x\"'}}", []string{"a helpdesk has no map.labels"}},
		{"of a helpdesk", "doors:\n  pingdom: {default_tenant: x, map: {csm: '\"x\"'}}", []string{"a monitor has no default_tenant", "a monitor has no map.csm"}},
		{"a table's word", "doors:\n  jira: {statuses: {\"In Review\": BUSY}}", []string{`there is no status "BUSY": NEW, OPEN`}},
		{"a tenant", "doors:\n  jira: {tenants: {7: platform}}", []string{`"platform" is no tenant`}},
		{"one source twice", "doors:\n  a: {vendor: jira, source: s}\n  b: {vendor: jira, source: s}", []string{"3:29: door b has the source of door a"}},
		{"a word without quotes", "doors:\n  jira:\n    map:\n      tenant: acme", []string{`4:15: there is no acme: the vendor's item is it, as in text(it.?acme), and a word stands in quotes, as "acme"`}},
		{"a mistake in quotes", "doors:\n  jira:\n    map:\n      tenant: 'it.a + lowr(it.b)'", []string{"4:27: "}},
		{"a mistake in double quotes", "doors:\n  jira:\n    map:\n      tenant: \"it.a + lowr(it.b)\"", []string{"4:27: "}},
		{"a mistake in a block", "doors:\n  jira:\n    map:\n      tenant: |\n        it.a\n          + lowr(it.b)", []string{"6:17: "}},
		{"a mistake in folded lines", "doors:\n  jira:\n    map:\n      tenant: >-\n        it.a\n        + lowr(it.b)", []string{"4:15: "}},
		{"a colon", "doors:\n  jira:\n    map:\n      ignore: it.a ? \"x\" : \"\"", []string{"4:", "quotes around an expression that has a colon"}},
		{"no end", "doors:\n  jira:\n    map:\n      tenant: text(it.?a", []string{"4:"}},
		{"a type", "doors:\n  jira:\n    map: {tenant: \"it.a == 1\"}", []string{"3:19: it gives bool, not a text"}},
		{"a type of a count", "doors:\n  jira:\n    map: {affected_users: \"[1]\"}", []string{"not a whole number"}},
		{"a word that is none", "doors:\n  jira:\n    map:\n      severity: 'it.p == 1 ? \"HIGH\" : \"LOWEST\"'", []string{`4:39: "LOWEST" is none of SITE_UNUSABLE, HIGH, NORMAL, LOW`}},
		{"a label", "doors:\n  pingdom: {map: {labels: {colour: '\"x\"'}}}", []string{`there is no label "colour"`}},
		{"a kind", "doors:\n  pingdom: {map: {signals: [{kind: login}]}}", []string{`2:36: there is no kind of signal "login"`}},
		{"a field", "doors:\n  pingdom: {map: {signals: [{kind: file_upload, fields: {upload: '\"x\"', outcome: '\"FAILED\"', size: '1'}}]}}", []string{`there is no field of file_upload "size"`}},
		{"what a kind needs", "doors:\n  pingdom: {map: {signals: [{kind: file_upload, fields: {upload: '\"x\"'}}]}}", []string{"a file_upload needs outcome"}},
		{"when", "doors:\n  pingdom: {map: {signals: [{when: '\"x\"', kind: file_upload, fields: {upload: '\"x\"', outcome: '\"FAILED\"'}}]}}", []string{"it gives string, not true or false"}},
		{"a pattern", "doors:\n  jira: {map: {ignore: 'text(it.?a).matches(\"(\")'}}", []string{"2:"}},
		{"too long", "doors:\n  jira: {map: {tenant: '\"" + strings.Repeat("x", 9<<10) + "\"'}}", []string{"at most 8192 are read"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read([]byte(tt.file), known)
			if err == nil {
				t.Fatal("it is read")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got\n%v\nwant %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("the secret stands in the error")
			}
		})
	}
}

func TestEveryMistakeIsNamed(t *testing.T) {
	_, err := Read([]byte("doors:\n  jira:\n    tokens: [x]\n    map: {tenant: acme, csm: lena}\n  zendesk: {map: {severity: '\"BAD\"'}}"), known)
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("got\n%v", err)
	}
}

func TestCredentialsAreReadWhereTheFileSays(t *testing.T) {
	f := parse(t, "doors:\n  jira: {secrets: [$NEW, \"${OLD}\", \"file:/run/s\"], tokens: [$T], passwords: [$P]}")
	env := map[string]string{"NEW": "n", "OLD": "", "T": "t", "P": "u:p"}
	places := Places{
		Variable: func(name string) (string, bool) { v, set := env[name]; return v, set },
		File:     func(path string) ([]byte, error) { return []byte(path + "\n"), nil },
	}
	set, err := f.Named("jira").Credentials(places)
	if err != nil || strings.Join(set.Secrets, " ") != "n /run/s" || strings.Join(set.Tokens, "") != "t" || strings.Join(set.Passwords, "") != "u:p" {
		t.Errorf("%+v, %v", set, err)
	}
	delete(env, "T")
	if _, err := f.Named("jira").Credentials(places); err == nil || err.Error() != "door jira: set T in the environment" {
		t.Errorf("a variable that is not set: %v", err)
	}
}

func parse(t testing.TB, file string) *File {
	t.Helper()
	f, err := Read([]byte(file), known)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
