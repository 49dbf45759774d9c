package redact

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A Kind is what a placeholder stands for.
type Kind string

// The kinds, as they stand in placeholders.
const (
	Mail      Kind = "MAIL"
	Phone     Kind = "PHONE"
	Name      Kind = "NAME"
	Signature Kind = "SIGNATURE" // a line below a name: role, company, address
	Handle    Kind = "HANDLE"    // @somebody
	Link      Kind = "URL"
	BetaLink  Kind = "BETA_URL" // a link whose host says that it is no production site
	IBAN      Kind = "IBAN"
	Card      Kind = "CARD"
	Secret    Kind = "SECRET" // a password, a key, a token
	Network   Kind = "IP"
	Number    Kind = "ID" // a long number or a mix of letters and digits
)

// kinds are all kinds.
var kinds = []Kind{Mail, Phone, Name, Signature, Handle, Link, BetaLink, IBAN, Card, Secret, Network, Number}

// A Redacted is a text without what was personal or secret in it.
type Redacted struct {
	Text string
	// Pieces are what was taken out, in order.
	Pieces []Piece
}

// A Piece is one thing that was taken out.
type Piece struct {
	Kind Kind
	// Start and End are where the placeholder stands in the redacted text, in bytes.
	Start, End int
	// From and To are what it stands for in the original, in bytes.
	From, To int
}

// Text takes out of s what is personal or secret.
func Text(s string) Redacted { return Texts(s)[0] }

// Texts is Text for texts that belong together: the same thing has the same
// placeholder in all of them, and who is named in one is known in the others.
func Texts(texts ...string) []Redacted {
	views := make([]*view, len(texts))
	for i, s := range texts {
		views[i] = look(s)
	}
	n := &names{known: map[string]bool{}}
	finders := []func(*view) []span{links, accounts, secrets, mails, numbers, n.find}
	for found := true; found; {
		found = false
		for i := range views {
			for _, find := range finders {
				if spans := slices.DeleteFunc(find(views[i]), views[i].covered); len(spans) > 0 {
					views[i], found = views[i].hide(spans), true
				}
			}
		}
	}
	out := make([]Redacted, len(texts))
	numbers := numbersOf(views)
	for i, v := range views {
		out[i] = v.render(numbers[i])
	}
	return out
}

// Origin is where Text[start:end] stands in the original. A placeholder that is
// only touched counts as a whole.
func (r Redacted) Origin(start, end int) (from, to int) {
	from, to = start, end
	for _, p := range r.Pieces {
		longer := (p.To - p.From) - (p.End - p.Start)
		switch {
		case p.End <= start:
			from += longer
		case p.Start < start:
			from = p.From
		}
		switch {
		case p.End <= end:
			to += longer
		case p.Start < end:
			to = p.To
		}
		if p.Start >= end {
			break
		}
	}
	return from, to
}

// pieces are what is hidden in the view, but for the placeholders that were there.
func (v *view) pieces() []Piece {
	var out []Piece
	for _, c := range v.chars {
		if kind := v.kinds[c.at]; c.r == hidden && kind != "" {
			out = append(out, Piece{Kind: kind, From: int(c.at), To: int(c.end)})
		}
	}
	return out
}

// render writes the text with its placeholders, which have these numbers.
func (v *view) render(numbers []int) Redacted {
	pieces := v.pieces()
	var out strings.Builder
	last := 0
	for i := range pieces {
		p := &pieces[i]
		out.WriteString(v.source[last:p.From])
		p.Start = out.Len()
		out.WriteString("[" + string(p.Kind) + "_" + strconv.Itoa(numbers[i]) + "]")
		p.End, last = out.Len(), p.To
	}
	out.WriteString(v.source[last:])
	return Redacted{Text: out.String(), Pieces: pieces}
}

// maxTaken bounds the numbers that a text may take for itself, so that there is
// room for ours.
const maxTaken = 100_000

// numbersOf numbers the pieces of each kind in all views: the same thing has the
// same number, and none has one that a placeholder of a text has already.
func numbersOf(views []*view) [][]int {
	next, known := map[Kind]int{}, map[string]int{}
	var all []string // the names
	for _, v := range views {
		for i := 0; i < len(v.source); i++ {
			if kind, n, size := placeholder(v.source[i:]); size > 0 && n < maxTaken {
				next[kind] = max(next[kind], n)
			}
		}
		for _, p := range v.pieces() {
			if p.Kind == Name {
				all = append(all, folded(v.source[p.From:p.To]))
			}
		}
	}
	bearers := bearersOf(all)
	out := make([][]int, len(views))
	for i, v := range views {
		for _, p := range v.pieces() {
			key := string(p.Kind) + " "
			if text := v.source[p.From:p.To]; p.Kind == Name {
				key += bearers.of(text)
			} else {
				key += canonical(p.Kind, text)
			}
			if _, ok := known[key]; !ok {
				next[p.Kind]++
				known[key] = next[p.Kind]
			}
			out[i] = append(out[i], known[key])
		}
	}
	return out
}

// sameDigits is how many digits at the end make two phone numbers the same:
// what is before them is the country, or the zero in its place.
const sameDigits = 9

// canonical is one writing for all writings of the same thing.
func canonical(kind Kind, text string) string {
	if kind != Phone && kind != Card && kind != IBAN {
		return strings.ToLower(text)
	}
	kept := strings.ToUpper(strings.Map(func(r rune) rune {
		if letterOrDigit(r) {
			return r
		}
		return -1
	}, text))
	if kind == Phone {
		kept = kept[max(0, len(kept)-sameDigits):]
	}
	return kept
}

// bearers are names by each of their words, in small letters: a word of a name
// alone is the same person, the longest name that has it wins.
type bearers map[string]string

func bearersOf(all []string) bearers {
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	out := bearers{}
	for _, name := range all {
		for _, word := range strings.Fields(name) {
			if out[word] == "" {
				out[word] = name
			}
		}
	}
	return out
}

// of is the name of the person that a name means; "Webers" is Weber's.
func (b bearers) of(text string) string {
	name := folded(text)
	if strings.Contains(name, " ") {
		return name
	}
	return cmp.Or(b[strings.TrimSuffix(name, "s")], b[name])
}

func folded(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
