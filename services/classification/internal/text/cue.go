package text

// A cue is a set of lists that a word is on: words that tell, in a sentence about
// support, who is at work and who waits for whom. They are the same for both
// languages.
type cue uint32

// The lists.
const (
	teamWord     cue = 1 << iota // those of support
	ofYou                        // behind the name of one of them
	mister                       // before a name
	workWord                     // of work under way
	handsWord                    // of work under way, in pictures
	sureWork                     // of work that is under way now
	nowWord                      // it is now
	speakWord                    // "as we speak"
	notNow                       // it is not now
	undone                       // before work that is not done
	beWord                       // before "on it"
	waitFor                      // behind a wait, before what is waited for
	replyWord                    // what is waited for
	inHouse                      // what is waited for where the customer need do nothing
	courtWord                    // what lies with somebody whose turn it is
	myselfWord                   // those who write
	askedWord                    // support asks for something
	questionWord                 // what it asks
	openWord                     // its answer is yet to come
	answeredWord                 // it has come, or not
	notYet                       // it has not
	owesWord                     // somebody is to give something
	waitsWord                    // somebody waits
	ballWord                     // whose turn it is
	customerWord                 // the customer, to those of support
	ourSide                      // the customer, to himself
	theySay                      // those of support, where they ask
	momentWord                   // it is at this moment
	instant                      // behind "this": it is at this moment
	selfWord                     // an agent, of himself
	humanWord                    // people, who may be those of support
	nobodyWord                   // none of them
)

// cueLists are the words of the cues.
var cueLists = map[cue]string{
	teamWord: `engineer engineers engineering eng technician technicians tech techs dev devs developer developers analyst agent agents specialist tier l2 l3 oncall dba
 techniker technikerin agentin entwickler entwicklerin fachkraft kollege kollegin infra integration colleague staffer urs yours`,
	ofYou:  `from of at aus von vom schrieb hat`,
	mister: `mr mrs ms miss herr herrn frau hr fr kollege kollegin agent agentin engineer techniker`,
	workWord: `working workin work debugging debuggt investigating investigates looking lookin looks digging diggin analysing analyzing fixing fixin fixes patching checking testing
 tracing tshooting troubleshooting rebuilding replaying restarting deploying correcting re-running running reproducing comparing monitoring pulling going tracking pushing republishing
 arbeitet arbeiten arbeite untersucht untersuche analysiert analysiere analysieren prüft prüfe sucht suche schaut schau schaue sieht testet teste fixt debugge schraubt brütet
 dran daran dabei busy occupied bezig mittendrin sitzt übernommen`,
	handsWord: `remoted screensharing sleeves debugger rollback handson bildschirmsitzung midinvestigation`,
	sureWork:  `dran remoted mittendrin busy occupied debuggt debugging tshooting`,
	nowWord:   `now currently presently present actively already moment minute sec second atm gerade grad jetzt derzeit aktuell bereits schon live gegenwärtig augenblick stunde rite`,
	speakWord: `speak type write talk`,
	notNow:    `if falls wenn`,
	undone: `not nobody none no will was were nicht niemand keiner kein wird werden ned net when until someone somebody stop stopped please bitte kann könnt könnten can could
 had yesterday gestern wer who`,
	nobodyWord:   `nobody none niemand keiner kein`,
	momentWord:   `gerade grad grade derzeit atm momentan`,
	instant:      `now moment minute sec second hour augenblick`,
	selfWord:     `i im ich bin habe ive my me`,
	humanWord:    `chap lad guy lady fella boys boy people team side mann leute executive section man woman girl folks support herr pikett person people staff section someone somebody one einer wer`,
	askedWord:    `asked requested request wanted gefragt fragt angefordert angefragt gebeten erbeten erwarten erwartet benötigen braucht brauchen bräuchten wolltet wollten wartet warten need needs`,
	questionWord: `question questions query queries questionnaire follow-up followup reminder frage fragen rückfrage rückfragen nachfrage nachfragen fragerei erinnerung`,
	openWord:     `still yet later unanswered outstanding open pending noch offen ausständig aussteht unbeantwortet echo fehlt fehlanzeige ohne bislang bisher pended reminder reminders`,
	answeredWord: `sent send answered answer replied responded supplied provided delivered furnished returned confirmed geschickt schicken gesendet geliefert beantwortet geantwortet antwortet erhalten reagiert signed bestätigt`,
	notYet:       `not no nothing havent hasnt haven hasn nobody never cant yet nicht noch kein keine keinen null ohne nich ned net will ill shall to must muss when wenn once`,
	owesWord:     `owe owes owed schulde schuldet schulden schuldig`,
	waitsWord:    `waiting wait awaiting await awaits pending hold holding paused warte warten wartet parked stopped hängen`,
	ballWord:     `ball liegt lies`,
	customerWord: `customer customers cust cx client clients requester user their them they her his him kunde kunden kundin kd kundenantwort store`,
	ourSide:      `us our me my ours mine uns unsere unserer unserem meine meiner mir mich`,
	theySay:      `you u ye ya yall sie ihr euer eure ihre your ur agent technician engineer colleague techniker`,
	courtWord:    `ball balls court`,
	myselfWord:   `i we ich wir my our mein unser kunde kundin customer client cust cx requester er sie`,
	replyWord:    `reply answer response antwort antworten rückmeldung rückmeldungen kundenantwort back feedback`,
	inHouse:      `fix deploy deployment release engineering dev devs entwicklung vendor hersteller patch`,
	waitFor:      `for on auf to until`,
	beWord:       `is are am s hes shes im been be already actively its were got has`,
}

// cuesOf has the lists of each word.
var cuesOf = byWord(cueLists)

// cued says whether the word is on one of the lists.
func (l *lexeme) cued(c cue) bool { return l.cue&c != 0 }
