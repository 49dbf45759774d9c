package review

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tocsin/services/review/internal/decide"
)

// What a request may be answered, by who asks.
const (
	anyone = "anyone" // anybody who may see something gets it, walled
	staff  = "staff"  // nobody of a customer
	agents = "agents" // agents and those above them
	whole  = "whole"  // who sees all tenants
	leads  = "leads"  // leadership
	chiefs = "chiefs" // leadership that sees all tenants
	admins = "admins" // admins
	orders = "orders" // what the rules allow, on cases that the person sees
	doors  = "doors"  // no person is asked for
)

// A visit is a route and who may walk it. A route with a case is walked for each.
type visit struct {
	to   string
	path string // in the place of the pattern; %s is the case
	body string // as JSON for /v1, as a form else
}

// visits are all routes of review. Who adds one says here who may walk it.
func visits() map[string]visit {
	form := "version=999&note=x&key=k&ground=small_audience&eta=2h"
	order := `{"version":999,"note":"x"}`
	v := map[string]visit{
		"GET /{$}": {anyone, "/", ""}, "GET /cases/{id}": {orders, "/cases/%s?correct=G-1&tenant=globex", ""}, "GET /rows/{id}": {orders, "/rows/%s", ""},
		"POST /cases/{id}/correct": {orders, "/cases/%s/correct", "tenant=globex&ticket=G-1&revision=1"}, "POST /cases/{id}/preview": {orders, "/cases/%s/preview", form + "&action=deny"},
		"POST /cases/{id}/merge": {orders, "/cases/%s/merge", form + "&into=c-none"}, "POST /cases/{id}/split": {orders, "/cases/%s/split", form + "&ticket=acme/A-2"},
		"GET /several": {anyone, "/several?case=%s", ""}, "POST /several": {anyone, "/several", form + "&action=deny&case=%s"},
		"GET /conditions": {anyone, "/conditions?tenant=globex", ""}, "GET /conditions/{scope}/{reason}": {orders, "/conditions/%[2]s/auth_failures_over_100", ""},
		"GET /conditions/{scope}/{reason}/{subject}": {orders, "/conditions/%[2]s/auth_failures_over_100/_", ""},
		"GET /tickets": {anyone, "/tickets?tenant=globex", ""}, "GET /deliveries": {anyone, "/deliveries?tenant=globex", ""}, "GET /audit": {anyone, "/audit", ""},
		"GET /mutes": {agents, "/mutes", ""}, "POST /mutes": {leads, "/mutes", "why=x&lasts=1h&key=k"}, "POST /mutes/{id}/end": {leads, "/mutes/m-none/end", ""},
		"GET /v1/mutes": {agents, "/v1/mutes?all=true", ""}, "POST /v1/mutes": {leads, "/v1/mutes", `{"why":"x","lasts":"1h"}`}, "DELETE /v1/mutes/{id}": {leads, "/v1/mutes/m-none", ""},
		"GET /policy": {anyone, "/policy", ""}, "GET /roster": {staff, "/roster", ""}, "GET /reports": {whole, "/reports", ""},
		"GET /ack/{token}": {doors, "/ack/x", ""}, "POST /ack/{token}": {doors, "/ack/x", ""},
		"GET /signin": {doors, "/signin", ""}, "POST /signin": {doors, "/signin", "name=x&token=y"}, "GET /signin/provider": {doors, "/signin/provider", ""},
		"GET /signin/back": {doors, "/signin/back?code=x&state=y", ""}, "POST /signout": {doors, "/signout", ""}, "/": {doors, "/nowhere", ""}, "GET /assets/{hash}/{name}": {doors, "/assets/x/y", ""},
		"GET /rejected": {chiefs, "/rejected", ""}, "GET /rejected/{id}": {chiefs, "/rejected/1", ""}, "POST /rejected/{id}/retry": {chiefs, "/rejected/1/retry", ""},
		"GET /v1/rejected": {chiefs, "/v1/rejected", ""}, "GET /v1/rejected/{id}": {chiefs, "/v1/rejected/1", ""}, "POST /v1/rejected/{id}/retry": {chiefs, "/v1/rejected/1/retry", ""},
		"DELETE /v1/rejected/{id}": {chiefs, "/v1/rejected/1", ""},
		"GET /deadletters":         {chiefs, "/deadletters", ""}, "GET /deadletters/{id}": {chiefs, "/deadletters/1", ""},
		"POST /deadletters/{id}/{act}": {chiefs, "/deadletters/1/drop", "note=x"},
		"GET /routes":                  {chiefs, "/routes?sample=opened", ""}, "GET /v1/routes": {chiefs, "/v1/routes?sample=opened", ""},
		"GET /v1/deadletters": {chiefs, "/v1/deadletters", ""}, "GET /v1/deadletters/{id}": {chiefs, "/v1/deadletters/1", ""},
		"GET /v1/deadletters/done":        {chiefs, "/v1/deadletters/done", ""},
		"POST /v1/deadletters/{id}/retry": {chiefs, "/v1/deadletters/1/retry", "{}"}, "POST /v1/deadletters/{id}/drop": {chiefs, "/v1/deadletters/1/drop", `{"note":"x"}`},
		"GET /v1/deliveries": {anyone, "/v1/deliveries?limit=500", ""}, "GET /openapi.json": {anyone, "/openapi.json", ""}, "GET /v1/cases": {anyone, "/v1/cases", ""}, "GET /v1/cases/{id}": {orders, "/v1/cases/%s", ""},
		"GET /v1/cases/{id}/labels": {orders, "/v1/cases/%s/labels?words=whole", ""}, "POST /v1/cases/{id}/labels": {orders, "/v1/cases/%s/labels", `{"ticket":"G-1","tenant":"globex","revision":1,"label":{}}`},
		"GET /v1/cases/{id}/preview": {orders, "/v1/cases/%s/preview?action=deny&note=x", ""}, "POST /v1/cases": {leads, "/v1/cases", `{"tenant":"acme"}`},
		"POST /v1/cases/several":    {anyone, "/v1/cases/several", `{"orders":[{"id":"%s","action":"DENY","version":999,"note":"x"}]}`},
		"POST /v1/cases/{id}/merge": {orders, "/v1/cases/%s/merge", `{"into":"c-none","version":999,"note":"x"}`},
		"POST /v1/cases/{id}/split": {orders, "/v1/cases/%s/split", `{"version":999,"note":"x","tickets":[{"tenant":"acme","ticket":"A-2"}]}`},
		"GET /v1/conditions":        {anyone, "/v1/conditions?points=true", ""}, "GET /v1/labels": {leads, "/v1/labels?words=whole", ""}, "GET /v1/labels/{id}": {leads, "/v1/labels/none", ""},
		"GET /v1/reports": {whole, "/v1/reports", ""}, "GET /v1/audit": {whole, "/v1/audit", ""}, "GET /v1/audit/heads": {whole, "/v1/audit/heads", ""},
		"GET /v1/roster": {staff, "/v1/roster", ""}, "GET /v1/roster/{id}": {staff, "/v1/roster/none", ""}, "PUT /v1/roster": {leads, "/v1/roster", "{}"}, "PUT /v1/roster/{id}": {leads, "/v1/roster/none", "{}"},
		"DELETE /v1/roster/{id}": {leads, "/v1/roster/none", ""}, "POST /v1/roster/{id}/absences": {leads, "/v1/roster/none/absences", "{}"}, "DELETE /v1/roster/{id}/absences": {leads, "/v1/roster/none/absences", "{}"},
		"GET /v1/tokens": {admins, "/v1/tokens", ""}, "POST /v1/tokens": {admins, "/v1/tokens", "{}"}, "POST /v1/tokens/{id}/revoke": {admins, "/v1/tokens/none/revoke", "{}"},
		"POST /v1/signin-links": {admins, "/v1/signin-links", "{}"}, "/review.v1.ReviewService/": {orders, "/review.v1.ReviewService/GetCase", `{"id":"%s"}`},
		"GET /live": {anyone, "", ""}, "GET /live/conditions": {anyone, "", ""}, // TestALivePageHearsOfItsOwnCasesOnly
	}
	for _, action := range append(slices.Clone(actionsOfTheConsole), "{action}") {
		v["POST /cases/{id}/"+action] = visit{orders, "/cases/%s/" + strings.Replace(action, "{action}", "deny", 1), form}
		v["POST /v1/cases/{id}/"+action] = visit{orders, "/v1/cases/%s/" + action, order}
	}
	for _, folder := range []string{"cases", "deliveries", "deadletters", "rejected", "conditions", "labels", "mutes", "roster", "reports", "audit"} {
		v["/v1/"+folder] = visit{anyone, "/v1/" + folder + "?nowhere", ""}
		v["/v1/"+folder+"/{rest...}"] = visit{anyone, "/v1/" + folder + "/x/y/z", ""}
	}
	return v
}

// routesOf are the patterns of a mux, which keeps them to itself.
func routesOf(mux *http.ServeMux) []string {
	index, found := reflect.ValueOf(mux).Elem().FieldByName("index"), map[string]bool{}
	add := func(list reflect.Value) {
		for i := range list.Len() {
			found[list.Index(i).Elem().FieldByName("str").String()] = true
		}
	}
	for it := index.FieldByName("segments").MapRange(); it.Next(); {
		add(it.Value())
	}
	add(index.FieldByName("multis"))
	var all []string
	for pattern := range found {
		all = append(all, pattern)
	}
	slices.Sort(all)
	return all
}

func TestEveryRouteShowsEachPersonTheirOwn(t *testing.T) {
	s := serve(t)
	known, walked := visits(), 0
	for _, pattern := range routesOf(s.mux) {
		v, listed := known[pattern]
		if !listed {
			t.Errorf("nobody said who may walk %s: add it to visits", pattern)
			continue
		}
		if v.path == "" || v.to == doors {
			continue
		}
		method, _, _ := strings.Cut(pattern, " ")
		if strings.HasPrefix(method, "/") {
			method = http.MethodPost
		}
		cases := []target{s.own, s.other, s.shared}
		if !strings.Contains(v.path+v.body, "%") {
			cases = cases[:1]
		}
		for _, of := range cases {
			for name, p := range s.people {
				walked++
				s.walk(t, fmt.Sprint(name, " ", of.name), p, of, request{method, fill(v.path, of), fill(v.body, of), v.to})
			}
		}
	}
	if walked < 500 {
		t.Errorf("%d walks are too few", walked)
	}
	t.Logf("%d walks", walked)
}

func fill(text string, of target) string {
	switch {
	case strings.Contains(text, "%[2]s"):
		return fmt.Sprintf(strings.ReplaceAll(text, "%[2]s", "%s"), of.scope)
	case strings.Contains(text, "%s"):
		return fmt.Sprintf(text, of.id)
	}
	return text
}

// A request is one walk of a route.
type request struct{ method, path, body, to string }

// walk sends a request as a person, and looks at the answer.
func (s *site) walk(t *testing.T, name string, p visitor, of target, q request) {
	t.Helper()
	status, text := s.send(p, q)
	say := func(what string) {
		t.Helper()
		t.Errorf("%s: %s %s: %s (%d)\n%s", name, q.method, q.path, what, status, short(text))
	}
	if status >= 500 && !strings.Contains(strings.ToLower(q.path), "/preview") && !strings.HasPrefix(q.path, "/v1/routes") { // notification, which is not here, says those words
		say("failed")
	}
	if !p.good {
		if status != http.StatusUnauthorized && status != http.StatusSeeOther {
			say("somebody without proof was answered")
		}
	}
	allowed := p.good
	switch q.to {
	case staff:
		allowed = allowed && p.Role != decide.CSM
	case agents:
		allowed = allowed && p.May(decide.Agent)
	case whole:
		allowed = allowed && p.SeesAll()
	case leads:
		allowed = allowed && p.May(decide.Leadership)
	case chiefs:
		allowed = allowed && p.May(decide.Leadership) && p.SeesAll()
	case admins:
		allowed = allowed && p.May(decide.Admin) && p.SeesAll()
	case orders:
		if p.good && of.hidden(p.Person) && status != http.StatusNotFound && status != http.StatusForbidden {
			say("a case that they do not see was answered")
		}
		if q.method == http.MethodGet && p.good && !of.hidden(p.Person) && of.id != "" && status == http.StatusNotFound && !strings.HasPrefix(q.path, "/conditions") {
			say("their own case is not there")
		}
	}
	if q.to != orders && p.good && !allowed && status < 400 {
		say("more than they may")
	}
	if p.good && p.SeesAll() {
		return
	}
	text = strings.ReplaceAll(text, "SHA-256", "") // which is no ticket A-2
	for _, mark := range secrets(p) {
		if !strings.Contains(q.path+q.body, mark) && strings.Contains(text, mark) {
			say("it tells of " + mark)
		}
	}
}

var space = regexp.MustCompile(`\s+`)

func short(text string) string {
	text = space.ReplaceAllString(text, " ")
	return text[:min(len(text), 300)]
}

// send asks as a program does, with the person's token.
func (s *site) send(p visitor, q request) (int, string) {
	r, err := http.NewRequest(q.method, s.url+q.path, strings.NewReader(q.body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(q.body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	p.prove(r)
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
		if resp.Header.Get(header) != want {
			s.t.Errorf("%s %s: %s is %q", q.method, q.path, header, resp.Header.Get(header))
		}
	}
	if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		s.t.Errorf("%s %s has no policy for what runs in it", q.method, q.path)
	}
	return resp.StatusCode, string(body)
}

// A CSM's live page hears that their case changed, and nothing of another's.
func TestALivePageHearsOfItsOwnCasesOnly(t *testing.T) {
	s := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.people["csm"].prove(r)
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	began := false
	for lines.Scan() {
		if lines.Text() == "event: ready" && !began {
			began = true
			s.stir("globex")
			s.stir("acme")
		}
		var glance struct{ Case string }
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found || json.Unmarshal([]byte(data), &glance) != nil || glance.Case == "" {
			continue
		}
		if glance.Case == s.own.id {
			return
		}
		if glance.Case != s.shared.id {
			t.Fatalf("they hear of %s", glance.Case)
		}
	}
	t.Fatalf("the page heard nothing of its own case: %v", lines.Err())
}

func TestLeadershipsStreamIsLeaderships(t *testing.T) {
	s := serve(t)
	for name, p := range s.people {
		r, err := http.NewRequest(http.MethodGet, "http://localhost/v1/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		p.prove(r)
		want := p.good && p.May(decide.Leadership) && p.SeesAll()
		if got := s.door.Admits(r); got != want {
			t.Errorf("%s: let in = %v", name, got)
		}
	}
}
