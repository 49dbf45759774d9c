package credential

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/certs"
)

func TestOnlyWhoShowsTheCredentialsIsLetIn(t *testing.T) {
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	token, password := Set{Tokens: []string{"old", "t0ken"}}, Set{Passwords: []string{"am:pa:ss"}}
	for _, tt := range []struct {
		set    Set
		header string
		in     bool
	}{
		{token, "Bearer t0ken", true},
		{token, "bearer t0ken", true},
		{token, "Bearer old", true},
		{token, "Bearer t0kem", false},
		{token, "Bearer ", false},
		{token, "", false},
		{token, "t0ken", false},
		{token, basic(":t0ken"), false},
		{token, basic(":"), false},
		{password, basic("am:pa:ss"), true},
		{password, basic("am:pa"), false},
		{password, basic("pm:pa:ss"), false},
		{password, "Basic am:pa:ss", false},
		{password, "Bearer ", false},
		{Set{Tokens: []string{""}}, "Bearer ", false},
		{Set{Passwords: []string{""}}, basic(""), false},
		{Set{}, "", false},
	} {
		d := webhook.Delivery{Header: http.Header{"Authorization": {tt.header}}}
		err := tt.set.Admit(webhook.Door{}, d)
		if (err == nil) != tt.in || err != nil && !errors.Is(err, ErrDenied) {
			t.Errorf("%+v with %q: %v; let in should be %v", tt.set, tt.header, err, tt.in)
		}
	}
}

func TestAClientsCertificateIsAskedForBesideOrInPlaceOfACredential(t *testing.T) {
	monitor, other := certs.Client{Encrypted: true, Names: []string{"old.acme", "x"}}, certs.Client{Encrypted: true, Names: []string{"other"}}
	names := []string{"new.acme", "old.acme"}
	token, alone := Set{Tokens: []string{"t"}, Clients: names}, Set{Clients: names, Alone: true}
	for _, tt := range []struct {
		name   string
		set    Set
		client certs.Client
		header string
		says   string // empty is let in
	}{
		{"both", token, monitor, "Bearer t", ""},
		{"no token", token, monitor, "", "Authorization"},
		{"another client", token, other, "Bearer t", `of ["other"]`},
		{"no certificate", token, certs.Client{Encrypted: true}, "Bearer t", "none was shown"},
		{"no TLS", token, certs.Client{}, "Bearer t", "without TLS"},
		{"alone", alone, monitor, "", ""},
		{"alone, another", alone, other, "Bearer t", `of ["other"]`},
		{"alone, no TLS", alone, certs.Client{}, "", "without TLS"},
		{"tokens that were emptied", Set{Clients: names}, monitor, "Bearer ", "Authorization"},
		{"no names", Set{Alone: true}, monitor, "", "Authorization"},
	} {
		err := tt.set.Admit(webhook.Door{}, webhook.Delivery{Header: http.Header{"Authorization": {tt.header}}, Client: tt.client})
		if (err == nil) != (tt.says == "") || err != nil && (!strings.Contains(err.Error(), tt.says) || !errors.Is(err, ErrDenied)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
	if !(Set{Clients: names}).Empty() || alone.Empty() || !(Set{Alone: true}).Empty() {
		t.Error("wrong ones are empty")
	}
}

func TestATokenMayStandInAHeaderOfOurs(t *testing.T) {
	set := Set{Secrets: []string{"s"}, Tokens: []string{"t0ken", ""}}
	signed := webhook.Door{Verify: func(webhook.Delivery, string) error { return webhook.ErrUnsigned }}
	for _, tt := range []struct {
		door  webhook.Door
		shown string
		in    bool
	}{{webhook.Door{}, "t0ken", true}, {webhook.Door{}, "t0kem", false}, {webhook.Door{}, "", false}, {webhook.Door{}, "Bearer t0ken", false}, {signed, "t0ken", false}} {
		d := webhook.Delivery{Header: http.Header{}}
		d.Header.Set(TokenHeader, tt.shown)
		if err := set.Admit(tt.door, d); (err == nil) != tt.in {
			t.Errorf("%q: %v; let in should be %v", tt.shown, err, tt.in)
		}
	}
}

func TestWhereTheVendorSignsOnlyASignatureLetsIn(t *testing.T) {
	door := webhook.Door{Verify: func(_ webhook.Delivery, secret string) error {
		if secret == "new" {
			return nil
		}
		return webhook.ErrUnsigned
	}}
	d := webhook.Delivery{Header: http.Header{"Authorization": {"Bearer t"}}}
	if err := (Set{Secrets: []string{"old", "new"}}).Admit(door, d); err != nil {
		t.Errorf("one of two secrets: %v", err)
	}
	if err := (Set{Secrets: []string{"old"}, Tokens: []string{"t"}}).Admit(door, d); !errors.Is(err, webhook.ErrUnsigned) {
		t.Errorf("a token in place of a signature: %v", err)
	}
}
