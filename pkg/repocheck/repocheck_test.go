package repocheck_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"tocsin/pkg/repocheck"
)

func TestRepository(t *testing.T) {
	tree, err := repocheck.Read(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) == 0 {
		t.Fatal("the tree is empty: the rules have checked nothing")
	}
	for _, rule := range repocheck.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, finding := range rule.Check(tree) {
				t.Error(finding)
			}
		})
	}
}

// root is the folder above this one that holds go.work.
func root(t *testing.T) string {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.work")); missing == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no go.work above the working folder: the rules are about the whole repository")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal(err)
	return ""
}

// TestRules shows each rule trees that keep it and trees that break it; a tree
// is a few files, and the expected findings are the places they stand at.
func TestRules(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, source := range c.files {
				fsys[name] = &fstest.MapFile{Data: []byte(source)}
			}
			tree, err := repocheck.Read(fsys)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, finding := range check(t, c.rule)(tree) {
				got = append(got, finding.Where)
				if finding.What == "" || finding.Instead == "" {
					t.Errorf("the finding %q does not teach", finding)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("findings at %q, want %q", strings.Join(got, " "), c.want)
			}
		})
	}
}

func TestEveryRuleIsShownATreeThatBreaksIt(t *testing.T) {
	broken := map[string]bool{}
	for _, c := range cases() {
		broken[c.rule] = broken[c.rule] || c.want != ""
	}
	for _, rule := range repocheck.Rules() {
		if !broken[rule.Name] {
			t.Errorf("no case breaks the rule %q", rule.Name)
		}
	}
}

func check(t *testing.T, name string) func(repocheck.Tree) []repocheck.Finding {
	for _, rule := range repocheck.Rules() {
		if rule.Name == name {
			return rule.Check
		}
	}
	t.Fatalf("there is no rule %q", name)
	return nil
}
