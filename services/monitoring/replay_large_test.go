package monitoring_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/monitoring"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/forms"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// crowd draws log-ins of many people over two hours, in no order, with repeats,
// ids that are given twice, ticket events and times that nobody can count.
func crowd(seed uint64, n int) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	var list []string
	for i := range n {
		at := fmt.Sprintf("%02d:%02d:%02d", 9+r.IntN(2), r.IntN(60), 10*r.IntN(6))
		what := []string{"TIMEOUT", "TIMEOUT", "ERROR", "LOCKED", "ok"}[r.IntN(5)]
		l := login(fmt.Sprint(i), fmt.Sprint("t", r.IntN(4)), fmt.Sprint("u", r.IntN(30)), at, what)
		switch r.IntN(20) {
		case 0:
			l = strings.Replace(l, fmt.Sprintf(`"%d"`, i), fmt.Sprintf(`"%d"`, r.IntN(i+1)), 1) // perhaps a known id
		case 1:
			l = note(fmt.Sprint("n", r.IntN(50)), at)
		case 2:
			l = strings.Replace(l, "2026", "2326", 1)
		case 3:
			if len(list) > 0 {
				l = list[r.IntN(len(list))]
			}
		}
		list = append(list, l)
	}
	return list
}

func TestALargeInputIsReplayedAsASmallOne(t *testing.T) {
	for seed := range uint64(3) {
		input := crowd(seed, 3000)
		for _, asLive := range []bool{false, true} {
			opts := monitoring.ReplayOptions{AsLive: asLive, Until: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)}
			want, sum, err := replay(t, opts, input...)
			if err != nil || len(want) < 10 || sum.Duplicates == 0 || sum.Conflicting == 0 || sum.Invalid == 0 || sum.TicketEvents == 0 {
				t.Fatal(err, len(want), sum)
			}
			for _, opts.Memory = range []int{100, 3000, 100_000} {
				got, again, err := replay(t, opts, input...)
				if err != nil || !slices.Equal(got, want) || again != sum {
					t.Errorf("seed %d, as live %v, %d bytes of memory: %v, %d changes, want %d; %+v, want %+v",
						seed, asLive, opts.Memory, err, len(got), len(want), again, sum)
				}
			}
			if asLive {
				continue
			}
			rand.New(rand.NewPCG(seed, 2)).Shuffle(len(input), func(i, j int) { input[i], input[j] = input[j], input[i] })
			opts.Memory = 5000
			if got, again, err := replay(t, opts, input...); err != nil || !slices.Equal(got, want) || again != sum {
				t.Errorf("seed %d, shuffled: %v, %d changes, want %d; %+v, want %+v", seed, err, len(got), len(want), again, sum)
			}
		}
	}
}

func TestAReplayIsWhatTheRulesSayOfTheSetInMemory(t *testing.T) {
	p := small()
	for seed := range uint64(4) {
		input := slices.DeleteFunc(crowd(seed, 1000), func(line string) bool { return forms.IsTicketEvent([]byte(line)) })
		var signals []detect.Signal
		for _, line := range input {
			var s ingressv1.Signal
			if err := forms.JSON([]byte(line), &s); err != nil {
				t.Fatal(err)
			}
			signals = append(signals, events.Signal(&s))
		}
		until := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		for _, asLive := range []bool{false, true} {
			var want []string
			detect.Replay(p.Rules, detect.ReplayOptions{Policy: p.Version, Until: until, AsLive: asLive}, signals, func(c detect.Change) {
				line, err := json.Marshal(events.ChangeLine(c, p.Version))
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, string(line))
			})
			got, _, err := replay(t, monitoring.ReplayOptions{Memory: 2000, Until: until, AsLive: asLive}, input...)
			if err != nil || len(want) < 5 || !slices.Equal(got, want) {
				t.Errorf("seed %d, as live %v: %v\n%s\nwant\n%s", seed, asLive, err, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

func TestTheSummaryNamesTheSpanOfEventTime(t *testing.T) {
	_, sum, err := replay(t, monitoring.ReplayOptions{}, outage()...)
	if err != nil || !sum.First.Equal(time.Date(2026, 11, 20, 9, 0, 0, 1, time.UTC)) || !sum.Last.Equal(time.Date(2026, 11, 20, 9, 20, 1, 0, time.UTC)) {
		t.Errorf("%v to %v, %v", sum.First, sum.Last, err)
	}
}

func TestWhoStopsAReplayFindsNothingLeft(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, stage := range []string{"lines read", "parts sorted", "signals replayed"} {
		ctx, stop := context.WithCancel(t.Context())
		seen := false
		var out strings.Builder
		_, err := monitoring.Replay(ctx, strings.NewReader(strings.Join(crowd(1, 20_000), "\n")), &out, monitoring.ReplayOptions{
			Policy: small(), Memory: 10_000,
			Progress: func(p monitoring.Progress) {
				if p.Stage == stage {
					seen = true
					stop()
				}
			},
		})
		if !errors.Is(err, context.Canceled) || !seen {
			t.Errorf("stopped at %s: %v, seen %v", stage, err, seen)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("stopped at %s: left %v, %v", stage, left, err)
		}
	}
}

func TestTicketEventsAreHeardInTheOrderOfAReplay(t *testing.T) {
	var heard []string
	opts := monitoring.ReplayOptions{Assess: func(ev *ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error) {
		heard = append(heard, ev.GetId())
		return nil, nil
	}}
	input := append(outage(), note("b", "09:10:00"), note("c", "09:00:00"), note("a", "09:10:00"), note("a", "09:10:00"))
	if _, _, err := replay(t, opts, input...); err != nil || !slices.Equal(heard, []string{"c", "a", "b"}) {
		t.Errorf("heard %v, %v", heard, err)
	}
	lost := errors.New("lost")
	opts.Assess = func(*ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error) { return nil, lost }
	if _, _, err := replay(t, opts, input...); !errors.Is(err, lost) || !strings.Contains(err.Error(), "okta/c") {
		t.Error(err)
	}
}

func BenchmarkReplay(b *testing.B) {
	text := strings.Join(crowd(1, 50_000), "\n")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := monitoring.Replay(b.Context(), strings.NewReader(text), &strings.Builder{}, monitoring.ReplayOptions{Policy: small()}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
