package flowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := Clean(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func TestStoriesTogether(t *testing.T) {
	play(t, Together, "testdata/*.story")
}

func TestStoriesApart(t *testing.T) {
	play(t, Apart, "testdata/*.story")
	play(t, Apart, "testdata/apart/*.story")
}

// play plays each story on a program of its own.
func play(t *testing.T, program func(testing.TB, ...string) *Program, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".story"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			Play(t, program(t), string(text))
		})
	}
}
