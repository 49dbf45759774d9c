// Package ownmark ends the notes that this house writes on tickets with a mark,
// and knows them by it when a helpdesk hands them back.
//
// A signed note ends with a line that people can read:
//
//	Reference of this message: Tocsin 4K7Q2M9X 8HGN3W2P
//
// The first part stands for the notification that is told, the second for all
// letters and digits before it. Nothing else counts: a helpdesk may wrap lines,
// set words as HTML or other markup, indent them, quote them with ">", change
// their case or decompose their umlauts, and the mark fits still. A single word
// more or less, and it does not: so an answer that quotes a note is not taken
// for the note, whoever wrote either.
//
// It promises:
//   - What [Sign] returns is [Ours], and [Bears] its id, however it is set.
//   - Text to which somebody has added a letter or digit is not Ours. Where an
//     answer to a quoted note has neither, it can not be told from the note.
//
// The mark is no secret and no proof: whoever forges one makes a note of their
// own count for nothing, and no other.
package ownmark

import (
	"crypto/sha256"
	"encoding/base32"
	"html"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// name stands before the mark, as people read it and as letters has it.
	name, plainName = "Tocsin", "tocsin"
	// part is how many letters each half of a mark has: 40 bits.
	part = 8
	// end is how many bytes of a text are looked at before all of it is.
	end = 1 << 10
)

// Sign ends text with a line of label and the mark of the notification id. The
// label says what the mark is in the language of the text, without a colon.
func Sign(text, label, id string) string {
	signed := strings.TrimRightFunc(text, unicode.IsSpace) + "\n\n" + label + ": " + name + " " + strings.ToUpper(of(id))
	return signed + " " + strings.ToUpper(sum(letters(signed)))
}

// Ours says whether the text is a note that this house signed, and nothing more.
func Ours(text string) bool {
	for _, reading := range readings(text[max(len(text)-end, 0):]) {
		if strings.Contains(letters(reading), plainName) {
			return fits(text)
		}
	}
	return false
}

func fits(text string) bool {
	for _, reading := range readings(text) {
		all := letters(reading)
		signed, mark := all[:max(len(all)-part, 0)], all[max(len(all)-part, 0):]
		if strings.HasSuffix(signed[:max(len(signed)-part, 0)], plainName) && mark == sum(signed) {
			return true
		}
	}
	return false
}

// Bears says whether the text is, or quotes, a note for the notification id.
func Bears(text, id string) bool {
	for _, reading := range readings(text) {
		if strings.Contains(letters(reading), plainName+of(id)) {
			return true
		}
	}
	return false
}

// of is what stands for a notification.
func of(id string) string { return sum("note " + id) }

// sum is the beginning of a hash in letters and digits that nobody mixes up.
func sum(s string) string {
	hash := sha256.Sum256([]byte(s))
	return plain.EncodeToString(hash[:part*5/8])
}

var (
	plain = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	tag   = regexp.MustCompile(`<[^>]*>`)
)

// readings are what a text may say: as it stands, and where it may be HTML, as a
// browser shows it.
func readings(text string) []string {
	if !strings.ContainsAny(text, "<&") {
		return []string{text}
	}
	return []string{text, html.UnescapeString(tag.ReplaceAllString(text, ""))}
}

// letters are the letters and digits of a text, small and without accents.
func letters(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
