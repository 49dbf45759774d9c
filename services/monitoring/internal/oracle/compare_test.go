package oracle_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

func TestTheEngineReplaysWhatTheOracleSays(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), d.signals(t)
			until := rapid.SampledFrom([]time.Time{until, {}}).Draw(t, "until")
			want, got := oracle.Changes(rules, signals, until), replay(rules, signals, until)
			if told(want) != told(got) {
				t.Fatalf("- the oracle, + the engine:\n%sof\n%s%s", diff(told(want), told(got)), list(signals), numbers(rules))
			}
		}))
	}
}

func TestAReplayDependsOnTheSetOfSignalsAlone(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), d.signals(t)
			again := rapid.Permutation(signals).Draw(t, "shuffled")
			if len(signals) > 0 {
				again = append(again, rapid.SliceOf(rapid.SampledFrom(signals)).Draw(t, "repeated")...)
			}
			if a, b := whole(replay(rules, signals, until)), whole(replay(rules, again, until)); a != b {
				t.Fatalf("- first, + shuffled and repeated:\n%sof\n%s%s", diff(a, b), list(signals), numbers(rules))
			}
		}))
	}
}

func replay(rules policy.Rules, signals []detect.Signal, until time.Time) []detect.Change {
	var changes []detect.Change
	detect.Replay(rules, detect.ReplayOptions{Policy: "p", Until: until}, slices.Clone(signals), func(c detect.Change) { changes = append(changes, c) })
	return changes
}

// whole gives one line for each change with every field.
func whole(changes []detect.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s %s %s", c.ID, c.Episode, clock(c.DetectedAt), told([]detect.Change{c}))
	}
	return b.String()
}

// diff marks the lines that only one of two texts has; the others stay.
func diff(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	var b strings.Builder
	for len(w) > 0 || len(g) > 0 {
		switch {
		case len(g) == 0 || len(w) > 0 && w[0] != g[0] && !slices.Contains(g, w[0]):
			b.WriteString(mark("- ", w[0]))
			w = w[1:]
		case len(w) == 0 || w[0] != g[0]:
			b.WriteString(mark("+ ", g[0]))
			g = g[1:]
		default:
			b.WriteString(mark("  ", w[0]))
			w, g = w[1:], g[1:]
		}
	}
	return b.String()
}

func mark(sign, line string) string {
	if line == "" {
		return ""
	}
	return sign + line
}

// numbers says which rules a case used: where they are not the small ones.
func numbers(r policy.Rules) string {
	var b strings.Builder
	is, usual := reflect.ValueOf(r), reflect.ValueOf(small)
	for i := range is.NumField() {
		if a, z := fmt.Sprintf("%+v", is.Field(i)), fmt.Sprintf("%+v", usual.Field(i)); a != z {
			fmt.Fprintf(&b, "%s %s\n", is.Type().Field(i).Name, a)
		}
	}
	return b.String()
}
