package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// A bar shows on a terminal how much work is done; elsewhere it says nothing.
type bar struct {
	out   io.Writer
	what  string
	began time.Time
	shown time.Time
	n     int
	of    int // how many there are; 0: not known
}

func newBar(out io.Writer, what string) *bar {
	b := &bar{what: what, began: time.Now()}
	if terminal(out) {
		b.out = out
	}
	return b
}

// terminal says whether a person is likely to sit there.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// set shows that n of them are done, at most ten times a second.
func (b *bar) set(n int) {
	b.n = n
	if b.out != nil && time.Since(b.shown) > 100*time.Millisecond {
		b.shown = time.Now()
		b.show()
	}
}

func (b *bar) show() {
	rate := float64(b.n) / max(time.Since(b.began).Seconds(), 0.001)
	if b.of > 0 {
		left := time.Duration(float64(max(b.of-b.n, 0)) / max(rate, 0.001) * float64(time.Second))
		fmt.Fprintf(b.out, "\r\033[K%d of %d %s, %d %%, %.0f a second, %v left", b.n, b.of, b.what, 100*b.n/b.of, rate, left.Round(time.Second))
		return
	}
	fmt.Fprintf(b.out, "\r\033[K%d %s, %.0f a second", b.n, b.what, rate)
}

// clear makes room for a line about something else.
func (b *bar) clear() {
	if b.out != nil {
		fmt.Fprint(b.out, "\r\033[K")
	}
}

// done leaves the last figure and ends the line.
func (b *bar) done() {
	if b.out != nil && b.n > 0 {
		b.show()
		fmt.Fprintln(b.out)
	}
}
