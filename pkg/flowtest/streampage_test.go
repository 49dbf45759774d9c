package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// page is the page about the stream; its commands run in the repository's folder.
const page = "../../services/notification/STREAM.md"

// commands are those of a page, one a line, by the heading above them.
func commands(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	all, heading, inside := map[string][]string{}, "", false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## "):
			heading = strings.TrimPrefix(line, "## ")
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside:
			all[heading] = append(all[heading], line)
		}
	}
	return all
}

// workplace is a folder as the repository's is to a command, and a PATH with nats.
func workplace(t *testing.T) (dir string, env []string) {
	t.Helper()
	for _, name := range []string{"curl", "jq"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	dir = t.TempDir()
	built(t, "../tools/nats", dir, "tool")
	for _, name := range []string{"deploy", "pkg", "proto"} {
		at, err := filepath.Abs("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(at, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "XDG_CONFIG_HOME=" + dir, "CGO_ENABLED=0"}
}

// perform runs a command of the page and gives what it printed. One that goes on
// for ever is ended when it has printed something, or written its file.
func perform(t *testing.T, dir string, env []string, command string) string {
	t.Helper()
	forever := strings.HasPrefix(command, "curl -N ") || strings.Contains(command, "/follow ")
	if forever {
		command = "{ " + command + "; } > live.txt 2> live.err"
	}
	g := begin(t, env, dir, "sh", "-euc", command)
	if !forever {
		ended := make(chan error, 1)
		go func() { ended <- g.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%s: %v\n%s", command, err, g.out)
			}
		case <-time.After(2 * time.Minute):
			t.Fatalf("%s goes on for ever: %s", command, g.out)
		}
		return g.out.String()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for look := time.NewTicker(20 * time.Millisecond); ; {
		for _, name := range []string{"live.txt", "told-http.jsonl"} {
			if text, _ := os.ReadFile(filepath.Join(dir, name)); len(text) > 0 {
				g.kill()
				_ = os.Remove(filepath.Join(dir, name))
				return string(text)
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			text, _ := os.ReadFile(filepath.Join(dir, "live.err"))
			t.Fatalf("%s says nothing: %s", command, text)
		}
	}
}

func TestTheCommandsOfThePageAboutTheStreamWork(t *testing.T) {
	p := Together(t, "TOCSIN_JSON_STREAM=leadership")
	tell(t, p.Conn, 0, 5)
	dir, env := workplace(t)
	env = append(env, "NATS_URL="+p.Conn.NC().ConnectedUrl())
	ago := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	all := commands(t)
	for heading, want := range map[string]int{"From NATS": 10, "Over HTTP": 5} {
		if len(all[heading]) != want {
			t.Errorf("%d commands under %s, want %d", len(all[heading]), heading, want)
		}
		for _, command := range all[heading] {
			command = strings.NewReplacer("http://127.0.0.1:8080", p.Review, "2026-11-20T00:00:00Z", ago).Replace(command)
			said := perform(t, dir, env, command)
			if shows := strings.Contains(command, "curl") || strings.Contains(command, "next ") || strings.Contains(command, ".title"); shows && said == "" {
				t.Errorf("%s says nothing", command)
			}
			if strings.Contains(command, "title") && !strings.Contains(said, "Nobody at acme gets in") {
				t.Errorf("%s says %s", command, said)
			}
		}
	}
}

func TestTheCommandsOfAReaderWithRightsOfItsOwnWork(t *testing.T) {
	dir, env := workplace(t)
	url := readersServer(t)
	env = append(env, "NATS_URL="+url, "NATS_DASHBOARD_PASSWORD=secret", "NATS_ACME_PASSWORD=secret")
	list := commands(t)["Who may read"]
	if len(list) != 2 {
		t.Fatalf("%d commands, want 2", len(list))
	}
	if said := perform(t, dir, env, list[0]); !strings.Contains(said, "notification.v1.leadership.acme.c-0") {
		t.Errorf("%s says %s", list[0], said)
	}
	perform(t, dir, env, list[1])
	text, err := os.ReadFile(filepath.Join(dir, "acme.jsonl"))
	if err != nil || len(ids(t, text)) != 3 {
		t.Errorf("%s leaves %s, %v", list[1], text, err)
	}
}

// readersServer is a server with the rights of readers, on which leadership was told.
func readersServer(t *testing.T) (url string) {
	t.Helper()
	for _, name := range []string{"NATS_PASSWORD", "NATS_SYS_PASSWORD", "NATS_DASHBOARD_PASSWORD", "NATS_ACME_PASSWORD"} {
		t.Setenv(name, "secret")
	}
	options, err := server.ProcessConfigFile("../../deploy/nats/readers.conf")
	if err != nil {
		t.Fatal(err)
	}
	options.Host, options.Port, options.HTTPPort, options.StoreDir, options.NoSigs = "127.0.0.1", server.RANDOM_PORT, 0, t.TempDir(), true
	s, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: strings.Replace(s.ClientURL(), "nats://", "nats://tocsin:secret@", 1), Name: "flowtest"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dashboard", "acme"} {
		var c jetstream.ConsumerConfig
		text, err := os.ReadFile("../../deploy/examples/stream/leadership-" + name + ".json")
		if err = errors.Join(err, json.NewDecoder(bytes.NewReader(text)).Decode(&c)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.JS().CreateConsumer(t.Context(), topology.Notifications.Name, c); err != nil {
			t.Fatal(err)
		}
	}
	tell(t, conn, 0, 3)
	return s.ClientURL()
}
