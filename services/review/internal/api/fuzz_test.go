package api

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"tocsin/services/review/internal/problem"
)

// An order is read as it is written or refused as a bad request: nothing that
// comes in breaks the reader, or is guessed at.
func FuzzAnOrderIsReadOrRefused(f *testing.F) {
	for _, seed := range []string{
		`{"version":3,"note":"x"}`, `{"eta":"2026-11-20T12:00:00Z"}`, `{"ground":"small_audience","technician":"t-1"}`, `{}`, `[`, `null`,
		`{"note":"\u0000"}`, `{"note":"\ud800"}`, `{"version":1e9}`, `{"version":1,"version":2}`, `{"orders":[{"id":"c","action":"deny"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, into := range []any{&order{}, &several{}, &opening{}, &splitting{}, &correction{}} {
			err := fill(data, into, "", "{}")
			var p problem.Problem
			switch {
			case err == nil && (!utf8.Valid(data) || !json.Valid(data)):
				t.Errorf("%q was read into %+v", data, into)
			case err != nil && (!errors.As(err, &p) || p.Kind() != "bad-request" || p.Detail == "" || !utf8.ValidString(p.Detail)):
				t.Errorf("%q: %v", data, err)
			}
		}
	})
}
