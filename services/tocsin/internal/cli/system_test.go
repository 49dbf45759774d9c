package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long any one thing may take on a slow machine.
const patience = 90 * time.Second

// A system is a program of ours that a script started and that goes on.
type system struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // once ended
	errs  bytes.Buffer

	mu    sync.Mutex
	out   bytes.Buffer
	wrote chan struct{} // has a value once out has grown
}

// start starts `tocsin` with args; it is killed with the script at the latest.
func start(ts *testscript.TestScript, args ...string) *system {
	s := &system{cmd: exec.Command(program(ts), args...), ended: make(chan struct{}), wrote: make(chan struct{}, 1)}
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = ts.MkAbs("."), s, &s.errs
	s.cmd.Env = append(os.Environ(), given(ts)...)
	ts.Check(s.cmd.Start())
	go func() { s.err = s.cmd.Wait(); close(s.ended) }()
	ts.Defer(func() { _ = s.cmd.Process.Kill(); <-s.ended })
	return s
}

// program is the path of `tocsin`, as scripts find it.
func program(ts *testscript.TestScript) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, "tocsin")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	ts.Fatalf("tocsin is not on the path")
	return ""
}

// Write keeps what the system prints.
func (s *system) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(p)
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *system) printed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// prints waits until the system has printed what want matches.
func (s *system) prints(ts *testscript.TestScript, want *regexp.Regexp) []string {
	late := time.After(patience)
	for {
		if found := want.FindStringSubmatch(s.printed()); found != nil {
			return found
		}
		select {
		case <-s.wrote:
		case <-s.ended:
			ts.Fatalf("it ended: %v\n%s%s", s.err, s.printed(), s.errs.String())
		case <-late:
			ts.Fatalf("%v: not after %v: %s", want, patience, s.printed())
		}
	}
}

// stop tells the system to end, which it does in order and soon.
func (s *system) stop(ts *testscript.TestScript) {
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.ended:
		ts.Check(s.err)
	case <-time.After(10 * time.Second):
		ts.Fatalf("it goes on 10 s after SIGTERM")
	}
}

// systems are the running ones, by their script's folder.
var systems sync.Map

// addresses are what `up` prints, for people or as JSON, and the line after them.
var addresses = regexp.MustCompile(`(?s)(https?)://(127\.0\.0\.1:\d+).*?nats://(127\.0\.0\.1:\d+).*\n`)

// up [FLAG...] starts `tocsin up` on ports of its own choice and waits until it
// says that it is ready. The other commands of the script find it; $HTTP and
// $NATS are its addresses.
func up(ts *testscript.TestScript, _ bool, args []string) {
	s := start(ts, append([]string{"up", "--http", "127.0.0.1:0", "--nats", "127.0.0.1:0"}, args...)...)
	systems.Store(ts.Getenv("WORK"), s)
	at := s.prints(ts, addresses)
	ts.Setenv("HTTP", at[2])
	ts.Setenv("NATS", at[3])
	ts.Setenv("TOCSIN_SERVER_URL", at[1]+"://"+at[2])
	ts.Setenv("TOCSIN_NATS_URL", "nats://"+at[3])
}

// down ends it, and writes what it printed to up.stdout and up.stderr.
func down(ts *testscript.TestScript, _ bool, _ []string) {
	got, ok := systems.LoadAndDelete(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("nothing is up")
	}
	s := got.(*system)
	s.stop(ts)
	ts.Check(os.WriteFile(ts.MkAbs("up.stdout"), []byte(s.printed()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("up.stderr"), s.errs.Bytes(), 0o600))
}

// watched REGEXP FLAG... runs `tocsin watch` until it prints that, and ends it.
func watched(ts *testscript.TestScript, _ bool, args []string) {
	s := start(ts, append([]string{"watch", "--nats", ts.Getenv("TOCSIN_NATS_URL")}, args[1:]...)...)
	s.prints(ts, regexp.MustCompile("(?m)"+args[0]))
	s.stop(ts)
}

// await REGEXP COMMAND... runs the command until it succeeds and prints that;
// what the last group matched is $FOUND.
func await(ts *testscript.TestScript, _ bool, args []string) {
	want := regexp.MustCompile("(?m)" + args[0])
	look, late := time.NewTicker(100*time.Millisecond), time.After(patience)
	defer look.Stop()
	for {
		err := ts.Exec(args[1], args[2:]...)
		if found := want.FindStringSubmatch(ts.ReadFile("stdout")); err == nil && found != nil {
			ts.Setenv("FOUND", found[len(found)-1])
			return
		}
		select {
		case <-look.C:
		case <-late:
			ts.Fatalf("%s: never printed by %s: %s%s", want, strings.Join(args[1:], " "), ts.ReadFile("stdout"), ts.ReadFile("stderr"))
		}
	}
}
