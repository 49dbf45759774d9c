package console

// wordsOfTelling are the texts of what was told to whom.
var wordsOfTelling = map[string][2]string{
	"sieve.destination":        {"Destination", "Ziel"},
	"sieve.since":              {"From", "Von"},
	"sieve.until":              {"Until", "Bis"},
	"told.took":                {"took %s", "Dauer %s"},
	"told.earlier":             {"%s earlier attempts", "%s frühere Versuche"},
	"told.earlier.1":           {"1 earlier attempt", "1 früherer Versuch"},
	"sieve.notification":       {"Message", "Mitteilung"},
	"deliverylist.destination": {"name, or host", "Name oder Host"},
	"deliverylist.nodate":      {"That is no day: write it as 2026-11-20.", "Das ist kein Tag: bitte als 2026-11-20 angeben."},
}
