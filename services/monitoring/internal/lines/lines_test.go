package lines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tocsin/services/monitoring/internal/detect"
)

// all reads everything as one list of "source/id".
func all(ctx context.Context, in io.Reader) (names []string, err error) {
	err = Read(ctx, in, Sink[*[]string]{
		Batch: func() *[]string { return new([]string) },
		Put:   func(b *[]string, s *detect.Signal, _ []byte) { *b = append(*b, s.Source+"/"+s.ID) },
		Take: func(b *[]string) error {
			names, *b = append(names, *b...), (*b)[:0]
			return nil
		},
	}, nil)
	return names, err
}

func login(n int) string {
	return fmt.Sprintf(`{"id":"%d","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"user":"u","method":"SSO","outcome":"SUCCESS"}}`, n)
}

func TestLinesComeInTheirOrderHoweverTheInputIsCut(t *testing.T) {
	var text strings.Builder
	var want []string
	for n := range 20_000 {
		if n%100 == 0 {
			text.WriteString("  \r\n\n")
		}
		text.WriteString(login(n) + "\r\n")
		want = append(want, fmt.Sprint("okta/", n))
	}
	whole := strings.TrimSuffix(text.String(), "\r\n") // the last line need not end
	for name, in := range map[string]io.Reader{
		"at once":       strings.NewReader(whole),
		"in halves":     iotest.HalfReader(strings.NewReader(whole)),
		"end with data": iotest.DataErrReader(strings.NewReader(whole)),
	} {
		got, err := all(t.Context(), in)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %d lines, want %d", name, err, len(got), len(want))
		}
	}
	if got, err := all(t.Context(), iotest.OneByteReader(strings.NewReader(login(1)+"\n"+login(2)))); err != nil || len(got) != 2 {
		t.Error(got, err)
	}
}

func TestTheFirstBadLineIsNamedAndTheOthersCounted(t *testing.T) {
	good := func(n int) string { return strings.Repeat(login(1)+"\n", n) }
	for name, c := range map[string]struct {
		in   string
		line int
		says []string
	}{
		"one":                {good(2) + "nonsense\n" + good(5000), 3, []string{"line 3: ", "; mend it or leave it out and run it again"}},
		"some":               {good(3000) + "{}\n" + good(3000) + "[]\n", 3001, []string{"id", "(2 lines in all are no events)"}},
		"all":                {strings.Repeat("{}\n", 3000), 1, []string{"(at least 1000 lines are no events)"}},
		"the last, too long": {good(1) + strings.Repeat("x", Longest+1), 2, []string{"longer than 4194304 bytes"}},
		"too long":           {good(1) + strings.Repeat("x", Longest+1) + "\n" + good(1), 2, []string{"longer than 4194304 bytes"}},
	} {
		got, err := all(t.Context(), strings.NewReader(c.in))
		var bad *Bad
		if !errors.As(err, &bad) || bad.Line != c.line {
			t.Errorf("%s: %v, %d lines taken", name, err, len(got))
			continue
		}
		for _, says := range c.says {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v does not say %s", name, err, says)
			}
		}
	}
}

func TestAnInputThatBreaksOffIsAnError(t *testing.T) {
	gone := errors.New("gone")
	in := io.MultiReader(strings.NewReader(login(1)+"\n"+login(2)+"\n"), iotest.ErrReader(gone))
	if _, err := all(t.Context(), in); !errors.Is(err, gone) || !strings.HasPrefix(err.Error(), "line 3: read the input") {
		t.Error(err)
	}
}

func TestWhoStopsDoesNotWaitForTheInput(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	silent, w := io.Pipe()
	defer w.Close()
	go func() {
		if _, err := io.WriteString(w, login(1)+"\n"); err != nil {
			t.Error(err)
		}
		stop()
	}()
	if _, err := all(ctx, silent); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestWhatTheSinkRefusesEndsTheReading(t *testing.T) {
	full := errors.New("full")
	err := Read(t.Context(), strings.NewReader(strings.Repeat(login(1)+"\n", 20_000)), Sink[int]{
		Batch: func() int { return 0 },
		Put:   func(int, *detect.Signal, []byte) {},
		Take:  func(int) error { return full },
	}, nil)
	if !errors.Is(err, full) {
		t.Error(err)
	}
}
