package classify

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// A verdict is what one topic comes to by the policy's numbers.
type verdict struct {
	reason policy.ReasonID
	holds  bool
	// clear says that what is stated misses what is needed, rather than that
	// too little is stated.
	clear          bool
	stated, needed string
	from           stated
}

// weigh measures what the words state by the policy's numbers. What the policy
// says cannot be found in words is not claimed by them. A reason may come more
// than once: see merge.
func (s *standing) weigh(p *policy.Policy) []verdict {
	var out []verdict
	add := func(v verdict, ok bool) {
		if ok && p.Reasons[v.reason].Text {
			out = append(out, v)
		}
	}
	for _, rule := range []struct {
		topic  text.Topic
		reason policy.ReasonID
		judge  func(*policy.Policy, verdict) verdict
	}{
		{text.TopicLaunch, policy.ProgramLaunchBlocked, s.launch},
		{text.TopicSecurity, policy.SecurityBreach, s.stands},
		{text.TopicSite, policy.SiteOutage, s.whole},
		{text.TopicSSO, policy.SSOUnavailable, s.sso},
		{text.TopicLXP, policy.LXPFeaturesUnavailable, s.whole},
		{text.TopicCareer, policy.CareerMobilityUnavailable, s.whole},
		{text.TopicFTP, policy.FTPDenied, s.stands},
		{text.TopicReports, policy.ReportsFailing24h, s.reports},
		{text.TopicUploads, policy.UploadsFailing24h, s.uploads},
		{text.TopicContent, policy.ProviderContentMissing, s.provided},
		{text.TopicCompletions, policy.ProviderCompletionsMissing, s.provided},
		{text.TopicProfile, policy.ProfileDiscrepancy100, s.profile},
		{text.TopicInsights, policy.InsightsUnavailable, s.whole},
		{text.TopicSilence, policy.StaleTicket1w, s.stale},
	} {
		if st, ok := s.topics[rule.topic]; ok {
			add(rule.judge(p, verdict{reason: rule.reason, from: st}), true)
		}
	}
	for _, id := range p.OwnReasonIDs() {
		if st, ok := s.topics[text.Topic(id)]; ok {
			add(s.whole(p, verdict{reason: id, from: st}), true)
		}
	}
	add(s.unable(p))
	add(s.nobody())
	if !slices.ContainsFunc(out, func(v verdict) bool { return v.holds }) {
		add(s.coreDown())
	}
	return out
}

// merge keeps one verdict a reason, one that holds before one that does not,
// in the policy's order.
func merge(p *policy.Policy, all []verdict) []verdict {
	var out []verdict
	for _, id := range p.ReasonIDs() {
		best := -1
		for i, v := range all {
			if v.reason == id && (best < 0 || v.holds && !all[best].holds) {
				best = i
			}
		}
		if best >= 0 {
			out = append(out, all[best])
		}
	}
	return out
}

func (s *standing) stands(_ *policy.Policy, v verdict) verdict {
	v.holds = true
	return v
}

// launch holds unless the only trouble is the customer's own.
func (s *standing) launch(p *policy.Policy, v verdict) verdict {
	v.holds = v.from.Explicit || !s.ownIDP
	return v
}

// whole holds where not merely a part is down.
func (s *standing) whole(_ *policy.Policy, v verdict) verdict {
	if v.holds = !v.from.inPart(); !v.holds {
		v.clear, v.stated, v.needed = true, "a part, or with limits", "not available at all"
	}
	return v
}

func (s *standing) sso(p *policy.Policy, v verdict) verdict {
	if s.ownIDP {
		v.clear, v.stated, v.needed = true, "a fault of the customer's own identity provider", "the platform's authentication service unavailable"
		return v
	}
	return s.whole(p, v)
}

func (s *standing) reports(p *policy.Policy, v verdict) verdict {
	return s.allFor(v, p.Claims.Stated.ReportsAfter)
}

func (s *standing) uploads(p *policy.Policy, v verdict) verdict {
	if s.has(text.TopicFTP) && v.from.Extent != text.Whole {
		v.stated, v.needed = "files that go by FTP", "all inbound uploads"
		return v
	}
	return s.allFor(v, p.Claims.Stated.UploadsAfter)
}

// allFor holds where all of them have failed for so long.
func (s *standing) allFor(v verdict, needed time.Duration) verdict {
	v.needed = fmt.Sprintf("all of them, for %s h", hours(needed.Hours()))
	switch {
	case v.from.inPart():
		v.clear, v.stated = true, "some of them"
	case s.lasting.AtLeast == 0:
		v.stated = "since when is not said"
	case s.lasting.AtLeast < needed.Hours():
		v.clear, v.stated = s.lasting.Known, hours(s.lasting.AtLeast)+" h"
	default:
		v.holds = true
	}
	return v
}

func (s *standing) provided(_ *policy.Policy, v verdict) verdict {
	v.needed = "all of one provider integration"
	if v.holds = !v.from.inPart(); !v.holds {
		v.clear, v.stated = true, "a part of it"
	}
	return v
}

func (s *standing) profile(p *policy.Policy, v verdict) verdict {
	needed := p.Claims.Stated.WrongUsers
	v.needed = fmt.Sprintf("%d or more users", needed)
	switch {
	case s.count.Known:
		v.holds = s.count.N >= needed
		v.clear, v.stated = !v.holds, people(s.count.N)
	case s.count.Hundreds || s.count.Large:
		v.holds = true
	case s.count.Few:
		v.clear, v.stated = true, "a few users"
	default:
		v.stated = "how many is not said"
	}
	return v
}

// unable measures how many people cannot log in.
func (s *standing) unable(p *policy.Policy) (verdict, bool) {
	st, ok := s.topics[text.TopicLogin]
	if !ok {
		if st, ok = s.topics[text.TopicSSO]; !ok {
			return verdict{}, false
		}
	}
	over := p.Claims.Stated.UnableOver
	v := verdict{reason: policy.AuthFailuresOver100, from: st, needed: fmt.Sprintf("more than %d people", over)}
	switch {
	case s.ownIDP && !s.has(text.TopicLogin):
		return verdict{}, false
	case s.count.Known:
		v.holds = s.count.N > over || s.count.Over && s.count.N >= over
		v.clear, v.stated = !v.holds, people(s.count.N)
	case s.count.Hundreds:
		v.holds = true
	case s.count.Few:
		v.clear, v.stated = true, "a few people"
	default:
		v.stated = "how many is not said"
	}
	if !v.holds && s.has(text.TopicSSO) && !s.has(text.TopicLogin) {
		return verdict{}, false
	}
	return v, true
}

// nobody reads "nobody can log in", where no number is given, as the
// authentication service being unavailable.
func (s *standing) nobody() (verdict, bool) {
	st, ok := s.topics[text.TopicLogin]
	if !ok || !st.Everybody || st.Extent == text.Part || s.has(text.TopicSSO) || s.has(text.TopicSite) || s.ownIDP {
		return verdict{}, false
	}
	if s.count.Known || s.count.Few || s.count.Hundreds {
		return verdict{}, false
	}
	return verdict{reason: policy.SSOUnavailable, holds: true, from: st}, true
}

// stale measures how long nothing has happened on the ticket, and whom that hits.
func (s *standing) stale(p *policy.Policy, v verdict) verdict {
	silent := s.silent
	if silent.AtLeast == 0 {
		silent = s.lasting
	}
	needed := p.Claims.Stated.SilentFor.Hours()
	large := s.large(p)
	v.needed = fmt.Sprintf("%s h without activity, and a large population or an unusable site", hours(needed))
	switch {
	case silent.AtLeast == 0:
		v.stated = "since when is not said"
	case silent.AtLeast < needed:
		v.clear, v.stated = silent.Known, hours(silent.AtLeast)+" h"
	case !large:
		v.clear, v.stated = s.count.Known || s.count.Few, "no large population"
	default:
		v.holds = true
	}
	return v
}

// large says whether the issue makes the site unusable or hits a large population.
func (s *standing) large(p *policy.Policy) bool {
	if s.count.Known {
		n := s.count.N
		if s.count.Over { // "more than 99" are 100 at least
			n++
		}
		return n >= p.Claims.Stated.Large || s.down(text.TopicSite)
	}
	if s.count.Large || s.down(text.TopicSite) || s.down(text.TopicSSO) {
		return true
	}
	st, ok := s.topics[text.TopicLogin]
	return ok && st.Everybody
}

// down says whether a topic is stated to hold now, and not of a part only.
func (s *standing) down(topic text.Topic) bool {
	st, ok := s.topics[topic]
	return ok && !st.inPart()
}

// coreDown reads a core part that is down, where nothing more specific fits.
func (s *standing) coreDown() (verdict, bool) {
	st, ok := s.topics[text.TopicCore]
	if !ok {
		return verdict{}, false
	}
	v := verdict{reason: policy.CoreFunctionDown, from: st, needed: "a core part down or severely slow"}
	if v.holds = !st.inPart(); !v.holds {
		v.clear, v.stated = true, "slight, or in part"
	}
	return v, true
}

func hours(h float64) string { return strconv.FormatFloat(h, 'f', -1, 64) }

func people(n int) string { return strconv.Itoa(n) + " people" }
