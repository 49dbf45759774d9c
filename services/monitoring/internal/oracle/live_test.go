package oracle_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

// An input is one message of the rule's ordered input: a signal, or a tick.
type input struct {
	stamp  time.Time
	tick   bool
	signal detect.Signal
}

// live draws the order in which signals come: each some time after it happened,
// a few too late or ahead of the clock, with ticks between and after them.
func live(t *rapid.T, rules policy.Rules, signals []detect.Signal) []input {
	var inputs []input
	delay := rapid.SampledFrom([]time.Duration{0, 0, 0, minute, minute / 2, rules.Lateness, rules.Lateness + 1, -minute})
	for _, s := range signals {
		inputs = append(inputs, input{stamp: s.At.Add(delay.Draw(t, "delay")), signal: s})
	}
	every := rapid.SampledFrom([]time.Duration{minute / 2, minute, 5 * minute, 60 * minute}).Draw(t, "ticks")
	for at := midnight; at.Before(until); at = at.Add(every) {
		inputs = append(inputs, input{stamp: at, tick: true})
	}
	slices.SortStableFunc(inputs, func(a, b input) int { return a.stamp.Compare(b.stamp) })
	return inputs
}

func (in input) ahead() bool { return !in.tick && in.signal.At.After(in.stamp) }

// gone says whether a success of a report or an upload came when it had left
// the shorter window: then it need not refute what is raised.
func (in input) gone(rules policy.Rules) bool {
	window := min(rules.Reports.Daily.Window, rules.Uploads.Daily.Window)
	return (in.signal.Kind == detect.KindReportRun || in.signal.Kind == detect.KindFileUpload) &&
		in.signal.Success() && !in.signal.At.After(in.stamp.Add(-window))
}

func (in input) line() string {
	if in.tick {
		return fmt.Sprintf("tick at %s\n", clock(in.stamp))
	}
	return fmt.Sprintf("read at %-7s %s\n", clock(in.stamp), line(in.signal))
}

// once leaves out all but the first signal of one source and id: live, the one
// that comes first stands.
func once(signals []detect.Signal) []detect.Signal {
	seen := map[[2]string]bool{}
	return slices.DeleteFunc(signals, func(s detect.Signal) bool {
		known := seen[[2]string{s.Source, s.ID}]
		seen[[2]string{s.Source, s.ID}] = true
		return known
	})
}

// read gives one input to an engine.
func read(e *detect.Engine, in input) (changes []detect.Change, refusals []detect.Refusal) {
	if in.tick {
		return e.Advance(in.stamp), nil
	}
	return e.Apply(in.signal, in.stamp)
}

func TestAnEngineStoppedAndRestoredSaysTheSame(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			inputs := live(t, rules, signals)
			opts := detect.Options{Policy: "p"}
			steady, restored := detect.New(rules, opts), detect.New(rules, opts)
			stop := rapid.SampledFrom([]int{1, 2, 5}).Draw(t, "stop every")
			for i, in := range inputs {
				a, refusedA := read(steady, in)
				b, refusedB := read(restored, in)
				if whole(a) != whole(b) || !slices.Equal(refusedA, refusedB) {
					t.Fatalf("- steady, + restored, at input %d:\n%s%v %v\nof\n%s%s", i, diff(whole(a), whole(b)), refusedA, refusedB, list(signals), numbers(rules))
				}
				if i%stop == 0 {
					restored = again(t, restored, rules, opts)
				}
			}
			if !bytes.Equal(saved(t, steady), saved(t, restored)) {
				t.Fatalf("the same input left two snapshots, of\n%s%s", list(signals), numbers(rules))
			}
		}))
	}
}

func saved(t *rapid.T, e *detect.Engine) []byte {
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func again(t *rapid.T, e *detect.Engine, rules policy.Rules, opts detect.Options) *detect.Engine {
	e, err := detect.Restore(bytes.NewReader(saved(t, e)), rules, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestInOrderTheLiveEngineSaysWhatTheOracleSays(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			want, got := oracle.Changes(rules, signals, until), inOrder(rules, signals, minute/2, until)
			if sorted(want) != sorted(got) {
				t.Fatalf("- the oracle, + the engine:\n%sof\n%s%s", diff(sorted(want), sorted(got)), list(signals), numbers(rules))
			}
		}))
	}
}

// inOrder is what a live engine says of signals that come at once and in order,
// with ticks between and after them.
func inOrder(rules policy.Rules, signals []detect.Signal, every time.Duration, until time.Time) []detect.Change {
	e := detect.New(rules, detect.Options{Policy: "p"})
	var got []detect.Change
	tick := midnight.Add(-every)
	for _, s := range oracle.InOrder(rules, signals) {
		for ; tick.Before(s.At); tick = tick.Add(every) {
			got = append(got, e.Advance(tick)...)
		}
		changes, _ := e.Apply(s, s.At)
		got = append(got, changes...)
	}
	for ; tick.Before(until); tick = tick.Add(every) {
		got = append(got, e.Advance(tick)...)
	}
	got = append(got, e.Advance(until)...)
	return slices.DeleteFunc(got, func(c detect.Change) bool { return c.Change == detect.Updated })
}

// sorted is told in the order of a replay.
func sorted(changes []detect.Change) string {
	slices.SortStableFunc(changes, func(a, b detect.Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
	return told(changes)
}

func TestNothingStaysRaisedThatLateDataRefuted(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			e := detect.New(rules, detect.Options{Policy: "p"})
			raised := map[[3]string]detect.Change{}
			var heard []detect.Signal
			var said []detect.Change
			var story strings.Builder
			for _, in := range slices.DeleteFunc(punctual(live(t, rules, atOnce(signals))), input.ahead) {
				changes, refusals := read(e, in)
				story.WriteString(in.line() + told(changes))
				if !in.tick && len(refusals) == 0 {
					heard = append(heard, in.signal)
				}
				said = append(said, changes...)
				for _, c := range changes {
					switch c.Change {
					case detect.Raised:
						raised[[3]string{c.Scope, c.Reason, c.Subject}] = c
					case detect.Cleared, detect.Expired, detect.Withdrawn, detect.FlappingHeld:
						delete(raised, [3]string{c.Scope, c.Reason, c.Subject})
					}
				}
				if in.gone(rules) {
					clear(raised)
				}
				for _, c := range raised {
					if in.stamp.After(c.At.Add(rules.Lateness)) {
						continue
					}
					if !oracle.Holds(rules, heard, said, c, c.At) && !oracle.Holds(rules, heard, said, c, c.DetectedAt) {
						t.Fatalf("at %s still raised, though refuted:\n%safter\n%s%s", clock(in.stamp), told([]detect.Change{c}), story.String(), numbers(rules))
					}
				}
			}
		}))
	}
}
