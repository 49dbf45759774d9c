//go:build unix

package pgtest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long the server may take to start.
const patience = time.Minute

// watch runs the server until the test binary is gone, which closes our end of
// the pipe that it reads, and then cleans up.
const watch = `"$@" & server=$!
read -r gone
kill -QUIT "$server"
wait "$server"
rm -rf "$FOLDER"`

// A server is one running PostgreSQL.
type server struct {
	bin      string // the folder of its programs
	folder   string // of its own, with the data, the socket and the log
	user     *syscall.Credential
	password string
	port     int
	alive    *os.File // our end of the pipe: open as long as we are

	mu        sync.Mutex
	templates map[string]bool
	clones    int
}

// start starts a server in a folder of its own. Another program may take its
// port first, so it is tried again on another.
func start() (*server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	user, err := owner()
	if err != nil {
		return nil, err
	}
	for range 3 {
		s := &server{bin: bin, user: user, password: rand.Text(), templates: map[string]bool{}}
		if err = s.start(); err == nil {
			return s, nil
		}
		err = errors.Join(fmt.Errorf("start PostgreSQL from %s: %w", bin, err), os.RemoveAll(s.folder))
	}
	return nil, err
}

func (s *server) start() (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	if s.folder, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return fmt.Errorf("make a folder for it: %w", err)
	}
	if err = s.init(); err != nil {
		return err
	}
	return s.serve()
}

// init makes the data folder.
func (s *server) init() error {
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(s.password), 0o600); err != nil {
		return err
	}
	if s.user != nil {
		for _, path := range []string{s.folder, secret} {
			if err := os.Chown(path, int(s.user.Uid), int(s.user.Gid)); err != nil {
				return err
			}
		}
	}
	return s.run("initdb", "--pgdata="+s.data(), "--username=postgres", "--pwfile="+secret, "--auth=password",
		"--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
}

// serve starts the server and waits until it is ready.
func (s *server) serve() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		return errors.Join(err, read.Close(), write.Close())
	}
	cmd := s.command("sh", "-c", watch, "sh", filepath.Join(s.bin, "postgres"), "-D", s.data(),
		"-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-k", s.folder,
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "autovacuum=off")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = read, log, log
	cmd.SysProcAttr.Setpgid = true // an interrupt of the tests is not one of the server
	err = cmd.Start()
	err = errors.Join(err, read.Close(), log.Close())
	if err != nil {
		return errors.Join(err, write.Close())
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	if err := s.await(gone); err != nil {
		return errors.Join(err, write.Close())
	}
	s.alive = write
	return nil
}

// await waits until the server says in its pid file that it is ready.
func (s *server) await(gone <-chan error) error {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	late := time.After(patience)
	for {
		select {
		case <-gone:
			return fmt.Errorf("it ended at once: %s", s.log())
		case <-late:
			return fmt.Errorf("it is not ready after %s: %s", patience, s.log())
		case <-look.C:
			pid, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
			if lines := strings.Fields(string(pid)); err == nil && len(lines) > 0 && lines[len(lines)-1] == "ready" {
				return nil
			}
			if strings.Contains(s.log(), "FATAL") {
				return fmt.Errorf("it does not start: %s", s.log())
			}
		}
	}
}

// run runs one of PostgreSQL's programs to its end.
func (s *server) run(program string, args ...string) error {
	cmd := s.command(filepath.Join(s.bin, program), args...)
	cmd.Env = append(cmd.Env, "PGHOST=127.0.0.1", "PGPORT="+strconv.Itoa(s.port), "PGUSER=postgres", "PGPASSWORD="+s.password)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// command is a program run as the server's user, in its folder.
func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder, "LC_ALL=C", "FOLDER=" + s.folder}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.user}
	return cmd
}

func (s *server) url(database string) string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/%s?sslmode=disable", s.password, s.port, database)
}

func (s *server) data() string { return filepath.Join(s.folder, "data") }

func (s *server) log() string {
	text, err := os.ReadFile(filepath.Join(s.folder, "log"))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
