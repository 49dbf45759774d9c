package tenantkey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/tenantkey"
)

func ring(t *testing.T, conn *bus.Conn) *tenantkey.Ring {
	t.Helper()
	r, err := tenantkey.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func hide(t *testing.T, r *tenantkey.Ring, tenant, person string) string {
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
	seen := map[string]string{} // no hidden id has a 1
	for _, tenant := range []string{"", "acme", "nordwind", "a.b", "a=2Eb", "Ü 7", "*", "..", "/", strings.Repeat("x", 128), strings.Repeat("x", 127) + "y"} {
		first, again, other := hide(t, a, tenant, "m1a"), hide(t, b, tenant, "m1a"), hide(t, b, tenant, "M1a")
		if first != again || first != hide(t, a, tenant, "m1a") || first == other {
			t.Errorf("tenant %.20q: mia is %s and %s, Mia is %s", tenant, first, again, other)
		}
		if len(first) != 26 || strings.Contains(first, "m1a") {
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
	a, b := ring(t, conn), ring(t, conn)
	before := hide(t, a, "acme", "mia")
	if hide(t, b, "acme", "mia") != before {
		t.Fatal("two rings have two keys")
	}
	if err := a.Destroy(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Get(t.Context(), "acme"); !errors.Is(err, tenantkey.ErrNone) {
		t.Errorf("the key is read: %v, want ErrNone", err)
	}
	for { // the other ring hears of it
		if _, err := b.Get(t.Context(), "acme"); errors.Is(err, tenantkey.ErrNone) {
			break
		}
		if t.Context().Err() != nil {
			t.Fatal("the other ring has the key still")
		}
	}
	if err := b.Destroy(t.Context(), "acme"); !errors.Is(err, tenantkey.ErrNone) {
		t.Errorf("it is destroyed twice: %v", err)
	}
	after := hide(t, b, "acme", "mia")
	if after == before {
		t.Error("the destroyed key came back")
	}
	if hide(t, a, "acme", "mia") != after {
		t.Error("two rings have two new keys")
	}
}

func TestTheSiteHasAKeyThatNoTenantHas(t *testing.T) {
	conn := natstest.Connect(t)
	a, err := ring(t, conn).Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := ring(t, conn)
	b, err := r.Site(t.Context())
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("%x and %x (%v)", a, b, err)
	}
	for _, tenant := range []string{"", "site", "site.key", "platform"} {
		key, err := r.Of(t.Context(), tenant)
		if err != nil || bytes.Equal(key, a) {
			t.Errorf("tenant %q has the key %x (%v)", tenant, key, err)
		}
	}
}

func TestKeysThatWereSeenOutliveTheBus(t *testing.T) {
	conn := natstest.Connect(t)
	r := ring(t, conn)
	want := hide(t, r, "acme", "mia")
	hide(t, r, "gone", "mia")
	if err := r.Destroy(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if got := hide(t, r, "acme", "mia"); got != want {
		t.Errorf("mia is %s, was %s", got, want)
	}
	if _, err := r.Get(t.Context(), "gone"); !errors.Is(err, tenantkey.ErrNone) {
		t.Errorf("a key that was destroyed: %v, want ErrNone", err)
	}
	for name, ask := range map[string]func(context.Context, string) (tenantkey.Key, error){"Of": r.Of, "Get": r.Get} {
		if _, err := ask(t.Context(), "new"); err == nil || errors.Is(err, tenantkey.ErrNone) {
			t.Errorf("%s of a tenant not seen before: %v", name, err)
		}
	}
}
