package flowtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"

	"tocsin/pkg/bus"
)

// services are the five services in flow order.
var services = []string{"intake", "classification", "monitoring", "review", "notification"}

// A Program is the whole system under test, run one way or the other.
type Program struct {
	// Intake and Review are the URLs of these services; together they are one.
	Intake, Review string
	// Conn is a connection to its bus; nil while a bus of its own is down.
	Conn *bus.Conn

	// server is the NATS server, where it is a process of its own.
	server *process
	// processes are those of the services.
	processes []*process
	nats      string
}

// Together runs `tocsin up`: one process with its own bus and ledger, in a folder
// that is gone after the test. env are settings beside it, as "TOCSIN_X=y".
func Together(t testing.TB, env ...string) *Program {
	t.Helper()
	x, err := up(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &Program{processes: []*process{x}}
	x.env, x.heard = env, func(said []string) { p.Intake, p.Review, p.nats = said[1], said[1], said[2] }
	t.Cleanup(func() { p.clean(t) })
	if err := p.Start(""); err != nil {
		t.Fatal(err)
	}
	return p
}

// up is `tocsin up`, which keeps everything in a folder.
func up(folder string) (*process, error) {
	bin, err := builtTogether()
	return &process{
		name: "tocsin", path: filepath.Join(bin, "tocsin"), folder: folder,
		args:  []string{"up", "--data", filepath.Join(folder, "data"), "--http", "127.0.0.1:0", "--nats", "127.0.0.1:0"},
		ready: regexp.MustCompile(`console\s+(http://\S+)[\s\S]*?NATS\s+(nats://\S+)\s`),
	}, err
}

// clean ends what still runs. A process that ended by itself, or not in order,
// fails the test.
func (p *Program) clean(t testing.TB) {
	if err := p.end(syscall.SIGTERM, p.processes); err != nil {
		t.Error(err)
	}
	if p.Conn != nil {
		p.Conn.Close()
	}
	all := p.processes
	if p.server != nil {
		_ = p.end(syscall.SIGKILL, []*process{p.server})
		all = append([]*process{p.server}, all...)
	}
	for _, x := range all {
		if log, err := os.ReadFile(x.logName()); t.Failed() && err == nil {
			t.Logf("what %s said:\n%s", x.name, log)
		}
	}
}

// Start runs what does not run of the services, or only the named one, or "nats",
// and returns when it is ready. Together a name means the whole program.
func (p *Program) Start(name string) error {
	list, err := p.named(name)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, (*process).runs)
	for _, x := range list {
		if err := x.start(); err != nil {
			return err
		}
	}
	for _, x := range list {
		if err := x.await(); err != nil {
			return err
		}
	}
	if p.Conn == nil {
		p.Conn, err = bus.Connect(context.Background(), bus.Settings{URL: p.nats, Name: "flowtest", Log: slog.New(slog.DiscardHandler)})
	}
	return err
}

// Kill ends the services, or only the named one, or "nats", at once, as a crash does.
func (p *Program) Kill(name string) error { return p.send(syscall.SIGKILL, name) }

// Stop lets the services, or only the named one, or "nats", end in order.
func (p *Program) Stop(name string) error { return p.send(syscall.SIGTERM, name) }

func (p *Program) send(sig syscall.Signal, name string) error {
	list, err := p.named(name)
	if err != nil {
		return err
	}
	if p.server == nil && p.Conn != nil {
		p.Conn.Close()
		p.Conn = nil
	}
	return p.end(sig, list)
}

// end ends all of the list that run, all at the same time.
func (p *Program) end(sig syscall.Signal, list []*process) error {
	list = slices.DeleteFunc(slices.Clone(list), func(x *process) bool { return !x.runs() })
	var errs []error
	for _, x := range list {
		errs = append(errs, x.signal(sig))
	}
	for _, x := range list {
		errs = append(errs, x.wait(sig))
	}
	return errors.Join(errs...)
}

// named are the processes that a story means by a name; none means all services.
func (p *Program) named(name string) ([]*process, error) {
	one := func(x *process) bool { return x.name == name }
	switch {
	case name != "" && name != "nats" && !slices.Contains(services, name):
		return nil, fmt.Errorf("there is no service %q", name)
	case name == "" || p.server == nil:
		return slices.Clone(p.processes), nil
	case name == "nats":
		return []*process{p.server}, nil
	}
	i := slices.IndexFunc(p.processes, one)
	return []*process{p.processes[i]}, nil
}
