package text

import "strings"

// A class is a set of lists that a word is on: words that structure a note
// rather than say what it is about. They are the same for both languages.
type class uint64

// The lists.
const (
	parting       class = 1 << iota // always begins a clause
	joining                         // may begin one
	abbreviated                     // a full stop behind it ends no sentence
	month                           // names a month, after which an ordinal stands
	opensQuestion                   // begins a question
	launched                        // says that a launch is behind them
	asides                          // before where or how something happens, not what it happens to
	outOf                           // between a part and the whole: "3 of 12"
	ofAll                           // between them too: "3 of our 12"
	loose                           // makes a number of any size of one: "ein paar hundert"
	between                         // before a range
	rangeWord                       // inside a range
	overWord                        // before a number that is exceeded
	underWord                       // before one that is not reached
	ordinal                         // one out of so many: "jeder Dritte"
	fractional                      // a share
	ours                            // before what is the customer's own
	sentWord                        // ends a wait: what was asked for has come
	customers                       // the customer
	lastingBefore                   // before a length of time of the trouble
	notLasting                      // before one of something else: a deadline, an interval, a loading time
	behind                          // behind a length of time of the trouble
	filler                          // between a number and its unit
	amountWord                      // a number of units of time that is no number word
	vagueWord                       // a length of time without a number
	partitive                       // between a number and those of whom it counts some
	replacing                       // between a number and the one that it takes the place of
	pronoun                         // people, without naming them
	determiner                      // before a noun
	genitive                        // German: between a part and its whole
	adjective                       // before a noun, and no determiner
	notOurs                         // counted, but not among the customer's people
	endsNoun                        // no noun goes on behind it
	body                            // people taken together: "a group of 60"
	named                           // before a number that is a name: "Ticket 20817"
	hitting                         // says of people that they are hit
	asksPeople                      // in a form, what asks for how many people
	restWord                        // those of whom nothing was said before
	exceptWord                      // before those who are fine
	strong                          // behind how many a body has: "six-strong"
	joiner                          // says of people that they are not there yet
	newWord                         // before those who join
	roughly                         // before a number that is not exact
	sinceWord                       // before a length of time that has passed
	sooner                          // behind a length of time, before what it is measured to
	apartWord                       // before a length of time that stands by itself
	elapsedWord                     // names such a length
	saidWord                        // somebody said something
	ifWord                          // begins a condition
	contactWord                     // of support, and what it answers
	liveWord                        // production, or what goes live
	goWord                          // beside "live" where that is no place
	eventWord                       // what is live for a moment
	atLive                          // before "live" as a place
	wellPlace                       // behind a place where all is well
	concernedWord                   // what a place is not where all is well
	youWord                         // those who are written to
	openedWord                      // says when the ticket came
	wellWord                        // says that all is well
	listMark                        // between a name and its value: "Users: 190"
)

// lists are the words of the classes.
var lists = map[class]string{
	parting: `because but although though while whereas if unless otherwise however therefore cause cuz whether weil ob aber obwohl falls wenn sofern
 sondern denn sonst damit jedoch allerdings deshalb daher trotzdem wobei`,
	joining: `and or so since as und oder sowie dass sodass welche da when once nachdem bevor obgleich`,
	abbreviated: ` z b m ca e g i bzw ggf nr mio mrd tsd dr prof u a d h vs min std hrs hr sek inkl exkl evtl etc approx no st str tel mr mrs ms
 max zzgl usw vgl bspw sog allg tägl mtl jan feb mär mrz apr jun jul aug sep sept okt oct nov dez dec inc ltd abt mo di mi do fr sa so `,
	month: `januar jänner februar feber märz april mai juni juli august september oktober november dezember quartal january february march may june
 july october december`,
	opensQuestion: `is are was were do does did has have can could will would should any what when why how who where which ist sind war waren gibt kann
 können könnt könnte hat haben wird werden was wann warum wie wer wo welche seid habt gab läuft funktioniert geht`,
	launched: `launched rolled introduced went ausgerollt eingeführt gestartet freigeschaltet`,
	asides: `in on from via with for of through by to into about within inside im in aus von vom über mit für bei beim auf per via zu zum zur
 durch ins`,
	outOf:      `of von out der unserer ihrer dieser aus`,
	ofAll:      `of our the all their unserer unseren den der insgesamt allen aller`,
	loose:      `paar mehrere einige viele several few many`,
	between:    `between zwischen`,
	rangeWord:  `- – to bis or oder`,
	overWord:   `over above exceeding über plus`,
	underWord:  `under below unter`,
	fractional: `half hälfte`,
	ours:       `our unser unsere unseren unserem`,
	sentWord: `sent attached provided uploaded delivered supplied answered replied anbei beigefügt geschickt gesendet hochgeladen geliefert beantwortet
 geantwortet enclosed here`,
	customers: `customer customers client kunde kunden kundin kundenantwort`,
	lastingBefore: `for since seit past last letzten vergangenen über over schon bereits nearly almost fast already inzwischen mittlerweile
 than als about around ungefähr etwa ca circa rund knapp roughly approximately some gut the den der down after nach nun now vor dauert lasting lasted lasts innerhalb within
 von of ago been full voll ganze ganzen whole volle vollen exactly genau at least mindestens another weitere even`,
	notLasting: `in every alle each next nächsten kommenden until bis by takes take taking brauchen braucht another jede jeder binnen per pro`,
	behind:     `ago now already long straight row lang hintereinander running jetzt schon and counting old alt nacheinander down later`,
	filler: `full whole solid consecutive business working volle vollen ganze ganzen geschlagene geschlagenen calendar entire long straight more
 gute`,
	amountWord: `anderthalb eineinhalb einenhalb einundeinhalb eineinviertel zweieinhalb dreieinhalb viereinhalb halben halbe half couple a an ein
 eine einem einer einen`,
	partitive:  `of out von`,
	replacing:  `instead statt anstatt`,
	pronoun:    `us them em you uns ihnen euch whom`,
	determiner: `our the my their his her your these those all new other der die unserer unseren unserem unsere ihrer meiner dieser den neue neuen anderen`,
	genitive:   `der unserer ihrer meiner dieser eurer deren`,
	adjective:  `new other neue neuen more weitere weiteren additional first andere anderen`,
	notOurs:    `login logins customer customers client clients kunde kunden`,
	endsNoun: `for in from with für aus mit at bei to and und is are was were on am um uhr by as who that which can cannot have has had n or oder und sind
 ist waren war die der das als auf im zu bis nach vor pro per seit since until ago`,
	body: `group team crew class cohort staff workforce intake audience department unit shift organisation organization population desk faculty house company
 batch wave gruppe team klasse belegschaft kohorte jahrgang abteilung schicht mannschaft kreis zielgruppe pilotgruppe testgruppe lerngruppe personal total insgesamt number`,
	named: `lot batch hour tkt ticket case incident issue ref reference # § no nr nummer number http error code fehler fehlercode version v tel telefon phone fax room raum slide folie page
 seite level stufe tier prio priority sev severity artikel article item punkt chapter kapitel step phase welle wave line linie zeile build release port art abs gate hall halle
 store filiale building werk station schicht shift zimmer windows ios android status vorgang fall rig block tv channel extension durchwahl ext anlagen anlage pe kw week woche`,
	hitting: `affected affects affecting impacts impacting impacted hits hitting betroffen betrifft betroffene betreffen trifft concerns concerning concern`,
	asksPeople: `users user people persons affected headcount nutzer benutzer personen betroffene betroffen mitarbeiter mitarbeitende anwender employees learners staff
 colleagues kollegen teilnehmer audience impacted betroffener betroffenen leute`,
	restWord:    `other others remaining rest anderen andere übrigen restlichen`,
	exceptWord:  `except ausser besides apart`,
	strong:      `strong person man member woman people`,
	joiner:      `start starts starting begin begins join joins joining come anfangen fangen beginnen starten antreten treten eintreten kommen`,
	newWord:     `new neue neuen neuer hires newcomers starters joiners schüler lehrlinge azubis auszubildende neueintritte`,
	roughly:     `about around some roughly approximately circa ca rund etwa ungefähr knapp gut i e only nur`,
	sinceWord:   `since seit seid for vor past last letzten`,
	sooner:      `before until bevor till`,
	apartWord:   `x genommen also ziemlich like now so been elapsed duration already its nun schon sind es is das dauer time far since about going on only for over bereits lasting seit inzwischen jetzt outage ausfall downtime`,
	elapsedWord: `elapsed duration dauer lasting`,
	saidWord:    `told said wrote asked written gesagt geschrieben gebeten gemeldet called angerufen mentioned`,
	ifWord:      `if falls wenn unless should sollte sollten sofern suppose imagine`,
	contactWord: `ticket tickets support vendor answer answers answered reply replies replied response word peep squeak heard hear touched silence antwort antworten rückmeldung
 reaktion regung silbe piep gehört höre hören schweigt schweigen gerührt vermerk correspondence lebenszeichen kundenantwort agent mucks nachricht
 untouched touch bearbeiter helpdesk notiz handlung`,
	liveWord:      `live`,
	goWord:        `go goes going went gone gehen geht ging gegangen gang get goal`,
	eventWord:     `stream session debug gang gänge event chat ticker schaltung termin demo training webinar start`,
	atLive:        `on in the our your their auf der die dem unserer eurer whole`,
	wellPlace:     `fine ok okay unaffected normal unauffällig well good healthy gut einwandfrei quick`,
	concernedWord: `concerned affected tangiert`,
	youWord:       `ihnen euch ihrem ihrer eurer ye you ur u your yours ihrerseits`,
	openedWord:    `opened eröffnet eröffnung`,
	wellWord:      `can fine ok okay works working worked unaffected normal kann können konnten läuft laufen geht gehen funktioniert funktionieren klappt problemlos klappts gehts went restored again wieder schon do does`,
	listMark:      `: | = – - •`,
}

// classes has the lists of each word. Words that stand for a number or a length
// of time are listed where that is said.
var classes = func() map[string]class {
	of := byWord(lists)
	for w := range nths {
		of[w] |= ordinal
	}
	for w := range fractions {
		of[w] |= fractional
	}
	for w := range vague {
		of[w] |= vagueWord
	}
	return of
}()

// byWord has the lists that each word is on.
func byWord[T ~uint32 | ~uint64](lists map[T]string) map[string]T {
	of := map[string]T{}
	for c, list := range lists {
		for w := range strings.FieldsSeq(list) {
			of[fold(w)] |= c
		}
	}
	return of
}

// is says whether the word is on one of the lists.
func (l *lexeme) is(c class) bool { return l.class&c != 0 }
