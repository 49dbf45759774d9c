package detect

// A word is what one signal says of a subject, where the latest word stands.
type word struct {
	at    int64 // longAgo: nothing was said yet
	mark  mark
	value int
	bad   bool // the rule holds by it
	good  bool // it is a success
}

// outranks reports whether w is the latest of the two.
func (w *word) outranks(n *names, o *word) bool {
	switch {
	case w.at != o.at:
		return w.at > o.at
	case w.good != o.good:
		return w.good
	}
	return n.compareMarks(w.mark, o.mark) > 0
}

// A statement is one of which the latest stands.
type statement[T any] interface {
	*T
	outranks(n *names, other *T) bool
}

// supersede lets what is said stand if it is later than what stands, and reports
// whether it does.
func supersede[T any, P statement[T]](n *names, stands *T, said T) bool {
	if !P(&said).outranks(n, stands) {
		return false
	}
	*stands = said
	return true
}

// A wordRule is what a rule that goes by the latest word adds to the window.
type wordRule struct {
	hear   func(s *Signal) word // value, bad and good
	line   int                  // the threshold
	people bool                 // the value is a number of people, counted whether or not it is bad
	stands func(at int64) int64 // until when a word of that time is believed
}

// A lastWord is the window of a rule that goes by the latest word. It holds that
// word and the one of the raise; nothing in it grows with the signals.
type lastWord struct {
	house
	wordRule
	tenants int // 1: the scope is a tenant
	latest  word
	counted bool  // the latest word is what is counted
	success int64 // event time of the newest success
	trouble int64 // event time of the newest word by which the rule held
	kept    *keptWord
}

// A keptWord is the latest word up to a raise.
type keptWord struct {
	at   int64
	word word
}

// windowOf opens windows for a rule that goes by the latest word.
func (r wordRule) windowOf(h house, platform bool) window {
	w := &lastWord{
		house: h, wordRule: r, latest: word{at: longAgo},
		tenants: 1, success: longAgo, trouble: longAgo,
	}
	if platform { // it reads signals that name no tenant
		w.tenants = 0
	}
	return w
}

func (w *lastWord) take(in *input) fate {
	said := w.hear(in.Signal)
	said.at, said.mark = in.at, in.mark
	if said.mark == w.latest.mark && w.latest.at != longAgo {
		return repeatOf(said == w.latest)
	}
	said.mark = said.mark.clone()
	news := supersede(w.names, &w.latest, said)
	if k := w.kept; k != nil && in.at <= k.at && supersede(w.names, &k.word, said) {
		news = true
	}
	if said.good && in.at > w.success {
		w.success, news = in.at, true
	}
	if !news && in.at < w.latest.at {
		return stale
	}
	if said.bad {
		w.trouble = max(w.trouble, in.at)
	}
	return counted
}

func (w *lastWord) weigh(now int64) weight {
	out := weight{success: longAgo, heard: w.latest.at, since: longAgo, next: never}
	until := w.stands(w.latest.at)
	believed := w.latest.at != longAgo && now < until
	out.holds = believed && w.latest.bad
	out.lasts = out.holds
	if w.counted = out.holds || believed && w.people; w.counted {
		out.counts, out.next = w.latest.value, until
	}
	if w.success >= w.trouble {
		out.success = w.success
	}
	out.refuted = w.kept != nil && !w.kept.word.bad
	return out
}

func (w *lastWord) evidence(_ uint8, upTo int64) evidence {
	ev := evidence{threshold: w.line, first: never, last: longAgo}
	if !w.counted {
		return ev
	}
	ev.value, ev.tenants = w.latest.value, w.tenants
	if w.people {
		ev.people = ev.value
	}
	ev.count(w.latest.at)
	last := newest{limit: w.rules.Samples}
	if w.latest.at <= upTo {
		last.add(w.names, sample{w.latest.at, w.latest.mark})
	}
	ev.samples = last.list
	return ev
}

func (w *lastWord) keep(at, _ int64) { w.kept = &keptWord{at, w.latest} }

func (w *lastWord) drop() { w.kept = nil }

func (w *lastWord) code(c *coder) {
	w.latest.code(c)
	c.int(&w.success)
	c.int(&w.trouble)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		w.kept.word.code(c)
	}
}

func (w *word) code(c *coder) {
	c.int(&w.at)
	c.mark(&w.mark)
	c.size(&w.value)
	c.flag(&w.bad)
	c.flag(&w.good)
}
