package mapping

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhatIsWrongOfASourceIsNamedAtItsPlace(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"nobody", "sources:\n  okta: {}", "2:9: source okta speaks for nobody"},
		{"a token", "sources:\n  okta: {tokens: [hunter2], tenants: [acme]}", "2:19: a secret does not stand in this file"},
		{"an unknown key", "sources:\n  okta: {tenant: acme}", `unknown field "tenant"`},
		{"a tenant", "sources:\n  okta: {tenants: [acme, platform]}", `2:26: "platform" is no tenant`},
		{"a trust", "sources:\n  okta: {tenants: [acme], trust: full}", `2:34: there is no trust "full"`},
		{"a tenant's own for all", "sources:\n  okta: {tenants: ['*'], trust: tenant}", "2:33: source okta is a tenant's own"},
		{"a tenant's own for the platform", "sources:\n  okta: {tenants: [acme], platform: true, trust: tenant}", "source okta is a tenant's own"},
		{"a door's", "doors:\n  jira: {}\nsources:\n  jira: {tenants: [acme]}", "4:9: jira is the source of door jira already"},
		{"a name", "sources:\n  ' okta': {tenants: [acme]}", `source " okta": a name has`},
	} {
		_, err := Read([]byte(tt.file), known)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got\n%v\nwant %q", tt.name, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the token stands in the error", tt.name)
		}
	}
}

func TestSourcesAreWhatTheFileSays(t *testing.T) {
	f := parse(t, "sources:\n  okta: {tokens: [$NEW, $OLD], tenants: [acme], trust: tenant}\n  probes: {tokens: [$P], tenants: ['*'], platform: true}\n  bus: {tenants: [acme]}")
	env := map[string]string{"NEW": "n", "OLD": "o", "P": "p"}
	places := Places{Variable: func(name string) (string, bool) { v, set := env[name]; return v, set }}
	book, err := f.Sources(places)
	if err != nil || fmt.Sprint(book.Names()) != "[bus okta probes]" {
		t.Fatalf("%v, %v", book.Names(), err)
	}
	if book.Shown("n") != book.Named("okta") || book.Shown("o") != book.Named("okta") || book.Shown("p").May("probes", "anyone") != nil || book.Shown("p").May("probes", "") != nil {
		t.Error("the tokens are not theirs")
	}
	env["OLD"] = "" // taken away
	if book, err = f.Sources(places); err != nil || book.Shown("o") != nil || book.Shown("") != nil {
		t.Errorf("a token that was emptied lets in: %v", err)
	}
	env["P"] = "n"
	if _, err = f.Sources(places); err == nil || !strings.Contains(err.Error(), "okta and probes have the same token") {
		t.Errorf("one token of two: %v", err)
	}
	delete(env, "P")
	if _, err = f.Sources(places); err == nil || !strings.Contains(err.Error(), "source probes: set P in the environment") {
		t.Errorf("a variable that is not set: %v", err)
	}
}
