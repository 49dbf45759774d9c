package text

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed words/instruct.txt
var instructWords string

// calls are the classes of words/instruct.txt that a word is in.
type calls uint64

const (
	callDrop calls = 1 << iota
	callNorm
	callEvery
	callTold
	callOwn
	callRate
	callGrant
	callVerdict
	callPassed
	callField
	callSeems
	callBool
	callMachine
	callDevice
	callSpeaker
	callYou
	callBe
	callGreet
	callVoid
	callWhatever
	callSuppose
	callShow
	callPrompt
	callMust
	callChief
	callCase
	callAuto
	callApply
	callNot
	callPoints
	callAbove
	callText
	callEnding
	callLoose
	callLead
	// not in the file
	callName    // a field or a value by the name that programs give it
	callEncoded // text in base64, or in single letters
)

var callNames = []string{
	"drop", "norm", "every", "told", "own", "rate", "grant", "verdict", "passed", "field", "seems", "bool", "machine", "device", "speaker", "you", "be", "greet",
	"void", "whatever", "suppose", "show", "prompt", "must", "chief", "case", "auto", "apply", "not", "points", "above", "text", "ending", "loose", "lead",
}

// names are the fields and values of an assessment as programs write them.
var names = strings.Fields(`affected_users duration_hours urgency_given reason_given is_escalation_request needs_info not_a_request site_outage
	security_breach sso_unavailable auth_failures_over_100 core_function_down lxp_features_unavailable reports_failing_24h stale_ticket_1w
	small_audience beta_only technicians_active awaiting_customer set_status setze_status escalated=true`)

// callTable finds the calls of folded words: whole words, beginnings of words,
// and pairs of words by the first.
type callTable struct {
	words map[string]calls
	parts map[string][]callPart // by the first four bytes
	pairs map[string]bool       // words that begin a pair
}

type callPart struct {
	prefix string
	means  calls
}

var instructTable = sync.OnceValue(func() *callTable {
	t := &callTable{words: map[string]calls{}, parts: map[string][]callPart{}, pairs: map[string]bool{}}
	for line := range strings.Lines(instructWords) {
		name, list, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		t.add(callNamed(name), strings.Fields(list))
	}
	for _, name := range names {
		t.words[name] |= callName
	}
	return t
})

func callNamed(name string) calls {
	for i, n := range callNames {
		if n == name {
			return 1 << i
		}
	}
	panic("words/instruct.txt has a class that nobody reads: " + name)
}

func (t *callTable) add(means calls, list []string) {
	for _, w := range list {
		w = string(foldLetters(nil, w))
		if prefix, ok := strings.CutSuffix(w, "*"); ok {
			t.parts[prefix[:4]] = append(t.parts[prefix[:4]], callPart{prefix, means})
			continue
		}
		t.words[w] |= means
		if first, _, ok := strings.Cut(w, "_"); ok {
			t.pairs[first] = true
		}
	}
}

// of are the calls of a folded word.
func (t *callTable) of(word []byte) calls {
	means := t.words[string(word)]
	if len(word) >= 4 {
		for _, p := range t.parts[string(word[:4])] {
			if strings.HasPrefix(string(word), p.prefix) {
				means |= p.means
			}
		}
	}
	return means
}

// alike are letters of other alphabets, and accented ones, that look like these.
var alike = func() map[rune]byte {
	m := map[rune]byte{}
	for _, s := range []struct{ from, to string }{
		{"аеорсухіѕјԁɡոӏтмнкв", "aeopcyxisjdgnltmhkb"},
		{"αοεικνρτυχ", "aoeiknptux"},
		{"àáâãäåèéêëìíîïòóôõöøùúûüçñýÿ", "aaaaaaeeeeiiiioooooouuuucnyy"},
	} {
		to := []byte(s.to)
		for i, r := range []rune(s.from) {
			m[r] = to[i]
		}
	}
	return m
}()

// foldLetters adds the word to out in small plain letters.
func foldLetters(out []byte, word string) []byte {
	for _, r := range word {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		r = unicode.ToLower(r)
		if r == 'ß' {
			out = append(out, "ss"...)
		} else if c := alike[r]; c != 0 {
			out = append(out, c)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// digitLetters are the letters that figures are written for.
var digitLetters = [10]byte{'o', 'l', 0, 'e', 'a', 's', 0, 't', 0, 0}

// unfigure writes letters for figures in a word that has both, and says
// whether it could.
func unfigure(word []byte) bool {
	figures := 0
	for _, c := range word {
		if c >= '0' && c <= '9' {
			figures++
			if digitLetters[c-'0'] == 0 {
				return false
			}
		}
	}
	if figures == 0 || figures*2 > len(word)+1 || len(word) < 3 {
		return false
	}
	for i, c := range word {
		if c >= '0' && c <= '9' {
			word[i] = digitLetters[c-'0']
		}
	}
	return true
}
