//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared starts the server of this test binary, once.
var shared = sync.OnceValues(start)

// Database gives the URL of a database of the test's own, a clone of the
// template of that name. The first test that asks for a template has it made by
// prepare, which must close its connections.
func Database(t testing.TB, template string, prepare func(url string) error) string {
	t.Helper()
	if os.Getenv("TOCSIN_SKIP_POSTGRES") == "1" {
		t.Skip("skipped, because TOCSIN_SKIP_POSTGRES=1: nothing was tested on PostgreSQL")
	}
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name, err := s.clone(template, prepare)
	if err != nil {
		t.Fatalf("clone the database %s: %v", template, err)
	}
	t.Cleanup(func() {
		if err := s.run("dropdb", "--force", name); err != nil {
			t.Errorf("drop the database %s: %v", name, err)
		}
	})
	return s.url(name)
}

// clone makes a database from the template, and the template where it is missing.
// One at a time: a template can not be copied while it is made.
func (s *server) clone(template string, prepare func(url string) error) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.templates[template] {
		if err := s.run("createdb", template); err != nil {
			return "", err
		}
		if err := prepare(s.url(template)); err != nil {
			return "", fmt.Errorf("prepare the template: %w", err)
		}
		s.templates[template] = true
	}
	s.clones++
	name := fmt.Sprintf("%s_%d", template, s.clones)
	return name, s.run("createdb", "--template="+template, name)
}
