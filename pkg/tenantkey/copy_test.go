package tenantkey_test

import (
	"errors"
	"testing"

	"tocsin/pkg/natstest"
	"tocsin/pkg/tenantkey"
)

func copied(t *testing.T, r *tenantkey.Ring) []tenantkey.Copy {
	t.Helper()
	all, err := r.Copies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestKeysAreCopiedLostAndPutBack(t *testing.T) {
	was := ring(t, natstest.Connect(t))
	acme, odd := hide(t, was, "acme", "mia"), hide(t, was, "Ü 7/..", "mia")
	if _, err := was.Site(t.Context()); err != nil {
		t.Fatal(err)
	}
	if copies := copied(t, ring(t, natstest.Connect(t))); len(copies) != 0 {
		t.Fatalf("there are %d keys where nobody asked for one", len(copies))
	}
	copies := copied(t, was)
	if len(copies) != 3 {
		t.Fatalf("copied are %d keys, want 3", len(copies))
	}
	conn := natstest.Connect(t) // a bus that lost everything
	now := ring(t, conn)
	for range 2 { // what is there already stays
		for _, c := range copies {
			if err := now.PutBack(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, r := range map[string]*tenantkey.Ring{"the ring": now, "another": ring(t, conn)} {
		if hide(t, r, "acme", "mia") != acme || hide(t, r, "Ü 7/..", "mia") != odd {
			t.Errorf("%s has other keys than before", name)
		}
	}
}

func TestACopyUndoesNoErasureAndReplacesNoKey(t *testing.T) {
	conn := natstest.Connect(t)
	r := ring(t, conn)
	hide(t, r, "acme", "mia")
	before := copied(t, r)[0]
	if err := r.Destroy(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*tenantkey.Ring{"the ring": r, "another": ring(t, conn)} {
		if err := r.PutBack(t.Context(), before); !errors.Is(err, tenantkey.ErrDestroyed) {
			t.Errorf("%s brings the destroyed key back: %v", name, err)
		}
	}
	hide(t, r, "acme", "mia")
	if err := ring(t, conn).PutBack(t.Context(), before); !errors.Is(err, tenantkey.ErrOther) {
		t.Errorf("another key stands in its place: %v", err)
	}
	for _, c := range []tenantkey.Copy{{}, {Name: "t", Key: tenantkey.Key("short")}, {Name: "not a name", Key: before.Key}} {
		if err := r.PutBack(t.Context(), c); err == nil {
			t.Errorf("%+v was put back", c)
		}
	}
}
