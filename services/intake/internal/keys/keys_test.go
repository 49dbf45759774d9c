package keys_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"tocsin/services/intake/internal/keys"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
)

func ring(t *testing.T, conn *bus.Conn) *keys.Ring {
	t.Helper()
	r, err := keys.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hide(t *testing.T, r *keys.Ring, tenant, person string) string {
	t.Helper()
	key, err := r.Of(t.Context(), tenant)
	if err != nil {
		t.Fatalf("tenant %.20q: %v", tenant, err)
	}
	return key.Hide(person)
}

func TestAPersonHasOneHiddenIdATenantInEveryRing(t *testing.T) {
	conn := natstest.Connect(t)
	a, b := ring(t, conn), ring(t, conn)
	seen := map[string]string{}
	for _, tenant := range []string{"", "acme", "nordwind", "a.b", "a=2Eb", "Ü 7", "*", "..", "/", strings.Repeat("x", 128), strings.Repeat("x", 127) + "y"} {
		first, again, other := hide(t, a, tenant, "mia"), hide(t, b, tenant, "mia"), hide(t, b, tenant, "Mia")
		if first != again || first != hide(t, a, tenant, "mia") || first == other {
			t.Errorf("tenant %.20q: mia is %s and %s, Mia is %s", tenant, first, again, other)
		}
		if len(first) != 26 || strings.Contains(first, "mia") {
			t.Errorf("hidden id %q", first)
		}
		if seen[first] != "" {
			t.Errorf("mia is the same at %.20q and %.20q", tenant, seen[first])
		}
		seen[first] = tenant + "!"
	}
}

func TestRingsThatMeetATenantAtOnceAgreeOnItsKey(t *testing.T) {
	conn := natstest.Connect(t)
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[string]map[string]bool{}
	for range 8 {
		r := ring(t, conn)
		for i := range 10 {
			wg.Go(func() {
				tenant := fmt.Sprint("tenant-", i)
				key, err := r.Of(t.Context(), tenant)
				if err != nil {
					t.Errorf("%s: %v", tenant, err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if seen[tenant] == nil {
					seen[tenant] = map[string]bool{}
				}
				seen[tenant][key.Hide("mia")] = true
			})
		}
	}
	wg.Wait()
	for tenant, hidden := range seen {
		if len(hidden) != 1 {
			t.Errorf("%s: mia has %d hidden ids", tenant, len(hidden))
		}
	}
}

func TestWhoseKeyIsDestroyedIsNobodyAgain(t *testing.T) {
	conn := natstest.Connect(t)
	before := hide(t, ring(t, conn), "acme", "mia")
	bucket, err := conn.JS().KeyValue(t.Context(), topology.KeyBucket)
	if err != nil {
		t.Fatal(err)
	}
	if err := bucket.Purge(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	if after := hide(t, ring(t, conn), "acme", "mia"); after == before {
		t.Error("the destroyed key came back")
	}
}
