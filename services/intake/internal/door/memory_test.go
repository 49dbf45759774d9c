package door_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkUpload is how much memory one long upload takes, the server's and the
// producer's included: by how much the heap grew at most, and what the process kept.
//
// TOCSIN_DOOR_UPLOAD_MB is how long it is.
func BenchmarkUpload(b *testing.B) {
	bytes := size(b, "TOCSIN_DOOR_UPLOAD_MB", 8) << 20
	h := open(b)
	h.post(b, "/v1/signals", ndjsonType, strings.Join(attempts(1000), "\n"))
	heap, resident := inUse(), rss(b)
	var most atomic.Uint64
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				most.Store(max(most.Load(), inUse()))
			case <-stop:
				return
			}
		}
	}()
	lines := 0
	b.ResetTimer()
	for b.Loop() {
		r, w := io.Pipe()
		go func() {
			out := bufio.NewWriterSize(w, 64<<10)
			for n := 0; n < bytes; lines++ {
				wrote, err := fmt.Fprintln(out, attempt(lines, lines))
				if n += wrote; err != nil {
					break
				}
			}
			_ = w.CloseWithError(out.Flush())
		}()
		if got := h.stream(b, r); got.status != http.StatusAccepted || got.Accepted == 0 || got.RejectedLines > 0 {
			b.Fatalf("%+v", got)
		}
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(max(most.Load(), heap)-heap)/(1<<20), "heap-MiB")
	b.ReportMetric(float64(rss(b)-resident)/(1<<20), "rss-MiB")
}

// stream posts NDJSON as it comes.
func (h *house) stream(b *testing.B, body io.Reader) answer {
	b.Helper()
	req := must(http.NewRequestWithContext(b.Context(), http.MethodPost, h.url+"/v1/signals", body))(b)
	req.Header.Set("Content-Type", ndjsonType)
	return h.do(b, req)
}

// idlers names the address to which a child of the test connects, and how often.
const idlers = "TOCSIN_DOOR_IDLERS"

// BenchmarkIdle is how much memory connections take that have made a request and
// make no other: the server's end; the producers are another process.
//
// TOCSIN_DOOR_CONNECTIONS is how many they are.
func BenchmarkIdle(b *testing.B) {
	if at := os.Getenv(idlers); at != "" {
		idle(b, at)
		return
	}
	n := size(b, "TOCSIN_DOOR_CONNECTIONS", 500)
	h := open(b)
	h.post(b, "/v1/signals", jsonType, upload("a"))
	for b.Loop() {
		heap, resident := inUse(), rss(b)
		child := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkIdle$", "-test.benchtime=1x") //nolint:gosec // this very program
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", idlers, n, strings.TrimPrefix(h.url, "http://")))
		in, out := must(child.StdinPipe())(b), must(child.StdoutPipe())(b)
		if err := child.Start(); err != nil {
			b.Fatal(err)
		}
		for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "all are idle"; {
			b.Log(lines.Text())
		}
		b.ReportMetric(float64(inUse()-heap)/(1<<20), "heap-and-stacks-MiB")
		b.ReportMetric(float64(rss(b)-resident)/(1<<20), "rss-MiB")
		_ = in.Close()
		_ = child.Wait()
	}
	b.ReportMetric(0, "ns/op")
}

// idle makes a request on each of many connections, says so, and keeps them until
// its input ends.
func idle(b *testing.B, at string) {
	var n int
	var addr string
	if _, err := fmt.Sscan(at, &n, &addr); err != nil {
		b.Fatal(err)
	}
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = must(net.Dial("tcp", addr))(b)
		body := upload(fmt.Sprint(i))
		_, _ = fmt.Fprintf(conns[i], "POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		if res, err := http.ReadResponse(bufio.NewReader(conns[i]), nil); err != nil || res.StatusCode != http.StatusAccepted {
			b.Fatal(res, err)
		}
	}
	fmt.Println("\nall are idle")
	_, _ = io.Copy(io.Discard, os.Stdin)
	for _, c := range conns {
		_ = c.Close()
	}
}

// inUse are the bytes of the heap and the stacks that are in use now.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// rss are the bytes of memory that the process has.
func rss(b *testing.B) int {
	b.Helper()
	var all, resident int
	if _, err := fmt.Sscan(string(must(os.ReadFile("/proc/self/statm"))(b)), &all, &resident); err != nil {
		b.Fatal(err)
	}
	return resident * os.Getpagesize()
}
