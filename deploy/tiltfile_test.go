package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

func TestTiltfileBuildsTheImagesOfCompose(t *testing.T) {
	said := tilt(t)
	project := compose(t)
	if files := said["docker_compose"]; len(files) != 1 || files[0].first() != "deploy/compose.yaml" {
		t.Fatalf("the Tiltfile runs %v, want deploy/compose.yaml", files)
	}
	var images []string
	for _, build := range said["docker_build"] {
		images = append(images, build.first())
		service := strings.TrimPrefix(build.first(), "tocsin/")
		args, _ := build.named("build_args").(*starlark.Dict)
		if args == nil {
			t.Errorf("%s is built without arguments", build.first())
			continue
		}
		if got, _, _ := args.Get(starlark.String("SERVICE")); got != starlark.String(service) {
			t.Errorf("%s is built with SERVICE=%v", build.first(), got)
		}
		if path := text(build.named("dockerfile")); !there(path) {
			t.Errorf("%s is built by %s, which is not there", build.first(), path)
		}
		for only := range starlark.Elements(build.named("only").(starlark.Iterable)) {
			if path := text(only); path != "go.work.sum" && !there(path) {
				t.Errorf("%s is built from %s, which is not there", build.first(), path)
			}
		}
	}
	for _, s := range project.Services {
		if s.Build != nil && !slices.Contains(images, s.Image) {
			t.Errorf("Tilt does not build %s, which compose.yaml runs", s.Image)
		}
	}
}

func TestTiltfileNamesOnlyWhatComposeRuns(t *testing.T) {
	said := tilt(t)
	project := compose(t)
	for _, resource := range said["dc_resource"] {
		if _, ok := project.Services[resource.first()]; !ok {
			t.Errorf("the Tiltfile speaks of %s, which compose.yaml does not run", resource.first())
		}
	}
	for _, resource := range said["local_resource"] {
		for _, word := range strings.Fields(text(resource.named("cmd"))) {
			word = strings.TrimPrefix(word, "@")
			if strings.Contains(word, "/") && !strings.Contains(word, ":") && !strings.HasPrefix(word, "application/") && !there(word) {
				t.Errorf("%s runs %s, which is not there", resource.first(), word)
			}
		}
	}
}

// A said is one call of one of Tilt's own functions.
type said struct {
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

func (s said) first() string { return text(s.args[0]) }

func (s said) named(name string) starlark.Value {
	for _, kv := range s.kwargs {
		if text(kv[0]) == name {
			return kv[1]
		}
	}
	return starlark.None
}

// tilt runs the Tiltfile with functions that only remember what they are told.
func tilt(t *testing.T) map[string][]said {
	t.Helper()
	calls := map[string][]said{}
	world := starlark.StringDict{"TRIGGER_MODE_MANUAL": starlark.String("manual")}
	for _, name := range []string{"docker_compose", "docker_build", "dc_resource", "local_resource"} {
		world[name] = starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if len(args) == 0 {
				return nil, fmt.Errorf("%s: what it is about comes first, without a name", name)
			}
			calls[name] = append(calls[name], said{args, kwargs})
			return starlark.None, nil
		})
	}
	source, err := os.ReadFile("../Tiltfile")
	if err != nil {
		t.Fatal(err)
	}
	options := &syntax.FileOptions{TopLevelControl: true} // as Tilt allows it
	if _, err := starlark.ExecFileOptions(options, &starlark.Thread{Name: "Tiltfile"}, "Tiltfile", source, world); err != nil {
		t.Fatal(err)
	}
	return calls
}

func text(v starlark.Value) string {
	s, _ := starlark.AsString(v)
	return s
}

// there says whether the repository holds a file or folder of this name.
func there(path string) bool {
	_, err := os.Stat(filepath.Join("..", path))
	return path != "" && err == nil
}
