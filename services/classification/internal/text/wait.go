package text

// awaitsThem finds the statement that support waits for the customer, by how it
// is built: a question of support's, and that its answer is yet to come. The
// words of the vocabulary find those that are foreseen.
func awaitsThem(tokens []token, list []clause, by Author) Statement {
	var before due
	for i := 0; i < len(list); {
		first := i
		i = sentenceEnd(list, first)
		d := due{tokens: tokens, from: list[first].from, to: list[i-1].to, by: by}
		d.read()
		if d.given(before) && !(by == "" && i < len(list) && isSettled(tokens, list, i, by)) {
			at := max(d.at, d.from)
			return Statement{Given: true, Span: spanOf(tokens, at, min(at+2, d.to))}
		}
		before = d
	}
	return Statement{}
}

// isSettled says whether the sentence that begins with clause i says that the
// answer has come.
func isSettled(tokens []token, list []clause, i int, by Author) bool {
	d := due{tokens: tokens, from: list[i].from, to: list[sentenceEnd(list, i)-1].to, by: by}
	d.read()
	return d.settled && !d.open
}

// due is what one sentence says of answers that are due.
type due struct {
	tokens   []token
	from, to int
	by       Author
	at       int // the word that says most
	// asked: support asked the customer for something; open: it is yet to come;
	// settled: it has come; them: the customer is spoken of; plain: it says by
	// itself that support waits for the customer.
	asked, open, settled, them, plain bool
}

// given says whether the sentence, with the one before, states it.
func (d *due) given(before due) bool {
	if d.settled {
		return false
	}
	if d.plain {
		return true
	}
	if d.by == "" {
		return d.asked && d.open || before.asked && !before.settled && d.open && d.to-d.from < 14
	}
	return d.asked && d.open && (d.them || before.them) || before.asked && before.them && d.open && !d.asked && d.to-d.from < 10
}

func (d *due) read() {
	for k := d.from; k < d.to; k++ {
		t := &d.tokens[k]
		switch {
		case t.cued(owesWord):
			d.owes(k)
		case t.cued(waitsWord):
			d.waits(k)
		case t.cued(ballWord):
			d.ball(k)
		case t.cued(replyWord):
			d.open = d.open || d.not(k)
		case t.cued(answeredWord):
			d.settled = d.settled || !d.not(k) && (d.by == "" || d.byCustomer(k))
			d.open = d.open || d.not(k)
		case t.cued(openWord):
			d.open = true
		}
		d.them = d.them || t.cued(customerWord)
		d.asks(k)
	}
}

// asks notes whether the word at k says that support asked for something.
func (d *due) asks(k int) {
	t := &d.tokens[k]
	switch {
	case d.by == "" && t.cued(askedWord):
		for j := max(d.from, k-4); j < k; j++ {
			if d.tokens[j].cued(theySay) && !(k > j+1 && d.tokens[k-1].cued(myselfWord) && !d.tokens[k-1].cued(theySay)) {
				d.asked, d.at = true, k
			}
		}
	case d.by == "" && t.cued(questionWord):
		if k > d.from && d.tokens[k-1].cued(theySay) || k-1 > d.from && d.tokens[k-2].cued(theySay) {
			d.asked, d.at = true, k
		}
	case d.by != "" && t.cued(questionWord):
		d.asked, d.at = true, k
	case d.by != "" && t.cued(askedWord):
		for j := max(d.from, k-4); j < k; j++ {
			if d.tokens[j].cued(myselfWord) && d.tokens[j].cued(customerWord) && d.tokens[k-1].fold != "been" {
				return // the customer asks
			}
		}
		d.asked, d.at = true, k
	}
}

// owes reads "I owe you", "schuldet uns".
func (d *due) owes(k int) {
	near := func(c class) bool {
		for j := max(d.from, k-3); j < min(d.to, k+5); j++ {
			if d.tokens[j].is(c) {
				return true
			}
		}
		return false
	}
	if d.by == "" && near(youWord) && !(k > d.from && d.tokens[k-1].is(youWord)) || d.by != "" && near(pronoun) {
		d.plain, d.at = true, k
	}
}

// waits reads "waiting for their reply", "you are waiting on us", "pending customer".
func (d *due) waits(k int) {
	d.open = true
	for j := max(d.from, k-2); j < k; j++ {
		if t := &d.tokens[j]; d.by != "" && t.cued(customerWord) || t.fold == "not" || t.fold == "nicht" {
			return // the customer waits
		}
	}
	if d.by != "" && d.tokens[k].fold != "hold" && k+1 < d.to && d.tokens[k+1].cued(waitFor) {
		d.plain, d.at = true, k
		for j := k + 1; j < min(d.to, k+6); j++ {
			if t := &d.tokens[j]; t.cued(inHouse) || t.fold == "us" || t.fold == "uns" {
				d.plain = false
			}
		}
		if d.plain {
			return
		}
	}
	for j := k + 1; j < min(d.to, k+6); j++ {
		t := &d.tokens[j]
		switch {
		case t.is(pronoun) && d.by != "" && t.fold != "us" && t.fold != "uns", t.cued(customerWord) && d.by != "":
			d.plain, d.at = true, k
		case d.by == "" && t.cued(ourSide) && d.you(k):
			d.plain, d.at = true, k
		}
	}
}

// byCustomer says whether the customer stands before token k.
func (d *due) byCustomer(k int) bool {
	for j := max(d.from, k-4); j < k; j++ {
		if d.tokens[j].cued(customerWord) {
			return true
		}
	}
	return false
}

// you says whether those who are written to stand before token k.
func (d *due) you(k int) bool {
	for j := max(d.from, k-5); j < k; j++ {
		if t := &d.tokens[j]; t.is(youWord) || t.cued(theySay) || t.cued(teamWord) {
			return true
		}
	}
	return false
}

// ball reads "the ball is in our court".
func (d *due) ball(k int) {
	if d.by == "" && !d.tokens[k].cued(courtWord) {
		return
	}
	for j := k + 1; j < min(d.to, k+8); j++ {
		t := &d.tokens[j]
		if d.by == "" && t.cued(ourSide) || d.by != "" && (t.cued(customerWord) || t.fold == "ihr" || t.fold == "ihm") {
			d.plain, d.at = true, k
		}
		if d.by != "" && (t.fold == "our" || t.fold == "uns") {
			return
		}
	}
}

// not says whether the word at k is denied.
func (d *due) not(k int) bool {
	for j := max(d.from, k-4); j < min(d.to, k+2); j++ {
		if d.tokens[j].cued(notYet) {
			return true
		}
	}
	return false
}
