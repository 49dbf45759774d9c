package text

import "strings"

// A class is a set of lists that a word is on: words that structure a note
// rather than say what it is about. They are the same for both languages.
type class uint32

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
	fractional: `half hälfte third thirds drittel quarter quarters viertel`,
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
	vagueWord: `days tagen weeks wochen months monaten stunden hours yesterday gestern vorgestern monday tuesday wednesday thursday friday saturday
 sunday weekend montag dienstag mittwoch donnerstag freitag samstag sonntag wochenende ewigkeiten ages`,
}

// classes has the lists of each word.
var classes = func() map[string]class {
	of := map[string]class{}
	for c, list := range lists {
		for w := range strings.FieldsSeq(list) {
			of[fold(w)] |= c
		}
	}
	return of
}()

// is says whether the word is on one of the lists.
func (l *lexeme) is(c class) bool { return l.class&c != 0 }
