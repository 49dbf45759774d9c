package api_test

import (
	"encoding/json"
	"flag"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/keys"
)

var update = flag.Bool("update", false, "write testdata/openapi.json as it now is")

// A document is what the tests read of OpenAPI.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]json.RawMessage }
}

type operation struct {
	Tags       []string
	Parameters []struct{ Name, In string }
	Responses  map[string]struct {
		Content map[string]struct{ Schema json.RawMessage }
	}
}

func (s *school) document() (document, []byte) {
	s.t.Helper()
	w := s.ask(http.MethodGet, "/openapi.json", "")
	var d document
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		s.t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.must(json.Unmarshal(w.Body.Bytes(), &d))
	return d, w.Body.Bytes()
}

func TestTheDocumentIsAsItWasReviewed(t *testing.T) {
	_, got := open(t).document()
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(got) != string(want) {
		t.Errorf("the document has changed: %v; run the test with -update and read the diff", err)
	}
}

func TestTheDocumentIsWhole(t *testing.T) {
	d, text := open(t).document()
	if d.OpenAPI != "3.1.0" {
		t.Errorf("it is of version %q", d.OpenAPI)
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(text, -1) {
		if _, ok := d.Components.Schemas[string(ref[1])]; !ok {
			t.Errorf("there is no schema %s", ref[1])
		}
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			if len(op.Responses) < 2 {
				t.Errorf("%s %s says %d answers", method, path, len(op.Responses))
			}
			for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name[1] && p.In == "path" }) {
					t.Errorf("%s %s does not say what %s is", method, path, name[1])
				}
			}
		}
	}
}

// Patterns of the mux stand in the source as they are; the last part of an action's is added to it.
func TestEveryServedPathIsDocumented(t *testing.T) {
	d, _ := open(t).document()
	pattern, found := regexp.MustCompile(`"(GET|POST|PUT|DELETE) (/v1/[^"]*)"`), 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(".."), name)
		for _, at := range pattern.FindAllStringSubmatch(string(text), -1) {
			found++
			method, path := strings.ToLower(at[1]), at[2]
			known := d.Paths[path][method].Responses != nil
			for other := range d.Paths {
				known = known || strings.HasSuffix(path, "/") && strings.HasPrefix(other, path)
			}
			if !known {
				t.Errorf("%s serves %s %s, and /openapi.json does not say so", name, at[1], path)
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("%d paths found: %v", found, err)
	}
}

func TestEveryDocumentedPathIsServed(t *testing.T) {
	s := open(t)
	keys.Keys{Book: s.Ledger, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return morning }}.Mount(s.mux)
	d, _ := s.document()
	for path, methods := range d.Paths {
		for method, op := range methods {
			if slices.Contains(op.Tags, "intake") || slices.Contains(op.Tags, "notification") {
				continue // of the services beside this one
			}
			at := strings.NewReplacer("{id}", s.Login).Replace(path)
			w := s.ask(strings.ToUpper(method), at, "{}")
			// A 404 has to be of what the id names, and not of the path.
			text := w.Body.String()
			named := strings.Contains(text, `"not_found"`) || strings.Contains(text, "no-such-") && !strings.Contains(text, "no-such-path")
			if w.Code == http.StatusMethodNotAllowed || w.Code == http.StatusNotFound && !named {
				t.Errorf("%s %s: %d %s", method, at, w.Code, w.Body)
			}
		}
	}
}

func TestAPathThatIsNotThereSaysSo(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"POST", "/v1/cases/" + s.Login + "/praise", 404, "there is nothing at"},
		{"GET", "/v1/cases/" + s.Login + "/approve", 405, "is not done here, but POST"},
		{"DELETE", "/v1/cases", 405, "is not done here, but GET"},
		{"PUT", "/v1/conditions", 405, "GET"},
		{"GET", "/v1/labels/a/b", 404, "there is nothing at"},
	} {
		w := s.ask(c.method, c.path, "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s, want %d and %q", c.method, c.path, w.Code, w.Body, c.status, c.says)
		}
	}
}

func TestTheExamplesNameWhatThereIs(t *testing.T) {
	d, _ := open(t).document()
	page, err := os.ReadFile("../../API.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`http://127\.0\.0\.1:8080(/[^ ?'"\n]+)`).FindAllSubmatch(page, -1)
	for _, example := range examples {
		path := regexp.MustCompile(`/c-\w+`).ReplaceAllString(string(example[1]), "/{id}")
		if d.Paths[path] == nil {
			t.Errorf("%s is an example of no path", example[1])
		}
	}
	if len(examples) < 10 {
		t.Errorf("there are %d examples", len(examples))
	}
}
