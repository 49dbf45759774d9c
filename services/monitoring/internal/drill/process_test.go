//go:build unix

package drill

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a fact may take to come true on a busy machine.
const patience = 60 * time.Second

// build builds the programs under test into a folder and gives its path.
func build(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", dir+string(filepath.Separator),
		"github.com/nats-io/nats-server/v2", "tocsin/services/monitoring/cmd/monitoring")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, out)
	}
	return dir
}

// A process is one of the programs. It can be started again when it has ended.
type process struct {
	name string
	args []string
	env  []string
	log  journal

	cmd  *exec.Cmd
	gone chan struct{}
}

// start runs the process; it ends with the test.
func (p *process) start(t testing.TB) {
	t.Helper()
	p.cmd = exec.Command(p.args[0], p.args[1:]...)
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cmd, gone := p.cmd, make(chan struct{})
	p.gone = gone
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
}

// signal sends a signal; end waits for the end that it makes.
func (p *process) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	select {
	case <-p.gone:
		t.Fatalf("%s has ended by itself:\n%s", p.name, p.log.last(4000))
	default:
	}
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func (p *process) end(t testing.TB, sig syscall.Signal) {
	t.Helper()
	p.signal(t, sig)
	select {
	case <-p.gone:
	case <-time.After(patience):
		t.Fatalf("%s still runs", p.name)
	}
}

// clean ends what still runs after the test.
func (p *process) clean() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		<-p.gone
	}
}

// A journal keeps what a process says, and lets others wait for a word of it.
type journal struct {
	mu   sync.Mutex
	text []byte
	news chan struct{}
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, b...)
	if j.news != nil {
		close(j.news)
		j.news = nil
	}
	return len(b), nil
}

// last is the end of what was said.
func (j *journal) last(n int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.text[max(0, len(j.text)-n):])
}

// holds says whether a word was said after a place, and gives a channel that is
// closed with the next that is said.
func (j *journal) holds(word string, from int) (bool, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.news == nil {
		j.news = make(chan struct{})
	}
	return bytes.Contains(j.text[from:], []byte(word)), j.news
}

// await waits until the process says a word, after a place in its journal.
func (p *process) await(t testing.TB, word string, from int) {
	t.Helper()
	p.awaitThat(t, "it says "+word, func() bool {
		said, _ := p.log.holds(word, from)
		return said
	})
}

// awaitThat waits for a fact that shows in the journal.
func (p *process) awaitThat(t testing.TB, what string, fact func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		_, news := p.log.holds("", 0)
		if fact() {
			return
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%s: waited in vain that %s:\n%s", p.name, what, p.log.last(4000))
		}
	}
}

// elected is where in the journal, and when, the process last said that it owns
// the shards; the zero time if it never did.
func (p *process) elected() (place int, at time.Time) {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	place = bytes.LastIndex(p.log.text, []byte(owns))
	if place < 0 {
		return 0, time.Time{}
	}
	line := p.log.text[bytes.LastIndexByte(p.log.text[:place], '\n')+1:]
	const before = `{"time":"`
	if end := bytes.IndexByte(line[len(before):], '"'); end > 0 {
		at, _ = time.Parse(time.RFC3339Nano, string(line[len(before):][:end]))
	}
	return place, at
}

// server is a NATS server on a port of its own, with its streams in a folder.
func server(t testing.TB, bin string) (*process, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	conf := filepath.Join(dir, "server.conf")
	text := fmt.Sprintf("server_name: drill\nhost: 127.0.0.1\nport: %d\njetstream {\n store_dir: %q\n sync_interval: always\n}\n", addr.Port, dir)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &process{name: "nats", args: []string{filepath.Join(bin, "nats-server"), "-c", conf}}
	t.Cleanup(p.clean)
	p.start(t)
	p.await(t, "Server is ready", 0)
	return p, "nats://" + addr.String()
}

// monitoring is one of the processes that stand by for each other.
func monitoring(t testing.TB, name, bin string, env ...string) *process {
	t.Helper()
	p := &process{name: name, args: []string{filepath.Join(bin, "monitoring")}, env: append(env, "TOCSIN_HTTP_ADDR=127.0.0.1:0")}
	t.Cleanup(p.clean)
	p.start(t)
	return p
}
