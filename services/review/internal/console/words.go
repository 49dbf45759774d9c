package console

import "maps"

// words are all texts of the console: English, then German. Titles of reasons
// and grounds, and the questions to requesters, are the policy's.
var words = join(tables()...)

func tables() []map[string][2]string {
	return []map[string][2]string{
		wordsOfPages,
		wordsOfLists,
		wordsOfConditions,
		wordsOfOrders,
		wordsOfCases,
		wordsOfTeaching,
		wordsOfAdvice,
		wordsOfValues,
	}
}

func join(tables ...map[string][2]string) map[string][2]string {
	all := map[string][2]string{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

var wordsOfPages = map[string][2]string{
	"lang.other":      {"Deutsch", "English"},
	"lang.other.code": {"de", "en"},
	"unit.second":     {"s", "s"},
	"unit.minute":     {"min", "min"},
	"unit.hour":       {"h", "h"},
	"unit.day":        {"d", "Tg"},

	"skip":         {"To the content", "Zum Inhalt"},
	"nav.signout":  {"Sign out", "Abmelden"},
	"nav.signedin": {"Signed in as %s", "Angemeldet als %s"},
	"nav.keys":     {"Keys", "Tasten"},

	"live.off":     {"Not live: reload to see changes", "Nicht live: neu laden, um Änderungen zu sehen"},
	"live.waiting": {"Connecting …", "Verbindung wird aufgebaut …"},
	"live.on":      {"Live", "Live"},
	"live.lost":    {"Connection lost: this may be out of date", "Verbindung verloren: der Stand kann veraltet sein"},
	"live.new":     {"New case", "Neuer Fall"},
	"live.changed": {"Changed", "Geändert"},

	"ago":    {"%s ago", "vor %s"},
	"due.in": {"due in %s", "fällig in %s"},
	"due.by": {"overdue by %s", "seit %s überfällig"},
	"eta.in": {"ETA in %s", "ETA in %s"},
	"eta.by": {"ETA missed by %s", "ETA seit %s verpasst"},
	"eta.no": {"no ETA yet", "noch keine ETA"},

	"queue.title":             {"Cases", "Fälle"},
	"queue.open":              {"To decide", "Zu entscheiden"},
	"queue.running":           {"Approved", "Genehmigt"},
	"queue.ended":             {"Ended", "Beendet"},
	"queue.open.none":         {"Nothing waits for a decision.", "Nichts wartet auf eine Entscheidung."},
	"queue.open.hint":         {"New cases appear here by themselves.", "Neue Fälle erscheinen hier von selbst."},
	"queue.more":              {"More cases are not shown here; “tocsin case list” shows all.", "Weitere Fälle sind hier nicht zu sehen; „tocsin case list“ zeigt alle."},
	"queue.overdue":           {"overdue", "überfällig"},
	"col.case":                {"Case", "Fall"},
	"col.recommended":         {"Recommended", "Empfohlen"},
	"col.people":              {"People measured | claimed", "Personen gemessen | behauptet"},
	"col.tenants":             {"Tenants", "Kunden"},
	"col.since":               {"Since", "Seit"},
	"col.due":                 {"Due", "Fällig"},
	"row.tickets":             {"%s tickets", "%s Tickets"},
	"row.tickets.1":           {"1 ticket", "1 Ticket"},
	"row.conditions":          {"%s conditions", "%s Messbefunde"},
	"row.conditions.1":        {"1 condition", "1 Messbefund"},
	"row.more":                {"and %s more", "und %s weitere"},
	"row.asked":               {"asked again %s×", "%s× erneut angefragt"},
	"nodata":                  {"no data", "keine Daten"},
	"unknown":                 {"unknown", "unbekannt"},
	"noreason":                {"Request without a reason of the policy", "Anfrage ohne Grund der Richtlinie"},
	"platform":                {"Whole platform", "Ganze Plattform"},
	"bar":                     {"%s, threshold %s", "%s, Schwelle %s"},
	"people":                  {"%s people", "%s Personen"},
	"people.1":                {"1 person", "1 Person"},
	"people.measured":         {"measured", "gemessen"},
	"people.measured.claimed": {"measured (%s claimed)", "gemessen (%s behauptet)"},
	"people.claimed":          {"claimed, none measured", "behauptet, keine gemessen"},
	"people.unknown":          {"number of people unknown", "Zahl der Personen unbekannt"},
	"tenants":                 {"%s tenants", "%s Kunden"},
	"tenants.1":               {"1 tenant", "1 Kunde"},

	"case.title":     {"%[1]s at %[2]s", "%[2]s: %[1]s"},
	"case.shared":    {"%s on the whole platform", "Ganze Plattform: %s"},
	"case.decision":  {"Decision", "Entscheidung"},
	"case.since":     {"since", "seit"},
	"case.round":     {"round %d", "Runde %d"},
	"case.version":   {"version %d", "Stand %d"},
	"case.next":      {"Next to decide", "Als Nächstes zu entscheiden"},
	"case.none":      {"There is no such case", "Diesen Fall gibt es nicht"},
	"case.none.hint": {"It may have been mistyped; all cases are in the queue.", "Vielleicht ein Tippfehler; alle Fälle stehen in der Liste."},

	"still.live":      {"Still true, last measured", "Trifft noch zu, zuletzt gemessen"},
	"still.flapping":  {"Comes and goes, last measured", "Kommt und geht, zuletzt gemessen"},
	"still.cleared":   {"Over: recovery was seen", "Vorbei: Erholung gemessen"},
	"still.expired":   {"Nobody knows: the signals stopped", "Niemand weiß es: Signale blieben aus"},
	"still.withdrawn": {"Never held: late signals showed it", "Traf nie zu: späte Signale zeigten es"},
	"still.claimed":   {"Claimed only: no monitor has said anything of it", "Nur behauptet: keine Messung sagt etwas dazu"},

	"facts.title":    {"What is known", "Was bekannt ist"},
	"facts.claimed":  {"Claimed", "Behauptet"},
	"facts.measured": {"Measured", "Gemessen"},
	"facts.source":   {"Source and age", "Quelle und Alter"},
	"facts.people":   {"People hit", "Betroffene"},
	"facts.tenants":  {"Tenants hit", "Betroffene Kunden"},
	"facts.duration": {"How long", "Wie lange"},
	"facts.where":    {"Where", "Wo"},
	"facts.atmost":   {"%s now, %s at most", "jetzt %s, höchstens %s"},
	"facts.peak":     {"%s at most", "höchstens %s"},
	"facts.hours":    {"%s h", "%s h"},
	"facts.tickets":  {"tickets", "Tickets"},
	"facts.nobody":   {"not claimed", "nicht behauptet"},
	"source.monitor": {"monitoring", "Überwachung"},
	"env.production": {"production", "Produktion"}, //nolint:misspell // German,
	"env.beta":       {"beta", "Beta"},

	"seen.raised":    {"holds now", "trifft jetzt zu"},
	"seen.cleared":   {"healthy", "gesund"},
	"seen.expired":   {"no data any more", "keine Daten mehr"},
	"seen.withdrawn": {"never held", "traf nie zu"},
	"seen.none":      {"no data", "keine Daten"},

	"weigh.reasons":     {"For: reasons", "Dafür: Gründe"},
	"weigh.grounds":     {"Against: denial grounds", "Dagegen: Ablehnungsgründe"},
	"weigh.noreasons":   {"No reason of the policy holds.", "Kein Grund der Richtlinie trifft zu."},
	"weigh.nogrounds":   {"None of the four grounds holds.", "Keiner der vier Ablehnungsgründe trifft zu."},
	"weigh.noquote":     {"claimed, without a quote", "behauptet, ohne Zitat"},
	"weigh.shown":       {"measured, not quoted", "gemessen, nicht zitiert"},
	"weigh.somewhere":   {"holds for %s only", "gilt nur für %s"},
	"weigh.contradicts": {"Words against facts", "Worte gegen Messungen"},
	"weigh.contra":      {"claimed: %s; measured: %s", "behauptet: %s; gemessen: %s"},
	"weigh.agrees":      {"Facts bear out the words", "Fakten bestätigen die Worte"},
	"weigh.borne":       {"claimed: %s; seen: %s", "behauptet: %s; gesehen: %s"},
	"weigh.near":        {"Near misses", "Knapp verfehlt"},
	"weigh.missed":      {"%s stated, %s needed", "%s genannt, %s nötig"},

	"tickets.title":     {"Tickets", "Tickets"},
	"tickets.none":      {"Nobody has asked: the measurements alone made this case.", "Niemand hat angefragt: allein die Messungen ergaben diesen Fall."},
	"tickets.requester": {"Requester", "Anfragende Person"},
	"tickets.csm":       {"CSM", "CSM"},
	"tickets.agent":     {"Agent", "Bearbeitung"},
	"tickets.sure":      {"Confidence of the reading", "Sicherheit der Lesung"},
	"tickets.percent":   {"%s %%", "%s %%"},
	"tickets.unclear":   {"Unclear", "Unklar"},
	"tickets.unread":    {"In a language that is not read: a person has to read it and to answer. Nobody has been written to automatically.", "In einer Sprache, die nicht gelesen wird: Jemand muss es lesen und antworten. Automatisch wurde nicht geschrieben."},
	"tickets.language":  {"Language", "Sprache"},
	"tickets.status":    {"Status", "Status"},
	"tickets.missing":   {"Missing", "Es fehlt"},
	"tickets.quotes":    {"Quotes", "Zitate"},
	"tickets.asks":      {"asks for escalation", "bittet um Eskalation"},
	"tickets.withdrawn": {"request withdrawn", "Anfrage zurückgezogen"},
	"tickets.makes":     {"its words alone make a case", "der Text allein ergibt einen Fall"},
	"tickets.linked":    {"linked", "verknüpft"},

	"conditions.title":     {"Conditions", "Messbefunde"},
	"conditions.none":      {"No data: no monitor has shown what is claimed. That is not the same as healthy.", "Keine Daten: Keine Messung hat das Behauptete gezeigt. Das heißt nicht, dass alles gesund ist."},
	"conditions.value":     {"Value", "Wert"},
	"conditions.threshold": {"Threshold", "Schwelle"},
	"conditions.window":    {"Window", "Fenster"},
	"conditions.peak":      {"At most", "Höchstens"},
	"conditions.first":     {"First signal", "Erstes Signal"},
	"conditions.raised":    {"Raised", "Ausgelöst"},
	"conditions.at":        {"As of", "Stand"},
	"conditions.samples":   {"Last counted signals", "Zuletzt gezählte Signale"},
	"conditions.flapping":  {"comes and goes", "kommt und geht"},
}
