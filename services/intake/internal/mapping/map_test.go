package mapping

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

// item is JSON as a door hands it over.
func item(t testing.TB, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

const ticket = `{"id": 12345678901, "key": "SUP-7", "site": {"name": " Nord "}, "users": "240", "tags": ["A", "b "], "prio": 1, "n": null,
 "text": "Kunde SITE-42, bitte", "at": "2026-11-20T09:00:00Z"}`

func TestATicketIsMappedByExpressions(t *testing.T) {
	for _, tt := range []struct {
		key, says string
		want      any
	}{
		{"tenant", `it.site.name`, "Nord"},
		{"tenant", `it.?site.?name`, "Nord"},
		{"tenant", `it.?nobody.?name`, nil},
		{"tenant", `text(it.?n)`, nil},
		{"tenant", `it.?n`, nil},
		{"tenant", `it.?nobody.?name.orValue("platform-team")`, "platform-team"},
		{"tenant", `"site-" + extract(text(it.?text), "SITE-([0-9]+)")`, "site-42"},
		{"tenant", `text(it.id)`, "12345678901"},
		{"tenant", `string(it.id)`, "12345678901"},
		{"tenant", `it.id`, "12345678901"},
		{"tenant", `lower(it.key).split("-")[0]`, "error: "},
		{"tenant", `split(lower(it.key), "-")[0]`, "sup"},
		{"tenant", `it.nobody`, "error: map.tenant: no such key: nobody"},
		{"tenant", `it.tags`, "error: map.tenant: it gives list, not a text"},
		{"tenant", `it.site.name == "x" ? "a" : "b"`, "b"},
		{"tenant", `{"SUP": "acme"}[?split(it.key, "-")[0]].orValue("rest")`, "acme"},
		{"severity", `it.prio == 1 ? "HIGH" : "LOW"`, receive.High},
		{"severity", `{1: "site_unusable"}[it.prio]`, receive.SiteUnusable},
		{"severity", `it.key`, `error: map.severity: "SUP-7" is none of SITE_UNUSABLE, HIGH, NORMAL, LOW`},
		{"environment", `"beta"`, receive.Beta},
		{"affected_users", `it.users`, uint32(240)},
		{"affected_users", `size(it.tags)`, uint32(2)},
		{"affected_users", `-1`, nil},
		{"affected_users", `it.prio * 0.5`, "error: "},
		{"affected_users", `it.key`, `error: map.affected_users: "SUP-7" is no number`},
		{"components", `it.tags.map(t, lower(t))`, []string{"a", "b"}},
		{"components", `it.users + ", sso"`, []string{"240", "sso"}},
		{"components", `it.site`, "error: map.components: it gives map, not a list of texts"},
		{"csm", `"lena"`, "lena"},
		{"ignore", `it.key.startsWith("SUP")`, "ignored: " + unwanted},
		{"ignore", `"spam"`, "ignored: spam"},
		{"ignore", `it.prio == 2`, nil},
		{"ignore", `it.prio == 2 ? "two" : ""`, nil},
	} {
		f, err := Read([]byte(fmt.Sprintf("doors:\n  jira:\n    map:\n      %s: |\n        %s", tt.key, tt.says)), known)
		if err != nil {
			if tt.key == "affected_users" && tt.says == "-1" || strings.Contains(tt.says, ".split(") {
				continue // what is plain is refused at once
			}
			t.Errorf("%s: %v", tt.says, err)
			continue
		}
		m, err := f.Accounts[0].Webhook(nil).Desk.Map(item(t, ticket))
		got := deskValue(m, tt.key)
		switch {
		case err != nil:
			got = "error: " + err.Error()
		case m.Ignore != "":
			got = "ignored: " + m.Ignore
		}
		if want, failing := tt.want.(string); failing && want == "error: " && err != nil {
			continue
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %s gives %#v, want %#v", tt.key, tt.says, got, tt.want)
		}
	}
}

// deskValue is what was mapped, nil for nothing.
func deskValue(m desk.Mapped, key string) any {
	var v any
	switch key {
	case "tenant":
		v = m.Tenant
	case "severity":
		v = m.Severity
	case "environment":
		v = m.Environment
	case "affected_users":
		if m.AffectedUsers != nil {
			return *m.AffectedUsers
		}
		return nil
	case "components":
		if m.Components != nil {
			return m.Components
		}
		return nil
	case "csm":
		v = m.CSM
	}
	if v == nil || reflect.ValueOf(v).IsZero() {
		return nil
	}
	return v
}

const attempts = `doors:
  pingdom:
    map:
      ignore: 'it.?env == optional.of("test") ? "a test" : ""'
      labels: {tenant: it.?customer, latency_ms: "it.?ms"}
      signals:
        - when: it.?type == optional.of("login")
          kind: auth_attempt
          fields:
            user: it.?user
            method: '"SSO"'
            outcome: 'it.ok ? "success" : "FAILURE"'
        - when: it.?type == optional.of("report")
          kind: report_run
          fields: {run: it.run, state: it.state, due_at: it.?due}
        - when: it.?type == optional.of("sync")
          kind: integration_sync
          fields: {provider: it.p, kind: '"CONTENT"', expected: it.?want, present: it.have}
`

func TestAnAlertIsMappedByLabelsAndSignals(t *testing.T) {
	due := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	five := uint32(5)
	for _, tt := range []struct {
		item string
		want alert.Mapped
		err  string
	}{
		{`{"customer":"acme","ms":12.5}`, alert.Mapped{Labels: map[string]string{"tenant": "acme", "latency_ms": "12.5"}}, ""},
		{`{"env":"test"}`, alert.Mapped{Ignore: "a test"}, ""},
		{`{"type":"login","user":17,"ok":true}`, alert.Mapped{Kind: receive.AuthAttempt{User: "17", Method: "SSO", Outcome: "SUCCESS"}}, ""},
		{`{"type":"login","user":17}`, alert.Mapped{}, "map.signals[0].outcome: no such key: ok"},
		{`{"type":"report","run":"r","state":"FAILED","due":1795165200}`, alert.Mapped{Kind: receive.ReportRun{Run: "r", State: "FAILED", DueAt: due}}, ""},
		{`{"type":"report","run":"r","state":"LOST"}`, alert.Mapped{}, `map.signals[1].state: "LOST" is none of SCHEDULED, DELIVERED, FAILED`},
		{`{"type":"sync","p":"x","have":5}`, alert.Mapped{Kind: receive.IntegrationSync{Provider: "x", Kind: "CONTENT", Present: &five}}, ""},
		{`{"ms":"fast"}`, alert.Mapped{}, `map.labels.latency_ms: "fast" is no number`},
	} {
		got, err := parse(t, attempts).Accounts[0].Webhook(nil).Alerts.Map(item(t, tt.item))
		if fmt.Sprint(err) != tt.err && (err != nil || tt.err != "") || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s gives %+v, %v; want %+v, %s", tt.item, got, err, tt.want, tt.err)
		}
	}
}

func TestWhoTriesAFileSeesWhatEachExpressionGave(t *testing.T) {
	var steps []string
	account := parse(t, attempts).Accounts[0].Webhook(func(s Step) {
		steps = append(steps, fmt.Sprintf("%s=%v%s", s.Name, s.Value, s.Wrong))
	})
	_, _ = account.Alerts.Map(item(t, `{"type":"login","user":17,"customer":"acme"}`))
	want := "ignore=false labels.latency_ms=<nil> labels.tenant=acme signals[0].when=true signals[0].method=SSO signals[0].outcome=<nil>no such key: ok signals[0].user=17"
	if got := strings.Join(steps, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnExpressionThatCostsTooMuchIsEnded(t *testing.T) {
	f := parse(t, `doors: {jira: {map: {ignore: "it.l.exists(a, it.l.exists(b, a + b == -1))"}}}`)
	many := make([]any, 20000)
	for i := range many {
		many[i] = float64(i)
	}
	began := time.Now()
	_, err := f.Accounts[0].Webhook(nil).Desk.Map(map[string]any{"l": many})
	if err == nil || !strings.Contains(err.Error(), "costs too much") || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// TestNoItemMakesAFileFail is the promise that a file that was understood never
// fails the program, and that the same item gives the same.
func TestNoItemMakesAFileFail(t *testing.T) {
	monitor := parse(t, attempts).Accounts[0].Webhook(nil).Alerts.Map
	helpdesk := parse(t, `doors: {jira: {map: {
		tenant: 'it.a.b.c', severity: 'it.a ? "HIGH" : text(it.b)', affected_users: 'it.a + it.b', components: 'it.a',
		ignore: 'it.a == it.b || it.type.startsWith("x")', csm: 'split(it.user, it.a)[0]'}}}`).Accounts[0].Webhook(nil).Desk.Map
	rapid.Check(t, func(r *rapid.T) {
		it := object(r, 3)
		m1, err1 := monitor(it)
		m2, err2 := monitor(it)
		d1, err3 := helpdesk(it)
		d2, err4 := helpdesk(it)
		if !reflect.DeepEqual(m1, m2) || fmt.Sprint(err1, d1.Tenant, err3) != fmt.Sprint(err2, d2.Tenant, err4) {
			r.Fatalf("%v gives %v %v, then %v %v", it, m1, err1, m2, err2)
		}
	})
	if _, err := helpdesk(nil); err == nil {
		t.Error("nothing gives a tenant")
	}
}

// object is any item whose keys are those that expressions ask for.
func object(r *rapid.T, deep int) map[string]any {
	out := map[string]any{}
	for _, key := range []string{"a", "b", "c", "env", "type", "user", "ok", "customer", "ms", "run", "state", "due", "p", "have"} {
		switch rapid.IntRange(0, 8).Draw(r, key) {
		case 0:
			out[key] = rapid.SampledFrom([]string{"", "login", "report", "sync", "test", "\x00", "é", "FAILED"}).Draw(r, "text")
		case 1:
			out[key] = rapid.Float64().Draw(r, "number")
		case 2:
			out[key] = rapid.Bool().Draw(r, "bool")
		case 3:
			out[key] = nil
		case 4:
			out[key] = []any{nil, "x", 1.0}
		case 5:
			if deep > 0 {
				out[key] = object(r, deep-1)
			}
		}
	}
	return out
}

// FuzzRead reads any file, and any item by those that are understood.
func FuzzRead(f *testing.F) {
	f.Add([]byte(attempts), []byte(ticket))
	f.Add([]byte("doors:\n  jira:\n    tenants: {1: acme}\n    secrets: [$A]\n    map: {tenant: it.?a, ignore: 'it.b > 3'}"), []byte(`{"a":1}`))
	f.Add([]byte("doors: {}"), []byte(`{}`))
	f.Fuzz(func(t *testing.T, file, body []byte) {
		read, err := Read(file, known)
		if err != nil {
			return
		}
		var it map[string]any
		_ = json.Unmarshal(body, &it)
		for _, a := range read.Accounts {
			account := a.Webhook(func(Step) {})
			if account.Desk.Map != nil {
				_, _ = account.Desk.Map(it)
			}
			if account.Alerts.Map != nil {
				_, _ = account.Alerts.Map(it)
			}
		}
	})
}
