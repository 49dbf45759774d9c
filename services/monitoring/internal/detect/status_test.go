package detect

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// standings goes one round over an engine, n accounts at a time.
func standings(e *Engine, n int) []Standing {
	var list []Standing
	for from := 0; ; {
		if from = e.Standings(from, n, func(st Standing) { list = append(list, st) }); from == 0 {
			return list
		}
	}
}

// toldUntil is an engine that has read the story and stands at an instant.
func (s *story) toldUntil(end time.Time) *Engine {
	s.t.Helper()
	l := s.live(Options{Scopes: Tenants})
	for _, sig := range s.signals {
		l.apply(sig, sig.At)
	}
	l.e.Advance(end) // the jump is a gap: deadlines wait for the next tick
	l.e.Advance(end)
	return l.e
}

// worth is what a board shows of a round, in words.
func worth(e *Engine) []string {
	var out []string
	for _, st := range standings(e, 2) {
		word := ""
		switch {
		case st.Raised:
			word = "raised"
		case st.Near:
			word = "near"
		case st.Undetermined:
			word = "undetermined since " + st.UndeterminedAt.Sub(nine).String()
		default:
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %d/%d %s, %d more: %s", st.Scope, st.Reason, st.Value, st.Threshold, st.Counts, st.More, word))
	}
	return out
}

func TestAStandingSaysHowNearARuleIs(t *testing.T) {
	const auth, sso = "auth_failures_over_100", "sso_unavailable"
	for name, c := range map[string]struct {
		tell func(*story)
		want []string
	}{
		"half of the threshold is near": {
			func(s *story) { s.crowd("acme", 1, 50, at("0s")) },
			[]string{"acme " + auth + " 50/100 people, 51 more: near"},
		},
		"less is nothing to show": {func(s *story) { s.crowd("acme", 1, 49, at("0s")) }, nil},
		"the line has to be passed where the policy says more than": {
			func(s *story) { s.crowd("acme", 1, 100, at("0s")) },
			[]string{"acme " + auth + " 100/100 people, 1 more: near"},
		},
		"a raise is no near miss": {
			func(s *story) { s.crowd("acme", 1, 101, at("0s")) },
			[]string{"acme " + auth + " 101/100 people, 0 more: raised"},
		},
		"the line has to be met where the policy says at least": {
			func(s *story) {
				s.run("acme", "first", at("-30h"), RunDelivered)
				s.run("acme", "a", at("-1m"), RunFailed)
				s.run("acme", "b", at("0s"), RunFailed)
			},
			[]string{"acme " + reports + " 2/3 runs, 1 more: near"},
		},
		"a success in the window speaks against it, however much has failed": {
			func(s *story) {
				for i := range 9 {
					s.sso("acme", fmt.Sprint("u", i), at("-2m"))
					s.sso("acme", fmt.Sprint("u", i), at("-1m"))
				}
				s.ssoOK("acme", "boss", at("0s"))
			},
			nil,
		},
		"without a success it is near, by the measure that is nearest": {
			func(s *story) {
				for i := range 4 {
					s.sso("acme", fmt.Sprint("u", i), at("0s"))
				}
				for i := range 8 {
					s.sso("acme", fmt.Sprint("u", i%4), at("0s").Add(time.Duration(i+1)))
				}
			},
			[]string{"acme " + sso + " 4/5 people, 1 more: near"},
		},
		"one prober of two is near": {
			func(s *story) {
				s.probe("acme", "p1", at("0s"), StatusDown)
				s.probe("acme", "p2", at("0s"), StatusUp)
			},
			[]string{"acme " + sso + " 1/2 probers, 1 more: near"},
		},
	} {
		s := newStory(t)
		c.tell(s)
		if got := worth(s.toldUntil(at("1s"))); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSilenceIsUndeterminedAndInTheEndNothing(t *testing.T) {
	s := newStory(t)
	s.login("acme", "u1", at("0s"))
	s.run("acme", "a", at("0s"), RunDelivered)
	const auth = "acme auth_failures_over_100 0/100 people, 101 more: undetermined since 24h0m0s"
	const runs = "acme " + reports + " 0/2 runs, 2 more: undetermined since 48h0m0s"
	for _, c := range []struct {
		end  time.Time
		want []string
	}{
		{at("24h").Add(-1), nil},
		{at("24h"), []string{auth}},
		{at("48h"), []string{auth, runs}},
		{at("168h").Add(-1), []string{auth, runs}},
		{at("168h"), nil},
	} {
		if got := worth(s.toldUntil(c.end)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("at %s: %q, want %q", c.end.Sub(nine), got, c.want)
		}
	}
}

func TestARoundInPiecesGivesEachStandingOnce(t *testing.T) {
	s := newStory(t)
	for i := range 40 {
		s.crowd(fmt.Sprint("t", i), 1, 50+i, at("0s").Add(time.Duration(i)*time.Second))
	}
	e := s.toldUntil(at("1m"))
	whole := standings(e, 1000)
	if len(whole) != 40 || e.Watched() != 40 {
		t.Fatalf("%d standings of %d rules, want 40", len(whole), e.Watched())
	}
	for _, n := range []int{1, 7, 40, 41} {
		if got := standings(e, n); !reflect.DeepEqual(got, whole) {
			t.Errorf("%d at a time: %d standings that differ from the whole round's", n, len(got))
		}
	}
	for _, st := range whole {
		if got := e.Status(st.Scope); !reflect.DeepEqual(got, []Standing{st}) {
			t.Errorf("%s: Status says %+v, a round %+v", st.Scope, got, st)
		}
		if got, ok := e.Standing(st.Scope, st.Reason, st.Subject); !ok || got != st {
			t.Errorf("%s: Standing says %+v, a round %+v", st.Scope, got, st)
		}
	}
	if st, ok := e.Standing("nobody", "auth_failures_over_100", ""); ok {
		t.Errorf("of nobody: %+v", st)
	}
	seen := map[string]int{}
	from := e.Standings(0, 5, func(st Standing) { seen[st.Scope]++ })
	next := Signal{Source: "test", ID: "n", Tenant: "new", At: at("1m"), Kind: KindAuthAttempt, Auth: AuthAttempt{User: "u"}}
	e.Apply(next, at("1m"))
	for from != 0 {
		from = e.Standings(from, 5, func(st Standing) { seen[st.Scope]++ })
	}
	for scope, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times in a round in which another tenant appeared", scope, n)
		}
	}
}

// BenchmarkStandings looks at a piece of a round over a million quiet tenants
// and, in the other, over tenants of which each has something to show.
func BenchmarkStandings(b *testing.B) {
	for name, failed := range map[string]bool{"quiet": false, "all near": true} {
		b.Run(name, func(b *testing.B) {
			rules := smallRules()
			e := New(rules, Options{Scopes: Tenants})
			const tenants, piece = 200_000, 20_000
			for i := range tenants {
				for u := range 2 {
					e.Apply(Signal{
						Source: "s", ID: fmt.Sprint(i, u), Tenant: fmt.Sprint("t", i), At: nine, Kind: KindAuthAttempt,
						Auth: AuthAttempt{User: fmt.Sprint("u", u), OK: !failed, Failure: FailureError},
					}, nine)
				}
			}
			from, n := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				from = e.Standings(from, piece, func(Standing) { n++ })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/piece, "ns/account")
		})
	}
}

func TestLookingLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := inputs(t, signalsOf(60).Draw(t, "signals"))
		opts := Options{Policy: "p"}
		alone, watched := New(smallRules(), opts), New(smallRules(), opts)
		for i, st := range steps {
			a, ra := feed(alone, st)
			b, rb := feed(watched, st)
			if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(ra, rb) {
				t.Fatalf("step %d: a watched engine states\n%+v %v\none alone\n%+v %v", i, b, rb, a, ra)
			}
			for _, st := range standings(watched, 3) {
				watched.Standing(st.Scope, st.Reason, st.Subject)
			}
		}
		if !bytes.Equal(snapshotOf(t, alone), snapshotOf(t, watched)) {
			t.Fatal("snapshots differ")
		}
	})
}
