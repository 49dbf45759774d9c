package classify

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// labelled is one note of testdata and what is expected of it.
type labelled struct {
	line           int
	text           string
	author         AuthorKind
	language       string
	recommendation Recommendation
	request        bool
	urgent         bool
	reasons        []string
	denials        []string
	users, hours   string
	environment    string
}

func readNotes(t *testing.T) []labelled {
	t.Helper()
	data, err := os.ReadFile("testdata/notes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var notes []labelled
	for i, line := range strings.Split(string(data), "\n") {
		if label, ok := strings.CutPrefix(line, "== "); ok {
			notes = append(notes, readLabel(t, i+1, label))
		} else if len(notes) > 0 {
			notes[len(notes)-1].text += line + "\n"
		}
	}
	for i := range notes {
		notes[i].text = strings.TrimSpace(notes[i].text)
	}
	return notes
}

func readLabel(t *testing.T, line int, label string) labelled {
	t.Helper()
	fields := strings.Fields(label)
	n := labelled{line: line, language: fields[0], recommendation: Recommendation(fields[1]), request: fields[2] == "request"}
	for _, f := range fields[3:] {
		key, value, _ := strings.Cut(f, "=")
		switch key {
		case "urgent":
			n.urgent = true
		case "reasons":
			n.reasons = strings.Split(value, ",")
		case "denials":
			n.denials = strings.Split(value, ",")
		case "users":
			n.users = value
		case "hours":
			n.hours = value
		case "env":
			n.environment = value
		case "author":
			n.author = AuthorKind(value)
		default:
			t.Fatalf("testdata/notes.txt:%d: nobody reads %q", line, f)
		}
	}
	return n
}

// differences lists in what an assessment is not as the label says.
func (n labelled) differences(a Assessment) []string {
	var out []string
	differ := func(what string, want, got any) {
		if fmt.Sprint(want) != fmt.Sprint(got) {
			out = append(out, fmt.Sprintf("%s: want %v, got %v", what, want, got))
		}
	}
	differ("language", n.language, a.Language)
	differ("recommendation", n.recommendation, a.Recommendation)
	differ("request", n.request, a.Request)
	differ("reasons", n.reasons, texts(a.Reasons))
	differ("denials", n.denials, texts(a.Denials))
	if n.users != "" {
		got := ""
		if a.Facts.AffectedUsers != nil {
			got = strconv.Itoa(*a.Facts.AffectedUsers)
		}
		differ("users", n.users, got)
	}
	if n.hours != "" {
		got := ""
		if a.Facts.DurationHours != nil {
			got = hours(*a.Facts.DurationHours)
		}
		differ("hours", n.hours, got)
	}
	if n.environment != "" {
		differ("environment", n.environment, a.Facts.Environment)
	}
	if n.urgent {
		differ("urgent", true, a.Facts.UrgencyGiven)
	}
	return out
}

func texts[T ~string](ids []T) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// The share of labelled notes that must come out exactly as labelled. Raise it
// with the method; it never falls.
const exactShare = 0.93

func TestLabelledNotesComeOutAsLabelled(t *testing.T) {
	notes := readNotes(t)
	exact := 0
	for _, n := range notes {
		a := method.Note("n", n.text, n.author)
		if d := n.differences(a); len(d) > 0 {
			t.Logf("testdata/notes.txt:%d: %s\n\t%s", n.line, strings.Join(d, "; "), n.text)
			continue
		}
		exact++
	}
	if share := float64(exact) / float64(len(notes)); share < exactShare {
		t.Errorf("%d of %d notes come out as labelled: %.3f, not %.3f", exact, len(notes), share, exactShare)
	} else {
		t.Logf("%d of %d", exact, len(notes))
	}
}
