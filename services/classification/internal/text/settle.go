package text

import "slices"

// settle takes back what more specific trouble of the same note leaves no room
// for: that a core part or the whole site fails, where the note says which part
// it is. Slowness stands beside everything.
func (f *finder) settle() {
	f.blameIDP()
	search := f.firstCore()
	f.found = slices.DeleteFunc(f.found, func(o Finding) bool { return o.Polarity == Asserted && f.sought(&o, search) })
	special := f.asserts(func(o *Finding) bool { return o.Explicit && isSpecial(o.Topic) })
	named := special || f.asserts(func(o *Finding) bool { return o.Explicit && o.Topic == TopicCore })
	site := f.asserts(func(o *Finding) bool { return o.Explicit && o.Topic == TopicSite })
	files := f.asserts(func(o *Finding) bool { return o.Topic == TopicUploads || o.Topic == TopicFTP })
	f.found = slices.DeleteFunc(f.found, func(o Finding) bool {
		switch {
		case o.Polarity != Asserted:
			return false
		case o.Topic == TopicSecurity:
			return files && !o.Explicit
		case o.Topic == TopicSite:
			return !o.Explicit && named || special
		case o.Topic == TopicCore:
			return (special || site) && !f.list[o.Claim].state().drags
		}
		return false
	})
}

// sought says whether people miss the thing because they cannot search for it.
func (f *finder) sought(o *Finding, search int) bool {
	return search >= 0 && search < o.Claim && (o.Topic == TopicContent || o.Topic == TopicCompletions) && !f.list[o.Claim].has(missing)
}

// firstCore is the first clause in which a core part is asserted to fail, or -1.
func (f *finder) firstCore() int {
	for i := range f.found {
		if o := &f.found[i]; o.Topic == TopicCore && o.Polarity == Asserted && o.Explicit {
			return o.Claim
		}
	}
	return -1
}

// blameIDP makes log-in trouble that the note lays to an identity provider
// trouble of the authentication.
func (f *finder) blameIDP() {
	if !slices.ContainsFunc(f.list, func(c clause) bool {
		s := c.state()
		return c.has(ownIDP) && !(s.works && !s.faulty()) && c.polarity == Asserted
	}) {
		return
	}
	for i := range f.found {
		if o := &f.found[i]; o.Topic == TopicLogin && o.Polarity == Asserted {
			o.Topic = TopicSSO
		}
	}
}

// asserts says whether one of the findings that are asserted is as wanted.
func (f *finder) asserts(wanted func(*Finding) bool) bool {
	for i := range f.found {
		if f.found[i].Polarity == Asserted && wanted(&f.found[i]) {
			return true
		}
	}
	return false
}

// isSpecial says whether the topic is that of one part of the product.
func isSpecial(t Topic) bool {
	switch t {
	case TopicLaunch, TopicSecurity, TopicSilence, TopicSite, TopicCore:
		return false
	}
	return true
}

// yieldToLaunch takes back the part that fails where the note says that a
// program cannot start for it.
func (f *finder) yieldToLaunch() {
	if !f.asserts(func(o *Finding) bool { return o.Topic == TopicLaunch && o.Explicit }) {
		return
	}
	f.found = slices.DeleteFunc(f.found, func(o Finding) bool {
		return o.Polarity == Asserted && (o.Topic == TopicCore && !f.list[o.Claim].state().drags || o.Topic == TopicSite && !o.Explicit)
	})
}

// crowdOf is the number of people from which on those whom the authentication
// fails are told of as people who cannot log in, too.
const crowdOf = 100

// loginsOf settles the two ways of telling that nobody gets in: a failing
// authentication service is meant alone, unless many people are counted.
func loginsOf(found []Finding, people Count) []Finding {
	at := slices.IndexFunc(found, func(o Finding) bool { return o.Topic == TopicSSO && o.Polarity == Asserted })
	if at < 0 {
		return found
	}
	isLogin := func(o Finding) bool { return o.Topic == TopicLogin && o.Polarity == Asserted }
	many := people.Known && people.N >= crowdOf
	switch {
	case !many:
		return slices.DeleteFunc(found, isLogin)
	case !slices.ContainsFunc(found, isLogin):
		login := found[at]
		login.Topic, login.Explicit, login.Weight = TopicLogin, false, login.Weight-0.1
		return append(found, login)
	}
	return found
}
