package policy

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Write prints a policy for people: reasons, grounds and questions in both
// languages, then every number by its path in the file. The error is w's.
func Write(w io.Writer, p *Policy) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s\n%s\n", p.Name, p.Version)
	fmt.Fprint(out, "\nReasons for which an escalation may be approved\n")
	for _, id := range p.ReasonIDs() {
		r := p.Reasons[id]
		fmt.Fprintf(out, "\n  %s\n", id)
		writeWords(out, r.Title, r.Description)
		fmt.Fprintf(out, "      found in %s; %s, to be decided within %s\n",
			sources(r), r.Priority, duration(p.DecideWithin(id)))
	}
	fmt.Fprint(out, "\nGrounds on which it may be denied\n")
	for _, id := range GroundIDs() {
		g := p.Grounds[id]
		fmt.Fprintf(out, "\n  %s\n", id)
		writeWords(out, g.Title, g.Description)
	}
	fmt.Fprint(out, "\nWhat requesters are asked\n")
	for _, id := range MissingIDs() {
		fmt.Fprintf(out, "\n  %s\n      en  %s\n      de  %s\n", id, p.Questions[id].EN, p.Questions[id].DE)
	}
	fmt.Fprint(out, "\nNumbers\n\n")
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, l := range leaves(p) {
		if hasBlock(l.path, "families", "classification", "monitoring", "review") {
			fmt.Fprintf(columns, "  %s\t%s\n", l.path, l)
		}
	}
	columns.Flush() // into out, which keeps the first error
	writeVocabulary(out, p)
	return out.Flush()
}

func writeWords(out io.Writer, title, description Words) {
	fmt.Fprintf(out, "      en  %s. %s\n", title.EN, description.EN)
	fmt.Fprintf(out, "      de  %s. %s\n", title.DE, description.DE)
}

// writeVocabulary prints the words by which tickets are read.
func writeVocabulary(out io.Writer, p *Policy) {
	fmt.Fprint(out, "\nWords by which tickets are read\n")
	write := func(name string, e Entries) {
		fmt.Fprintf(out, "\n  %s\n", name)
		writeEntries(out, "en", e.EN)
		writeEntries(out, "de", e.DE)
	}
	for _, id := range p.ReasonIDs() {
		write(string(id), p.Vocabulary.Reasons[id])
	}
	write("providers", p.Vocabulary.Providers)
	write("programs", p.Vocabulary.Programs)
	write("own identity provider", p.Vocabulary.OwnIdentityProvider)
}

// lineWidth is how long a line of entries gets, in bytes.
const lineWidth = 120

func writeEntries(out io.Writer, language string, entries []Entry) {
	line := "      " + language + "  "
	for i, e := range entries {
		if i+1 < len(entries) {
			e += ","
		}
		if len(line)+len(e) > lineWidth {
			fmt.Fprintln(out, strings.TrimRight(line, " "))
			line = strings.Repeat(" ", 10)
		}
		line += string(e) + " "
	}
	fmt.Fprintln(out, strings.TrimRight(line, " "))
}

func sources(r Reason) string {
	switch {
	case r.Text && r.Signal:
		return "tickets and measurements"
	case r.Text:
		return "tickets only"
	}
	return "measurements only"
}

func hasBlock(path string, blocks ...string) bool {
	for _, block := range blocks {
		if strings.HasPrefix(path, block+".") {
			return true
		}
	}
	return false
}

// A Value is one value of a policy: its path in the file, and the value as the
// file writes it.
type Value struct{ Path, Text string }

// Values are all values of p, block by block as in the file.
func Values(p *Policy) []Value {
	all := leaves(p)
	out := make([]Value, len(all))
	for i, l := range all {
		out[i] = Value{Path: l.path, Text: l.String()}
	}
	return out
}

// Diff says what b changes in a, one line for each value: "path: old → new",
// "path: added value", "path: removed value", block by block as in the file,
// what was removed last; of a list of words, only those that came and went. It
// is empty where the two decide and say the same, also if comments or layout
// (and so their versions) differ.
func Diff(a, b *Policy) []string {
	var lines []string
	before := map[string]leaf{}
	for _, l := range leaves(a) {
		before[l.path] = l
	}
	after := map[string]bool{}
	for _, l := range leaves(b) {
		after[l.path] = true
		old, had := before[l.path]
		switch {
		case !had:
			lines = append(lines, fmt.Sprintf("%s: added %s", l.path, l))
		case old.String() != l.String():
			lines = append(lines, l.path+": "+old.change(l))
		}
	}
	for _, l := range leaves(a) {
		if !after[l.path] {
			lines = append(lines, fmt.Sprintf("%s: removed %s", l.path, l))
		}
	}
	return lines
}
