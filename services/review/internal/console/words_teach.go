package console

// wordsOfTeaching are the texts of the form that corrects how a ticket was read.
var wordsOfTeaching = map[string][2]string{
	"teach.open":  {"Correct the reading", "Einschätzung korrigieren"},
	"teach.title": {"How ticket %s should have been read", "Wie Ticket %s einzuschätzen war"},
	"teach.hint": {
		"What do the words of the ticket say? Measurements and fields do not count here. The case stays as it is; how tickets are read is measured by your answer, and learns from it.",
		"Was sagt der Text des Tickets? Messungen und Felder zählen hier nicht. Der Fall bleibt, wie er ist; die Einschätzung von Tickets wird an Ihrer Antwort gemessen und lernt daraus.",
	},
	"teach.words":   {"What the customer's side wrote", "Was die Kundenseite geschrieben hat"},
	"teach.request": {"Does somebody ask for escalation?", "Bittet jemand um Eskalation?"},
	"teach.yes":     {"Yes", "Ja"},
	"teach.no":      {"No", "Nein"},
	"teach.rec":     {"Recommendation", "Empfehlung"},
	"teach.reasons": {"Reasons that hold now, as the words have it", "Gründe, die dem Text nach jetzt vorliegen"},
	"teach.grounds": {"Denial grounds", "Ablehnungsgründe"},
	"teach.people":  {"People hit (empty: unknown)", "Betroffene Personen (leer: unbekannt)"},
	"teach.hours":   {"Hours since it began (empty: unknown)", "Stunden seit Beginn (leer: unbekannt)"},
	"teach.said.so": {"The words say", "Der Text sagt"},
	"teach.urgent":  {"why it is urgent", "warum es dringend ist"},
	"teach.named":   {"what is wrong", "was nicht funktioniert"},
	"teach.do":      {"Keep the correction", "Korrektur speichern"},
	"teach.leave":   {"Leave it as it is", "So lassen"},

	"teach.said":      {"Reading corrected by %s: %s", "Einschätzung korrigiert von %s: %s"},
	"teach.confirmed": {"it was right", "sie war richtig"},
	"teach.details":   {"in details", "in Einzelheiten"},
	"teach.older":     {"of an earlier state of the ticket", "zu einem früheren Stand des Tickets"},

	"teach.wrong.request":    {"“Not a request” goes with “No”, and with nothing else.", "„Keine Anfrage“ gehört zu „Nein“, und zu nichts anderem."},
	"teach.wrong.eligible":   {"“Eligible” needs a reason.", "„Berechtigt“ braucht einen Grund."},
	"teach.wrong.ineligible": {"“Ineligible” in spite of a reason needs a denial ground.", "„Nicht berechtigt“ trotz eines Grundes braucht einen Ablehnungsgrund."},
	"teach.wrong.needs_info": {
		"“Needs info”, but nothing is missing: neither a reason nor the urgency, the number of people or the place.",
		"„Angaben fehlen“, aber es fehlt nichts: weder ein Grund noch die Dringlichkeit, die Zahl der Personen oder der Ort.",
	},
	"teach.wrong.value":  {"Please choose from what is offered, and give numbers as digits.", "Bitte wählen Sie aus dem Angebotenen, und geben Sie Zahlen in Ziffern an."},
	"teach.wrong.reread": {"The ticket was read anew since you saw it; nothing was kept. Your answers are still here: look again, and send them once more.", "Das Ticket wurde seither neu eingeschätzt; nichts wurde gespeichert. Ihre Antworten stehen noch da: Bitte sehen Sie noch einmal hin und senden Sie sie erneut."},
	"teach.wrong.ticket": {"The case has no such ticket (any more); nothing was kept.", "Der Fall hat kein solches Ticket (mehr); nichts wurde gespeichert."},
}
