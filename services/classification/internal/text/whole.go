package text

import (
	"slices"
	"strings"
)

// nothingWorks says whether the clause denies that anything works, without a
// word of what: "nothing works any more", "everything is down".
func (f *finder) nothingWorks(c *clause, s state) bool {
	if !s.strong || !c.has(everybody, nobody, all) {
		return false
	}
	none, whole := false, false
	for i := c.from; i < c.to; i++ {
		switch f.tokens[i].fold {
		case "nothing", "nichts", "nix", "nuescht", "nuet":
			none = none || i+1 == c.to || f.tokens[i+1].fold != "to" && f.tokens[i+1].fold != "zu"
		case "everything", "alles":
			whole = true
		}
	}
	for _, h := range s.hits {
		w := f.tokens[h.from].fold
		if none && h.means == fine && slices.Contains(runs, w) || whole && h.means == failing {
			return true
		}
	}
	return false
}

// runs are words for what a thing as a whole does when it works.
var runs = []string{
	"work", "works", "working", "worked", "load", "loads", "loading", "run", "runs", "running", "open", "opens", "respond", "geht", "gehts", "ging",
	"laeuft", "lief", "funktioniert", "funktionierte", "laedt", "klappt", "funzt", "reagiert", "tut", "goht", "gaht",
}

// isPlace says whether the site is only where something happens: "refused by
// the server", "on your platform". Who does not get to the site is kept from it.
func (f *finder) isPlace(c *clause, n subject, s state) bool {
	reached := slices.ContainsFunc(s.hits, func(h hit) bool { return h.means == fine })
	shown := slices.ContainsFunc(s.hits, func(h hit) bool { return h.means == failing })
	for i := n.hit.from - 1; i >= max(c.from, n.hit.from-4); i-- {
		t := &f.tokens[i]
		if t.kind == mark || t.is(parting|joining) {
			return false
		}
		if t.is(ours) && isMachine(f.tokens[n.hit.from].fold) {
			return true
		}
		if !t.is(asides) {
			continue
		}
		switch t.fold {
		case "to", "into", "ins", "zu", "zum", "zur":
			return !reached
		case "auf", "in", "im", "on":
			return !reached && !shown
		case "of", "von", "vom":
			return !slices.ContainsFunc(c.hits, func(h hit) bool { return h.means == failing && h.to == i })
		}
		return true
	}
	return false
}

// isMachine says whether the word is one for any machine, not for the product.
func isMachine(w string) bool {
	switch w {
	case "server", "system", "systems", "dienst", "service", "application", "anwendung":
		return true
	}
	return false
}

// whole reads a clause without a subject of its own as one of the site: an
// environment is said to be down, or every page of it.
func (f *finder) whole(c *clause, s state) []subject {
	if !s.strong && !s.gone || s.drags {
		return nil
	}
	for _, h := range c.hits {
		if (h.means == production || h.means == beta) && !f.isAside(c, h) && h.from <= c.from+3 && (c.has(failing) || s.strong) {
			return []subject{{TopicSite, h}}
		}
	}
	for i := c.from + 1; i < c.to; i++ {
		switch f.tokens[i].fold {
		case "page", "pages", "url", "urls", "seite", "seiten", "screen", "screens":
			if slices.ContainsFunc(c.hits, func(h hit) bool { return h.means == all && h.to == i }) && !f.tokens[max(c.from, i-2)].is(asides) && len(f.last) == 0 {
				return []subject{{TopicSite, hit{means: site, from: i, to: i + 1}}}
			}
		}
	}
	return nil
}

// dragsAtLarge says whether slowness without a word of what is slow is that of
// everything: of pages and clicks, severe, or measured.
func (f *finder) dragsAtLarge(c *clause, s state) bool {
	if c.has(support) && !c.has(us) || c.has(consequence) && c.has(people) {
		return false
	}
	if c.has(severe, all) || s.strong || c.to-c.from < 8 && !c.has(people) {
		return true
	}
	for i := c.from; i < c.to; i++ {
		t := &f.tokens[i]
		if t.kind == digit || strings.HasPrefix(t.fold, "page") || strings.HasPrefix(t.fold, "click") || strings.HasPrefix(t.fold, "klick") || strings.HasPrefix(t.fold, "seite") {
			return true
		}
	}
	return false
}

// isAside says whether h only says where: "in production".
func (f *finder) isAside(c *clause, h hit) bool {
	for i := max(c.from, h.from-3); i < h.from; i++ {
		if f.tokens[i].is(asides) {
			return true
		}
	}
	return false
}
