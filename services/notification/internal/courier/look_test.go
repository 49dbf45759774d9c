package courier

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileCountsWhenItStandsThereAtTwoLooks(t *testing.T) {
	var log strings.Builder
	read := 0
	f := &Fleet{
		Path: filepath.Join(t.TempDir(), "routes.yaml"), Log: slog.New(slog.NewTextHandler(&log, nil)), text: []byte("whole"),
		Read: func([]byte, func(string) ([]byte, error)) (*Plan, error) { read++; return nil, errors.New("refused") },
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, text := range []string{"who", "whole", "", "whole", "other"} {
		write(text)
		if f.look(t.Context()); read != 0 {
			t.Fatalf("%q, the text %d, was read at its first look", text, i)
		}
	}
	f.look(t.Context())
	f.look(t.Context())
	if read != 1 {
		t.Errorf("what stays was read %d times", read)
	}
	if err := os.Remove(f.Path); err != nil {
		t.Fatal(err)
	}
	f.look(t.Context())
	f.look(t.Context())
	if n := strings.Count(log.String(), "can not be read"); n != 1 {
		t.Errorf("that it is away was logged %d times", n)
	}
}
