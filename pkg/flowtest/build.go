package flowtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Whatever is built for a test is built once for each test binary.
var (
	builtTogether = sync.OnceValues(func() (string, error) {
		return build("tocsin/services/tocsin/cmd/tocsin")
	})
	builtApart = sync.OnceValues(func() (string, error) {
		programs := []string{"github.com/nats-io/nats-server/v2"}
		for _, name := range services {
			programs = append(programs, "tocsin/services/"+name+"/cmd/"+name)
		}
		return build(programs...)
	})
	// folder holds what was built, and is gone after the tests (see Clean).
	folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "flowtest-") })
)

// build builds programs into a folder and gives its path. It needs no C, as in
// the Makefile, so that both find the same compiled packages in Go's cache.
func build(programs ...string) (string, error) {
	root, err := folder()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(root, "bin-")
	if err != nil {
		return "", err
	}
	args := []string{"build", "-buildvcs=false", "-ldflags=-s -w", "-o", dir + string(filepath.Separator)}
	cmd := exec.Command("go", append(args, programs...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %v: %w\n%s", programs, err, out)
	}
	return dir, nil
}

// Clean removes what was built. It is for TestMain, after the last test.
func Clean() error {
	root, err := folder()
	if err != nil {
		return err
	}
	return os.RemoveAll(root)
}
