package flowtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// A process is one of a program's processes: it is started, killed, and started
// again.
type process struct {
	name string
	path string
	args []string
	env  []string
	// folder is where it runs and where its log is.
	folder string
	// ready is what it says when it is ready; heard, if not nil, gets the matches, each time.
	ready *regexp.Regexp
	heard func(said []string)

	cmd  *exec.Cmd
	ears *ears
	gone chan struct{} // closed when it has ended, with how in end
	end  error
}

// ears keep what a process says in its log, and listen for one thing.
type ears struct {
	log   *os.File
	ready *regexp.Regexp
	text  []byte
	heard chan []string
}

func (e *ears) Write(b []byte) (int, error) {
	if e.ready != nil {
		e.text = append(e.text, b...)
		if m := e.ready.FindSubmatch(e.text); m != nil {
			said := make([]string, len(m))
			for i := range m {
				said[i] = string(m[i])
			}
			e.ready, e.text = nil, nil
			e.heard <- said
		}
	}
	return e.log.Write(b)
}

// start starts the process; await waits until it is ready.
func (p *process) start() error {
	log, err := os.OpenFile(p.logName(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	p.ears = &ears{log: log, ready: p.ready, heard: make(chan []string, 1)}
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Dir, p.cmd.Env = p.folder, append(environment(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.ears, p.ears
	if err := p.cmd.Start(); err != nil {
		p.cmd = nil
		return errors.Join(fmt.Errorf("start %s: %w", p.name, err), log.Close())
	}
	cmd, gone := p.cmd, make(chan struct{})
	p.gone = gone
	go func() {
		p.end = cmd.Wait()
		_ = log.Close()
		close(gone)
	}()
	return nil
}

// await waits until the process says that it is ready.
func (p *process) await() error {
	select {
	case said := <-p.ears.heard:
		if p.heard != nil {
			p.heard(said)
		}
		return nil
	case <-p.gone:
		return fmt.Errorf("%s ended before it was ready: %w", p.name, p.end)
	case <-time.After(patience):
		return fmt.Errorf("%s is not ready after %s", p.name, patience)
	}
}

// runs says whether the process was started and not ended by us since.
func (p *process) runs() bool { return p.cmd != nil }

// signal sends a signal, which the process must still be there to get.
func (p *process) signal(sig syscall.Signal) error {
	select {
	case <-p.gone:
		return fmt.Errorf("%s has ended by itself: %w", p.name, p.end)
	default:
		return p.cmd.Process.Signal(sig)
	}
}

// wait waits for the end of a process that got sig, and says if it was not in order.
func (p *process) wait(sig syscall.Signal) error {
	var late error
	select {
	case <-p.gone:
	case <-time.After(patience):
		late = fmt.Errorf("%s still runs %s after %s", p.name, patience, sig)
		_ = p.cmd.Process.Kill()
		<-p.gone
	}
	p.cmd = nil
	if late == nil && sig != syscall.SIGKILL && p.end != nil {
		return fmt.Errorf("%s, told to end: %w", p.name, p.end)
	}
	return late
}

// logName is the file that keeps what the process said, every time it ran.
func (p *process) logName() string { return filepath.Join(p.folder, p.name+".log") }

// environment is ours without the settings of the programs under test.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TOCSIN_") && !strings.HasPrefix(v, "OTEL_") {
			env = append(env, v)
		}
	}
	return env
}
