package text

import "slices"

// launches finds programs that cannot start: a launch ahead, and either words
// for a hindrance beside it or, anywhere in the note, trouble that stands in
// the way of any program.
func (f *finder) launches() {
	trouble := f.anyTrouble()
	for i := range f.list {
		c := &f.list[i]
		h := c.find(launch)
		if h == nil && (c.has(program) || f.opensTraining(c) && f.hindered(i)) {
			h = c.find(starting)
		}
		if h == nil || c.polarity == Over || c.polarity == Asked || !f.isProgram(i, *h) || f.isPast(c, *h) {
			continue
		}
		if c.polarity == Supposed && !f.isUnfixed(i) {
			continue
		}
		explicit := f.hindered(i)
		if !explicit && (f.unharmed(c) || !trouble) {
			continue
		}
		weight := 0.75
		if explicit {
			weight = 0.9
		}
		f.found = append(f.found, Finding{
			Topic: TopicLaunch, Polarity: Asserted, Extent: Unstated, Explicit: explicit, Weight: weight,
			Span: f.launchSpan(c, *h), Claim: i,
		})
		return
	}
}

// opensTraining says whether the clause has a training start for many on a day to
// come, which is a program by another name.
func (f *finder) opensTraining(c *clause) bool {
	return !c.has(negation) && c.has(content, completion, event) && c.has(all, everybody, crowd, people) && c.has(future, soon, tomorrow, weekday)
}

// isUnfixed says whether the condition of the sentence is only that nobody
// mends the trouble: "if this is not fixed, we must postpone".
func (f *finder) isUnfixed(i int) bool {
	all := f.sentenceMeans(i)
	return all.has(fixed)
}

func (f *finder) launchSpan(c *clause, h hit) Span {
	from, to := h.from, h.to
	if b := c.find(blocking); b != nil {
		from, to = min(from, b.from), max(to, b.to)
	}
	return f.cover(from, to)
}

// isProgram says whether the launch is that of a program for people, not the
// opening of a page or course.
func (f *finder) isProgram(i int, h hit) bool {
	c := &f.list[i]
	if c.has(program, people, weekday, soon, tomorrow, future, everybody, crowd, blocking) || h.to-h.from > 1 {
		return true
	}
	for j := max(0, i-1); j < min(len(f.list), i+2); j++ {
		if f.list[j].sentence == c.sentence && f.list[j].has(program, people, weekday, soon, tomorrow) {
			return true
		}
	}
	return false
}

// isPast says whether the launch is behind them.
func (f *finder) isPast(c *clause, h hit) bool {
	past := f.tokens[h.from].is(launched)
	return past && (c.has(was, pastTime) || !c.has(future, blocking, negation, need)) || c.has(pastTime) && !c.has(future, blocking)
}

// unharmed says whether the clause states that the launch is fine.
func (f *finder) unharmed(c *clause) bool {
	for _, h := range c.hits {
		if h.means == blocking && c.denies(h, true) != nil {
			return true
		}
	}
	for i := c.from; i < c.to; i++ {
		switch f.tokens[i].fold {
		case "affected", "betroffen", "unaffected", "successful", "erfolgreich", "smoothly", "reibungslos":
			return true
		}
	}
	return false
}

// hindered says whether words for a hindrance stand in clause i or the ones
// beside it in the same sentence or the next.
func (f *finder) hindered(i int) bool {
	c := &f.list[i]
	for j := max(0, i-2); j < min(len(f.list), i+3); j++ {
		o := &f.list[j]
		near := o.sentence - c.sentence
		if near < -1 || near > 1 || j != i && (near != 0 && !o.has(launch, program) && !f.refersBack(o)) {
			continue
		}
		for _, h := range o.hits {
			if h.means == blocking && o.denies(h, true) == nil && o.polarity != Asked && o.polarity != Over && !(j != i && o.has(people, nobody) && !o.has(launch, program)) {
				return true
			}
		}
	}
	return false
}

// refersBack says whether the clause begins with a word for what was said.
func (f *finder) refersBack(c *clause) bool {
	for i := c.from; i < min(c.from+2, c.to); i++ {
		if slices.Contains([]string{"it", "this", "that", "which", "das", "dies", "dadurch", "damit", "es", "was", "so", "thus"}, f.tokens[i].fold) {
			return true
		}
	}
	return false
}

// anyTrouble says whether the note asserts trouble that hits all of something.
func (f *finder) anyTrouble() bool {
	return slices.ContainsFunc(f.found, func(o Finding) bool {
		return o.Polarity == Asserted && o.Extent != Part && o.Extent != Slight && o.Topic != TopicSilence
	})
}
