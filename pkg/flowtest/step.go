package flowtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A step is one line of a story.
type step struct {
	line int
	verb string
	// args are the words that are no field=value.
	args   []string
	fields map[string]string
}

// arg is the i-th word after the verb; empty if there is none.
func (s step) arg(i int) string {
	if i < len(s.args) {
		return s.args[i]
	}
	return ""
}

// steps reads a story.
func steps(text string) ([]step, error) {
	var out []step
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words, err := split(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		s := step{line: i + 1, verb: words[0].text, fields: map[string]string{}}
		for _, w := range words[1:] {
			if key, value, ok := strings.Cut(w.text, "="); ok && w.key {
				s.fields[key] = value
				continue
			}
			s.args = append(s.args, w.text)
		}
		out = append(out, s)
	}
	return out, nil
}

// word is a word of a line; key says that a "=" stands in it outside quotes.
type word struct {
	text string
	key  bool
}

// split cuts a line into words; single quotes hold one together, \n in them is a new line.
func split(line string) ([]word, error) {
	var words []word
	var w word
	inWord, quoted := false, false
	for _, c := range line {
		switch {
		case c == '\'':
			quoted, inWord = !quoted, true
		case quoted || c != ' ':
			w.text, inWord = w.text+string(c), true
			w.key = w.key || c == '=' && !quoted
		case inWord:
			words, w, inWord = append(words, w), word{}, false
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is not closed: %s", line)
	}
	if inWord {
		words = append(words, w)
	}
	for i := range words {
		words[i].text = strings.ReplaceAll(words[i].text, `\n`, "\n")
	}
	return words, nil
}

// span reads "1..101" or "7".
func span(text string) (from, to int, err error) {
	a, b, found := strings.Cut(text, "..")
	if !found {
		b = a
	}
	if from, err = strconv.Atoi(a); err == nil {
		to, err = strconv.Atoi(b)
	}
	return from, to, err
}

// moment reads a time as an offset from now: "-26h", "0s"; empty is now.
func moment(now time.Time, offset string) (time.Time, error) {
	if offset == "" {
		return now, nil
	}
	d, err := time.ParseDuration(offset)
	return now.Add(d), err
}
