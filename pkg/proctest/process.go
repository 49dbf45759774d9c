//go:build unix

package proctest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Patience is how long a fact may take to come true on a busy machine.
const Patience = 60 * time.Second

// Build builds a NATS server and the programs into a folder and gives its path.
func Build(t testing.TB, programs ...string) string {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{
		"build", "-buildvcs=false", "-ldflags=-s -w", "-o", dir + string(filepath.Separator), "github.com/nats-io/nats-server/v2",
	}, programs...)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, out)
	}
	return dir
}

// A Process is one of the programs. It can be started again when it has ended.
type Process struct {
	Name string
	// Args begin with the program's path; Env is beside the test's own.
	Args, Env []string
	Log       Journal

	cmd  *exec.Cmd
	gone chan struct{}
}

// Run starts a process; it is gone after the test. Where that has failed, what the
// process said, and where it stood, lies in a file that the test names.
func Run(t testing.TB, p *Process) *Process {
	t.Helper()
	t.Cleanup(func() { p.clean(t) })
	p.Start(t)
	return p
}

// Start starts a process that has ended once more.
func (p *Process) Start(t testing.TB) {
	t.Helper()
	p.cmd = exec.Command(p.Args[0], p.Args[1:]...)
	p.cmd.Env = append(os.Environ(), p.Env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.Log, &p.Log
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

// ID is the process's, while it runs.
func (p *Process) ID() int { return p.cmd.Process.Pid }

// Signal sends a signal; End waits for the end that it makes.
func (p *Process) Signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	select {
	case <-p.gone:
		t.Fatalf("%s has ended by itself:\n%s", p.Name, p.Log.Last(4000))
	default:
	}
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// Halt stops the process's time, and returns when it stands still; SIGCONT has it go on.
func (p *Process) Halt(t testing.TB) {
	t.Helper()
	p.Signal(t, syscall.SIGSTOP)
	for {
		var is syscall.WaitStatus
		_, err := syscall.Wait4(p.ID(), &is, syscall.WUNTRACED, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || !is.Stopped() {
			t.Fatalf("%s does not stand still: %v, state %#x", p.Name, err, is)
		}
		return
	}
}

// End ends the process, and returns when it is gone.
func (p *Process) End(t testing.TB, sig syscall.Signal) {
	t.Helper()
	p.Signal(t, sig)
	select {
	case <-p.gone:
	case <-time.After(Patience):
		t.Fatalf("%s still runs", p.Name)
	}
}

// clean ends what still runs after the test.
func (p *Process) clean(t testing.TB) {
	if p.cmd == nil || p.gone == nil {
		return
	}
	if t.Failed() {
		p.testify(t)
	}
	_ = p.cmd.Process.Kill()
	<-p.gone
}

// testify has a process that still runs say where each of its goroutines stands,
// and writes all that it has said into a file.
func (p *Process) testify(t testing.TB) {
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-p.gone:
	case <-time.After(5 * time.Second):
	}
	f, err := os.CreateTemp("", "process-"+p.Name+"-*.log")
	if err != nil {
		t.Log(err)
		return
	}
	_, err = f.Write(p.Log.Text())
	t.Logf("what %s said, and where it stood, is in %s", p.Name, f.Name())
	if err = errors.Join(err, f.Close()); err != nil {
		t.Log(err)
	}
}

// Await waits until the process says a word, after a place in its journal.
func (p *Process) Await(t testing.TB, word string, from int) {
	t.Helper()
	p.AwaitThat(t, "it says "+word, func() bool { return p.Log.Holds(word, from) })
}

// AwaitThat waits for a fact that shows in the journal.
func (p *Process) AwaitThat(t testing.TB, what string, fact func() bool) {
	t.Helper()
	deadline := time.After(Patience)
	for {
		news := p.Log.next()
		if fact() {
			return
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%s: waited in vain that %s:\n%s", p.Name, what, p.Log.Last(4000))
		}
	}
}

// NATS is a NATS server on a port of its own, which writes to disk all that it
// acknowledges, in a folder of its own; Build has put it into bin.
func NATS(t testing.TB, bin string) (server *Process, url string) {
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
	p := Run(t, &Process{Name: "nats", Args: []string{filepath.Join(bin, "nats-server"), "-c", conf}})
	p.Await(t, "Server is ready", 0)
	return p, "nats://" + addr.String()
}
