package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/services/review/internal/seal"

	"tocsin/pkg/tenantkey"
)

// ring are keys in memory.
type ring map[string]tenantkey.Key

func (r ring) Of(ctx context.Context, tenant string) (tenantkey.Key, error) {
	if r[tenant] == nil {
		sum := sha256.Sum256([]byte(tenant))
		r[tenant] = sum[:]
	}
	return r.Get(ctx, tenant)
}

func (r ring) Get(_ context.Context, tenant string) (tenantkey.Key, error) {
	if r[tenant] == nil {
		return nil, tenantkey.ErrNone
	}
	return r[tenant], nil
}

func (r ring) Site(ctx context.Context) (tenantkey.Key, error) { return r.Of(ctx, "the site") }

func boxes(t interface{ Fatal(...any) }, s *seal.Sealer, tenant, thing string) (to, from seal.Box) {
	to, err := s.To(context.Background(), tenant, thing)
	if err != nil {
		t.Fatal(err)
	}
	if from, err = s.From(context.Background(), tenant, thing); err != nil {
		t.Fatal(err)
	}
	return to, from
}

func TestATextIsReadInItsPlaceAndNowhereElse(t *testing.T) {
	s := seal.New(ring{})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		to, from := boxes(t, s, "acme", "c-1")
		sealed := to.Seal("note", text)
		if got := from.Open("note", sealed); got != text {
			t.Fatalf("%q reads as %q", text, got)
		}
		if text == "" {
			return
		}
		if !seal.Sealed(sealed) || len(text) > 3 && strings.Contains(sealed, text) || to.Seal("note", text) == sealed {
			t.Fatalf("%q is sealed as %q", text, sealed)
		}
		_, elsewhere := boxes(t, s, "acme", "c-2")
		_, others := boxes(t, s, "nordwind", "c-1")
		for where, got := range map[string]string{
			"another field": from.Open("question", sealed), "another case": elsewhere.Open("note", sealed), "another tenant": others.Open("note", sealed),
		} {
			if got != seal.Unreadable && got != seal.Erased {
				t.Errorf("in %s it reads as %q", where, got)
			}
		}
	})
}

func TestAChangedTextIsUnreadable(t *testing.T) {
	to, from := boxes(t, seal.New(ring{}), "acme", "c-1")
	sealed := to.Seal("note", "because")
	for name, changed := range map[string]string{
		"cut": sealed[:len(sealed)-2], "another letter": sealed[:len(sealed)-3] + "A" + sealed[len(sealed)-2:],
		"no base64": sealed + "!", "nothing": "sealed:1:",
	} {
		if got := from.Open("note", changed); got != seal.Unreadable && changed != sealed {
			t.Errorf("%s: it reads as %q", name, got)
		}
	}
}

func TestWhatIsNotSealedIsReadAsItIs(t *testing.T) {
	_, from := boxes(t, seal.New(ring{}), "acme", "c-1")
	if got := from.Open("note", "written before"); got != "written before" {
		t.Errorf("it reads as %q", got)
	}
	to, open := boxes(t, nil, "acme", "c-1")
	if got := open.Open("note", to.Seal("note", "plain")); got != "plain" {
		t.Errorf("without keys it reads as %q", got)
	}
	sealing, _ := boxes(t, seal.New(ring{}), "acme", "c-1")
	if got := open.Open("note", sealing.Seal("note", "hush")); got != seal.Locked {
		t.Errorf("without keys it reads as %q", got)
	}
}

func TestATextWhoseKeyIsGoneIsErased(t *testing.T) {
	keys := ring{}
	s := seal.New(keys)
	to, _ := boxes(t, s, "acme", "c-1")
	sealed := to.Seal("note", "because")
	delete(keys, "acme")
	from, err := s.From(t.Context(), "acme", "c-1")
	if err != nil || from.Open("note", sealed) != seal.Erased {
		t.Errorf("it reads as %q (%v)", from.Open("note", sealed), err)
	}
	keys["acme"] = tenantkey.Key(strings.Repeat("k", 32)) // made anew
	if _, from := boxes(t, s, "acme", "c-1"); from.Open("note", sealed) != seal.Erased {
		t.Errorf("with the new key it reads as %q", from.Open("note", sealed))
	}
}

func TestTheSitesKeyIsAnotherForEachUse(t *testing.T) {
	s := seal.New(ring{})
	one, err := s.SiteKey(t.Context(), "words")
	again, err2 := s.SiteKey(t.Context(), "words")
	other, err3 := s.SiteKey(t.Context(), "orders")
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if len(one) != 32 || !bytes.Equal(one, again) || bytes.Equal(one, other) {
		t.Errorf("words have %x and %x, orders %x", one, again, other)
	}
}

func BenchmarkOpenACase(b *testing.B) {
	s := seal.New(ring{})
	to, _ := boxes(b, s, "acme", "c-1")
	sealed := to.Seal("note", "Niemand kommt mehr rein. Bitte eskalieren, um 10 Uhr startet unser Programm.")
	for b.Loop() {
		from, err := s.From(b.Context(), "acme", "c-1")
		if err != nil {
			b.Fatal(err)
		}
		for range 12 {
			from.Open("note", sealed)
		}
	}
}
