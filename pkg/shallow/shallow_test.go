package shallow_test

import (
	"strings"
	"testing"

	"tocsin/pkg/shallow"
)

func TestAFileThatWouldHurtItsParserIsRefusedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		file         string
		line, column int
		says         string
	}{
		"long":              {strings.Repeat("a", 1001), 1, 1, "1001 bytes; at most 1000"},
		"brackets":          {"a: 1\nb: " + strings.Repeat("[", 501), 2, 504, "too many lists"},
		"braces":            {strings.Repeat("{", 501), 1, 501, "too many lists"},
		"alias":             {"a: &x [1]\nb: *x", 1, 4, "anchors and aliases"},
		"an alias of a key": {"a: [*x]", 1, 5, "anchors and aliases"},
	} {
		t.Run(name, func(t *testing.T) {
			got := shallow.Check([]byte(c.file), 1000)
			if got == nil || !strings.Contains(got.Text, c.says) || got.Line != c.line || got.Column != c.column {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWhatPeopleWriteIsRead(t *testing.T) {
	for _, file := range []string{"", "a: 1", "when: 'labels[\"x\"] in [\"a\", \"b\"]'\n", "stars: '*'\nand: \"&\"\n", "a: |\n  * one\n  & two\n", "# - - - - - -\na: [[1, 2], {b: [3]}]"} {
		if got := shallow.Check([]byte(file), 1000); got != nil {
			t.Errorf("%q: %+v", file, got)
		}
	}
}

func TestALineOfManyDashesIsTooDeep(t *testing.T) {
	if got := shallow.Check([]byte("a:\n"+strings.Repeat("- ", 501)), 10_000); got == nil || got.Line != 2 {
		t.Errorf("got %+v", got)
	}
}
