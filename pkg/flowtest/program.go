package flowtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/bus"
)

// binary is the program under test, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "flowtest")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tocsin")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "tocsin/services/tocsin/cmd/tocsin").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// A Program is one running `tocsin up` and the folder it keeps.
type Program struct {
	data string
	cmd  *exec.Cmd
	// HTTP and NATS are the URLs that it printed.
	HTTP, NATS string
	Conn       *bus.Conn
	log        *os.File
}

var (
	consoleLine = regexp.MustCompile(`console\s+(http://\S+)`)
	natsLine    = regexp.MustCompile(`NATS\s+(nats://\S+)`)
)

// NewProgram starts the program in a folder that is gone after the test.
func NewProgram(t testing.TB) *Program {
	t.Helper()
	p := &Program{data: t.TempDir()}
	p.Start(t)
	t.Cleanup(func() {
		p.end(syscall.SIGTERM)
		if t.Failed() {
			if log, err := os.ReadFile(p.log.Name()); err == nil {
				t.Logf("what the program said:\n%s", log)
			}
		}
	})
	return p
}

// Start runs the program, again or for the first time, and waits until it is ready.
func (p *Program) Start(t testing.TB) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p.log, err = os.OpenFile(filepath.Join(p.data, "stderr.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(path, "up", "--data", filepath.Join(p.data, "data"), "--http", "127.0.0.1:0", "--nats", "127.0.0.1:0")
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() { ready <- readyText(out) }()
	select {
	case text := <-ready:
		p.HTTP, p.NATS = part(consoleLine, text), part(natsLine, text)
	case <-time.After(patience):
	}
	if p.HTTP == "" || p.NATS == "" {
		log, _ := os.ReadFile(p.log.Name())
		t.Fatalf("the program did not get ready; it said:\n%s", log)
	}
	p.Conn, err = bus.Connect(context.Background(), bus.Settings{URL: p.NATS, Name: "flowtest"})
	if err != nil {
		t.Fatal(err)
	}
}

// readyText reads up to the end of what the program prints when it is ready.
func readyText(out io.Reader) string {
	var b strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		b.WriteString(lines.Text() + "\n")
		if natsLine.MatchString(lines.Text()) {
			go io.Copy(io.Discard, out)
			break
		}
	}
	return b.String()
}

func part(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// Kill ends the program at once, as a crash does.
func (p *Program) Kill() { p.end(syscall.SIGKILL) }

// Stop lets the program end in order.
func (p *Program) Stop() { p.end(syscall.SIGTERM) }

func (p *Program) end(sig syscall.Signal) {
	if p.cmd == nil {
		return
	}
	p.Conn.Close()
	_ = p.cmd.Process.Signal(sig)
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-done
	}
	p.cmd = nil
	_ = p.log.Close()
}
