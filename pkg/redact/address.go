package redact

import (
	"slices"
	"strings"
)

// Words before a name.
var (
	titles = []string{"herr", "herrn", "herren", "frau", "fräulein", "hr", "fr", "mr", "mrs", "ms", "miss", "mister", "mme", "madame", "monsieur", "signora", "signor", "dr", "prof", "doktor", "professor"}
	// small are those before which nobody writes a word that is no name, even
	// where all is in small letters.
	small   = []string{"herr", "herrn", "frau", "hr", "mr", "mrs", "ms"}
	degrees = []string{"dr", "prof", "med", "phil", "ing", "dipl", "mag", "lic", "iur", "jur", "rer", "nat", "univ", "habil", "msc", "mba", "bsc", "phd"}
)

// titled finds names behind a title: "Frau Dr. Müller", "mr smith".
func titled(v *view) []span {
	var out []span
	each(v, func(w word) int {
		short := w.loud && w.to-w.from < 3 && v.r(w.to) != '.' && !wordAt(v, v.skip(w.to)).loud // HR is a department
		if !slices.Contains(titles, w.low) || short {
			return w.to
		}
		at := behindTitles(v, w.to)
		first := wordAt(v, at)
		if at == w.to || first.to == first.from {
			return w.to
		}
		end := fullName(v, at, 2)
		if first.loud && first.nameLike() && first.to-first.from > 1 {
			end = first.to
		}
		if end == at && !w.capital && slices.Contains(small, w.low) && first.to-first.from > 2 && !words().common[first.low] && !slices.Contains(titles, first.low) {
			end = first.to
		}
		if end == at && w.capital && w.low != "fr" && !first.capital && first.to-first.from > 2 && !words().common[first.low] && !slices.Contains(particles, first.low) {
			end = first.to // Frau müller
		}
		if end == at {
			return w.to
		}
		out = append(out, span{at, end, Name})
		return end
	})
	return out
}

// behindTitles passes over further titles and degrees, and the dots behind them.
func behindTitles(v *view, i int) int {
	for {
		if v.r(i) == '.' {
			i++
		}
		next := v.skip(i)
		w := wordAt(v, next)
		if next > i+2 || w.to == w.from || !slices.Contains(degrees, w.low) && !slices.Contains(titles, w.low) {
			return next
		}
		i = w.to
	}
}

// greetings begin a note; what follows is whom it is for.
var greetings = []string{
	"hallo", "hi", "hey", "hello", "dear", "liebe", "lieber", "liebes", "guten tag", "guten morgen", "guten abend", "sehr geehrte", "sehr geehrter", "geehrte", "geehrter",
	"werte", "werter", "grüezi", "grüessech", "servus", "moin", "hoi", "salut", "salü", "good morning", "good afternoon", "good evening", "morning", "grüß gott", "grüss gott", "ciao", "tach", "morgen", "greetings",
}

// greeted finds names in greetings: "Hallo Anna,", "hi peter and tom,".
func greeted(v *view) []span {
	var out []span
	for i := 0; i < len(v.chars); i++ {
		if v.r(i-1) != '\n' {
			continue
		}
		at := afterGreeting(v, v.run(i, func(r rune) bool { return r == ' ' || r == '>' || r == '*' }))
		for at > 0 {
			next := v.skip(at)
			end := greetedName(v, next)
			if end == next {
				break
			}
			out = append(out, span{next, end, Name})
			at = afterAnd(v, end)
		}
	}
	return out
}

// afterGreeting is where the greeting that begins at i ends, 0 if none does.
func afterGreeting(v *view, i int) int {
	first := wordAt(v, i)
	if first.to == i {
		return 0
	}
	second := wordAt(v, v.skip(first.to))
	switch {
	case second.to > second.from && slices.Contains(greetings, first.low+" "+second.low), first.low == second.low && first.low == "moin":
		return second.to
	case slices.Contains(greetings, first.low):
		return first.to
	}
	return 0
}

// greetedName is where the name of somebody who is greeted ends: in small
// letters it must be all that stands before a comma or the end of the line.
func greetedName(v *view, i int) int {
	w := wordAt(v, i)
	shut := func(to int) bool { return strings.ContainsRune(",!.:;\n-", v.r(v.skip(to))) }
	switch {
	case w.to-w.from < 2 || words().common[w.low] || slices.Contains(titles, w.low):
		return i
	case !w.capital:
		if shut(w.to) {
			return w.to
		}
		return i
	}
	if end := fullName(v, i, 3); shut(end) && end > i {
		return end
	}
	if end := fullName(v, i, 2); words().given[w.low] && end > i {
		return end
	}
	return w.to
}

// afterAnd is what follows an "and" or a comma behind a greeted name, 0 if
// nobody else is greeted.
func afterAnd(v *view, i int) int {
	at := v.skip(i)
	w := wordAt(v, at)
	switch {
	case w.low == "und" || w.low == "and" || w.low == "u":
		return w.to
	case v.r(at) == '&' || v.r(at) == '/':
		return at + 1
	case v.r(at) == ',' && v.r(v.skip(at+1)) != '\n': // "Hallo Anna, hallo Tom"
		return afterGreeting(v, v.skip(at+1))
	}
	return 0
}

// Words by which people say who they or others are: a name follows.
var (
	presenting = []string{"my name is", "mein name ist", "ich heiße", "ich heisse", "hier spricht", "hier schreibt", "signed by", "gezeichnet"}
	// doubtful present somebody only before a name and one of also.
	doubtful = []string{"this is", "hier ist", "i am", "i'm", "ich bin", "name is"}
	also     = []string{"from", "von", "aus", "at", "vom", "of", "here", "hier", "and", "und"}
	// labels name somebody behind a colon.
	labels = []string{
		"name", "vorname", "nachname", "first name", "last name", "full name", "surname", "kontakt", "contact", "ansprechpartner", "ansprechpartnerin", "benutzer", "benutzername", "username", "user",
		"user name", "user id", "employee", "mitarbeiter", "mitarbeiterin", "requester", "reporter", "von", "from", "an", "to", "cc", "gemeldet von", "reported by", "anwender", "login name", "kunde", "manager",
	}
)

// introduced finds names that somebody is presented by.
func introduced(v *view) []span {
	var out []span
	each(v, func(w word) int {
		second := wordAt(v, v.skip(w.to))
		third := wordAt(v, v.skip(second.to))
		two, three := w.low+" "+second.low, w.low+" "+second.low+" "+third.low
		switch {
		case slices.Contains(presenting, three):
			return introduce(v, &out, third.to, true)
		case slices.Contains(presenting, two):
			return introduce(v, &out, second.to, true)
		case slices.Contains(doubtful, two):
			return introduce(v, &out, second.to, false)
		case slices.Contains(doubtful, w.low):
			return introduce(v, &out, w.to, false)
		case slices.Contains(labels, two) && v.r(second.to) == ':':
			return labelled(v, &out, second.to+1)
		case slices.Contains(labels, w.low) && v.r(w.to) == ':':
			return labelled(v, &out, w.to+1)
		}
		return w.to
	})
	return out
}

// introduce takes the name behind i. Where the words before it are no proof, it
// must be two words, or one before a word as "from".
func introduce(v *view, out *[]span, i int, sure bool) int {
	at := v.skip(i)
	end := fullName(v, at, 3)
	first := wordAt(v, at)
	if sure && end == at && first.to-first.from > 2 && !words().common[first.low] {
		end = first.to
		if second := wordAt(v, v.skip(end)); second.to > second.from && !words().common[second.low] {
			end = second.to
		}
	}
	follows := wordAt(v, v.skip(end))
	proof := sure || slices.Contains(also, follows.low) || strings.Contains(v.text(at, end), " ")
	if end == at || !proof || first.loud && !sure {
		return i
	}
	*out = append(*out, span{at, end, Name})
	return end
}

// labelled takes what stands behind a label: a name, or the short name by which
// somebody signs in.
func labelled(v *view, out *[]span, i int) int {
	at := v.skip(i)
	end := fullName(v, at, 3)
	if end == at {
		to := v.run(at, func(r rune) bool { return letterOrDigit(r) || r == '.' || r == '_' || r == '-' || r == '\\' })
		for to > at && v.r(to-1) == '.' {
			to--
		}
		text := v.text(at, to)
		if strings.ContainsAny(text, "._\\0123456789") && strings.ContainsFunc(text, letter) {
			end = to
		}
	}
	if end > at {
		*out = append(*out, span{at, end, Name})
	}
	return max(end, i)
}
