package shard

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// withLine is the policy with other raising and clearing lines.
func withLine(over int) *policy.Policy {
	p := smallPolicy()
	p.Version = fmt.Sprint("sha256:over-", over)
	p.Rules.AuthFailures.Over, p.Rules.AuthFailures.Clear = over, over-1
	return p
}

// standing is what is raised and not ended, by what was said: the scopes with their episodes.
func standing(t testing.TB, list []string) map[string]string {
	t.Helper()
	stands := map[string]string{}
	ids := map[string]bool{}
	for _, line := range list {
		fields := strings.SplitN(line, " ", 3)
		if ids[fields[1]] {
			t.Errorf("said twice: %s", line)
		}
		ids[fields[1]] = true
		var ev monitoringv1.ConditionChanged
		if err := protojson.Unmarshal([]byte(fields[2]), &ev); err != nil {
			t.Fatal(err)
		}
		c := ev.Condition
		key := c.Scope + " " + c.Reason
		switch c.Change {
		case "raised":
			if stands[key] != "" {
				t.Errorf("raised while it stands: %s", line)
			}
			stands[key] = c.Episode
		default:
			if stands[key] != c.Episode {
				t.Errorf("%s of episode %s, while %q stands", c.Change, c.Episode, stands[key])
			}
			if c.Change == "cleared" || c.Change == "expired" || c.Change == "withdrawn" {
				delete(stands, key)
			}
		}
	}
	return stands
}

// holds is what the shard's engine holds: nothing is left to say if the bus holds the same.
func holds(t testing.TB, s *Shard, list []string) {
	t.Helper()
	stands := standing(t, list)
	n := 0
	for _, scope := range []string{home(0), home(1)} {
		for _, st := range s.engine.Status(scope) {
			if !st.RaisedAt.IsZero() {
				n++
			}
			if (stands[st.Scope+" "+st.Reason] != "") != !st.RaisedAt.IsZero() {
				t.Errorf("%s of %s: raised at %v here, episode %q on the bus", st.Reason, st.Scope, st.RaisedAt, stands[st.Scope+" "+st.Reason])
			}
		}
	}
	if n != len(stands) {
		t.Errorf("%d stand here, %d on the bus", n, len(stands))
	}
}

func TestPoliciesThatTakeTurnsLeaveOnTheBusWhatTheLastOneHolds(t *testing.T) {
	t.Parallel()
	input := day(3, 150)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 3))
			w := newWorld(t, "")
			turns := 0
			for at := 0; at < len(input); turns++ {
				s := begin(t, w.conn, withLine(1+r.IntN(4))) // there and back again
				before := at
				at = min(len(input), at+1+r.IntN(40))
				read(t, s, input[:at], -1)
				if before > 0 || s.position == input[at-1].Sequence {
					holds(t, s, said(t, w.conn))
				}
				if r.IntN(2) == 0 {
					save(t, s)
				}
			}
			if turns < 3 {
				t.Errorf("only %d turns", turns)
			}
		})
	}
}

func TestATurnThatIsCutShortIsTakenAgain(t *testing.T) {
	t.Parallel()
	input := day(3, 100)
	w := newWorld(t, "")
	read(t, begin(t, w.conn, withLine(1)), input[:80], -1)
	past := said(t, w.conn)
	if len(standing(t, past)) == 0 {
		t.Fatal("nothing stands: this proves little")
	}
	for cut := range 3 {
		s := begin(t, w.conn, withLine(4))
		for _, raw := range input[:81] {
			if raw.Sequence <= s.position {
				continue
			}
			list, err := find(t.Context(), s, raw)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				switch {
				case f.turn == nil:
				case cut == 0: // before anything is kept
				case cut == 1: // the engine is kept, nothing is said
					if err := s.keep(t.Context(), f.turn.frozen); err != nil {
						t.Fatal(err)
					}
				default: // the connection is gone while it is said
					gone, cancel := context.WithCancel(t.Context())
					cancel()
					if err := s.sayTurn(gone, f.turn); err == nil {
						t.Fatal("said without a bus")
					}
				}
			}
		}
		same(t, said(t, w.conn), past)
	}
	s := begin(t, w.conn, withLine(4))
	read(t, s, input, -1)
	holds(t, s, said(t, w.conn))
}

func TestAnotherEngineVersionTurnsAsAnotherPolicyDoes(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(3, 100)
	w := newWorld(t, "")
	s := begin(t, w.conn, p)
	read(t, s, input[:70], -1)
	save(t, s)
	// An engine that finds nothing of this has published the state.
	next := s.state
	next.Engine = detect.Version + 1
	if err := s.commit(t.Context(), s.state.seq, next.ShardState, nil); err != nil {
		t.Fatal(err)
	}
	s = begin(t, w.conn, p)
	if !s.unsettled || s.position != input[69].Sequence {
		t.Errorf("unsettled %v at %d, want to turn, from the checkpoint of its own", s.unsettled, s.position)
	}
	read(t, s, input, -1)
	holds(t, s, said(t, w.conn))
	if s = begin(t, w.conn, p); s.unsettled {
		t.Error("it turns once more")
	}
}

func TestATurnSaysNothingOfWhatStandsWithBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := smallPolicy()
	three := received(7, nine, failure(1, home(0), "u1", nine), failure(2, home(0), "u2", nine), failure(3, home(0), "u3", nine))
	read(t, begin(t, w.conn, p), []bus.Raw{three}, -1)
	past := said(t, w.conn)
	other := withLine(1)
	s := begin(t, w.conn, other)
	read(t, s, []bus.Raw{three, tickAt(8, nine)}, -1)
	same(t, said(t, w.conn), past)
	if s = begin(t, w.conn, other); s.unsettled {
		t.Error("the state is not the new owner's")
	}
}
