package second

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/text"

	"tocsin/pkg/policy"
	"tocsin/pkg/redact"
)

// maxWords is how much of a ticket's words is asked about, in bytes.
const maxWords = 24 << 10

// A Question is what a second reader is asked of one ticket.
type Question struct {
	// System states policy and task, User the notes, Schema the form of the answer.
	System, User string
	Schema       json.RawMessage
	// Digest identifies the question: same model, policy and words, same digest.
	Digest string
	// Shortened says that not all words fitted.
	Shortened bool

	notes []note
	known known
}

// A note is one note as it is asked about.
type note struct {
	id, original string
	body         text.Body
	// redacted is the body without personal data, asked what of it is asked about.
	redacted redact.Redacted
	asked    string
	by       string
}

// Ask makes the question about a ticket's words; false if there are none. The
// model's name is a part of its digest.
func Ask(p *policy.Policy, t classify.Ticket, model string) (Question, bool) {
	notes := notesOf(t)
	if len(notes) == 0 {
		return Question{}, false
	}
	q := Question{System: system(p), notes: notes, known: knownOf(p)}
	q.Schema = schema(q.known)
	q.Shortened = fit(q.notes, maxWords)
	q.User = user(q.notes)
	sum := sha256.Sum256([]byte(strings.Join([]string{model, q.System, q.User}, "\x00")))
	q.Digest = hex.EncodeToString(sum[:16])
	return q, true
}

// notesOf are what people wrote, cleaned and without personal data: notes, then
// flags and forms, as the own method reads them.
func notesOf(t classify.Ticket) []note {
	var out []note
	add := func(id, original string, by classify.AuthorKind) {
		body := text.Clean(original)
		if strings.TrimSpace(body.Text) != "" {
			out = append(out, note{id: id, original: original, body: body, by: author(by)})
		}
	}
	for _, n := range t.Notes {
		if n.Author != classify.System {
			add(n.ID, n.Text, n.Author)
		}
	}
	for _, r := range t.Requests {
		add(r.ID, r.Reason+"\n\n"+r.Urgency, r.Author)
	}
	bodies := make([]string, len(out))
	for i := range out {
		bodies[i] = out[i].body.Text
	}
	for i, r := range redact.Texts(bodies...) {
		out[i].redacted, out[i].asked = r, r.Text
	}
	return out
}

func author(by classify.AuthorKind) string {
	if by == "" {
		return "unknown"
	}
	return strings.ToLower(string(by))
}

// fit cuts notes until they take at most so many bytes: the opening note may
// take half, the rest is for the newest. It says whether anything was cut.
func fit(notes []note, most int) bool {
	total := 0
	for i := range notes {
		total += len(notes[i].asked)
	}
	if total <= most {
		return false
	}
	notes[0].cut(most / 2)
	left := most - len(notes[0].asked)
	for i := len(notes) - 1; i > 0; i-- {
		notes[i].cut(left)
		left -= len(notes[i].asked)
	}
	return true
}

// cut leaves at most so many bytes, no character and no placeholder in half.
func (n *note) cut(most int) {
	if len(n.asked) <= most {
		return
	}
	for most > 0 && !utf8.RuneStart(n.asked[most]) {
		most--
	}
	for _, p := range n.redacted.Pieces {
		if p.Start < most && most < p.End {
			most = p.Start
		}
	}
	n.asked = n.asked[:most]
}

// user states the notes as data: JSON, out of whose strings no note can break.
func user(notes []note) string {
	type stated struct {
		By   string `json:"by"`
		Text string `json:"text"`
	}
	var all struct {
		Notes []stated `json:"notes"`
	}
	for i := range notes {
		if notes[i].asked != "" {
			all.Notes = append(all.Notes, stated{notes[i].by, notes[i].asked})
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)    // quotes are asked for as they stand
	if e.Encode(all) != nil { // strings always encode
		return ""
	}
	return strings.TrimSpace(b.String())
}
