package topology

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAPathLeadsToItsConditionAndNowhereElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope, reason, subject := rapid.String().Draw(t, "scope"), rapid.String().Draw(t, "reason"), rapid.String().Draw(t, "subject")
		got, ok := ConditionAtPath(ConditionPath(scope, reason, subject))
		if want := ConditionSubject(scope, reason, subject); !ok || got != want {
			t.Fatalf("%q leads to %q, %v; want %q", ConditionPath(scope, reason, subject), got, ok, want)
		}
	})
	for _, path := range []string{"", "a", "a/b", "a/b/c/d", "a//c", "a/b/*", "a/b/>", "a/b/c.d", "a/b/ü", "a/b/c d"} {
		if got, ok := ConditionAtPath(path); ok {
			t.Errorf("%q leads to %q", path, got)
		}
	}
}
