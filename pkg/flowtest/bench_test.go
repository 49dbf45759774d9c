package flowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

var builtFloor = sync.OnceValues(func() (string, error) { return build("./testdata/floor") })

// BenchmarkUpReady is how long `tocsin up` takes in an empty folder until it is
// ready, and what it holds in memory when nothing happens; beside it the same of
// a program that only opens what `tocsin up` stands on.
func BenchmarkUpReady(b *testing.B) {
	const starts = 5
	var ready, floor []time.Duration
	var readyIdle, floorIdle float64
	for b.Loop() {
		for i := range starts {
			took, idle := launch(b, up, i == 0)
			ready, readyIdle = append(ready, took), max(readyIdle, idle)
			took, idle = launch(b, standing, i == 0)
			floor, floorIdle = append(floor, took), max(floorIdle, idle)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(percentile(ready, 50)), "ready-ms")
	b.ReportMetric(300, "budget-ready-ms")
	b.ReportMetric(ms(percentile(floor, 50)), "floor-ready-ms")
	b.ReportMetric(float64(percentile(ready, 50))/float64(percentile(floor, 50)), "ready/floor")
	b.ReportMetric(readyIdle, "idle-MB")
	b.ReportMetric(150, "budget-idle-MB")
	b.ReportMetric(floorIdle, "floor-idle-MB")
}

// standing is the program that only opens what `tocsin up` stands on.
func standing(folder string) (*process, error) {
	bin, err := builtFloor()
	return &process{
		name: "floor", path: filepath.Join(bin, "floor"), folder: folder,
		ready: regexp.MustCompile(`ready`),
	}, err
}

// launch runs a program in an empty folder and says how long it took to be ready
// and, if asked, how many MB it holds when it has come to rest.
func launch(b *testing.B, program func(folder string) (*process, error), rest bool) (took time.Duration, idle float64) {
	b.Helper()
	p, err := program(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := p.start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = p.signal(syscall.SIGTERM)
		if err := p.wait(syscall.SIGTERM); err != nil {
			b.Error(err)
		}
	}()
	if err := p.await(); err != nil {
		b.Fatal(err)
	}
	took = time.Since(start)
	if rest {
		idle, err = atRest(p.cmd.Process.Pid)
		if err != nil {
			b.Logf("memory is not measured: %v", err)
		}
	}
	return took, idle
}

// atRest is how many MB a process holds when that has not changed by more than
// one for two seconds, or after ten.
func atRest(pid int) (float64, error) {
	var last []float64
	look := time.NewTicker(250 * time.Millisecond)
	defer look.Stop()
	for range 40 {
		<-look.C
		mb, err := resident(pid)
		if err != nil {
			return 0, err
		}
		last = append(last, mb)
		if n := len(last); n > 8 && slices.Max(last[n-8:])-slices.Min(last[n-8:]) <= 1 {
			break
		}
	}
	return last[len(last)-1], nil
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident is how many MB of a process are in memory, where there is a /proc.
func resident(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	m := residentLine.FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("/proc/%d/status does not say how much is resident", pid)
	}
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	return kb / 1024, err
}

// percentile is the smallest value that p of a hundred do not exceed.
func percentile(values []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
