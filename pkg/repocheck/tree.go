package repocheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Tree is the repository as the rules see it. Paths are slash-separated and
// relative to the root.
type Tree struct {
	Files []File
	fset  *token.FileSet
}

// A File is one text file. Go is nil unless it is Go source.
type File struct {
	Path   string
	Source []byte
	Go     *ast.File
	// Generated files follow their generator's rules, not ours.
	Generated bool
}

// A Finding is one place that breaks a rule.
type Finding struct {
	Where   string // path, or path:line
	What    string // what stands there
	Instead string // what to do
}

// String is the finding on two lines, the first clickable in an editor.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s\n\t→ %s", f.Where, f.What, f.Instead)
}

// skipped holds the folders that hold nothing of ours: what is built, and what runs.
var skipped = []string{".git", ".build", ".deps", "bin", "tocsin-data"}

// Read reads every text file below the root of fsys and parses the Go files.
// Test data is read as text and never parsed.
func Read(fsys fs.FS) (Tree, error) {
	tree := Tree{fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(skipped, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || entry.Name() == ".git" { // which is a file in a second work tree
			return nil
		}
		file, err := tree.read(fsys, name)
		if err != nil {
			return err
		}
		tree.Files = append(tree.Files, file)
		return nil
	})
	return tree, err
}

func (t *Tree) read(fsys fs.FS, name string) (File, error) {
	source, err := fs.ReadFile(fsys, name)
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", name, err)
	}
	file := File{Path: name, Source: source, Generated: generated(name, source)}
	if bytes.IndexByte(source, 0) >= 0 || !utf8.Valid(source) {
		file.Source = nil // not text: only its name is of interest
		return file, nil
	}
	if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
		return file, nil
	}
	mode := parser.ParseComments | parser.SkipObjectResolution
	if file.Generated {
		mode |= parser.ImportsOnly
	}
	file.Go, err = parser.ParseFile(t.fset, name, source, mode)
	if err != nil {
		return File{}, fmt.Errorf("parsing %s: %w", name, err)
	}
	return file, nil
}

func generated(name string, source []byte) bool {
	if path.Ext(name) != ".go" {
		return strings.HasSuffix(name, ".sum")
	}
	head := source[:min(len(source), 512)]
	return bytes.Contains(head, []byte("// Code generated ")) && bytes.Contains(head, []byte("DO NOT EDIT"))
}

// written are the Go files that people write.
func (t Tree) written() []File {
	return slices.DeleteFunc(slices.Clone(t.Files), func(f File) bool { return f.Go == nil || f.Generated })
}

// named are the files whose base name is base.
func (t Tree) named(base string) []File {
	return slices.DeleteFunc(slices.Clone(t.Files), func(f File) bool { return path.Base(f.Path) != base })
}

// at is where a node of a file stands.
func (t Tree) at(node ast.Node) string {
	p := t.fset.Position(node.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// Dir is the folder of the file.
func (f File) Dir() string { return path.Dir(f.Path) }

// Test says whether the file is built by go test only.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// calls finds the uses of pkg.name for each of names, however the file has
// named its import of pkg.
func (f File) calls(pkg string, names ...string) []ast.Node {
	local := ""
	for _, spec := range f.Go.Imports {
		if imported(spec) == pkg {
			local = path.Base(pkg)
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	var found []ast.Node
	ast.Inspect(f.Go, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, selector.Sel.Name) {
			found = append(found, n)
		}
		return true
	})
	return found
}

// imported is the path that an import names.
func imported(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "`\"") }
