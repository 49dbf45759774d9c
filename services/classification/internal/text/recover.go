package text

import "slices"

// A Recovery is the statement that something works again.
type Recovery struct {
	Topics []Topic // what; none is everything that was spoken of
	clause int
}

// recoveries lists what the note says works again.
func recoveries(v *Vocabulary, list []clause) []Recovery {
	var out []Recovery
	for i := range list {
		c := &list[i]
		if !c.again || c.polarity == Asked || c.polarity == Supposed {
			continue
		}
		r := Recovery{clause: i}
		for _, s := range v.subjects {
			if c.has(s.means) && s.topic != TopicSite {
				r.Topics = append(r.Topics, s.topic)
			}
		}
		if r.Ends(TopicLogin) && len(r.Topics) > 0 || slices.Contains(r.Topics, TopicSSO) {
			r.Topics = append(r.Topics, TopicSSO, TopicLogin, TopicSite)
		}
		out = append(out, r)
	}
	return out
}

// elsewhere says whether the clause states that another thing than the one in
// trouble is fine: the customer's own side, the other environment, the rest.
func (c *clause) elsewhere(tokens []token) bool {
	own := c.has(ownIDP)
	for i := c.from; i < c.to; i++ {
		switch tokens[i].fold {
		case "again", "wieder", "back":
			return false
		case "rest", "else", "otherwise", "sonst", "uebrige", "uebrigen", "andere", "anderen", "others", "elsewhere", "normale", "normalen", "normales":
			own = true
		case "seite", "side", "it":
			own = own || i > c.from && tokens[i-1].is(ours)
		}
	}
	return own || c.has(production, beta)
}

// Ends says whether trouble of the topic is over by this statement. The silence
// on a ticket never is.
func (r Recovery) Ends(topic Topic) bool {
	return topic != TopicSilence && (len(r.Topics) == 0 || slices.Contains(r.Topics, topic))
}

// endRecovered ends what words behind it say works again. "SSO is down. … It
// works again."
func endRecovered(v *Vocabulary, list []clause, found []Finding) {
	all, last := -1, map[Topic]int{} // the last clause that ends everything, or a topic
	for _, r := range recoveries(v, list) {
		if len(r.Topics) == 0 {
			all = r.clause
		}
		for _, t := range r.Topics {
			last[t] = r.clause
		}
	}
	if all < 0 && len(last) == 0 {
		return
	}
	for k := range found {
		f := &found[k]
		if end, ok := last[f.Topic]; f.Topic != TopicSilence && (f.Claim <= all || ok && f.Claim <= end) {
			f.Polarity = Over
		}
	}
}
