package lenient_test

import (
	"encoding/json"
	"slices"
	"testing"

	"tocsin/services/intake/internal/lenient"
)

func TestARefIsReadHoweverItIsNamed(t *testing.T) {
	for raw, want := range map[string]lenient.Ref{
		`"open"`:                                {ID: "open", Name: "open"},
		`4`:                                     {ID: "4", Name: "4"},
		`null`:                                  {},
		`[]`:                                    {},
		`{}`:                                    {},
		`{"id":3,"name":"3 high"}`:              {ID: "3", Name: "3 high"},
		`{"id":"P1","summary":"Login"}`:         {ID: "P1", Name: "Login"},
		`{"value":"9f","display_value":"Acme"}`: {ID: "9f", Name: "Acme"},
		`{"accountId":"a:1","displayName":"Mia","emailAddress":""}`: {ID: "a:1", Name: "Mia"},
		`{"id":{"a":1},"name":"x"}`:                                 {ID: "x", Name: "x"},
	} {
		var got lenient.Ref
		if err := json.Unmarshal([]byte(raw), &got); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", raw, got, err, want)
		}
	}
}

func TestTagsAreReadHoweverTheyAreListed(t *testing.T) {
	for raw, want := range map[string][]string{
		`"beta  Affected_30"`: {"beta", "affected_30"}, `"Two words, beta,"`: {"two words", "beta"}, `["A",1,null]`: {"a", "1"},
		`[{"id":"2","name":"Beta"}]`: {"beta"}, `null`: nil, `7`: {"7"}, `{}`: nil,
	} {
		var got lenient.Tags
		if err := json.Unmarshal([]byte(raw), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s are %q, %v; want %q", raw, got, err, want)
		}
	}
}
