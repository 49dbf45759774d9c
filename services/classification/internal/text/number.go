package text

import (
	"strconv"
	"strings"
)

// Number words. German writes them together ("zweihundertfünfzig").
var (
	englishNumbers = map[string]float64{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
		"twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
		"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	}
	englishScales = map[string]float64{"hundred": 100, "thousand": 1000, "dozen": 12, "million": 1e6, "k": 1000, "score": 20}
	germanNumbers = map[string]float64{
		"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fuenf": 5, "sechs": 6,
		"sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "fuenfzehn": 15, "sechzehn": 16,
		"siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreissig": 30, "vierzig": 40, "fuenfzig": 50, "sechzig": 60,
		"siebzig": 70, "achtzig": 80, "neunzig": 90, "beide": 2, "beiden": 2,
	}
	germanScales = map[string]float64{"hundert": 100, "tausend": 1000, "dutzend": 12, "tsd": 1000, "k": 1000}
)

// number reads the number that begins at token i: digits or words. end is the
// token behind it.
func number(tokens []token, i int, language Language) (value float64, end int, ok bool) {
	if i >= len(tokens) {
		return 0, i, false
	}
	t := &tokens[i]
	switch {
	case t.kind == digit:
		value, ok = parseDigits(tokens[i].fold, language)
		if !ok || i > 0 && tokens[i-1].kind == mark && strings.Contains("#", tokens[i-1].fold) && t.glued {
			return 0, i, false
		}
		end = i + 1
		if v, grouped := spaced(tokens, i); grouped {
			return v, end + 1, true
		}
		if end < len(tokens) && (tokens[end].glued || language != German) {
			if scale, is := scaleOf(tokens[end].fold, language); is {
				return value * scale, end + 1, true
			}
		}
		if end < len(tokens) && (tokens[end].fold == "tausend" || tokens[end].fold == "tsd" || tokens[end].fold == "hundert" || tokens[end].fold == "dutzend") {
			scale, _ := scaleOf(tokens[end].fold, German)
			return value * scale, end + 1, true
		}
		return value, end, true
	case t.kind != word || !t.numeric:
		return 0, i, false
	case language == German:
		return germanNumber(tokens, i)
	}
	return englishNumber(tokens, i)
}

func scaleOf(w string, language Language) (float64, bool) {
	scales := englishScales
	if language == German {
		scales = germanScales
	}
	scale, ok := scales[w]
	return scale, ok
}

// isNumeric says whether a word may begin a number: cheap, so that the others
// are passed over.
func isNumeric(w string) bool {
	if w == "a" || w == "an" || englishNumbers[w] > 0 || germanNumbers[w] > 0 {
		return true
	}
	return len(w) > 5 && (strings.Contains(w, "hundert") || strings.Contains(w, "tausend") || strings.HasSuffix(w, "zig") || strings.HasSuffix(w, "ssig"))
}

// ungroup drops the marks between groups of digits.
var ungroup = strings.NewReplacer(".", "", ",", "")

// parseDigits reads digits as the language groups them: "1,200" and "1.5" in
// English, "1.200" and "1,5" in German. Three digits behind a separator are a
// group in both.
func parseDigits(s string, language Language) (float64, bool) {
	if len(s) < 10 && strings.IndexAny(s, ".,'") < 0 {
		value, err := strconv.Atoi(s)
		return float64(value), err == nil
	}
	s = strings.ReplaceAll(s, "'", "")
	decimal := "."
	if language == German {
		decimal = ","
	}
	last := strings.LastIndexAny(s, ".,")
	if last >= 0 && strings.Count(s, s[last:last+1]) == 1 && (len(s)-last-1 != 3 || s[:last] == "0") && (s[last:last+1] == decimal || len(s)-last-1 < 3) {
		whole := ungroup.Replace(s[:last])
		s = whole + "." + s[last+1:]
	} else {
		s = ungroup.Replace(s)
	}
	value, err := strconv.ParseFloat(s, 64)
	return value, err == nil && value < 1e9
}

// englishNumber reads "a hundred and twenty", "twenty five", "two dozen".
func englishNumber(tokens []token, i int) (float64, int, bool) {
	total, current, begun := 0.0, 0.0, false
	if w := tokens[i].fold; (w == "a" || w == "an") && i+1 < len(tokens) && englishScales[tokens[i+1].fold] >= 12 {
		current, i = 1, i+1
	}
	for ; i < len(tokens); i++ {
		w := tokens[i].fold
		if tokens[i].kind != word {
			if begun && joinsTens(tokens, i) {
				continue
			}
			break
		}
		if v, ok := englishNumbers[w]; ok {
			if begun && current > 0 && (current < 20 || v >= 10) && int(current)%100 != 0 {
				break
			}
			current, begun = current+v, true
			continue
		}
		if scale, ok := englishScales[w]; ok && w != "k" && (current > 0) {
			current, begun = current*scale, true
			if scale >= 1000 {
				total, current = total+current, 0
			}
			continue
		}
		if _, more := englishNumbers[next(tokens, i)]; (w == "and" || w == "n") && begun && total+current >= 100 && more && !scaled(tokens, i+2) {
			continue
		}
		break
	}
	return total + current, i, begun
}

// inNumber says whether the "and" at token i stands inside a number: "a hundred
// and twenty".
func inNumber(tokens []token, i int) bool {
	return i > 0 && i+1 < len(tokens) && englishScales[tokens[i-1].fold] >= 100 && englishNumbers[tokens[i+1].fold] > 0
}

// scaled says whether token i makes hundreds of the number before it: in "a
// hundred and two hundred" the latter is another number.
func scaled(tokens []token, i int) bool {
	return i < len(tokens) && englishScales[tokens[i].fold] >= 100
}

// spaced reads digits that a space parts into groups: "2 700".
func spaced(tokens []token, i int) (float64, bool) {
	if i+1 >= len(tokens) || tokens[i+1].kind != digit || tokens[i+1].glued || tokens[i+1].line > 0 {
		return 0, false
	}
	head, tail := tokens[i].fold, tokens[i+1].fold
	if len(head) > 3 || len(tail) != 3 || head[0] == '0' {
		return 0, false
	}
	thousands, err := strconv.Atoi(head)
	rest, errRest := strconv.Atoi(tail)
	return float64(1000*thousands + rest), err == nil && errRest == nil
}

// joinsTens says whether token i is the hyphen of "seventy-four".
func joinsTens(tokens []token, i int) bool {
	if tokens[i].fold != "-" || !tokens[i].glued || i+1 >= len(tokens) || !tokens[i+1].glued {
		return false
	}
	tens, ones := englishNumbers[tokens[i-1].fold], englishNumbers[tokens[i+1].fold]
	return tens >= 20 && ones > 0 && ones < 10 || tokens[i+1].fold == "hundred"
}

func next(tokens []token, i int) string {
	if i+1 < len(tokens) {
		return tokens[i+1].fold
	}
	return ""
}

func germanNumber(tokens []token, i int) (float64, int, bool) {
	value, ok := germanWord(tokens[i].fold)
	if !ok {
		return 0, i, false
	}
	end := i + 1
	if scale, is := germanScales[next(tokens, i)]; is && value < scale {
		return value * scale, end + 1, true
	}
	return value, end, true
}

// germanWord reads one German number word, up to "neunhundertneunundneunzigtausend…".
func germanWord(w string) (float64, bool) {
	if v, ok := germanNumbers[w]; ok {
		return v, true
	}
	for _, scale := range []struct {
		name  string
		value float64
	}{{"tausend", 1000}, {"hundert", 100}} {
		at := strings.Index(w, scale.name)
		if at < 0 {
			continue
		}
		times, rest := 1.0, 0.0
		ok := true
		if at > 0 {
			times, ok = germanWord(w[:at])
		}
		if tail := strings.TrimPrefix(w[at+len(scale.name):], "und"); ok && tail != "" {
			rest, ok = germanWord(tail)
		}
		return times*scale.value + rest, ok
	}
	if at := strings.Index(w, "und"); at > 0 {
		ones, okOnes := germanNumbers[w[:at]]
		tens, okTens := germanNumbers[w[at+3:]]
		return tens + ones, okOnes && okTens && ones < 10 && tens >= 20
	}
	return 0, false
}
