package text

// atWork finds the statement that somebody of support is at work on the ticket,
// by how it is built: who it is, that it is now, and words of work. The words
// of the vocabulary find those that are foreseen.
func atWork(tokens []token, list []clause, by Author) Statement {
	for i := 0; i < len(list); {
		first := i
		i = sentenceEnd(list, first)
		w := shift{tokens: tokens, from: list[first].from, to: list[i-1].to, by: by}
		if at, ok := w.read(); ok && list[first].polarity != Asked {
			return Statement{Given: true, Span: spanOf(tokens, at, min(at+2, w.to))}
		}
	}
	return Statement{}
}

// A shift is what one sentence says of who is at work.
type shift struct {
	tokens   []token
	from, to int
	by       Author
}

func (w *shift) read() (int, bool) {
	at, who := -1, -1
	now, thisMoment, sure, theirs := false, false, false, false
	for k := w.from; k < w.to; k++ {
		t := &w.tokens[k]
		if t.cued(notNow) {
			return 0, false
		}
		now = now || t.cued(nowWord)
		thisMoment = thisMoment || w.isThisMoment(k)
		if w.isTheirs(k) || w.by == ByAgent && t.cued(selfWord) {
			if who < 0 {
				who = k
			}
			theirs = true
		}
		if w.works(k) && !w.denied(k) {
			if at < 0 {
				at = k
			}
			sure = sure || w.isSure(k)
		}
	}
	switch {
	case w.by == BySystem && !theirs:
		return 0, false
	case at >= 0 && (now || thisMoment || sure) && (theirs || w.by == ByAgent):
		return at, true
	case theirs && thisMoment && !w.denied(min(who+5, w.to-1)):
		return who, true
	}
	return 0, false
}

// isThisMoment says whether the words at k say that it is at this very moment:
// "as we speak", "right now", "im Moment".
func (w *shift) isThisMoment(k int) bool {
	t, before := &w.tokens[k], &w.tokens[max(w.from, k-1)]
	switch {
	case t.cued(momentWord):
		return true
	case t.cued(speakWord):
		return k-2 >= w.from && w.tokens[k-2].fold == "as"
	case t.cued(instant):
		return before.fold == "this" || before.fold == "the" || before.fold == "very" || before.fold == "rite" || before.fold == "right" || before.fold == "im"
	}
	return false
}

// isTheirs says whether the word at k is one for those of support: "a
// technician", "your chap", "Ihr Herr Brunner", "Jonte aus eurem Team".
func (w *shift) isTheirs(k int) bool {
	t := &w.tokens[k]
	before := &w.tokens[max(w.from, k-1)]
	if t.cued(teamWord) {
		own := before.is(ours) || k-2 >= w.from && w.tokens[k-2].is(ours)
		return !own || w.by != ""
	}
	if t.cued(humanWord) {
		for j := max(w.from, k-3); j < k; j++ {
			if w.tokens[j].is(youWord) || w.tokens[j].fold == "yall" || w.tokens[j].fold == "yeve" {
				return true
			}
		}
		return k+2 < w.to && w.tokens[k+1].cued(ofYou) && w.tokens[k+2].is(youWord)
	}
	if t.kind != word || t.function || t.shouted || !t.capital && w.tokens[min(k+1, w.to-1)].fold != "from" {
		return false
	}
	if before.cued(mister) || before.is(youWord) && before.fold != "sie" && w.tokens[k].german == 0 && k > w.from && isName(t) {
		return true
	}
	for j := k + 1; j < min(w.to, k+4); j++ {
		if w.tokens[j].is(youWord) && w.tokens[j-1].cued(ofYou) {
			return true
		}
	}
	return k+1 < w.to && w.tokens[k+1].fold == "is" && isName(t) && (k > w.from || w.by == ByCSM || w.by == ByAgent)
}

// isName says whether a word with a capital may be a name: no dictionary has it.
func isName(t *token) bool { return len(t.candidates) == 0 && len(t.fold) > 2 }

// works says whether the word at k is one of work under way.
func (w *shift) works(k int) bool {
	t := &w.tokens[k]
	if t.cued(workWord | handsWord) {
		return !t.capital || w.by == ByAgent || k > w.from && w.tokens[k-1].fold == "-"
	}
	if k+1 < w.to && (t.fold == "on" || t.fold == "onto" || t.fold == "at" || t.fold == "with") {
		switch w.tokens[k+1].fold {
		case "it", "this", "that":
			return k == w.from || w.tokens[k-1].cued(beWord|nowWord|teamWord) || w.tokens[k-1].capital || w.tokens[k-1].cued(workWord)
		}
	}
	return false
}

// isSure says whether the word at k says by itself that it is now: "remoted in",
// "dran".
func (w *shift) isSure(k int) bool {
	return !w.tokens[k].cued(workWord) || w.tokens[k].cued(sureWork)
}

// denied says whether the work at k is denied, asked for, or yet to come.
func (w *shift) denied(k int) bool {
	for j := w.from; j < k; j++ {
		if t := &w.tokens[j]; t.cued(nobodyWord) || j >= k-5 && t.cued(undone) {
			return true
		}
	}
	return false
}
