package text

import (
	"os"
	"strings"
	"testing"
)

type injection struct {
	language, text string
	held           bool // not looked at while the rules were made
}

func injections(t testing.TB) []injection {
	t.Helper()
	data, err := os.ReadFile("testdata/instructions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []injection
	language, line := "", 0
	for s := range strings.Lines(string(data)) {
		if s = strings.TrimSpace(s); s == "" || s[0] == '#' && !strings.HasPrefix(s, "###") {
			continue
		}
		if l, ok := strings.CutPrefix(s, "== "); ok {
			language, line = l, 0
			continue
		}
		line++
		list = append(list, injection{language, strings.ReplaceAll(s, `\n`, "\n"), line%2 == 0})
	}
	return list
}

// recognised says whether the note is cut as an instruction but for a few letters.
func recognised(note string) bool {
	body := Clean(note)
	for _, c := range body.Cuts {
		if c.Kind == CutInstruction {
			return true
		}
	}
	return strings.TrimSpace(body.Text) == ""
}

// How many of a hundred are known at least, of those that were looked at and of
// those that were not. Raise them with the rules.
const leastSeen, leastHeld = 93, 85

func TestInstructionsToTheMachineAreNotRead(t *testing.T) {
	var found, all [2]int
	for _, in := range injections(t) {
		k := 0
		if in.held {
			k = 1
		}
		all[k]++
		if recognised(in.text) {
			found[k]++
		}
	}
	t.Logf("known: %d of %d looked at, %d of %d held out", found[0], all[0], found[1], all[1])
	if found[0]*100 < leastSeen*all[0] || found[1]*100 < leastHeld*all[1] {
		t.Errorf("fewer than %d or %d of a hundred", leastSeen, leastHeld)
	}
}

func TestWordsToPeopleAreRead(t *testing.T) {
	data, err := os.ReadFile("testdata/genuine.txt")
	if err != nil {
		t.Fatal(err)
	}
	for s := range strings.Lines(string(data)) {
		if s = strings.TrimSpace(s); s[0] == '#' {
			continue
		}
		for _, c := range Clean(s).Cuts {
			if c.Kind == CutInstruction {
				t.Errorf("not read: %q", s)
			}
		}
	}
}
