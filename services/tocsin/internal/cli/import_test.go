package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// helpdesk starts a Zendesk at $HELPDESK, which lets in lena@acme.example with the token
// secret. It has three open tickets: 41 is of today; on 42, which makes the site unusable,
// support wrote last eight days ago and the customer yesterday; 43 is of nobody.
func helpdesk(ts *testscript.TestScript, _ bool, _ []string) {
	now := time.Now().UTC()
	at := func(days int) string { return now.AddDate(0, 0, -days).Format(time.RFC3339) }
	ticket := func(id int, priority, organization string, created, updated int) string {
		return fmt.Sprintf(`{"id":%d,"subject":"Blank page","description":"The page stays blank.","status":"open","priority":%q,
			"organization_id":%s,"requester_id":301,"created_at":%q,"updated_at":%q}`, id, priority, organization, at(created), at(updated))
	}
	audit := func(id, author, days int, text string) string {
		return fmt.Sprintf(`{"id":%d,"author_id":%d,"created_at":%q,"events":[{"id":%d,"type":"Comment","author_id":%[2]d,"body":%q,"public":true}]}`, id, author, at(days), id+1, text)
	}
	opening := func(days int) string {
		return fmt.Sprintf(`{"id":1,"author_id":301,"created_at":%q,"events":[{"id":2,"type":"Create","field_name":"status","value":"open"}]}`, at(days))
	}
	answers := map[string]string{
		"/api/v2/search/count.json":  `{"count":3}`,
		"/api/v2/search/export.json": `{"results":[` + ticket(41, "normal", "77", 0, 0) + "," + ticket(42, "urgent", "77", 10, 1) + "," + ticket(43, "low", "null", 3, 3) + `],"meta":{"has_more":false}}`,

		"/api/v2/tickets/41/audits.json": `{"audits":[` + opening(0) + `],"meta":{}}`,
		"/api/v2/tickets/42/audits.json": `{"audits":[` + opening(10) + "," + audit(80, 401, 8, "We look at it.") + "," + audit(82, 301, 1, "Any news?") + `],"meta":{}}`,
		"/api/v2/tickets/43/audits.json": `{"audits":[],"meta":{}}`,
		"/api/v2/users/show_many.json":   `{"users":[{"id":301,"role":"end-user"},{"id":401,"role":"agent"}]}`,
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, token, _ := r.BasicAuth()
		answer, there := answers[r.URL.Path]
		switch {
		case user != "lena@acme.example/token" || token != "secret":
			http.Error(w, `{"error":"Couldn't authenticate you"}`, http.StatusUnauthorized)
		case !there || !json.Valid([]byte(answer)):
			http.NotFound(w, r)
		default:
			fmt.Fprint(w, answer)
		}
	}))
	ts.Defer(web.Close)
	ts.Setenv("HELPDESK", web.URL)
}
