package helpdesk

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/pkg/ownmark"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	// longest is how many characters of words a note has, far below what the
	// helpdesks take even where each is escaped; more is cut, and said to be.
	longest = 12000
	more    = "…"
	// between keeps letters from being read together. It is not seen, and no
	// letter: the mark does not change.
	between = "\u2060"
)

// noteOf is a notification as it stands on its ticket.
func noteOf(n *notificationv1.Notification) Note {
	note := Note{Ticket: n.GetTicket(), Public: n.GetAudience() == deliver.Requester, Title: strings.Join(strings.Fields(plain(n.GetTitle())), " ")}
	words := strings.TrimSpace(plain(n.GetBody()))
	if !note.Public || words == "" {
		words = strings.TrimSpace(note.Title + "\n\n" + words)
	}
	if r := []rune(words); len(r) > longest {
		words = strings.TrimSpace(string(r[:longest])) + more
	}
	label := "Reference of this message"
	if n.GetLanguage() == "de" {
		label = "Kennung dieser Nachricht"
	}
	note.Text = ownmark.Sign(words, label, n.GetId())
	return note
}

// plain is s as UTF-8 without what no helpdesk shows.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// placeholders are what helpdesks fill in wherever it stands: {{ticket.id}}, {% if %}, #{ticket.id}.
var placeholders = strings.NewReplacer("{{", "{"+between+"{", "{%", "{"+between+"%", "#{", "#"+between+"{")

// HTML is text as paragraphs and lines of HTML. Whatever stands in it is shown
// as it is.
func HTML(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); paragraph == "" {
			continue
		}
		// Twice, for what is left of {{{ after the first.
		words := html.EscapeString(placeholders.Replace(placeholders.Replace(paragraph)))
		b.WriteString("<p>" + strings.ReplaceAll(words, "\n", "<br>") + "</p>")
	}
	return b.String()
}

// JSON is v as JSON in which HTML reads as it is.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

var (
	// address is what wiki text makes a link of by itself; it ends before what is markup.
	address = regexp.MustCompile(`https?://[^\s<>"{}\[\]()|\\^*!]+`)
	// heading is a line that wiki text sets otherwise, by a word and a dot.
	heading = regexp.MustCompile(`(?mi)^(\s*(?:h[1-6]|bq))(\.)`)
	// smiley is what wiki text shows a picture for.
	smiley = regexp.MustCompile(`([:;])([)(DPp])|(\()((?:[ynix/?*+!-]|on|off|flag|flagoff)\))`)
)

// Wiki is text as Jira's wiki markup, in which whatever stands there is shown as
// it is. Addresses stay links.
func Wiki(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		b.WriteString(escaped(text[:at[0]], last))
		b.WriteString(text[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(escaped(text, last))
	return heading.ReplaceAllString(b.String(), "$1"+between+"$2")
}

// escaped is text from a place on with a backslash before what would be markup,
// and what has no such escape broken up.
func escaped(text string, from int) string {
	var b strings.Builder
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	rest := smiley.ReplaceAllString(text[from:], "$1$3"+between+"$2$4")
	for i, r := range rest {
		word := unicode.IsLetter(before) || unicode.IsDigit(before)
		after, _ := utf8.DecodeRuneInString(rest[i+utf8.RuneLen(r):])
		switch {
		case strings.ContainsRune(`{}[]|*^~`, r), strings.ContainsRune(`_-+?#`, r) && !word, r == '!' && !unicode.IsSpace(after):
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\\': // two of them end a line, and one takes the meaning of what follows
			b.WriteString(`\` + between)
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}
