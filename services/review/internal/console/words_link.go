package console

// wordsOfLinks are of the page that a link in a message leads to.
var wordsOfLinks = map[string][2]string{
	"link.title": {"A case waits for a decision", "Ein Fall wartet auf eine Entscheidung"},
	"link.case":  {"Case", "Fall"},
	"link.due":   {"Decision", "Entscheidung"},
	"link.do":    {"I have seen it", "Ich habe es gesehen"},
	"link.go":    {"To the case in the console", "Zum Fall in der Konsole"},
	"link.home":  {"To the console", "Zur Konsole"},

	"link.open":         {"Have you seen that this case waits?", "Haben Sie gesehen, dass dieser Fall wartet?"},
	"link.open.hint":    {"Then nobody else is called to look at it. It still waits for a decision, which you take in the console.", "Dann wird niemand mehr gerufen, um ihn sich anzusehen. Er wartet weiter auf eine Entscheidung; die treffen Sie in der Konsole."},
	"link.done":         {"Thank you. It is noted that you have seen this case.", "Danke. Es ist vermerkt, dass Sie diesen Fall gesehen haben."},
	"link.done.hint":    {"Nobody else is called. The case still waits for a decision, which you take in the console.", "Niemand sonst wird gerufen. Der Fall wartet weiter auf eine Entscheidung; die treffen Sie in der Konsole."},
	"link.seen":         {"This case was already seen: by %s, at %s (%s).", "Dieser Fall wurde schon gesehen: %s, %s (%s)."},
	"link.seen.hint":    {"Nothing more is needed. It still waits for a decision, which you take in the console.", "Mehr ist nicht nötig. Er wartet weiter auf eine Entscheidung; die treffen Sie in der Konsole."},
	"link.decided":      {"This case has been decided meanwhile.", "Dieser Fall ist inzwischen entschieden."},
	"link.decided.hint": {"Nothing more is needed. In the console you read how it was decided.", "Mehr ist nicht nötig. In der Konsole lesen Sie, wie entschieden wurde."},
	"link.round":        {"This link was sent for an earlier round of this case.", "Dieser Link gehört zu einer früheren Runde dieses Falls."},
	"link.round.hint":   {"The case is open anew. Please use the link in the latest message, or open the case in the console.", "Der Fall steht erneut zur Entscheidung. Bitte benutzen Sie den Link aus der neuesten Nachricht, oder öffnen Sie den Fall in der Konsole."},
	"link.over":         {"This case does not wait any more.", "Dieser Fall wartet nicht mehr."},
	"link.over.hint":    {"Nothing more is needed. In the console you read how it ended.", "Mehr ist nicht nötig. In der Konsole lesen Sie, wie er geendet hat."},
	"link.expired":      {"This link is too old.", "Dieser Link ist zu alt."},
	"link.expired.hint": {"Nothing was changed. Please open the case in the console: there you can still say that you have seen it.", "Nichts wurde geändert. Bitte öffnen Sie den Fall in der Konsole: Dort können Sie noch bestätigen, dass Sie ihn gesehen haben."},
	"link.forged":       {"This link is not one of ours, or not whole.", "Dieser Link stammt nicht von hier, oder er ist unvollständig."},
	"link.forged.hint":  {"Nothing was changed. Please open it from the message itself, as it may have been cut off when it was copied; or open the console.", "Nichts wurde geändert. Bitte öffnen Sie ihn direkt aus der Nachricht, denn beim Kopieren wird er leicht abgeschnitten; oder öffnen Sie die Konsole."},
	"link.away":         {"Nothing was changed: at present nobody can say how this link stands. Please try again in a moment.", "Nichts wurde geändert: Im Moment lässt sich nicht sagen, wie es um diesen Link steht. Bitte versuchen Sie es gleich noch einmal."},
}
