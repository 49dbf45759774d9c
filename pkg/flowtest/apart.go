//go:build unix

package flowtest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"tocsin/pkg/pgtest"
)

// serverConf is the NATS server's configuration as it is deployed; where it
// listens and what it keeps is the test's.
const serverConf = "../../deploy/nats/server.conf"

// Apart runs the five services as a process each, with a NATS server that is
// another, and a PostgreSQL; none of them is there after the test. env are
// settings of every service beside these, as "TOCSIN_X=y".
func Apart(t testing.TB, env ...string) *Program {
	t.Helper()
	bin, err := builtApart()
	if err != nil {
		t.Fatal(err)
	}
	ledger := pgtest.Database(t, "ledger", func(string) error { return nil })
	p, folder := &Program{}, t.TempDir()
	if p.server, err = p.newServer(bin, folder); err != nil {
		t.Fatal(err)
	}
	ready := regexp.MustCompile(`"msg":"ready",.*"http":"([^"]+)"`)
	for _, name := range services {
		p.processes = append(p.processes, &process{
			name: name, path: filepath.Join(bin, name), folder: folder, ready: ready,
			heard: func(said []string) { p.listens(name, "http://"+said[1]) },
		})
	}
	t.Cleanup(func() { p.clean(t) })
	if err := p.Start("nats"); err != nil {
		t.Fatal(err)
	}
	env = append(env, "TOCSIN_NATS_URL="+p.nats, "TOCSIN_LEDGER_URL="+ledger, "TOCSIN_HTTP_ADDR=127.0.0.1:0")
	for _, x := range p.processes {
		x.env = env
	}
	if err := p.Start(""); err != nil {
		t.Fatal(err)
	}
	return p
}

// newServer is the NATS server. It picks its port when it starts first, and has
// the same ever after.
func (p *Program) newServer(bin, folder string) (*process, error) {
	conf, err := configure(folder)
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	args := func(port string) []string { return []string{"-c", conf, "-a", "127.0.0.1", "-p", port, "-m", "-1"} }
	s := &process{
		name: "nats", path: filepath.Join(bin, "nats-server"), folder: folder, args: args("-1"),
		env:   []string{"NATS_PASSWORD=" + password, "NATS_SYS_PASSWORD=" + rand.Text()},
		ready: regexp.MustCompile(`(?s)Listening for client connections on (\S+).*Server is ready`),
	}
	s.heard = func(said []string) {
		if _, port, err := net.SplitHostPort(said[1]); err == nil {
			s.args = args(port)
		}
		p.nats = "nats://tocsin:" + password + "@" + said[1]
	}
	return s, nil
}

// configure writes the deployed configuration, with its streams below folder,
// and gives the file's path.
func configure(folder string) (string, error) {
	text, err := os.ReadFile(serverConf)
	if err != nil {
		return "", err
	}
	const kept = "store_dir: /data"
	if !bytes.Contains(text, []byte(kept)) {
		return "", fmt.Errorf("%s has no line %q, which a test moves to a folder of its own", serverConf, kept)
	}
	moved := fmt.Sprintf("store_dir: %q", filepath.Join(folder, "jetstream"))
	conf := filepath.Join(folder, "server.conf")
	return conf, os.WriteFile(conf, bytes.Replace(text, []byte(kept), []byte(moved), 1), 0o600)
}

// listens notes where a service that is called over HTTP listens.
func (p *Program) listens(name, url string) {
	switch name {
	case "intake":
		p.Intake = url
	case "review":
		p.Review = url
	}
}
