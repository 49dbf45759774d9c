package redact

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// links finds addresses of pages: whatever has a scheme, begins with www., or
// is a host with a path. All of it goes: paths and queries name people and carry
// tokens, hosts name the customer.
func links(v *view) []span {
	var out []span
	for i := 0; i < len(v.chars); i++ {
		if c := v.r(i); c != ':' && c != '.' && c != '/' {
			continue
		}
		from := linkBegin(v, i)
		if from < v.floor {
			continue
		}
		to := linkEnd(v, from)
		kind := Link
		if beta(v.text(from, to)) {
			kind = BetaLink
		}
		out = append(out, span{from, to, kind})
		i, v.floor = to-1, to
	}
	return out
}

// linkBegin is where a link begins that has its mark at i, or -1.
func linkBegin(v *view, i int) int {
	switch {
	case v.r(i) == ':' && v.r(i+1) == '/' && v.r(i+2) == '/' && inLink(v.r(i+3)):
		if from := v.back(i, schemeChar); from < i {
			return from
		}
	case v.r(i) == '.' && i >= 3 && strings.EqualFold(v.text(i-3, i), "www") && !letterOrDigit(v.r(i-4)) && letterOrDigit(v.r(i+1)):
		return i - 3
	case v.r(i) == '/' && inLink(v.r(i+1)):
		from := v.back(i, hostChar)
		host, _, _ := strings.Cut(v.text(from, i), ":")
		if dot := strings.LastIndexByte(host, '.'); dot > 0 && len(host)-dot > 2 && strings.IndexFunc(host[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) }) < 0 && v.r(from-1) != '@' {
			return from
		}
	}
	return -1
}

// linkEnd is where the link that begins at from ends: what closes a sentence or
// a bracket behind it is no part of it.
func linkEnd(v *view, from int) int {
	to := v.run(from, inLink)
	for to > from+1 && strings.ContainsRune(".,;:!?)]}'*_", v.r(to-1)) {
		to--
	}
	return to
}

func inLink(r rune) bool { return solid(r) && !strings.ContainsRune("<>\"`|", r) }

func schemeChar(r rune) bool {
	return r < 0x80 && letterOrDigit(r) || r == '+' || r == '-'
}

func hostChar(r rune) bool { return letterOrDigit(r) || r == '.' || r == '-' || r == ':' }

// beta says whether the host of a link says that it is no production site: that
// is a ground of the policy and says nothing of anybody.
func beta(link string) bool {
	if _, after, found := strings.Cut(link, "://"); found {
		link = after
	}
	host := link[:strings.IndexAny(link+"/", "/?#")]
	labels := strings.FieldsFunc(strings.ToLower(host), func(r rune) bool { return r == '.' || r == '-' })
	return slices.ContainsFunc(labels, func(l string) bool {
		return slices.Contains([]string{"beta", "betatest", "staging", "stage", "sandbox", "preview", "uat"}, l)
	})
}

// mails finds mail addresses, also those that are disguised ("anna (at) firma
// punkt ch"), and @names.
func mails(v *view) []span {
	var out []span
	add := func(s span) {
		if s.to > s.from && s.from >= v.floor {
			out, v.floor = append(out, s), s.to
		}
	}
	for i := range v.chars {
		switch {
		case v.r(i) == '@':
			add(mailAt(v, i))
		case (v.r(i) == 'a' || v.r(i) == 'A') && !letterOrDigit(v.r(i-1)):
			add(disguised(v, i))
		}
	}
	return out
}

// mailAt is the address around the @ at i, or the name behind it.
func mailAt(v *view, i int) span {
	from := v.back(i, localChar)
	to := v.run(i+1, domainChar)
	for to > i+1 && (v.r(to-1) == '.' || v.r(to-1) == '-') {
		to--
	}
	if from == i && v.r(i-1) == '"' { // "anna müller"@firma.ch
		if q := v.back(i-1, func(r rune) bool { return r != '"' && r != '\n' }); v.r(q-1) == '"' && i-q < 80 {
			from = q - 1
		}
	}
	switch dot := strings.ContainsRune(v.text(i, to), '.'); {
	case from < i && to > i+1:
		return span{from, to, Mail}
	case from < i: // anna@ firma.ch
		if far := v.run(v.skip(to), domainChar); far > v.skip(to) && strings.ContainsRune(strings.TrimRight(v.text(to, far), "."), '.') {
			return span{from, far, Mail}
		}
		return span{from, i + 1, Mail}
	case to > i+1 && dot && v.r(i-1) == ' ' && localChar(v.r(i-2)): // anna @firma.ch
		return span{v.back(i-1, localChar), to, Mail}
	case to > i+1:
		return span{i, to, Handle}
	}
	if far := v.run(v.skip(i+1), domainChar); v.r(i-1) == ' ' && localChar(v.r(i-2)) && far > v.skip(i+1) && strings.ContainsRune(strings.TrimRight(v.text(i, far), "."), '.') {
		return span{v.back(i-1, localChar), far, Mail} // anna @ firma.ch
	}
	return span{}
}

func localChar(r rune) bool {
	return letterOrDigit(r) || r > 0 && strings.ContainsRune("._%+-'&=#/!~", r)
}

func domainChar(r rune) bool { return letterOrDigit(r) || r == '.' || r == '-' || r == '_' }

// disguised is an address whose @ is written as a word that begins at i: in
// brackets, or between spaces where the dot is a word as well.
func disguised(v *view, i int) span {
	end := v.run(i, letter)
	if w := strings.ToLower(v.text(i, end)); w != "at" && w != "ät" && w != "affe" {
		return span{}
	}
	open, shut := v.r(i-1), v.r(end)
	bracketed := open == '(' && shut == ')' || open == '[' && shut == ']' || open == '{' && shut == '}' || open == '<' && shut == '>' || open == '-' && shut == '-' || open == '_' && shut == '_'
	before, after := i, end
	if bracketed {
		before, after = i-1, end+1
	}
	before = v.back(before, func(r rune) bool { return r == ' ' })
	from := v.back(before, func(r rune) bool { return localChar(r) && r != '/' })
	to, dots := domainWords(v, v.skip(after))
	if from == before || dots == 0 || !bracketed && !strings.ContainsAny(v.text(end, to), "([{") && dots < 2 {
		return span{}
	}
	return span{from, to, Mail}
}

// domainWords reads a domain whose dots may be words. A dot that is a word
// counts twice: it is no accident.
func domainWords(v *view, i int) (to, dots int) {
	for dots < maxDots {
		end := v.near(i, func(r rune) bool { return letterOrDigit(r) || r == '-' })
		if end == i {
			return to, dots
		}
		to = end
		next := v.skip(end)
		if v.r(end) == '.' && letterOrDigit(v.r(end+1)) {
			dots, i = dots+1, end+1
			continue
		}
		word := next
		if strings.ContainsRune("([{", max(v.r(next), 0)) {
			word = next + 1
		}
		stop := v.run(word, func(r rune) bool { return letter(r) || r == '.' })
		if w := strings.ToLower(v.text(word, stop)); w != "dot" && w != "punkt" && (word == next || w != ".") {
			return to, dots
		}
		if word > next {
			stop++
		}
		if i = v.skip(stop); !letterOrDigit(v.r(i)) {
			return to, dots
		}
		dots += 2
	}
	return to, dots
}

// maxDots ends a domain that goes on for ever.
const maxDots = 16

// networks finds the addresses of machines: IPv4, IPv6, hardware.
func networks(v *view) []span {
	var out []span
	for i := 0; i < len(v.chars); i++ {
		if !hexChar(v.r(i)) && v.r(i) != ':' || letterOrDigit(v.r(i-1)) || v.r(i-1) == ':' || v.r(i-1) == '.' {
			continue
		}
		to := v.run(i, func(r rune) bool { return hexChar(r) || r == ':' || r == '.' })
		for to > i && (v.r(to-1) == '.' || v.r(to-1) == ':' && (to < i+2 || v.r(to-2) != ':')) {
			to--
		}
		if letterOrDigit(v.r(to)) {
			i = to
			continue
		}
		text := v.text(i, to)
		if host, _, found := strings.Cut(text, ":"); found && strings.Count(text, ".") == 3 && strings.Count(text, ":") == 1 {
			text, to = host, i+len(host) // with a port
		}
		if addr, err := netip.ParseAddr(text); err == nil && strings.Trim(text, ":") != "" && (addr.Is4() || strings.Count(text, ":") > 1) {
			out = append(out, span{i, to, Network})
		}
		if strings.Count(text, ":") == 5 && len(text) == 17 {
			out = append(out, span{i, to, Number})
		}
		i = max(i, to-1)
	}
	return out
}

func hexChar(r rune) bool {
	return isDigit(r) || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F'
}
