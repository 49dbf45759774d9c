package receive

import "strings"

// Marker begins the line by which a note that this house wrote into a helpdesk is
// known when it comes back: the first or last line is Marker, anything, "]".
const Marker = "[tocsin:"

// Ours says whether the note is one that this house wrote and that came back
// through the helpdesk: it carries the marker on a line of its own. What a
// customer or a CSM says is never ours, whatever it quotes.
func (n Note) Ours() bool {
	if n.AuthorKind == Customer || n.AuthorKind == CSM {
		return false
	}
	text := strings.TrimSpace(n.Text)
	head, _, _ := strings.Cut(text, "\n")
	return marked(head) || marked(text[strings.LastIndexByte(text, '\n')+1:])
}

func marked(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, Marker) && strings.HasSuffix(line, "]")
}
