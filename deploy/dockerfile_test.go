package deploy

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An instruction is one of the Dockerfile's, its continuation lines joined.
type instruction struct{ word, rest string }

func TestDockerfileEndsInAnImageWithoutRootOrShell(t *testing.T) {
	last := stages(t)
	final := last[len(last)-1]
	if from := final[0].rest; !regexp.MustCompile(`^gcr\.io/distroless/static-debian\d+:nonroot$`).MatchString(from) {
		t.Errorf("the last stage starts from %q", from)
	}
	user := value(final, "USER")
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
		t.Errorf("the image runs as %q; a number that is not 0 lets Kubernetes check it", user)
	}
	if entry := value(final, "ENTRYPOINT"); !strings.HasPrefix(entry, "[") {
		t.Errorf("the entry point %q needs a shell, and there is none", entry)
	}
	if run := value(final, "RUN"); run != "" {
		t.Errorf("the last stage runs %q, and there is no shell", run)
	}
}

func TestDockerfileBuildsTheServiceItIsAskedFor(t *testing.T) {
	build := stages(t)[0]
	if value(build, "ARG") == "" || !slices.Contains(build, instruction{"ARG", "SERVICE"}) {
		t.Error("there is no ARG SERVICE")
	}
	if !strings.Contains(value(build, "ENV"), "CGO_ENABLED=0") {
		t.Error("the program would need a C library, and the image has none")
	}
	if !strings.Contains(value(build, "RUN"), `"./services/$SERVICE/cmd/$SERVICE"`) {
		t.Errorf("the program is not built from services/$SERVICE/cmd/$SERVICE: %s", value(build, "RUN"))
	}
	for _, i := range build {
		if i.word != "COPY" {
			continue
		}
		words := strings.Fields(i.rest)
		for _, source := range words[:len(words)-1] {
			if source != "go.work.sum" && !there(source) {
				t.Errorf("COPY %s: the repository has no such file", source)
			}
		}
	}
}

func TestDockerfileUsesTheGoOfTheWorkspace(t *testing.T) {
	work, err := os.ReadFile("../go.work")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(work)
	if version == nil {
		t.Fatal("go.work names no Go version")
	}
	if want := "GO_VERSION=" + string(version[1]); !slices.Contains(instructions(t), instruction{"ARG", want}) {
		t.Errorf("the Dockerfile lacks ARG %s, the version of go.work", want)
	}
}

// stages are the instructions from each FROM to the next.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	var all [][]instruction
	for _, i := range instructions(t) {
		if i.word == "FROM" {
			all = append(all, nil)
		}
		if len(all) > 0 {
			all[len(all)-1] = append(all[len(all)-1], i)
		}
	}
	if len(all) < 2 {
		t.Fatalf("%d stages; one builds, one runs", len(all))
	}
	return all
}

var words = []string{"ARG", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "LABEL", "RUN", "USER", "WORKDIR"}

func instructions(t *testing.T) []instruction {
	t.Helper()
	source, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var found []instruction
	for _, line := range strings.Split(joined(string(source)), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if !slices.Contains(words, word) {
			t.Fatalf("the Dockerfile has no instruction %q", word)
		}
		found = append(found, instruction{word, strings.TrimSpace(rest)})
	}
	return found
}

// joined drops comments and puts an instruction on one line.
func joined(source string) string {
	source = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(source, "")
	return strings.ReplaceAll(source, "\\\n", " ")
}

// value joins what follows a word in a stage.
func value(stage []instruction, word string) string {
	var all []string
	for _, i := range stage {
		if i.word == word {
			all = append(all, i.rest)
		}
	}
	return strings.Join(all, " ")
}
