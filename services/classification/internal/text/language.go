package text

import "strings"

// A Language is one that the method reads, or Unknown.
type Language string

// The languages that are read.
const (
	English Language = "en"
	German  Language = "de"
	Unknown Language = ""
)

// Function words tell the languages apart: they are frequent, short, and the
// subject of a note does not change them. Those in foreign speak against both.
const (
	englishWords = ` the a an is are was were be been has have had do does did not no of to and or for with on in at by from our we you your
 they their it its this that there which who can cannot cant could would should please since until when if because but as all any nobody
 anyone everyone still i my me us them will won't wont isnt dont doesnt didnt cant hi hello thanks thank need needs hours days week weeks users people down
 getting again now been some every each than about just only after before yesterday today tomorrow what how `
	germanWords = ` der die das den dem des ein eine einen einem einer eines ist sind war waren wird werden wurde wurden hat haben hatte nicht kein keine
 keiner keinen und oder fuer mit auf im am an zu zum zur bei von vom aus seit bis wenn falls weil aber als alle alles niemand jemand noch ich wir
 ihr sie uns unser unsere unserer unseren unserem euch euer eure ihre es dies diese dieser dieses dass kann koennen konnte bitte mehr sich man auch
 nur schon wieder nach vor ueber unter durch ohne gegen gerade heute morgen gestern hallo danke stunden tagen tage woche wochen nutzer leute geht laeuft
 ja nein doch so wie was wer wo warum sehr dringend keinerlei beim ins isch ned nid nix net habt haette waere sollte muss muessen jetzt `
	foreignWords = ` le la les un une des est sont et ou pour avec dans sur nous vous pas que qui ne depuis bonjour merci el los las una es son y para con
 no se por desde hola gracias nuestro il lo gli e non per che di da ciao grazie het een van niet zijn voor met op wij kunnen ik de em os as nao uma
 com para prosim nie jest na sie dla `
)

var (
	isEnglish = wordSet(englishWords)
	isGerman  = wordSet(germanWords)
	isForeign = wordSet(foreignWords)
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[fold(w)] = true
	}
	return set
}

// languageScore weighs tokens for each language by function words, and by
// spellings that only one of them has.
func languageScore(tokens []token) (en, de, foreign float64) {
	for i := range tokens {
		en, de, foreign = en+float64(tokens[i].english), de+float64(tokens[i].german), foreign+float64(tokens[i].foreign)
	}
	return en, de, foreign
}

// hint notes for which language the word speaks, and how much.
func (t *lexeme) hint() {
	w := t.fold
	e, d := isEnglish[w], isGerman[w]
	t.function, t.numeric = e || d, isNumeric(w)
	switch {
	case e && !d:
		t.english = 1
	case d && !e:
		t.german = 1
	case !e && isForeign[w]:
		t.foreign = 1
	case !e && len(w) > 3:
		t.english = ending(w, "ing", "tion", "tions", "ed", "ly", "ment", "able", "ness", "wh", "ght", "th")
		t.german = ending(w, "ung", "ungen", "keit", "heit", "lich", "isch", "icht", "iert", "ieren", "schaft", "en", "sch", "tz", "cht")
	}
}

func ending(w string, suffixes ...string) float32 {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return 0.4
		}
	}
	return 0
}

// isUnfamiliar says whether the tokens are written in letters that neither
// language uses.
func isUnfamiliar(tokens []token) bool {
	strange, words := 0, 0
	for i := range tokens {
		if tokens[i].kind == word {
			words++
		}
		if tokens[i].strange {
			strange++
		}
	}
	return words > 0 && strange*2 > words
}

// detect names the language of the tokens; where they do not say, it is what
// fallback says.
func detect(tokens []token, fallback func() Language) Language {
	en, de, foreign := languageScore(tokens)
	switch {
	case isUnfamiliar(tokens), foreign > 1.5*max(en, de) && foreign >= 2:
		return Unknown
	case en > de:
		return English
	case de > en:
		return German
	}
	return fallback()
}
