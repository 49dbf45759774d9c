package topology

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheReadmeHoldsTheTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), Table()) {
		t.Errorf("README.md does not hold the table of streams as it now is; put this there:\n%s", Table())
	}
}

func TestATokenIsOneSubjectToken(t *testing.T) {
	for id, want := range map[string]string{
		"": "_", "_": "=5F", "acme": "acme", "a.b c": "a=2Eb=20c", "Zürich": "Z=C3=BCrich", "a_b": "a_b",
	} {
		if got := Token(id); got != want {
			t.Errorf("Token(%q) = %q, want %q", id, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		ta, tb := Token(a), Token(b)
		if ta == "" || len(ta) > 64 || strings.ContainsAny(ta, ".*> \t\r\n") {
			t.Fatalf("Token(%q) = %q is no subject token", a, ta)
		}
		if (a == b) != (ta == tb) {
			t.Fatalf("Token(%q) = %q, Token(%q) = %q", a, ta, b, tb)
		}
	})
}

func TestNamesFitTheHouse(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Consumers() {
		if len(c.Name) >= 32 || names[c.Name] {
			t.Errorf("consumer %s: names are under 32 characters and used once", c.Name)
		}
		names[c.Name] = true
	}
	for _, s := range Streams() {
		if s.Says == "" || s.Writer == "" {
			t.Errorf("stream %s: say who writes it and what it says", s.Name)
		}
	}
}

func TestATenantsShardIsFixedForEver(t *testing.T) {
	for tenant, want := range map[string]int{"": 15, "acme": 11, "globex": 10, "t0": 7, "Zürich": 6} {
		if got := ShardOf(tenant); got != want {
			t.Errorf("ShardOf(%q) = %d, want %d", tenant, got, want)
		}
	}
}

func TestTenantsSpreadEvenlyOverTheShards(t *testing.T) {
	var count [Shards]int
	for i := range 16000 {
		count[ShardOf(fmt.Sprint("tenant-", i))]++
	}
	for shard, n := range count {
		if n < 850 || n > 1150 {
			t.Errorf("shard %d has %d of 16000 tenants", shard, n)
		}
	}
}
