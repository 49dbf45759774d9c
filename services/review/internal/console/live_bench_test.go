package console_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/events"
)

// crowd is a Live with many viewers, each of whom is told of every change.
type crowd struct {
	tell chan chan events.Glance
}

func (c crowd) Changes(context.Context) <-chan events.Glance {
	ch := make(chan events.Glance, 256)
	c.tell <- ch
	return ch
}

// BenchmarkViewers has 500 people look at the console at once, and says how much
// memory that takes of the process that serves them. The viewers are a process of
// their own.
func BenchmarkViewers(b *testing.B) {
	const viewers = 500
	c := crowd{tell: make(chan chan events.Glance, viewers)}
	s := open(b, func(cfg *console.Config) { cfg.Live = c })
	server := httptest.NewServer(s.mux)
	defer server.Close()
	before := resident(b)
	ctx, leave := context.WithCancel(b.Context())
	crowd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestViewersLook$")
	crowd.Env = append(os.Environ(), "TOCSIN_VIEWERS="+fmt.Sprint(viewers), "TOCSIN_VIEWERS_OF="+server.URL+"/live")
	out, err := crowd.StdoutPipe()
	if err == nil {
		err = crowd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	defer func() { leave(); crowd.Wait() }() // it is killed, and says so
	var all []chan events.Glance
	for range viewers {
		all = append(all, <-c.tell)
	}
	lines := bufio.NewScanner(out)
	for i := 0; b.Loop(); i++ {
		for _, ch := range all {
			ch <- events.Glance{Seq: uint64(i), Case: "c-1", Version: uint64(i)}
		}
		for seen := 0; seen < viewers && lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "saw") {
				seen++
			}
		}
	}
	runtime.GC()
	b.ReportMetric(resident(b), "MB-resident")
	b.ReportMetric((resident(b)-before)*1000/viewers, "kB/viewer")
}

// TestViewersLook is the process of the viewers; by itself it does nothing.
func TestViewersLook(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("TOCSIN_VIEWERS"), &n); err != nil {
		t.Skip("it is run by a benchmark")
	}
	done := make(chan error)
	for range n {
		go func() { done <- look(t.Context(), os.Getenv("TOCSIN_VIEWERS_OF")) }()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// look says of each change that it was seen.
func look(ctx context.Context, at string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if lines.Text() == "event: changed" {
			fmt.Println("saw")
		}
	}
	return lines.Err()
}

// resident is how much memory this process has, in MB, as the system counts it.
func resident(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("only Linux says how much memory a process has")
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		b.Fatal(err)
	}
	return float64(pages*os.Getpagesize()) / 1e6
}
