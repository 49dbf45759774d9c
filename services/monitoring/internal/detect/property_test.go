package detect

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// smallRules are the rules with small numbers, so that a few signals cross them.
func smallRules() policy.Rules {
	failing := policy.Deliveries{
		Daily:   policy.Failing{Runs: 3, Window: 24 * time.Minute},
		Sparse:  policy.Failing{Runs: 2, Window: 48 * time.Minute},
		Overdue: 24 * time.Minute,
		Expire:  48 * time.Minute,
	}
	verdict := policy.Verdict{Seen: 5 * time.Minute, Results: 2, EndsAfter: time.Minute, ClearAfter: 2 * time.Minute}
	return policy.Rules{
		Lateness: 5 * time.Minute,
		Ahead:    2 * time.Minute,
		Gap:      3 * time.Minute,
		Samples:  4,
		Flapping: policy.Flapping{Raises: 3, Within: 30 * time.Minute, Calm: 6 * time.Minute},
		AuthFailures: policy.AuthFailures{
			Over: 3, Clear: 2, Window: 10 * time.Minute, PlatformPercent: 50, PlatformClearPercent: 40,
		},
		Probes: verdict,
		SSO: policy.SSO{
			DownFor: 3 * time.Minute, Attempts: 4, People: 2, Window: 4 * time.Minute, Sparse: 10 * time.Minute,
			Expire: 10 * time.Minute, Verdict: verdict,
		},
		Components: policy.Components{
			Down: map[string]policy.Down{"site": {Reason: policy.SiteOutage, For: 2 * time.Minute}},
			Core: policy.Core{
				Others: true, For: 4 * time.Minute,
				DegradedFor: 2 * time.Minute, Latency: 3 * time.Second, Times: 2, Median: 20 * time.Minute,
			},
			Expire: 10 * time.Minute,
		},
		Reports: failing,
		Uploads: failing,
		FTP: policy.FTP{
			Sessions: 3, Window: 5 * time.Minute, NightlySessions: 2, NightlyWindow: 30 * time.Minute,
			NightlyApart: 10 * time.Minute, Expire: 30 * time.Minute,
		},
		Providers: policy.Providers{Apart: 4 * time.Minute, Expire: 20 * time.Minute},
		Profiles:  policy.Profiles{Users: 3, Expire: 20 * time.Minute},
		Findings:  policy.Findings{Suspected: policy.SeverityHigh, Confirmed: policy.SeverityMedium},
		Launches: policy.Launches{
			Before: 10 * time.Minute, After: 15 * time.Minute,
			BlockedBy: []policy.ReasonID{
				policy.SSOUnavailable, policy.AuthFailuresOver100, policy.SiteOutage, policy.CoreFunctionDown, policy.ProfileDiscrepancy100,
			},
		},
		Stale: policy.Stale{After: 12 * time.Minute},
	}
}

func replayed(signals []Signal, opts ReplayOptions) []Change {
	var out []Change
	Replay(smallRules(), opts, signals, func(c Change) { out = append(out, c) })
	return out
}

func TestAReplayDependsOnTheSetOfSignalsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals := signalsOf(60).Draw(t, "signals")
		opts := ReplayOptions{Policy: "p", Until: nine.Add(6 * time.Hour)}
		want := replayed(signals, opts)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		mixed := append(slices.Clone(signals), signals[:len(signals)/2]...)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if got := replayed(mixed, opts); !reflect.DeepEqual(got, want) {
			t.Fatalf("shuffled and repeated:\n%swant:\n%s", lines(got), lines(want))
		}
	})
}

func TestAReplayKeepsTheOrderOfTheContractAndItsGrammar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := replayed(signalsOf(80).Draw(t, "signals"), ReplayOptions{Until: nine.Add(6 * time.Hour)})
		raised, ids := map[string]string{}, map[string]bool{}
		for i, c := range got {
			if i > 0 && c.At.Before(got[i-1].At) {
				t.Fatalf("out of order:\n%s", lines(got))
			}
			if ids[c.ID] {
				t.Fatalf("two changes have the id %s:\n%s", c.ID, lines(got))
			}
			ids[c.ID] = true
			where := c.Reason + c.Scope + c.Subject
			if (c.Change == Raised) == (raised[where] != "") {
				t.Fatalf("%s out of turn:\n%s", line(c), lines(got))
			}
			if c.Change == Raised {
				raised[where] = c.ID
			}
			if c.Episode != raised[where] {
				t.Fatalf("%s names another episode", line(c))
			}
			if c.Change != Raised && c.Change != FlappingHeld {
				delete(raised, where)
			}
		}
	})
}

// A step is one input of an engine: a signal, or a tick.
type step struct {
	signal *Signal
	stamp  time.Time
}

// inputs stamp the signals somewhat out of order, with ticks between.
func inputs(t *rapid.T, signals []Signal) []step {
	slices.SortStableFunc(signals, func(a, b Signal) int { return a.At.Compare(b.At) })
	var steps []step
	for i := range signals {
		delay := rapid.SampledFrom([]int{-60, 0, 0, 1, 30, 120, 280, 301}).Draw(t, "delay")
		steps = append(steps, step{&signals[i], signals[i].At.Add(time.Duration(delay) * time.Second)})
	}
	for m := range 200 {
		if rapid.IntRange(0, 9).Draw(t, "tick") > 0 {
			steps = append(steps, step{nil, nine.Add(time.Duration(m) * time.Minute)})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.stamp.Compare(b.stamp) })
	return steps
}

func TestRestartsLeaveNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := inputs(t, signalsOf(60).Draw(t, "signals"))
		every := rapid.IntRange(1, 20).Draw(t, "restart every")
		opts := Options{Policy: "p", Scopes: rapid.SampledFrom([]Scopes{Both, Tenants, Platform}).Draw(t, "scopes")}
		whole, broken := New(smallRules(), opts), New(smallRules(), opts)
		for i, st := range steps {
			if i%every == 0 {
				broken = reborn(t, broken)
			}
			a, ra := feed(whole, st)
			b, rb := feed(broken, st)
			if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(ra, rb) {
				t.Fatalf("step %d: restarted engine states\n%+v %v\nuninterrupted one\n%+v %v", i, b, rb, a, ra)
			}
			whole.Status("acme")
		}
		if !bytes.Equal(snapshotOf(t, whole), snapshotOf(t, broken)) {
			t.Fatal("snapshots differ")
		}
	})
}

func feed(e *Engine, st step) ([]Change, []Refusal) {
	if st.signal == nil {
		return e.Advance(st.stamp), nil
	}
	return e.Apply(*st.signal, st.stamp)
}

func snapshotOf(t *rapid.T, e *Engine) []byte {
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func reborn(t *rapid.T, e *Engine) *Engine {
	before := snapshotOf(t, e)
	out, err := Restore(bytes.NewReader(before), *e.rules, e.opts)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, snapshotOf(t, out)) {
		t.Fatal("a restored engine writes another snapshot")
	}
	return out
}

func TestSignalsInOrderLiveStandAsReplayed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals := signalsOf(60).Draw(t, "signals")
		want := replayed(signals, ReplayOptions{Policy: "p"})
		rules := smallRules()
		rules.Gap = time.Hour
		e := New(rules, Options{Policy: "p"})
		slices.SortFunc(signals, func(a, b Signal) int { return e.compare(&a, &b) })
		var got []Change
		for i := range signals {
			stated, _ := e.Apply(signals[i], signals[i].At)
			got = append(got, stated...)
		}
		got = slices.DeleteFunc(got, func(c Change) bool { return c.Change == Updated })
		if a, b := sortedLines(got), sortedLines(want); !slices.Equal(a, b) {
			t.Fatalf("live:\n%v\nreplay:\n%v", a, b)
		}
	})
}

func sortedLines(list []Change) []string {
	var out []string
	for _, c := range list {
		out = append(out, line(c))
	}
	slices.Sort(out)
	return out
}
