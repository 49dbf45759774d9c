//go:build unix

package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryTestGetsADatabaseOfItsOwn(t *testing.T) {
	made := 0
	prepare := func(url string) error {
		made++
		return nil
	}
	a, b := Database(t, "some", prepare), Database(t, "some", prepare)
	if a == b {
		t.Errorf("two tests share %s", a)
	}
	if made != 1 {
		t.Errorf("the template was made %d times, want once", made)
	}
	for _, url := range []string{a, b} {
		if !strings.HasPrefix(url, "postgres://postgres:") || !strings.Contains(url, "@127.0.0.1:") {
			t.Errorf("the URL %q does not lead to the loopback", url)
		}
	}
}

func TestAServerIsSharedByTheTestsOfABinary(t *testing.T) {
	Database(t, "other", func(string) error { return nil })
	one, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	two, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	if one != two {
		t.Error("two servers run")
	}
}

func TestATemplateThatCanNotBePreparedIsReported(t *testing.T) {
	Database(t, "other", func(string) error { return nil }) // skips where there is no PostgreSQL
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no such table")
	if _, err := s.clone("broken", func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestAFolderCountsOnlyIfItHasAllPrograms(t *testing.T) {
	folder := t.TempDir()
	for _, program := range []string{"initdb", "postgres", "createdb", "dropdb"} {
		if complete(folder) {
			t.Fatalf("the folder is complete without %s", program)
		}
		if err := os.WriteFile(filepath.Join(folder, program), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if !complete(folder) {
		t.Error("the folder is not complete with all programs")
	}
}
