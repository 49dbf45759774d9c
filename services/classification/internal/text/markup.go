package text

import (
	"html"
	"strings"
	"unicode/utf8"
)

// tag is what matters of one piece of markup.
type tag struct {
	breaks bool // it ends the line
	quote  int  // +1 where quoted or hidden text begins, -1 where it ends
}

// looksLikeMarkup says whether angle brackets are to be read as tags. A note
// that merely compares numbers has none.
func looksLikeMarkup(s string) bool {
	for i := strings.IndexByte(s, '<'); i >= 0 && i < len(s); {
		if _, n := readTag(s[i:]); n > 0 {
			return true
		}
		next := strings.IndexByte(s[i+1:], '<')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

const maxTag = 2048

// readTag reads the tag that s begins with; n is 0 if it begins with none.
func readTag(s string) (t tag, n int) {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s[:min(len(s), maxTag)], "-->"); end > 0 {
			return tag{}, end + 3
		}
		return tag{}, 0
	}
	i, closing := 1, false
	if i < len(s) && s[i] == '/' {
		i, closing = 2, true
	}
	from := i
	for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' || i > from && s[i] >= '0' && s[i] <= '9') {
		i++
	}
	name := strings.ToLower(s[from:min(i, from+12)])
	end := strings.IndexByte(s[:min(len(s), maxTag)], '>')
	if end < 0 || i == len(s) {
		return tag{}, 0
	}
	switch name {
	case "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "hr", "body", "html", "tbody", "td", "th":
		t.breaks = true
	case "blockquote", "style", "script", "head", "title":
		t.breaks, t.quote = true, 1
		if closing {
			t.quote = -1
		}
	case "span", "b", "i", "u", "em", "strong", "a", "font", "img", "code", "pre", "small", "s", "o", "meta", "sup", "sub":
	default:
		return tag{}, 0
	}
	return t, end + 1
}

// readEntity reads the character that s, which begins with "&", stands for.
func readEntity(s string) (rune, int) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 2 {
		return '&', 1
	}
	plain := html.UnescapeString(s[:end+1])
	r, n := utf8.DecodeRuneInString(plain)
	if n != len(plain) || plain == s[:end+1] || r == utf8.RuneError {
		return '&', 1
	}
	return r, end + 1
}
