package text

// vague are lengths without a number; the trouble has lasted so long at least.
var vague = map[string]float64{
	"days": 2 * day, "tagen": 2 * day, "weeks": 2 * week, "wochen": 2 * week, "months": 60 * day, "monaten": 60 * day, "stunden": 2, "hours": 2,
	"yesterday": day, "gestern": day, "vorgestern": 2 * day,
	"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": day, "sunday": day, "weekend": day,
	"montag": day, "dienstag": day, "mittwoch": day, "donnerstag": day, "freitag": day, "samstag": day, "sonntag": day, "wochenende": day,
	"ewigkeiten": 2 * day, "ages": 2 * day,
}

// vagueLength reads "since yesterday", "for days": a bound, no length.
func vagueLength(tokens []token, c *clause, k int) (Lasting, int) {
	w := tokens[k].fold
	bound, ok := vague[w]
	if !ok || k == c.from && c.link != "since" {
		return Lasting{}, k
	}
	for j := k - 1; j >= max(c.from, k-3); j-- {
		switch tokens[j].fold {
		case "since", "seit":
			return Lasting{AtLeast: bound}, k + 1
		case "for":
			if bound >= 2*day {
				return Lasting{AtLeast: bound}, k + 1
			}
		}
	}
	return Lasting{}, k
}
