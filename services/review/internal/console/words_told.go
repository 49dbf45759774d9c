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
	"called.title":             {"Called:", "Gerufen:"},
	"called.next":              {"next", "als Nächstes"},
	"called.seen":              {"seen by %s", "gesehen: %s"},
	"called.unseen":            {"nobody has seen the case yet", "noch hat niemand den Fall gesehen"},
	"called.last":              {"all who were called hear that nobody has seen it", "alle Gerufenen erfahren, dass ihn niemand gesehen hat"},
	"called.absent":            {"nobody on call for %s", "niemand in Bereitschaft für %s"},
	"called.silenced":          {"nobody is called for now: %s", "zurzeit wird niemand gerufen: %s"},
	"deliverylist.nodate":      {"That is no day: write it as 2026-11-20.", "Das ist kein Tag: bitte als 2026-11-20 angeben."},
}
