package redact

import (
	"slices"
	"strings"
	"unicode"
)

// secrets finds private keys, what stands where a password or a key is told,
// and what looks like a key wherever it stands.
func secrets(v *view) []span {
	var out []span
	for i := 0; i < len(v.chars); {
		var s span
		switch {
		case v.r(i) == '-' && v.r(i-1) != '-':
			s = privateKey(v, i)
		case letterOrDigit(v.r(i)) && !keyChar(v.r(i-1)):
			if s = keyLike(v, i); s.to == 0 {
				s = told(v, i)
			}
		}
		if s.to > s.from {
			out = append(out, s)
			i = s.to
			continue
		}
		i++
	}
	return out
}

// privateKey is a key in PEM armour; without its end it goes to the end of the text.
func privateKey(v *view, i int) span {
	const begin, end = "-----BEGIN ", "-----END "
	if !v.has(i, begin) {
		return span{}
	}
	line := v.near(i, func(r rune) bool { return r != '\n' })
	if !strings.Contains(v.text(i, line), "PRIVATE KEY") {
		return span{}
	}
	for j := line; j < len(v.chars); j++ {
		if v.r(j) == '-' && v.r(j-1) != '-' && v.has(j, end) {
			return span{i, v.run(j, func(r rune) bool { return r != '\n' }), Secret}
		}
	}
	to := len(v.chars)
	for to > line && !solid(v.r(to-1)) {
		to--
	}
	return span{i, to, Secret}
}

// has says whether the text goes on at i with what is given.
func (v *view) has(i int, what string) bool {
	for _, r := range what {
		if v.r(i) != r {
			return false
		}
		i++
	}
	return true
}

// prefixes are how well-known kinds of keys begin.
var prefixes = []string{
	"sk-", "sk_", "pk_", "rk_", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
	"xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "AIza", "whsec_", "eyJ", "ya29.", "SG.", "npm_", "hf_", "AGE-SECRET-KEY-",
}

// keyLike is what looks like a key by itself: it begins as one, or it is long
// and mixes letters and digits as no word does.
func keyLike(v *view, i int) span {
	to := v.run(i, keyChar)
	for to > i && !letterOrDigit(v.r(to-1)) && v.r(to-1) != '=' {
		to--
	}
	if to-i < 16 {
		return span{}
	}
	text := v.text(i, to)
	for _, p := range prefixes {
		if strings.HasPrefix(text, p) && strings.ContainsFunc(text, unicode.IsDigit) {
			return span{i, to, Secret}
		}
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '/' }) {
		if mixed(part) {
			return span{i, to, Number}
		}
	}
	return span{}
}

func keyChar(r rune) bool {
	return r < 0x80 && letterOrDigit(r) || r > 0 && strings.ContainsRune("_-+/=.~", r)
}

// mixed says whether capitals, small letters and digits take turns as in no
// word, date or name of a file; or it is hexadecimal.
func mixed(s string) bool {
	if len(s) < 16 {
		return false
	}
	digits, letters, turns, hex := 0, 0, 0, true
	class := func(r rune) int {
		switch {
		case isDigit(r):
			return 1
		case 'a' <= r && r <= 'z':
			return 2
		case 'A' <= r && r <= 'Z':
			return 3
		}
		return 0
	}
	before := 0
	for _, r := range s {
		c := class(r)
		if c == 1 {
			digits++
		} else if c > 1 {
			letters++
		}
		if c > 0 && before > 0 && c != before {
			turns++
		}
		hex = hex && (hexChar(r) || r == '-')
		before = c
	}
	return hex && digits >= 4 && letters >= 1 || digits >= 2 && letters >= 2 && turns*4 >= len(s) || digits > 0 && len(s) >= 40 && turns*6 >= len(s)
}

// What is told is secret behind one of these words, and behind a compound that
// ends with one of tellingEnds.
var (
	telling = []string{
		"passphrase", "passcode", "pwd", "pw", "pass", "pin", "puk", "tan", "otp", "mfa", "secret", "apikey", "token", "clientsecret",
		"accesstoken", "authtoken", "refreshtoken", "sessiontoken", "sessionid", "accesskey", "secretkey", "privatekey", "subscriptionkey", "bearer", "basic", "authorization",
		"zugangscode", "sicherheitscode", "freigabecode", "einmalcode", "geheimnis", "losung", "kennung",
	}
	tellingEnds  = []string{"password", "passwort", "passwörter", "passwords", "kennwort", "secret", "token", "apikey"}
	tellingPairs = map[string][]string{
		"key":       {"api", "access", "secret", "private", "ssh", "license"},
		"schlüssel": {"api", "privater", "geheimer"}, "code": {"verification", "security", "access", "sms", "otp", "login"},
	}
	linking = []string{"is", "ist", "lautet", "was", "war", "heißt", "heisst", "now", "jetzt", "neu", "new", "bearer", "basic"}
)

// told is the value behind a word that tells of a secret, if one begins at i.
func told(v *view, i int) span {
	end := v.run(i, func(r rune) bool { return letterOrDigit(r) || r == '_' || r == '-' })
	if end-i > 40 || !tells(v, i, end) {
		return span{}
	}
	at := v.skip(end)
	if v.r(at) == '"' || v.r(at) == '\'' { // "password": "x"
		if j := v.skip(at + 1); v.r(j) == ':' || v.r(j) == '=' {
			at = j
		}
	}
	named := v.r(at) == ':' || v.r(at) == '='
	if named {
		at = v.run(at, func(r rune) bool { return r == ':' || r == '=' || r == '>' || r == ' ' })
	}
	for range 2 {
		word := v.run(at, letter)
		if !slices.Contains(linking, strings.ToLower(v.text(at, word))) {
			break
		}
		at = v.run(word, func(r rune) bool { return r == ':' || r == ' ' })
	}
	return value(v, at, named)
}

// tells says whether chars[i:end] is a word that tells of a secret.
func tells(v *view, i, end int) bool {
	word := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, v.text(i, end))
	if slices.Contains(telling, word) || slices.ContainsFunc(tellingEnds, func(e string) bool { return strings.HasSuffix(word, e) }) {
		return true
	}
	before := v.back(i, func(r rune) bool { return r == ' ' })
	first := strings.ToLower(v.text(v.back(before, letter), before))
	return slices.Contains(tellingPairs[word], first)
}

// value is the secret that begins at i. Named says that a colon or an equals
// sign stands before it: then nearly anything is one.
func value(v *view, i int, named bool) span {
	if q := v.r(i); q == '"' || q == '\'' || q == '`' {
		if end := v.near(i+1, func(r rune) bool { return r != q && r != '\n' }); v.r(end) == q && end > i+1 {
			return span{i + 1, end, Secret}
		}
	}
	end := v.near(i, solid)
	to := end
	for to > i && strings.ContainsRune(`.,;:?)]}"'>`, v.r(to-1)) {
		to--
	}
	text := v.text(i, to)
	switch {
	case to == i || strings.ContainsRune(text, '\uFFFD') || common(text):
		return span{}
	case guessable(text):
		return span{i, to, Secret}
	case named && (strings.ToLower(text) != text || v.r(v.skip(end)) == '\n'):
		return span{i, to, Secret}
	}
	return span{}
}

// guessable says whether the text is no word: digits, signs or capitals inside.
func guessable(text string) bool {
	if len(text) < 4 {
		return false
	}
	small := false
	for _, r := range text {
		switch {
		case isDigit(r), r == '_', unicode.IsSymbol(r), unicode.IsPunct(r) && !strings.ContainsRune("-'./,()", r):
			return true
		case unicode.IsUpper(r) && small:
			return true
		}
		small = unicode.IsLower(r)
	}
	return false
}
