package classification

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"tocsin/services/classification/internal/classify"
)

// note is a line that Classify reads.
type note struct {
	ID         string  `json:"id"`
	Text       *string `json:"text"`
	AuthorKind string  `json:"author_kind"`
}

// line is a line that Classify writes: the assessment of the contract.
type line struct {
	ID             string         `json:"id"`
	Language       string         `json:"language"`
	Request        bool           `json:"is_escalation_request"`
	Recommendation string         `json:"recommendation"`
	Reasons        []string       `json:"reasons"`
	Denials        []string       `json:"denials"`
	Missing        []string       `json:"missing"`
	Facts          factsLine      `json:"facts"`
	Evidence       []evidenceLine `json:"evidence"`
	NearMisses     []nearMissLine `json:"near_misses,omitempty"`
	Withdrawn      bool           `json:"withdrawn,omitempty"`
	Confidence     float64        `json:"confidence"`
	Unclear        []string       `json:"unclear,omitempty"`
	Unsupported    bool           `json:"unsupported_language,omitempty"`
	Policy         string         `json:"policy"`
	Model          string         `json:"model"`
}

type factsLine struct {
	AffectedUsers *int     `json:"affected_users"`
	DurationHours *float64 `json:"duration_hours"`
	Environment   *string  `json:"environment"`
	UrgencyGiven  bool     `json:"urgency_given"`
	ReasonGiven   bool     `json:"reason_given"`
}

type evidenceLine struct {
	For    string  `json:"for"`
	Quote  string  `json:"quote"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
	Weight float64 `json:"weight"`
	Step   string  `json:"step"`
	// Because is what the model went by, where that is asked for.
	Because []becauseLine `json:"because,omitempty"`
}

type nearMissLine struct {
	Reason string `json:"reason"`
	Stated string `json:"stated"`
	Needed string `json:"needed"`
}

const (
	// maxLine is the longest line that Classify reads.
	maxLine = 64 << 20
	// together is how many notes are assessed at once on all cores.
	together = 512
)

// ClassifyOptions say what Classify writes beside assessments, and who hears of it.
type ClassifyOptions struct {
	// Why adds to the evidence that the model weighed what it went by.
	Why bool
	// Progress, if not nil, hears the number of notes done, from time to time.
	Progress func(int)
}

// Classify assesses notes, one JSON object {"id","text","author_kind"?} a line,
// and writes one assessment a line in the same order, on all cores. It needs no
// server. A line that is no note ends it with an error that names the line; what
// came before it is assessed and written.
func Classify(ctx context.Context, m *Method, in io.Reader, out io.Writer, opts ClassifyOptions) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	w := bufio.NewWriter(out)
	n, done := 0, 0
	var batch []note
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		got, err := readNote(lines.Bytes())
		if err != nil {
			return errors.Join(fmt.Errorf("line %d: %w", n, err), write(w, assessAll(m, batch, opts.Why)), w.Flush())
		}
		if batch = append(batch, got); len(batch) < together {
			continue
		}
		if err := write(w, assessAll(m, batch, opts.Why)); err != nil {
			return err
		}
		if done += len(batch); opts.Progress != nil {
			opts.Progress(done)
		}
		if batch = batch[:0]; ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := lines.Err(); err != nil {
		return errors.Join(fmt.Errorf("line %d: %w", n+1, err), write(w, assessAll(m, batch, opts.Why)), w.Flush())
	}
	if err := write(w, assessAll(m, batch, opts.Why)); err != nil {
		return err
	}
	return w.Flush()
}

func readNote(data []byte) (note, error) {
	var n note
	if err := json.Unmarshal(data, &n); err != nil {
		return note{}, fmt.Errorf(`not a note, as {"id":"n1","text":"…"}: %w`, err)
	}
	if n.ID == "" || n.Text == nil {
		return note{}, errors.New(`not a note, as {"id":"n1","text":"…"}: id or text is missing`)
	}
	n.AuthorKind = strings.ToUpper(n.AuthorKind)
	return n, nil
}

// assessAll assesses notes on all cores and keeps their order.
func assessAll(m *classify.Method, notes []note, why bool) []line {
	out := make([]line, len(notes))
	onAllCores(len(notes), func(i int) {
		n := notes[i]
		a := m.Note(n.ID, *n.Text, classify.AuthorKind(n.AuthorKind))
		if out[i] = lineOf(a); why {
			out[i].explain(m, n, a)
		}
	})
	return out
}

// onAllCores calls do for 0 to n-1 on all cores, and waits for all of them.
func onAllCores(n int, do func(i int)) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}

func write(w io.Writer, lines []line) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("write the assessments: %w", err)
		}
	}
	return nil
}

func lineOf(a classify.Assessment) line {
	l := line{
		ID: a.ID, Language: a.Language, Request: a.Request, Recommendation: string(a.Recommendation),
		Reasons: texts(a.Reasons), Denials: texts(a.Denials), Missing: texts(a.Missing),
		Facts: factsLine{
			AffectedUsers: a.Facts.AffectedUsers, DurationHours: a.Facts.DurationHours,
			UrgencyGiven: a.Facts.UrgencyGiven, ReasonGiven: a.Facts.ReasonGiven,
		},
		Evidence: []evidenceLine{}, Withdrawn: a.Withdrawn, Confidence: a.Confidence, Unclear: a.Unclear, Unsupported: a.Unsupported, Policy: a.Policy, Model: a.Model,
	}
	if env := string(a.Facts.Environment); env != "" {
		l.Facts.Environment = &env
	}
	for _, e := range a.Evidence {
		l.Evidence = append(l.Evidence, evidenceLine{For: e.For, Quote: e.Quote, Start: e.Start, End: e.End, Weight: e.Weight, Step: e.Step})
	}
	for _, m := range a.NearMisses {
		l.NearMisses = append(l.NearMisses, nearMissLine{Reason: string(m.Reason), Stated: m.Stated, Needed: m.Needed})
	}
	return l
}

func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
