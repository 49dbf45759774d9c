package redact

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// accounts finds bank accounts (IBAN), whose groups may stand apart, and the
// addresses of machines.
func accounts(v *view) []span {
	out := networks(v)
	for i := 0; i+4 < len(v.chars); i++ {
		if letterOrDigit(v.r(i-1)) || !asciiLetter(v.r(i)) || !asciiLetter(v.r(i+1)) || !isDigit(v.r(i+2)) || !isDigit(v.r(i+3)) {
			continue
		}
		if to := ibanEnd(v, i); to > 0 && !overlaps(out, i, to) {
			out = append(out, span{i, to, IBAN})
			i = to
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}

func overlaps(spans []span, from, to int) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.from < to && from < s.to })
}

func asciiLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// ibanEnd is where the account that begins at i ends, 0 if none does. A group
// behind the first four has digits, but for the bank's, which may have letters alone.
func ibanEnd(v *view, i int) int {
	const least, most = 15, 34
	kept, end := 4, i+4
	for group := 0; kept < most; group++ {
		from := end
		if v.r(from) == ' ' || v.r(from) == '-' {
			from++
		}
		to := v.run(from, func(r rune) bool { return asciiLetter(r) || isDigit(r) })
		text := v.text(from, to)
		if to == from || kept+to-from > most || from > end && to-from > 4 || group > 0 && !strings.ContainsFunc(text, unicode.IsDigit) || group == 0 && from > end && to-from < 4 {
			break
		}
		kept, end = kept+to-from, to
	}
	if kept < least || strings.Count(v.text(i, end), " ") > 8 {
		return 0
	}
	return end
}

// numbers finds phone numbers, cards and long numbers.
func numbers(v *view) []span {
	var out []span
	for i := 0; i < len(v.chars); i++ {
		switch {
		case isDigit(v.r(i)) && !letterOrDigit(v.r(i-1)):
			to := numberEnd(v, i)
			from := numberBegin(v, i)
			if kind := kindOfNumber(v, from, to); kind != "" {
				out = append(out, span{from, to, kind})
			}
			i = to - 1
		case (letter(v.r(i)) || v.r(i) == '#') && !letterOrDigit(v.r(i-1)):
			to := v.run(i+1, func(r rune) bool { return letterOrDigit(r) || r == '-' || r == '_' })
			if code(v.text(i, to)) {
				out = append(out, span{i, to, Number})
			}
			if to > i+1 {
				i = to - 1
			}
		}
	}
	return out
}

// numberEnd is where the number that begins at i ends: its groups may stand
// apart, with up to three signs between.
func numberEnd(v *view, i int) int {
	const apart = 3
	end := v.run(i, isDigit)
	for {
		next := end
		for next < end+apart && strings.ContainsRune(" ./()-", max(v.r(next), 0)) {
			next++
		}
		if between := v.text(end, next); next == end || !isDigit(v.r(next)) || strings.HasPrefix(between, ". ") {
			return end
		}
		end = v.run(next, isDigit)
	}
}

// numberBegin takes in the sign and the bracket before a number.
func numberBegin(v *view, i int) int {
	if v.r(i-1) == '(' {
		i--
	}
	if v.r(i-1) == '+' {
		i--
		if v.r(i-1) == '(' {
			i--
		}
	}
	return i
}

// ordinary are the forms of numbers that people write of times and quantities.
var ordinary = sync.OnceValue(func() []*regexp.Regexp {
	const day = `(?:(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:\d{4}|\d\d)?|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])/(?:\d{4}|\d\d)|(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))`
	return []*regexp.Regexp{
		// Days, with an hour before or behind them.
		regexp.MustCompile(`^(?:\d{1,2}[ /-]+)?` + day + `(?:[ /-]+\d{1,2})?(?:[ /-]+` + day + `(?:[ /-]+\d{1,2})?)*$`),
		// Years.
		regexp.MustCompile(`^(?:19|20)\d\d(?:[ /-]+(?:19|20)\d\d)+$`),
		// A quantity in groups of three; with spaces only a round one, since phones are written so.
		regexp.MustCompile(`^[1-9]\d{0,2}(?:\.\d{3}){1,2}(?:[ -]+[1-9]\d{0,2}(?:\.\d{3}){1,2})?$|^[1-9]\d{0,2}(?: \d{3})? 000$`),
		// A round number.
		regexp.MustCompile(`^[1-9]\d{0,3}0{4,}$`),
		// From one quantity to another.
		regexp.MustCompile(`^[1-9]\d{0,4}0 ?- ?[1-9]\d{0,4}0$`),
	}
})

// How many digits make a number too long to be a quantity, and how few will do
// where a word says that it is a phone.
const (
	longNumber  = 7
	phoneByWord = 5
	extension   = 2
)

var (
	phoneWords = []string{
		"tel", "telefon", "telefonnummer", "telephone", "phone", "fon", "fax", "mobiltelefon", "handy", "handynummer", "natel", "cell", "whatsapp",
		"rückruf", "rueckruf", "callback", "hotline", "rufnummer",
	}
	extensionWords = []string{"ext", "extension", "durchwahl", "dw", "klappe", "nebenstelle", "nst"}
	numberWords    = []string{"kundennummer", "personalnummer", "mitarbeiternummer", "vertragsnummer", "ticketnummer", "rechnungsnummer", "kundennr", "personalnr", "kdnr", "id"}
)

// kindOfNumber says what a number is, "" for one that may stay.
func kindOfNumber(v *view, from, to int) Kind {
	text := v.text(from, to)
	digits := strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, text)
	before := wordBefore(v, from)
	n := len(digits)
	switch {
	case text[0] == '+' && n >= phoneByWord, n >= extension && slices.Contains(extensionWords, before):
		return Phone
	case n >= 4 && slices.Contains(numberWords, before):
		return Number
	case slices.ContainsFunc(ordinary(), func(form *regexp.Regexp) bool { return form.MatchString(text) }):
		return ""
	case n >= phoneByWord && slices.Contains(phoneWords, before) && (n < 13 || text[0] == '0'):
		return Phone
	case n < longNumber:
		return ""
	case n >= 13 && n <= 19 && luhn(digits):
		return Card
	case n == len(text) && text[0] != '0':
		return Number
	}
	return Phone
}

// wordBefore is the word that stands before i on its line.
func wordBefore(v *view, i int) string {
	end := v.back(i, func(r rune) bool { return r == ' ' || r == ':' || r == '.' || r == '(' || r == '=' || r == '#' })
	return strings.ToLower(v.text(v.back(end, letter), end))
}

// luhn says whether the last digit checks the others, as on cards.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// standards are what is written as a code and names nobody.
var standards = []string{"iso", "iec", "din", "en", "rfc", "scorm", "http", "error", "err", "windows", "win", "kb"}

// code says whether the text is a letter-and-digit id: five digits in a row
// behind letters or a number sign.
func code(text string) bool {
	row, most := 0, 0
	for _, r := range text {
		if row++; !isDigit(r) {
			row = 0
		}
		most = max(most, row)
	}
	letters := strings.ToLower(strings.TrimRight(text, "0123456789-_"))
	return most >= 5 && !slices.Contains(standards, letters)
}
