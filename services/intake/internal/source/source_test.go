package source_test

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/services/intake/internal/source"
)

func book(t *testing.T, all ...source.Source) *source.Book {
	t.Helper()
	b, err := source.NewBook(all, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASourceSpeaksForItsOwnOnly(t *testing.T) {
	b := book(t,
		source.Source{Name: "okta", Tenants: []string{"acme", "nordwind"}},
		source.Source{Name: "probes", Outside: true},
		source.Source{Name: "desk", All: true})
	for _, tt := range []struct{ who, source, tenant, wrong string }{
		{"okta", "okta", "acme", ""},
		{"okta", "okta", "other", "tenant"},
		{"okta", "okta", "Acme", "tenant"},
		{"okta", "okta", "", "tenant"},
		{"okta", "desk", "acme", "source"},
		{"okta", "desk", "other", "source tenant"},
		{"probes", "probes", "", ""},
		{"probes", "probes", "acme", "tenant"},
		{"desk", "desk", "anyone", ""},
		{"desk", "desk", "", "tenant"},
		{"desk", "", "acme", "source"},
	} {
		fields := []string{}
		for _, p := range b.Named(tt.who).May(tt.source, tt.tenant) {
			fields = append(fields, p.Field)
			if p.Reason == "" {
				t.Errorf("%v: no reason", tt)
			}
		}
		if got := strings.Join(fields, " "); got != tt.wrong {
			t.Errorf("%s says an event of %q and tenant %q: wrong is %q, want %q", tt.who, tt.source, tt.tenant, got, tt.wrong)
		}
	}
}

func TestATokenIsOneSources(t *testing.T) {
	b := book(t, source.Source{Name: "a", Tokens: []string{"old", "new", ""}}, source.Source{Name: "b", Tokens: []string{"other"}})
	for shown, want := range map[string]string{"old": "a", "new": "a", "other": "b", "": "", "olD": "", "old ": ""} {
		got := ""
		if s := b.Shown(shown); s != nil {
			got = s.Name
		}
		if got != want {
			t.Errorf("%q is of %q, want %q", shown, got, want)
		}
	}
	_, err := source.NewBook([]source.Source{{Name: "a", Tokens: []string{"secret"}}, {Name: "b", Tokens: []string{"secret"}}}, nil)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "a and b") {
		t.Errorf("one token of two: %v", err)
	}
}

func TestWithoutSourcesNobodyIsAsked(t *testing.T) {
	var none *source.Register
	b := none.Now()
	if !b.Empty() || b.Shown("x") != nil || b.May("anything", "acme") != nil || b.Trust("anything") != source.Platform || b.Names() != nil {
		t.Error("no book asks")
	}
	var house *source.Source
	if house.May("anything", "") != nil {
		t.Error("the house is asked")
	}
}

func TestWhereNoTokenIsShownOnlyWhoIsNamedSpeaks(t *testing.T) {
	b := book(t, source.Source{Name: "okta", Tenants: []string{"acme"}, Trust: source.Tenant})
	if b.May("okta", "acme") != nil || b.May("okta", "other") == nil || b.May("made-up", "acme") == nil {
		t.Error("wrong ones may")
	}
	if got := fmt.Sprintln(b.Trust("okta"), b.Trust("made-up"), b.Names()); got != "tenant platform [okta]\n" {
		t.Error(got)
	}
}

func TestWhoComesByACertificateAloneIsOneSource(t *testing.T) {
	alone := func(name string, clients ...string) source.Source {
		return source.Source{Name: name, Clients: clients, Alone: true}
	}
	b := book(t, alone("a", "one", "two"), alone("b", "three"), source.Source{Name: "c", Tokens: []string{"t"}, Clients: []string{"one", "four"}})
	for _, tt := range []struct{ shown, want string }{
		{"one", "a"}, {"two", "a"}, {"x three", "b"}, {"one three", ""}, {"one two", "a"}, {"four", ""}, {"", ""},
	} {
		got := ""
		if s := b.Client(strings.Fields(tt.shown)); s != nil {
			got = s.Name
		}
		if got != tt.want {
			t.Errorf("%q is %q, want %q", tt.shown, got, tt.want)
		}
	}
	if _, err := source.NewBook([]source.Source{alone("a", "one"), alone("b", "one")}, nil); err == nil || !strings.Contains(err.Error(), "a and b have the client one") {
		t.Error(err)
	}
}

func TestADoorIsTrustedAsTheHouseSays(t *testing.T) {
	b, err := source.NewBook(nil, map[string]source.Trust{"acme-alerts": source.Tenant})
	if err != nil || b.Trust("acme-alerts") != source.Tenant || b.Trust("alertmanager") != source.Platform {
		t.Error(err, b.Trust("acme-alerts"))
	}
	if !b.Empty() || b.Named("acme-alerts") != nil {
		t.Error("a door is a source")
	}
}
