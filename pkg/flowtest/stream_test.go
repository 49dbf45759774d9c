package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// tell tells leadership of acme's cases number from to below to.
func tell(t *testing.T, conn *bus.Conn, from, to int) {
	t.Helper()
	var events []bus.Event
	for i := from; i < to; i++ {
		n := &notificationv1.Notification{
			Id: fmt.Sprint("n-", i), Audience: "leadership", Tenant: "acme", Case: fmt.Sprint("c-", i), CaseVersion: 1,
			Kind: "case_opened", Title: "Nobody at acme gets in", Body: "130 people.", Language: "en",
		}
		events = append(events, bus.Event{Subject: topology.NotificationSubject(n.Audience, n.Tenant, n.Case), ID: n.Id, Time: time.Now(), Payload: n})
	}
	if _, err := conn.PublishBatch(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

// built builds a program of a module outside the workspace into a folder.
func built(t *testing.T, module, dir string, packages ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"build", "-C", module, "-buildvcs=false", "-o", dir + "/"}, packages...)...)
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", module, err, out)
	}
}

// A group is a program with all that it starts.
type group struct {
	*exec.Cmd
	out *bytes.Buffer
}

func begin(t *testing.T, env []string, dir string, args ...string) group {
	t.Helper()
	g := group{exec.Command(args[0], args[1:]...), &bytes.Buffer{}}
	g.Dir, g.Env, g.SysProcAttr = dir, append(os.Environ(), env...), &syscall.SysProcAttr{Setpgid: true}
	g.Stdout, g.Stderr = g.out, g.out
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.kill)
	return g
}

// kill ends all of it at once.
func (g group) kill() {
	if g.ProcessState == nil {
		_ = syscall.Kill(-g.Process.Pid, syscall.SIGKILL)
		_ = g.Wait()
	}
}

// lines are the ids in a file once it has so many lines.
func lines(t *testing.T, file string, want int, g group) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for look := time.NewTicker(5 * time.Millisecond); ; {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Count(text, []byte("\n")) >= want {
			return ids(t, text)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			g.kill()
			t.Fatalf("%d lines, want %d: %s", bytes.Count(text, []byte("\n")), want, g.out)
		}
	}
}

// ids are those of the whole lines of a file.
func ids(t *testing.T, text []byte) (list []string) {
	t.Helper()
	for d := json.NewDecoder(bytes.NewReader(text[:bytes.LastIndexByte(text, '\n')+1])); ; {
		var l struct{ ID, Sequence string }
		err := d.Decode(&l)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil || l.Sequence == "" {
			t.Fatalf("line %d: %+v %v", len(list)+1, l, err)
		}
		list = append(list, l.ID)
	}
}

func TestTheExampleReadersHaveEachOnceHoweverTheyEnd(t *testing.T) {
	p := Together(t, "TOCSIN_JSON_STREAM=leadership")
	deploy, err := filepath.Abs("../../deploy")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	built(t, deploy, bin, "./examples/stream/reader")
	consumer := func(name string) string { return filepath.Join(deploy, "examples/stream/leadership-"+name+".json") }
	nats := p.Conn.NC().ConnectedUrl()
	reads := map[string]string{"Go": "leadership-dashboard", "Go, from JSON": "leadership-json"}
	const part = 60
	told := 0
	for name, args := range map[string][]string{
		"Go":            {bin + "/reader", "--server", nats, "--make", "--stream", "NOTIFICATIONS", "--consumer", consumer("dashboard"), "--out"},
		"Go, from JSON": {bin + "/reader", "--server", nats, "--make", "--stream", "NOTIFICATIONS_JSON", "--consumer", consumer("json"), "--out"},
		"shell":         {deploy + "/examples/stream/follow"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "told.jsonl")
			args = append(args, file)
			if name == "shell" {
				args = append(args, p.Review+"/v1/stream")
			}
			tell(t, p.Conn, told, told+part)
			told += part
			g := begin(t, nil, t.TempDir(), args...)
			lines(t, file, told/3, g)
			g.kill()
			// As if it had ended amid a line.
			f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(`{"sequence":"9`); err != nil {
				t.Fatal(err)
			}
			_ = f.Close()
			if stream := p.Conn.JS(); name != "shell" { // all of it comes again
				if _, err := stream.ResetConsumerToSequence(t.Context(), args[5], reads[name], 1); err != nil {
					t.Fatal(err)
				}
			}
			tell(t, p.Conn, told, told+part)
			told += part
			g = begin(t, nil, t.TempDir(), args...)
			lines(t, file, told, g)
			tell(t, p.Conn, told, told+part)
			told += part
			got := lines(t, file, told, g)
			g.kill()
			for i, id := range got {
				if want := fmt.Sprint("n-", i); id != want {
					t.Fatalf("line %d is %s, want %s; %s", i+1, id, want, g.out)
				}
			}
			if len(got) != told || strings.Contains(g.out.String(), "rror") {
				t.Errorf("%d lines, want %d; it says %s", len(got), told, g.out)
			}
		})
	}
}
