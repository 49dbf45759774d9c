package channeltest

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden holds what a channel sends against testdata/<name>.golden; JSON is
// compared as it is set for reading. With -update the file is written anew.
func Golden(t *testing.T, name string, sent []byte) {
	t.Helper()
	var set bytes.Buffer
	if json.Indent(&set, sent, "", "  ") == nil {
		set.WriteByte('\n')
		sent = set.Bytes()
	}
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, sent, 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if !bytes.Equal(sent, want) {
		t.Errorf("sends\n%s\nwant %s:\n%s", sent, file, want)
	}
}

// quiet is a server's log that nobody reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
