package classification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/evaluate"
	"tocsin/services/classification/internal/evaluate/show"
	"tocsin/services/classification/internal/label"

	"tocsin/pkg/policy"
)

// EvaluateOptions say what Evaluate reads and by which method it assesses.
type EvaluateOptions struct {
	Method *Method
	// Paths are files of labelled notes, one JSON object a line, or folders of such
	// files. notes/README.md says what stands in a line.
	Paths []string
	// Part is train, dev or test of folders that have a split.json; "all" or empty: every note.
	Part string
	// Mistakes is how many of the worst mistakes are shown at most. Below 0 it is
	// twenty, and none of part test: who changes a method must not have seen them.
	Mistakes int
	// Progress, if not nil, hears how many notes of how many are done.
	Progress func(done, of int)
}

// An Evaluation is what the assessments of labelled notes are worth.
type Evaluation struct {
	report evaluate.Report
	// Doubts are labels that contradict themselves, as "id: what is wrong". They
	// count like all others.
	Doubts []string
}

// Evaluate assesses labelled notes on all cores and compares with the labels. It
// needs no server. A line that is no labelled note is an error that names file,
// line and field.
func Evaluate(ctx context.Context, opts EvaluateOptions) (*Evaluation, error) {
	p := opts.Method.Policy()
	notes, err := labelled(p, opts.Paths, opts.Part)
	if err != nil {
		return nil, err
	}
	if len(notes) == 0 {
		return nil, errors.New("there are no labelled notes in " + strings.Join(opts.Paths, ", "))
	}
	results, err := assessLabelled(ctx, opts, notes)
	if err != nil {
		return nil, err
	}
	var e Evaluation
	for _, n := range notes {
		for _, wrong := range label.Check(p, n) {
			e.Doubts = append(e.Doubts, n.ID+": "+wrong)
		}
	}
	source := strings.Join(opts.Paths, ", ")
	if opts.Part != "" && opts.Part != "all" {
		source += ", part " + opts.Part
	}
	mistakes := opts.Mistakes
	if mistakes < 0 && opts.Part != "test" {
		mistakes = 20
	}
	e.report = evaluate.Of(evaluate.Source{Name: source, Reasons: p.ReasonIDs()}, results, mistakes)
	return &e, nil
}

// WriteText writes the evaluation for a terminal of 100 columns.
func (e *Evaluation) WriteText(w io.Writer) error { return show.Text(w, &e.report) }

// WritePage writes the evaluation as one web page that needs no other file.
func (e *Evaluation) WritePage(w io.Writer) error { return show.Page(w, &e.report) }

// WriteJSON writes the evaluation as one JSON object in one line.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(&e.report)
}

// labelled reads the notes of files and folders, labelled by the policy.
func labelled(p *policy.Policy, paths []string, part string) ([]label.Note, error) {
	var notes []label.Note
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		read := func(file string) ([]label.Note, error) { return label.ReadFile(p, file) }
		switch whole := part == "" || part == "all"; {
		case info.IsDir() && whole:
			read = func(dir string) ([]label.Note, error) { return readFolder(p, dir) }
		case info.IsDir():
			read = func(dir string) ([]label.Note, error) { return label.Part(p, dir, part) }
		case !whole && len(paths) == 1:
			return nil, fmt.Errorf("%s is a file; a part is of a folder with a split.json", path)
		}
		of, err := read(path)
		if err != nil {
			return nil, err
		}
		notes = slices.Concat(notes, of)
	}
	return notes, nil
}

// readFolder reads every file of labelled notes of a folder, in the order of their names.
func readFolder(p *policy.Policy, dir string) ([]label.Note, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	var notes []label.Note
	for _, file := range files {
		of, err := label.ReadFile(p, file)
		if err != nil {
			return nil, err
		}
		notes = append(notes, of...)
	}
	return notes, nil
}

// assessLabelled assesses notes on all cores and keeps their order.
func assessLabelled(ctx context.Context, opts EvaluateOptions, notes []label.Note) ([]evaluate.Result, error) {
	results := make([]evaluate.Result, len(notes))
	for from := 0; from < len(notes); from += together {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		to := min(from+together, len(notes))
		var wg sync.WaitGroup
		workers := runtime.GOMAXPROCS(0)
		for w := range workers {
			wg.Go(func() {
				for i := from + w; i < to; i += workers {
					results[i] = assessOne(opts.Method, notes[i])
				}
			})
		}
		wg.Wait()
		if opts.Progress != nil {
			opts.Progress(to, len(notes))
		}
	}
	return results, nil
}

// assessOne is the one place where the method under evaluation is called.
func assessOne(m *Method, n label.Note) evaluate.Result {
	a := m.Note(n.ID, n.Text, classify.AuthorKind(n.AuthorKind))
	return evaluate.Result{Note: n, Said: a, Confidence: &a.Confidence}
}
