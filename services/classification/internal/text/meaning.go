package text

// A meaning is what a word of the vocabulary stands for.
type meaning uint8

// The meanings. Things first, then what is said of them, then how it is said.
const (
	unknownMeaning meaning = iota
	ignore

	sso
	login
	lockedOut
	ownIDP
	site
	ftp
	report
	upload
	content
	completion
	provider
	profile
	insights
	lxp
	career
	core
	security
	launch
	starting
	program
	silence
	people
	account
	notPeople

	fine
	seen
	failing
	erring
	denied
	missing
	wrong
	slow
	severe
	mild
	cosmetic
	blocking

	all
	some
	single
	nobody
	everybody
	crowd
	only
	few

	negation
	maybe
	would
	fear
	pastTime
	was
	ongoing
	fixed
	again
	need

	escalate
	priority
	askNow
	please
	noAsk
	withdraw
	record
	howTo
	thanks

	beta
	production
	support
	working
	waiting
	you
	us
	owe
	giveUs

	future
	soon
	tomorrow
	weekday
	deadline
	event
	consequence
	calm

	outsider
	others
	secret
	spread
	lure
	peek
	suddenly

	// own is what the first reason that an operator added is about; the others follow.
	own
)

// meanings are a set of meanings.
type meanings [2]uint64

func (s *meanings) add(m meaning)      { s[m>>6] |= 1 << (m & 63) }
func (s *meanings) join(o meanings)    { s[0], s[1] = s[0]|o[0], s[1]|o[1] }
func (s *meanings) has(m meaning) bool { return s[m>>6]&(1<<(m&63)) != 0 }

// meaningsOf are those of the hits.
func meaningsOf(hits []hit) (s meanings) {
	for i := range hits {
		s.add(hits[i].means)
	}
	return s
}

// sections are the meanings by their names: those of the sections of the
// vocabulary files, and of the words that a policy has.
var sections = map[string]meaning{
	"ignore": ignore, "sso": sso, "login": login, "lockedout": lockedOut, "idp": ownIDP,
	"site": site, "ftp": ftp, "report": report, "upload": upload, "content": content,
	"completion": completion, "provider": provider, "profile": profile, "insights": insights, "lxp": lxp,
	"career": career, "core": core, "security": security, "launch": launch, "starting": starting,
	"program": program, "silence": silence, "people": people, "account": account, "notpeople": notPeople,
	"ok": fine, "seen": seen, "fail": failing, "error": erring, "denied": denied,
	"missing": missing, "wrong": wrong, "slow": slow, "severe": severe, "mild": mild,
	"cosmetic": cosmetic, "block": blocking, "all": all, "some": some, "one": single,
	"nobody": nobody, "everybody": everybody, "crowd": crowd, "only": only, "small": few,
	"neg": negation, "if": maybe, "would": would, "fear": fear, "pasttime": pastTime,
	"was": was, "still": ongoing, "fixed": fixed, "again": again, "need": need,
	"escalate": escalate, "priority": priority, "asknow": askNow, "please": please, "noask": noAsk,
	"withdraw": withdraw, "record": record, "howto": howTo, "thanks": thanks, "beta": beta,
	"prod": production, "support": support, "working": working, "waiting": waiting, "you": you,
	"us": us, "owe": owe, "giveus": giveUs, "future": future, "time": soon,
	"tomorrow": tomorrow, "weekday": weekday, "deadline": deadline, "event": event, "consequence": consequence,
	"calm": calm, "outsider": outsider, "others": others, "secret": secret, "spread": spread,
	"lure": lure, "peek": peek, "sudden": suddenly,
}
