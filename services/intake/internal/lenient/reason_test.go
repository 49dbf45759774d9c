package lenient_test

import (
	"encoding/json"
	"testing"

	"tocsin/services/intake/internal/lenient"
)

func TestAReasonNamesNoTypeOfOurs(t *testing.T) {
	var body struct {
		Alerts []struct{ Labels map[string]string } `json:"alerts"`
	}
	for given, want := range map[string]string{
		`[1]`:            "it is a JSON array, and an object is read",
		`"x"`:            "it is a JSON string, and an object is read",
		`{"alerts": {}}`: "alerts is a JSON object, which is not read there",
		`{"alerts":`:     "unexpected end of JSON input",
	} {
		if err := lenient.Reason(json.Unmarshal([]byte(given), &body)); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %q", given, err, want)
		}
	}
}
