package console

// wordsOfLists are the texts of the navigation and of the pages that list things.
var wordsOfLists = map[string][2]string{
	"nav.label":      {"Pages", "Seiten"},
	"nav.queue":      {"Cases", "Fälle"},
	"nav.tickets":    {"Tickets", "Tickets"},
	"nav.policy":     {"Policy", "Richtlinie"},
	"nav.roster":     {"Roster", "Dienstplan"},
	"nav.reports":    {"Reports", "Berichte"},
	"nav.deliveries": {"Deliveries", "Zustellungen"},
	"nav.audit":      {"Audit", "Protokoll"},

	"keys.tick": {"select the case", "Fall auswählen"},
	"keys.seek": {"search", "suchen"},
}
