package evaluate_test

import (
	"encoding/json"
	"testing"

	"tocsin/services/classification/internal/evaluate"
)

// The figures are those of Wilson (1927) as textbooks give them.
func TestWilsonIntervals(t *testing.T) {
	for _, c := range []struct {
		share     evaluate.Share
		low, high float64
	}{
		{evaluate.Share{Right: 8, Of: 10}, 0.4902, 0.9433},
		{evaluate.Share{Right: 0, Of: 20}, 0, 0.1611},
		{evaluate.Share{Right: 20, Of: 20}, 0.8389, 1},
		{evaluate.Share{Right: 15, Of: 148}, 0.0624, 0.1605},
		{evaluate.Share{}, 0, 1},
	} {
		in := c.share.Interval()
		near(t, "low", in.Low, c.low)
		near(t, "high", in.High, c.high)
	}
}

func TestAShareOfNothingHasNoValueInJSON(t *testing.T) {
	data, err := json.Marshal([]any{evaluate.Share{}, evaluate.Score{ID: "x"}})
	want := `[{"right":0,"of":0,"value":null,"low":0,"high":1},{"id":"x","support":0,"said":0,"both":0,` +
		`"precision":{"right":0,"of":0,"value":null,"low":0,"high":1},"recall":{"right":0,"of":0,"value":null,"low":0,"high":1},"f1":null}]`
	if err != nil || string(data) != want {
		t.Errorf("got %s, %v", data, err)
	}
}
