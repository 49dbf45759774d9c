package classification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
	// Name is what Method is called beside Against.
	Name string
	// Against, if it has a method, assesses the same notes and is compared with Method.
	Against Contender
	// Mistakes is how many of the worst mistakes, and of the notes that Against reads
	// otherwise, are shown at most. Below 0 it is twenty, and none of part test: who
	// changes a method must not have seen them.
	Mistakes int
	// Progress, if not nil, hears how many notes of how many are done.
	Progress func(done, of int)
}

// A Contender is a method that is set against the one in use.
type Contender struct {
	Name   string
	Method *Method
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
	report, err := opts.report(ctx, notes)
	if err != nil {
		return nil, err
	}
	e := Evaluation{report: report}
	for _, n := range notes {
		for _, wrong := range label.Check(p, n) {
			e.Doubts = append(e.Doubts, n.ID+": "+wrong)
		}
	}
	return &e, nil
}

// report measures the method, and sets the other against it if there is one.
func (opts EvaluateOptions) report(ctx context.Context, notes []label.Note) (evaluate.Report, error) {
	source := evaluate.Source{Name: strings.Join(opts.Paths, ", "), Reasons: opts.Method.Policy().ReasonIDs()}
	if opts.Part != "" && opts.Part != "all" {
		source.Name += ", part " + opts.Part
	}
	shown := opts.Mistakes
	if shown < 0 && opts.Part != "test" {
		shown = 20
	}
	if opts.Progress == nil {
		opts.Progress = func(int, int) {}
	}
	n, all := len(notes), len(notes)
	if opts.Against.Method != nil {
		all *= 2
	}
	results, err := assessLabelled(ctx, opts.Method, notes, func(done int) { opts.Progress(done, all) })
	if err != nil {
		return evaluate.Report{}, err
	}
	report := evaluate.Of(source, results, shown)
	if opts.Against.Method == nil {
		return report, nil
	}
	results, err = assessLabelled(ctx, opts.Against.Method, notes, func(done int) { opts.Progress(n+done, all) })
	if err != nil {
		return evaluate.Report{}, err
	}
	c, err := evaluate.Compare(report, evaluate.Of(source, results, 0), shown)
	if err != nil {
		return evaluate.Report{}, err
	}
	c.A, c.B = called(opts.Name, opts.Method), called(opts.Against.Name, opts.Against.Method)
	report.Comparison = &c
	return report, nil
}

// called is a name with as much of the model's as tells two models apart: a file
// may be written anew under the same name.
func called(name string, m *Method) string {
	model := m.Model().Name()
	return fmt.Sprintf("%s (%s)", name, model[:min(len("sha256:")+12, len(model))])
}

// WriteText writes the evaluation for a terminal of 100 columns. Where methods were
// compared it is the comparison alone, so that the answer is not the end of a long text.
func (e *Evaluation) WriteText(w io.Writer) error {
	if e.report.Comparison != nil {
		return show.Comparison(w, &e.report)
	}
	return show.Text(w, &e.report)
}

// WritePage writes the evaluation as one web page that needs no other file.
func (e *Evaluation) WritePage(w io.Writer) error { return show.Page(w, &e.report) }

// WriteJSON writes the evaluation as one JSON object in one line.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(&e.report)
}

// labelled reads the notes of files and folders, labelled by the policy; none is
// an error.
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
		notes = append(notes, of...)
	}
	if len(notes) == 0 {
		return nil, errors.New("there are no labelled notes in " + strings.Join(paths, ", "))
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
func assessLabelled(ctx context.Context, m *Method, notes []label.Note, progress func(done int)) ([]evaluate.Result, error) {
	results := make([]evaluate.Result, len(notes))
	for from := 0; from < len(notes); from += together {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		to := min(from+together, len(notes))
		onAllCores(to-from, func(i int) { results[from+i] = assessOne(m, notes[from+i]) })
		progress(to)
	}
	return results, nil
}

// assessOne is the one place where the method under evaluation is called.
func assessOne(m *Method, n label.Note) evaluate.Result {
	a := m.Note(n.ID, n.Text, classify.AuthorKind(n.AuthorKind))
	return evaluate.Result{Note: n, Said: a, Confidence: &a.Confidence}
}
