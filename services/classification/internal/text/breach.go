package text

// breach finds security trouble that is told by what happens rather than by
// its name: who has no business there gets in, sees what is not theirs, or the
// platform's own mail asks for passwords.
func (f *finder) breach(i int) {
	c := &f.list[i]
	if c.polarity != Asserted && c.polarity != Over || f.hearsay(i) {
		return
	}
	if h, ok := f.trespass(i); ok {
		f.found = append(f.found, Finding{
			Topic: TopicSecurity, Polarity: Asserted, Extent: Unstated, Weight: 0.75, Span: f.cover(h.from, h.to), Claim: i,
		})
	}
}

// trespass finds the words that tell it in clause i, with those of the clauses
// of its sentence.
func (f *finder) trespass(i int) (hit, bool) {
	c := &f.list[i]
	s := f.sentenceMeans(i)
	does := f.done(c)
	switch {
	case c.has(outsider) && (does || f.followed(i)):
		return *c.find(outsider), true
	case c.has(others) && does && !c.state().isWrong && (s.has(secret) || s.has(account) || s.has(completion) || s.has(profile) && f.looks(c)):
		return *c.find(others), true
	case c.has(secret) && does && (s.has(others) || s.has(suddenly)) && s.has(people):
		return *c.find(secret), true
	case c.has(spread) && f.tellsKeys(i):
		return *c.find(spread), true
	case c.has(lure) && f.tellsKeys(i) && f.fromUs(i) && !s.has(spread):
		return *c.find(lure), true
	}
	return hit{}, false
}

// hearsay says whether the sentence of clause i tells of others, as newspapers do.
func (f *finder) hearsay(i int) bool {
	return f.says(i, func(t *token) bool {
		switch t.fold {
		case "newsletter", "newspaper", "press", "presse", "news", "zeitung", "zeitungen", "medien", "hersteller", "manufacturer", "erzaehlt":
			return true
		}
		return false
	})
}

// sentenceMeans are the meanings of the sentence that clause i is of.
func (f *finder) sentenceMeans(i int) (all meanings) {
	at := f.list[i].sentence
	for k := i; k >= 0 && f.list[k].sentence == at; k-- {
		all.join(f.list[k].means)
	}
	for k := i + 1; k < len(f.list) && f.list[k].sentence == at; k++ {
		all.join(f.list[k].means)
	}
	return all
}

// done says whether the clause states that somebody gets in, sees or takes
// something, and does not deny it.
func (f *finder) done(c *clause) bool {
	for _, h := range c.hits {
		if h.means == peek && c.denies(h, false) == nil {
			return true
		}
	}
	return false
}

// looks says whether the clause says of somebody that they see or take
// something, not only that something is shown.
func (f *finder) looks(c *clause) bool {
	for _, h := range c.hits {
		if h.means != peek || c.denies(h, false) != nil {
			continue
		}
		switch f.tokens[h.from].fold {
		case "show", "shows", "showing", "shown", "displays", "zeigt", "angezeigt", "liefert", "bekommt", "bekommen", "kommt", "kommen":
			continue
		}
		return true
	}
	return false
}

// followed says whether a clause beside i in the same sentence, or the next
// sentence's first, tells what was done.
func (f *finder) followed(i int) bool {
	for k := max(0, i-1); k < min(len(f.list), i+3); k++ {
		if o := &f.list[k]; k != i && o.sentence == f.list[i].sentence && o.polarity == Asserted && f.done(o) {
			return true
		}
	}
	return false
}

// tellsKeys says whether the sentence of clause i speaks of passwords or of
// lists of people.
func (f *finder) tellsKeys(i int) bool {
	return f.says(i, func(t *token) bool {
		switch t.fold {
		case "password", "passwords", "passcode", "pin", "pins", "pw", "token", "credentials", "passwort", "passwoerter", "passworte", "kennwort", "kennwoerter",
			"kennworts", "zugangsdaten", "logins", "employees", "bank", "gefaelscht", "gefaelschten", "gefaelschte", "fake", "phishing":
			return true
		}
		return false
	})
}

// fromUs says whether the sentence of clause i names the platform as sender.
func (f *finder) fromUs(i int) bool {
	return f.says(i, func(t *token) bool {
		switch t.fold {
		case "your", "ur", "sender", "address", "adress", "absender", "absenderadresse", "eurem", "eurer", "ihre", "ihrer", "ihrem", "plattform", "platform", "system",
			"noreply", "eigene", "eigenen", "eigener":
			return true
		}
		return false
	})
}

// says says whether a word of the sentence of clause i is as wanted.
func (f *finder) says(i int, wanted func(*token) bool) bool {
	first, last := i, i
	for first > 0 && f.list[first-1].sentence == f.list[i].sentence {
		first--
	}
	for last+1 < len(f.list) && f.list[last+1].sentence == f.list[i].sentence {
		last++
	}
	for k := f.list[first].from; k < f.list[last].to; k++ {
		if wanted(&f.tokens[k]) {
			return true
		}
	}
	return false
}
