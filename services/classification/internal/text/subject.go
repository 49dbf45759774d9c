package text

import (
	"slices"
	"strings"
)

// named returns what the clause speaks of.
func (f *finder) named(c *clause, s state) []subject {
	f.all = f.all[:0]
	for _, h := range c.hits {
		if topic := f.words.topics[h.means]; topic != "" && !f.isVerb(c, h) && c.free(h, security) {
			f.all = append(f.all, subject{topic, h})
		}
	}
	if len(f.all) == 0 {
		return nil
	}
	return f.narrow(c, s)
}

// among says whether the clause speaks of a thing.
func (f *finder) among(t Topic) bool {
	return slices.ContainsFunc(f.all, func(n subject) bool { return n.topic == t })
}

// keep returns the things that the clause speaks of and that are wanted, each once.
func (f *finder) keep(wanted ...Topic) []subject {
	from := len(f.kept)
	for _, n := range f.all {
		if slices.Contains(wanted, n.topic) && !slices.ContainsFunc(f.kept[from:], func(k subject) bool { return k.topic == n.topic }) {
			f.kept = append(f.kept, n)
		}
	}
	return f.kept[from:len(f.kept):len(f.kept)]
}

// narrow keeps the subjects that the statement is about.
func (f *finder) narrow(c *clause, s state) []subject {
	switch {
	case f.among(TopicFTP) && (c.has(denied) || !f.among(TopicUploads)):
		return f.keep(TopicFTP)
	case f.among(TopicSSO):
		return f.keep(TopicSSO)
	case f.among(TopicProfile) && s.isWrong:
		return f.keep(TopicProfile)
	case f.among(TopicCompletions) && (f.isRecord(f.keep(TopicCompletions)[0]) || c.has(missing, provider)) && !f.isTheirs(c, f.keep(TopicCompletions)[0], s) && (f.provider || !f.among(TopicReports)):
		return f.keep(TopicCompletions)
	case f.among(TopicContent) && s.gone && f.provider && !f.among(TopicLXP):
		return f.keep(TopicContent)
	}
	features := f.keep(f.words.features...)
	if f.among(TopicLogin) && !(len(features) > 0 && f.leadsTo(f.keep(TopicLogin)[0], features)) {
		return f.keep(TopicLogin)
	}
	if len(features) > 1 {
		features = f.principal(c, features)
	}
	if len(features) > 0 {
		return features
	}
	if more := f.keep(TopicCompletions, TopicContent, TopicProfile); len(more) > 0 && !f.isTheirs(c, more[0], s) && (s.gone || s.isWrong || s.fails && more[0].topic == TopicCompletions) {
		return more[:1]
	}
	core, named := f.keep(TopicCore), f.keep(TopicSite)
	if len(core) > 0 && !(len(named) > 0 && named[0].hit.to <= core[0].hit.from && !f.isPlace(c, named[0], s)) {
		return core
	}
	if len(named) > 0 && (f.isPage(c, named[0]) || f.isPlace(c, named[0], s)) {
		return nil
	}
	return named
}

// isPage says whether "Seite" means the page of what was just spoken of.
func (f *finder) isPage(c *clause, n subject) bool {
	w := f.tokens[n.hit.from].fold
	if w != "seite" && w != "page" && w != "service" && w != "dienst" && w != "server" && w != "system" {
		return false
	}
	return len(f.last) > 0 && c.sentence-f.lastAt <= 1 && f.last[0].topic != TopicSite
}

// leadsTo says whether the log-in is only the way to a feature, as in "nobody
// gets into Insights".
func (f *finder) leadsTo(n subject, features []subject) bool {
	return slices.ContainsFunc(features, func(o subject) bool {
		return o.hit.from >= n.hit.to && o.hit.from-n.hit.to <= 2 || o.hit.overlaps(n.hit)
	})
}

// principal drops features that only say where, and keeps those that are
// listed together.
func (f *finder) principal(c *clause, features []subject) []subject {
	var kept []subject
	for _, n := range features {
		// "The video call report": the thing is the last word.
		aside := f.isAside(c, n.hit) || n.hit.means >= own && slices.ContainsFunc(features, func(o subject) bool { return o.hit.from == n.hit.to })
		if !aside {
			kept = append(kept, n)
		}
	}
	if len(kept) == 0 {
		return features[:1]
	}
	listed := kept[:1]
	for _, n := range kept[1:] {
		if n.hit.from-listed[len(listed)-1].hit.to <= 3 && !n.hit.overlaps(listed[0].hit) {
			listed = append(listed, n)
		}
	}
	return listed
}

// isVerb says whether a word for a thing is a verb here: "users report that".
func (f *finder) isVerb(c *clause, h hit) bool {
	t := &f.tokens[h.from]
	switch t.fold {
	case "report", "reports", "reported", "berichten", "berichtet", "export", "import":
		if t.fold != "reports" && t.fold != "report" && t.capital {
			return false
		}
		if h.to < c.to {
			switch f.tokens[h.to].fold {
			case "that", "of", "dass", "seeing", "getting", "having", "an", "a", "this", "from":
				return true
			}
		}
		if h.from > c.from {
			before := f.tokens[h.from-1].fold
			person := slices.ContainsFunc(c.hits, func(o hit) bool { return o.means == people && o.to == h.from })
			return person || slices.Contains([]string{"we", "i", "they", "to", "wir", "sie", "who"}, before) || t.fold == "reported"
		}
	case "plans", "plan":
		if h.to < c.to && (f.tokens[h.to].fold == "to" || f.tokens[h.to].fold == "for") {
			return true
		}
		if h.from > c.from {
			return slices.Contains([]string{"we", "our", "to", "rollout", "launch", "he", "she", "company"}, f.tokens[h.from-1].fold)
		}
	}
	return false
}

// extent says how much of the topic clause i takes.
func (f *finder) extent(i int, topic Topic, s state) Extent {
	c := &f.list[i]
	if s.drags && (topic == TopicCore || !s.strong && c.has(mild) && !c.has(severe)) {
		if c.has(mild) && !c.has(severe) {
			return Slight
		}
		return Whole
	}
	if c.has(cosmetic) || s.isWrong && !s.fails && !s.gone && topic != TopicProfile {
		return Slight
	}
	if f.isPart(c, topic) {
		return Part
	}
	for j := i + 1; j < len(f.list) && f.list[j].sentence == c.sentence; j++ {
		next := &f.list[j]
		if next.has(only, some) && !next.state().strong && f.isPart(next, topic) {
			return Part
		}
	}
	if c.has(all, everybody, nobody) {
		return Whole
	}
	return Unstated
}

// isPart says whether the clause limits the trouble to a part.
func (f *finder) isPart(c *clause, topic Topic) bool {
	if f.fraction(c) {
		return true
	}
	if h := c.find(some); h != nil && c.free(*h, crowd) {
		return true
	}
	if !f.words.isOwn(topic) && !divisible[topic] {
		return false
	}
	for _, h := range c.hits {
		if h.means == single && c.free(h, all, failing, nobody, everybody) && !c.noneOf(f.tokens, h) {
			return true
		}
	}
	return false
}

// divisible are the topics of which one can fail and others not.
var divisible = map[Topic]bool{
	TopicReports: true, TopicUploads: true, TopicContent: true, TopicCompletions: true, TopicLXP: true, TopicInsights: true, TopicCareer: true,
}

// noneOf says whether h says "not a single one": a negation stands before it.
func (c *clause) noneOf(tokens []token, h hit) bool {
	if c.denies(h, true) != nil {
		return true
	}
	alone := false
	for i := h.from; i < h.to; i++ {
		alone = alone || strings.HasPrefix(tokens[i].fold, "single") || strings.HasPrefix(tokens[i].fold, "einzig")
	}
	return alone && slices.ContainsFunc(c.hits, func(o hit) bool {
		return o.means == negation && o.from < h.from || o.means == all && o.to == h.from
	})
}

// fraction says whether the clause counts a part: "3 of 12", "one of nine".
// "12 of 12" is no part.
func (f *finder) fraction(c *clause) bool {
	for i := c.from; i+2 < c.to; i++ {
		if !f.tokens[i+1].is(outOf) {
			continue
		}
		a, _, okA := number(f.tokens[:c.to], i, c.language)
		j := i + 2
		for j < c.to && j < i+5 && f.tokens[j].is(ofAll) {
			j++
		}
		if j >= c.to {
			continue
		}
		b, end, okB := number(f.tokens[:c.to], j, c.language)
		if okA && okB && a < b && !f.countsPeople(c, end) {
			return true
		}
	}
	return false
}

// countsPeople says whether the thing counted before token i is people.
func (f *finder) countsPeople(c *clause, i int) bool {
	return slices.ContainsFunc(c.hits, func(h hit) bool { return h.means == people && h.from >= i && h.from <= i+1 })
}
