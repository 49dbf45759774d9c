package text

// A meaning is what a word of the vocabulary stands for. Its name is the name
// of its section in the vocabulary files.
type meaning string

// The meanings. Things first, then what is said of them, then how it is said.
const (
	ignore meaning = "ignore"

	sso        meaning = "sso"
	login      meaning = "login"
	lockedOut  meaning = "lockedout"
	ownIDP     meaning = "idp"
	site       meaning = "site"
	ftp        meaning = "ftp"
	report     meaning = "report"
	upload     meaning = "upload"
	content    meaning = "content"
	completion meaning = "completion"
	provider   meaning = "provider"
	profile    meaning = "profile"
	insights   meaning = "insights"
	lxp        meaning = "lxp"
	career     meaning = "career"
	core       meaning = "core"
	security   meaning = "security"
	launch     meaning = "launch"
	program    meaning = "program"
	silence    meaning = "silence"
	people     meaning = "people"
	account    meaning = "account"
	notPeople  meaning = "notpeople"

	fine     meaning = "ok"
	seen     meaning = "seen"
	failing  meaning = "fail"
	erring   meaning = "error"
	denied   meaning = "denied"
	missing  meaning = "missing"
	wrong    meaning = "wrong"
	slow     meaning = "slow"
	severe   meaning = "severe"
	mild     meaning = "mild"
	cosmetic meaning = "cosmetic"
	blocking meaning = "block"

	all       meaning = "all"
	some      meaning = "some"
	single    meaning = "one"
	nobody    meaning = "nobody"
	everybody meaning = "everybody"
	crowd     meaning = "crowd"
	only      meaning = "only"
	few       meaning = "small"

	negation meaning = "neg"
	maybe    meaning = "if"
	would    meaning = "would"
	fear     meaning = "fear"
	pastTime meaning = "pasttime"
	was      meaning = "was"
	ongoing  meaning = "still"
	fixed    meaning = "fixed"
	again    meaning = "again"
	need     meaning = "need"

	escalate meaning = "escalate"
	priority meaning = "priority"
	askNow   meaning = "asknow"
	please   meaning = "please"
	noAsk    meaning = "noask"
	withdraw meaning = "withdraw"
	record   meaning = "record"
	howTo    meaning = "howto"
	thanks   meaning = "thanks"

	beta       meaning = "beta"
	production meaning = "prod"
	support    meaning = "support"
	working    meaning = "working"
	waiting    meaning = "waiting"
	you        meaning = "you"
	us         meaning = "us"
	owe        meaning = "owe"
	giveUs     meaning = "giveus"

	future      meaning = "future"
	soon        meaning = "time"
	tomorrow    meaning = "tomorrow"
	weekday     meaning = "weekday"
	deadline    meaning = "deadline"
	event       meaning = "event"
	consequence meaning = "consequence"
	calm        meaning = "calm"
	attachment  meaning = "attach"
)

// meanings lists every meaning; a section of another name is a mistake in the file.
var meanings = []meaning{
	ignore, sso, login, lockedOut, ownIDP, site, ftp, report, upload, content, completion, provider, profile,
	insights, lxp, career, core, security, launch, program, silence, people, account, notPeople, fine, seen,
	failing, erring, denied, missing, wrong, slow, severe, mild, cosmetic, blocking, all, some, single, nobody,
	everybody, crowd, only, few, negation, maybe, would, fear, pastTime, was, ongoing, fixed, again, need,
	escalate, priority, askNow, please, noAsk, withdraw, record, howTo, thanks, beta, production, support,
	working, waiting, you, us, owe, giveUs, future, soon, tomorrow, weekday, deadline, event, consequence,
	calm, attachment,
}
