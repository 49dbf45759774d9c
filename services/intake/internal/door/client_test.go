package door_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/alertmanager"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	intakev1 "tocsin/proto/gen/intake/v1"
)

// A came is how a request reaches the house.
type came struct {
	// names are the verified client's; encrypted is with none of them too.
	names     []string
	encrypted bool
	ends      time.Time
	from, to  string
	header    []string
}

// by posts a body as it came.
func (h *house) by(t testing.TB, c came, path, body string) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "10.1.2.3:5", "tocsin.example"
	if c.from != "" {
		r.RemoteAddr, r.Host = c.from, c.to
	}
	r.Header.Set("Content-Type", jsonType)
	for i := 0; i < len(c.header); i += 2 {
		r.Header.Set(c.header[i], c.header[i+1])
	}
	if c.ends.IsZero() {
		c.ends = now.Add(time.Hour)
	}
	if c.encrypted || len(c.names) > 0 {
		r.TLS = &tls.ConnectionState{}
	}
	if len(c.names) > 0 {
		r.TLS.VerifiedChains = [][]*x509.Certificate{{{DNSNames: c.names, NotAfter: c.ends}}}
	}
	w := httptest.NewRecorder()
	h.paths.ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return a
}

func TestADoorAsksForAClientsCertificateByName(t *testing.T) {
	h := open(t, func(d *door.Door) {
		d.Hooks["both"] = door.Hook{Door: alertmanager.Door(), Lets: credential.Set{Tokens: []string{"am"}, Clients: []string{"new.acme", "old.acme"}}}
		d.Hooks["alone"] = door.Hook{Door: alertmanager.Door(), Lets: credential.Set{Clients: []string{"old.acme"}, Alone: true}}
		d.Hooks["emptied"] = door.Hook{Door: alertmanager.Door(), Lets: credential.Set{Clients: []string{"old.acme"}}}
	})
	token, old := bearer("am"), []string{"old.acme"}
	for _, tt := range []struct {
		name, door string
		came       came
		status     int
		says       string
	}{
		{"both", "both", came{names: old, header: token}, 202, ""},
		{"the name to come", "both", came{names: []string{"new.acme"}, header: token}, 202, ""},
		{"no token", "both", came{names: old}, 401, "Authorization"},
		{"no certificate", "both", came{encrypted: true, header: token}, 401, "none was shown"},
		{"plain HTTP", "both", came{header: token}, 401, "without TLS"},
		{"what a proxy says", "both", came{header: append(slices.Clone(token), "X-Forwarded-Client-Cert", "DNS=old.acme")}, 401, "without TLS"},
		{"another client", "both", came{names: []string{"evil.example"}, header: token}, 401, `"evil.example"`},
		{"one that is over", "both", came{names: old, ends: now.Add(-time.Second), header: token}, 401, "none was shown"},
		{"alone", "alone", came{names: old}, 202, ""},
		{"alone, in plain", "alone", came{}, 401, "without TLS"},
		{"whose token was emptied", "emptied", came{names: old}, 403, "no credentials"},
	} {
		a := h.by(t, tt.came, "/v1/hooks/"+tt.door, firing(`"component":"sso"`))
		if a.status != tt.status || !strings.Contains(a.Detail, tt.says) {
			t.Errorf("%s: %d %s, want %d %q", tt.name, a.status, a.Detail, tt.status, tt.says)
		}
		if want := "urn:tocsin:problem:client-certificate"; tt.status == 401 && (a.Type == want) != (tt.says != "Authorization") {
			t.Errorf("%s: %s", tt.name, a.Type)
		}
	}
}

func TestASourceComesByItsCertificate(t *testing.T) {
	h := open(t, func(d *door.Door) {
		book, err := source.NewBook([]source.Source{
			{Name: "sftp", Clients: []string{"sftp.acme", "sftp2.acme"}, Alone: true, Tenants: []string{"acme"}},
			{Name: "desk", Tokens: []string{"d"}, Clients: []string{"desk.acme"}, All: true},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Sources = &source.Register{}
		d.Sources.Follow(book)
	})
	other := strings.Replace(upload("o"), `"acme"`, `"nordwind"`, 1)
	for _, tt := range []struct {
		name, path, body string
		came             came
		status           int
		says             string
	}{
		{"its certificate", "/v1/signals", upload("1"), came{names: []string{"sftp.acme"}}, 202, ""},
		{"its other", "/v1/signals", upload("2"), came{names: []string{"sftp2.acme"}}, 202, ""},
		{"for another tenant", "/v1/signals", other, came{names: []string{"sftp.acme"}}, 403, "may not state"},
		{"as another source", "/v1/tickets", note("3", "T-1"), came{names: []string{"sftp.acme"}}, 403, "may not state"},
		{"nobody's", "/v1/signals", upload("4"), came{names: []string{"evil.example"}}, 401, "token"},
		{"its certificate, and a token of nobody", "/v1/signals", upload("5"), came{names: []string{"sftp.acme"}, header: bearer("x")}, 401, "token"},
		{"a token and its certificate", "/v1/tickets", note("6", "T-1"), came{names: []string{"desk.acme"}, header: bearer("d")}, 202, ""},
		{"a token without it", "/v1/tickets", note("7", "T-1"), came{encrypted: true, header: bearer("d")}, 401, "none was shown"},
		{"a token in plain", "/v1/tickets", note("7", "T-1"), came{header: bearer("d")}, 401, "without TLS"},
		{"the certificate without the token", "/v1/tickets", note("8", "T-1"), came{names: []string{"desk.acme"}}, 401, "token"},
	} {
		if a := h.by(t, tt.came, tt.path, tt.body); a.status != tt.status || !strings.Contains(a.Detail, tt.says) {
			t.Errorf("%s: %d %s, want %d %q", tt.name, a.status, a.Detail, tt.status, tt.says)
		}
	}
}

func TestWhereNobodyIsAskedOnlyThisMachinesNamesAreServedOnIt(t *testing.T) {
	h := open(t)
	origin := func(of string) []string { return []string{"Origin", of} }
	for _, tt := range []struct {
		name   string
		came   came
		status int
		kind   string
	}{
		{"by address", came{from: "127.0.0.1:5", to: "127.0.0.1:8080"}, 202, ""},
		{"by name", came{from: "[::1]:5", to: "localhost:8080"}, 202, ""},
		{"a page's own name that points here", came{from: "127.0.0.1:5", to: "evil.example:8080"}, 421, "another-host"},
		{"and its page", came{from: "127.0.0.1:5", to: "evil.example:8080", header: origin("http://evil.example:8080")}, 421, "another-host"},
		{"a page of this machine", came{from: "127.0.0.1:5", to: "localhost:8080", header: origin("http://localhost:8080")}, 202, ""},
		{"in a container, by its name", came{from: "172.18.0.5:5", to: "intake:8080"}, 202, ""},
		{"in a container, a page", came{from: "172.18.0.1:5", to: "evil.example:8080", header: origin("http://evil.example:8080")}, 403, "another-site"},
	} {
		for _, path := range []string{"/v1/signals", "/v1/tickets"} {
			a := h.by(t, tt.came, path, map[string]string{"/v1/signals": upload("1"), "/v1/tickets": note("1", "T")}[path])
			if a.status != tt.status || !strings.HasSuffix(a.Type, tt.kind) || tt.status == 421 && !strings.Contains(a.Detail, "set a token") {
				t.Errorf("%s at %s: %d %s %s", tt.name, path, a.status, a.Type, a.Detail)
			}
		}
	}
	h = open(t, func(d *door.Door) { d.Token = "house" })
	if a := h.by(t, came{from: "127.0.0.1:5", to: "tocsin.example", header: bearer("house")}, "/v1/signals", upload("1")); a.status != 202 {
		t.Errorf("behind a proxy, with a token: %d %s", a.status, a.Detail)
	}
}

func TestATenantsDoorSpeaksForItsTenantsAndIsTrustedAsTheirs(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	own := &source.Source{Name: "acme-alerts", Tenants: []string{"acme"}, Trust: source.Tenant}
	h := open(t, func(of *door.Door) {
		of.Shelf, d = kept, of
		of.Hooks["acme-alerts"] = door.Hook{
			Door: alertmanager.Door(), Lets: credential.Set{Tokens: []string{"a"}}, Account: webhook.Account{Source: "acme-alerts", Speaks: own},
		}
		of.Hooks["house"] = door.Hook{Door: alertmanager.Door(), Lets: credential.Set{Tokens: []string{"h"}}, Account: webhook.Account{Source: "house"}}
		book, err := source.NewBook(nil, map[string]source.Trust{"acme-alerts": source.Tenant})
		if err != nil {
			t.Fatal(err)
		}
		of.Sources = &source.Register{}
		of.Sources.Follow(book)
		of.Intake.Signals.Sources = of.Sources
	})
	for _, tt := range []struct{ door, token, labels, ignored string }{
		{"acme-alerts", "a", `"component":"sso","tenant":"acme"`, ""},
		{"acme-alerts", "a", `"component":"sso","tenant":"nordwind"`, `the source "acme-alerts" does not speak for "nordwind"`},
		{"acme-alerts", "a", `"component":"sso"`, "does not speak for the whole platform"},
		{"house", "h", `"component":"sso","tenant":"nordwind"`, ""},
		{"house", "h", `"component":"sso"`, ""},
	} {
		a := h.post(t, "/v1/hooks/"+tt.door, jsonType, firing(tt.labels), bearer(tt.token)...)
		was := kept.take()
		if a.status != 202 || (a.Accepted == 0) != (tt.ignored != "") || !strings.Contains(fmt.Sprint(a.Ignored), tt.ignored) {
			t.Errorf("%s %s: %+v", tt.door, tt.labels, a)
		}
		if tt.ignored == "" {
			continue
		}
		if len(was) != 1 || was[0].Door != tt.door || !strings.Contains(fmt.Sprint(was[0].Reasons), tt.ignored) {
			t.Fatalf("%s: kept are %+v", tt.labels, was)
		}
		if ids, reasons, err := d.Again(t.Context(), was[0]); err != nil || len(ids) > 0 || !strings.Contains(fmt.Sprint(reasons), tt.ignored) {
			t.Errorf("tried again: %v %v %v", ids, reasons, err)
		}
	}
	for source, want := range map[string]intakev1.Trust{"acme-alerts": intakev1.Trust_TENANT, "house": intakev1.Trust_PLATFORM_MONITOR} {
		if got := h.trusts(t)[source]; got != want {
			t.Errorf("%s is trusted as %v, want %v", source, got, want)
		}
	}
}
