package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tocsin/services/tocsin/internal/cli"

	"tocsin/pkg/policy"
)

// The page beside the policy shows how to add a reason; what it shows is what
// happens.
func TestThePageOfThePolicyAddsAReasonAsItSays(t *testing.T) {
	page, err := os.ReadFile("../../../../pkg/policy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(?:yaml|json)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 5 {
		t.Fatalf("the page has %d blocks, want the reason, its words, the notes, what comes of them, and how long texts are kept", len(blocks))
	}
	reason, words, notes, want := blocks[0][1], blocks[1][1], blocks[2][1], blocks[3][1]
	file := string(policy.Builtin())
	for before, block := range map[string]string{
		"\n# ---------------------------------------------------------------------------\n# The four grounds": "\n" + reason,
		"\n  providers:\n    en: [": "\n" + words,
	} {
		if strings.Count(file, before) != 1 {
			t.Fatalf("the policy has %q %d times", before, strings.Count(file, before))
		}
		file = strings.Replace(file, before, strings.TrimRight(block, "\n")+before, 1)
	}
	file += "\n" + blocks[4][1]
	path := filepath.Join(t.TempDir(), "my-policy.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	tocsin(t, "", "policy", "check", path)
	assessed := tocsin(t, notes, "classify", "--policy", path)
	var got strings.Builder
	for line := range strings.Lines(assessed) {
		var a struct {
			ID             string   `json:"id"`
			Recommendation string   `json:"recommendation"`
			Reasons        []string `json:"reasons"`
		}
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		short, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		got.WriteString(string(short) + "\n")
	}
	if got.String() != want {
		t.Errorf("the page says\n%swhat comes of its notes is\n%s", want, got.String())
	}
	if shown := tocsin(t, "", "policy", "show", path); !strings.Contains(shown, "Video calls down") || !strings.Contains(shown, "virtual classroom") {
		t.Error("policy show does not print the reason and its words")
	}
}

// tocsin runs a command that must succeed and returns what it prints.
func tocsin(t *testing.T, in string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cli.Run(args, strings.NewReader(in), &out, &errs); code != 0 {
		t.Fatalf("tocsin %s: exit code %d\n%s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}
