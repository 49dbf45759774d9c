package lenient_test

import (
	"maps"
	"strings"
	"testing"

	"tocsin/services/intake/internal/lenient"
)

func TestFieldsHaveOneSpelling(t *testing.T) {
	for body, want := range map[string]lenient.Fields{
		`{"alert_id":1,"alertName":"x y","ALERT-TYPE":true}`:  {"alertid": "1", "alertname": "x y", "alerttype": "true"},
		`{"alert":{"id":"7","more":{"deep":1.50}},"id":null}`: {"alertid": "7", "alertmoredeep": "1.50"},
		`{"a_b":"first","aB":"","ab":"last"}`:                 {"ab": "first"},
		`{"id":9007199254740993,"n":1e3}`:                     {"id": "9007199254740993", "n": "1e3"},
		`{"tags":["a:b",2,null,["x"],{"id":3}],"none":[]}`:    {"tags": "a:b,2"},
		`{"a":{"b":{"c":{"d":1,"e":{"f":2}}}}}`:               {"abcd": "1"},
		"monitorID=5&tags=a&tags=b+c&empty=":                  {"monitorid": "5", "tags": "a,b c"},
		" {} ":                                                {},
	} {
		got, native, err := lenient.ReadFields([]byte(body))
		if err != nil || !maps.Equal(got, want) || native == nil {
			t.Errorf("%s: %v, %v, %v; want %v", body, got, native, err, want)
		}
	}
}

func TestWhatHasNoFieldsIsAnError(t *testing.T) {
	for _, body := range []string{"", "null", "[]", `"x"`, "7", "{", `{"a":1}x`, "words", "a=%zz", strings.Repeat(`{"a":`, 20000)} {
		if got, _, err := lenient.ReadFields([]byte(body)); err == nil {
			t.Errorf("%.20s: %v", body, got)
		}
	}
}

func TestTheFirstFieldThatIsThereStands(t *testing.T) {
	f := lenient.Fields{"b": "2", "c": "3"}
	if f.First("a", "b", "c") != "2" || f.First("x") != "" {
		t.Error(f.First("a", "b", "c"), f.First("x"))
	}
}
