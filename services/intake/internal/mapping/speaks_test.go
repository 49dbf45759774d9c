package mapping

import (
	"strings"
	"testing"

	"tocsin/services/intake/internal/source"
)

func TestWhatIsWrongOfWhomADoorSpeaksForIsNamedAtItsPlace(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"a tenant's own for everybody", "doors:\n  jira: {trust: tenant}", "2:17: door jira is a tenant's own: only_tenants"},
		{"a tenant's own for the platform", "doors:\n  jira: {trust: tenant, only_tenants: [acme], platform: true}", "door jira is a tenant's own"},
		{"a trust", "doors:\n  jira: {trust: full}", `2:17: there is no trust "full"`},
		{"everybody", "doors:\n  jira: {only_tenants: ['*']}", "2:25: a door without only_tenants speaks for everybody"},
		{"no tenant", "doors:\n  jira: {only_tenants: [_]}", `"_" is no tenant`},
		{"the platform", "doors:\n  alertmanager: {platform: true}", "door alertmanager speaks for everybody and for the platform already"},
		{"a table of others", "doors:\n  jira: {only_tenants: [acme], tenants: {x: nord}}", `"nord" is not among the door's only_tenants`},
		{"a default of others", "doors:\n  jira: {only_tenants: [acme], default_tenant: nord}", `"nord" is not among the door's only_tenants`},
		{"a wildcard", "doors:\n  alertmanager: {clients: ['*.acme.example']}", "2:28: "},
		{"a common name", "sources:\n  okta: {tenants: [acme], clients: ['CN=monitor']}", `"CN=monitor" is no name of a client's certificate`},
		{"one client of two", "sources:\n  a: {tenants: [acme], clients: [m]}\n  b: {tenants: [acme], clients: [M]}", ""},
	} {
		f, err := Read([]byte(tt.file), known)
		if tt.want == "" && err == nil {
			if _, err = f.Sources(Places{}); err == nil || !strings.Contains(err.Error(), "a and b have the client m") {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got\n%v\nwant %q", tt.name, err, tt.want)
		}
	}
}

func TestForWhomADoorSpeaksIsWhatTheFileSays(t *testing.T) {
	f := parse(t, `doors:
  alertmanager: {tokens: [$T], clients: [Monitor.acme.example, 'spiffe://acme/m']}
  acme-alerts: {vendor: alertmanager, clients: [m], trust: tenant, only_tenants: [acme]}
  partner: {vendor: alertmanager, only_tenants: [acme, nord], platform: true}
sources:
  okta: {tenants: [acme], clients: [okta.example]}
  desk: {tokens: [$T], tenants: [acme], clients: [desk.example]}`)
	places := Places{Variable: func(string) (string, bool) { return "", true }}
	house, own, partner := f.Named("alertmanager"), f.Named("acme-alerts"), f.Named("partner")
	if house.Speaks != nil || house.Speaks.May("alertmanager", "anyone") != nil {
		t.Errorf("%+v", house.Speaks)
	}
	if own.Speaks.May("acme-alerts", "acme") != nil || own.Speaks.May("acme-alerts", "nord") == nil || own.Speaks.May("acme-alerts", "") == nil {
		t.Errorf("%+v", own.Speaks)
	}
	if partner.Speaks.May("partner", "") != nil || partner.Speaks.May("partner", "other") == nil {
		t.Errorf("%+v", partner.Speaks)
	}
	book, err := f.Sources(places)
	if err != nil || book.Trust("acme-alerts") != source.Tenant || book.Trust("partner") != source.Platform || book.Trust("alertmanager") != source.Platform {
		t.Errorf("%v", err)
	}
	if !book.Named("okta").Alone || book.Named("desk").Alone || book.Client([]string{"okta.example"}) == nil {
		t.Error("who comes by a certificate alone")
	}
	set, err := house.Credentials(places) // whose token was emptied
	if err != nil || !set.Empty() || strings.Join(set.Clients, " ") != "monitor.acme.example spiffe://acme/m" {
		t.Errorf("%+v, %v", set, err)
	}
	if set, _ = own.Credentials(places); set.Empty() || !set.Alone {
		t.Errorf("%+v", set)
	}
	if got := strings.Join(f.AskClients(), ", "); got != "door acme-alerts, door alertmanager, source desk, source okta" {
		t.Error(got)
	}
}
