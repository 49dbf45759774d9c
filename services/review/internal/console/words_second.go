package console

// wordsOfAdvice are the texts of what second readers say.
var wordsOfAdvice = map[string][2]string{
	"second.title":     {"Second reader", "Zweiter Leser"},
	"second.hint":      {"A language model that reads the words alone. It advises, and decides nothing.", "Ein Sprachmodell, das nur den Text liest. Es berät und entscheidet nichts."},
	"second.disagrees": {"A second reader disagrees: “%s” instead of “%s”, by the words alone.", "Ein zweiter Leser widerspricht: „%s“ statt „%s“, allein nach dem Text."},
	"second.differs":   {"A second reader says “%s” as well, for other reasons or grounds.", "Ein zweiter Leser sagt auch „%s“, aber aus anderen Gründen."},
	"second.agrees":    {"A second reader agrees: “%s”.", "Ein zweiter Leser sieht es ebenso: „%s“."},
	"second.sees":      {"It sees: %s.", "Er sieht: %s."},
	"second.misses":    {"It does not see: %s.", "Er sieht nicht: %s."},
	"second.unheard":   {"A second reader was not heard: %s.", "Ein zweiter Leser wurde nicht gehört: %s."},
	"second.earlier":   {"of an earlier state of the ticket", "zu einem früheren Stand des Tickets"},
	"second.away":      {"What it says can not be read now.", "Was er sagt, ist gerade nicht zu lesen."},

	"unheard.refused":        {"the model declined to answer", "das Modell wollte nicht antworten"},
	"unheard.unusable":       {"the answer makes no sense", "die Antwort ergibt keinen Sinn"},
	"unheard.rejected":       {"the endpoint refuses; look at its settings", "die Gegenstelle lehnt ab; bitte die Einstellungen prüfen"},
	"unheard.unreachable":    {"no answer in time", "keine Antwort zur rechten Zeit"},
	"unheard.over_note_cap":  {"it could cost more than a note may", "er könnte mehr kosten, als eine Notiz kosten darf"},
	"unheard.over_daily_cap": {"the day's cap of cost is reached", "das Kostenlimit des Tages ist erreicht"},
}
