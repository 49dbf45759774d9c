// Package prose makes plain text of what people write in helpdesks' editors.
//
// It promises that nothing of what is to be read is lost but its looks, that what is
// quoted stands behind "> ", as in a mail, and that any input ends: it takes time and
// memory in proportion to what it reads. It leaves to others what a quote counts for.
package prose

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markup is what only HTML has: a person's "a < b" or "<3" is none.
var markup = regexp.MustCompile(`(?i)</?(p|div|br|span|a|b|i|u|em|strong|ul|ol|li|table|tr|td|th|tbody|thead|blockquote|pre|code|h[1-6]|img|html|body|head|font|hr|style)(\s[^<>]*)?/?>`)

// Plain is s as it stands, or the text of it where it is HTML.
func Plain(s string) string {
	if !markup.MatchString(s) {
		return s
	}
	return HTML(s)
}

// HTML is the text of HTML: a line for each block, lists with dashes, quotes behind ">".
func HTML(s string) string {
	var w writer
	z := html.NewTokenizer(strings.NewReader(s))
	for hidden := 0; ; {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			if hidden == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if invisible(tag) {
				hidden++
			}
			w.open(tag)
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if invisible(tag) {
				hidden = max(hidden-1, 0)
			}
			w.shut(tag)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func invisible(tag atom.Atom) bool {
	return tag == atom.Style || tag == atom.Script || tag == atom.Title
}

// writer lays text out in lines.
type writer struct {
	lines  []string
	line   strings.Builder
	quoted int
	as     int  // how deep pre stands
	space  bool // a space is due before the next word
}

// maxQuoted is how deep quotes are shown.
const maxQuoted = 8

func (w *writer) open(tag atom.Atom) {
	switch tag {
	case atom.Br, atom.Hr:
		w.end(true)
	case atom.Blockquote:
		w.end(false)
		w.quoted++
	case atom.Pre:
		w.end(false)
		w.as++
	case atom.Li:
		w.end(false)
		w.line.WriteString("- ")
	case atom.Td, atom.Th:
		w.space = true
	case atom.P:
		w.gap()
	default:
		if block(tag) {
			w.end(false)
		}
	}
}

func (w *writer) shut(tag atom.Atom) {
	switch tag {
	case atom.Blockquote:
		w.end(false)
		w.quoted = max(w.quoted-1, 0)
	case atom.Pre:
		w.end(false)
		w.as = max(w.as-1, 0)
	case atom.P:
		w.gap()
	default:
		if block(tag) {
			w.end(false)
		}
	}
}

func block(tag atom.Atom) bool {
	switch tag { //nolint:exhaustive // all others stand within a line
	case atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Table, atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Body, atom.Html, atom.Head:
		return true
	}
	return false
}

// text adds words; white space is one space, but in pre.
func (w *writer) text(s string) {
	if w.as > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.end(true)
			}
			w.line.WriteString(strings.TrimSuffix(line, "\r"))
		}
		return
	}
	words := strings.Fields(s)
	if len(words) == 0 {
		w.space = w.space || s != ""
		return
	}
	if (w.space || strings.TrimLeft(s, " \t\r\n") != s) && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ") {
		w.line.WriteByte(' ')
	}
	w.line.WriteString(strings.Join(words, " "))
	w.space = strings.TrimRight(s, " \t\r\n") != s
}

// end ends the line; an empty one counts only where it was asked for.
func (w *writer) end(empty bool) {
	line := strings.TrimRight(w.line.String(), " ")
	w.line.Reset()
	w.space = false
	if line == "" && !empty {
		return
	}
	w.lines = append(w.lines, strings.TrimRight(strings.Repeat("> ", min(w.quoted, maxQuoted))+line, " "))
}

// gap ends the line and leaves one empty before the next, where something stands.
func (w *writer) gap() {
	w.end(false)
	if n := len(w.lines); n > 0 && strings.Trim(w.lines[n-1], "> ") != "" {
		w.end(true)
	}
}

// String is the text so far, without empty lines around it.
func (w *writer) String() string {
	w.end(false)
	return strings.Trim(strings.Join(w.lines, "\n"), "\n")
}
