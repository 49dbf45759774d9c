package door_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnAnswerStaysSmallHoweverMuchIsWrong(t *testing.T) {
	h := open(t)
	for _, tt := range []struct{ name, path, kind, body string }{
		{"an array of signals", "/v1/signals", jsonType, "[" + strings.Repeat("{},", 100_000) + "{}]"},
		{"an array of ticket events", "/v1/tickets", jsonType, "[" + strings.Repeat("{},", 100_000) + "{}]"},
		{"a batch of CloudEvents", "/v1/signals", "application/cloudevents-batch+json", "[" + strings.Repeat("1,", 100_000) + "1]"},
	} {
		got := h.post(t, tt.path, tt.kind, tt.body)
		got.problem(t, http.StatusBadRequest)
		if n := len(got.Errors); n < 1000 || n > 1010 {
			t.Errorf("%s: %d problems are named, want some 1000", tt.name, n)
		}
	}
}

func TestAPageOfAnotherSiteStatesNothingWhereNobodyIsAsked(t *testing.T) {
	h := open(t)
	for _, tt := range []struct {
		site, origin string
		status       int
	}{
		{"cross-site", "https://elsewhere.example", http.StatusForbidden},
		{"same-site", "http://127.0.0.1:1", http.StatusForbidden},
		{"", "https://elsewhere.example", http.StatusForbidden},
		{"", "", http.StatusAccepted},
		{"same-origin", "", http.StatusAccepted},
	} {
		r, err := http.NewRequest(http.MethodPost, h.url+"/v1/signals", strings.NewReader(upload("a")))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range map[string]string{"Sec-Fetch-Site": tt.site, "Origin": tt.origin} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.status {
			t.Errorf("%+v: %d", tt, res.StatusCode)
		}
	}
}
