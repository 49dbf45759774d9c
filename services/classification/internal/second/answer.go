package second

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"tocsin/services/classification/internal/classify"

	"tocsin/pkg/policy"
)

// Bounds of an answer. What goes beyond is no answer.
const (
	maxAnswer = 64 << 10 // bytes
	maxQuotes = 64
	minQuote  = 3 // bytes; less shows nothing
	maxQuote  = 2000
)

// An Answer is what a second reader says.
type Answer struct {
	Reading
	// Quotes stand in the notes; Dropped counts those that do not.
	Quotes  []Quote
	Dropped int
}

// A Quote is a piece of a note and the reason or ground that it shows.
type Quote struct {
	For string
	// Text is Note's original text from Start to End, in bytes.
	Text       string
	Note       string
	Start, End int
}

// form is an answer as it comes; pointers tell what is missing.
type form struct {
	Recommendation *string   `json:"recommendation"`
	Reasons        *[]string `json:"reasons"`
	Denials        *[]string `json:"denials"`
	Quotes         *[]struct {
		For   *string `json:"for"`
		Quote *string `json:"quote"`
	} `json:"quotes"`
}

// Parse reads an answer to the question. It is strict: one object of the form
// that was asked for, and words that are known.
func (q *Question) Parse(answer string) (Answer, error) {
	if len(answer) > maxAnswer {
		return Answer{}, fmt.Errorf("the answer has %d bytes; at most %d are read", len(answer), maxAnswer)
	}
	var f form
	d := json.NewDecoder(strings.NewReader(answer))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Answer{}, fmt.Errorf("the answer is not of the form that was asked for: %w", described(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Answer{}, errors.New("something follows the answer")
	}
	if f.Recommendation == nil || f.Reasons == nil || f.Denials == nil || f.Quotes == nil {
		return Answer{}, errors.New("the answer lacks a field")
	}
	if !slices.Contains(q.known.recommendations, *f.Recommendation) {
		return Answer{}, errors.New("the answer has an unknown recommendation")
	}
	reasons, err := ordered[policy.ReasonID](*f.Reasons, q.known.reasons, "reason")
	if err != nil {
		return Answer{}, err
	}
	denials, err := ordered[policy.GroundID](*f.Denials, q.known.grounds, "denial ground")
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Reading: Reading{classify.Recommendation(*f.Recommendation), reasons, denials}}
	if out.Recommendation == classify.Eligible && len(reasons) == 0 {
		return Answer{}, errors.New("the answer says eligible without a reason")
	}
	return out, q.quotes(&f, &out)
}

// quotes takes in the quotes that stand in the notes and are for what the
// answer names.
func (q *Question) quotes(f *form, out *Answer) error {
	if len(*f.Quotes) > maxQuotes {
		return fmt.Errorf("the answer has %d quotes; at most %d are read", len(*f.Quotes), maxQuotes)
	}
	named := append(texts(out.Reasons), texts(out.Denials)...)
	for _, c := range *f.Quotes {
		if c.For == nil || c.Quote == nil {
			return errors.New("a quote of the answer lacks a field")
		}
		quote, ok := q.find(*c.Quote)
		if !ok || !slices.Contains(named, *c.For) {
			out.Dropped++
			continue
		}
		quote.For = *c.For
		out.Quotes = append(out.Quotes, quote)
	}
	return nil
}

// described is a decoding error without what the answer says: that may be
// anything, and errors are logged.
func described(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("another type of value at byte %d", kind.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends early")
	}
	return errors.New("an unknown field")
}

// ordered brings known words into their order. Each may be there once.
func ordered[T ~string](got, words []string, what string) ([]T, error) {
	if len(got) > len(words) {
		return nil, fmt.Errorf("the answer has more of %s than there are", what)
	}
	for i, g := range got {
		if !slices.Contains(words, g) {
			return nil, fmt.Errorf("the answer has an unknown %s", what)
		}
		if slices.Contains(got[:i], g) {
			return nil, fmt.Errorf("the answer has the %s %s twice", what, g)
		}
	}
	out := []T{}
	for _, w := range words {
		if slices.Contains(got, w) {
			out = append(out, T(w))
		}
	}
	return out, nil
}

// find finds a quote in the notes as they were asked about, spaces and line
// breaks aside, and gives what stands there in the original.
func (q *Question) find(quote string) (Quote, bool) {
	want := strings.TrimSpace(quote)
	if len(want) < minQuote || len(want) > maxQuote {
		return Quote{}, false
	}
	for i := range q.notes {
		n := &q.notes[i]
		start, end, ok := locate(n.asked, want)
		if !ok {
			continue
		}
		from, to := n.redacted.Origin(start, end)
		span := n.body.Origin(from, to)
		if span.Start < span.End && span.End <= len(n.original) {
			return Quote{Text: n.original[span.Start:span.End], Note: n.id, Start: span.Start, End: span.End}, true
		}
	}
	return Quote{}, false
}

// locate finds want in text. Where it does not stand there as it is, a run of
// spaces is like any other.
func locate(text, want string) (start, end int, ok bool) {
	if start = strings.Index(text, want); start >= 0 {
		return start, start + len(want), true
	}
	words := strings.Fields(want)
	if len(words) < 2 {
		return 0, 0, false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], words[0])
		if i < 0 {
			return 0, 0, false
		}
		start = from + i
		if end, ok := follows(text, start, words); ok {
			return start, end, true
		}
		from = start + len(words[0])
	}
}

// follows says whether the words stand at start with spaces between them, and
// where they end.
func follows(text string, start int, words []string) (end int, ok bool) {
	at := start
	for i, w := range words {
		if i > 0 {
			rest := strings.TrimLeftFunc(text[at:], unicode.IsSpace)
			if len(rest) == len(text[at:]) {
				return 0, false
			}
			at = len(text) - len(rest)
		}
		if !strings.HasPrefix(text[at:], w) {
			return 0, false
		}
		at += len(w)
	}
	return at, true
}
