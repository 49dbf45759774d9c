package text

import "strings"

// What numbers count that is not people: times and measures, places and
// organisations, what a platform and its tickets are made of. English words
// stand for their plurals too; German ones for every compound that ends in
// them, unless "=" stands before.
const (
	englishThings = `
 second sec minute min hour hr day weekday night evening morning week month year fortnight weekend quarter time decade century sprint semester term
 dollar euro eur usd gbp chf pound franc buck cent percent pct pp point km kilometre kilometer mile metre meter kg gb mb kb tb byte pixel degree foot feet inch
 error code ticket case incident issue problem bug fault defect request attempt retry retries try tries click login session job run load upload import feed batch
 sync delivery deliveries transfer page screen site website portal url link address server host device laptop tablet ipad iphone phone handset kiosk machine computer pc
 browser tab window app application version release build update patch node cluster api call query queries log entry entries line row column field file folder document
 doc spreadsheet sheet csv report extract export dashboard chart graph tile widget card pathway path plan course module class classes lesson video title item article book
 asset certificate cert badge skill quiz quizzes exam test question assessment evaluation completion enrolment enrollment assignment task role opportunity opportunities gig
 vacancy vacancies position post opening licence license email mail message notification reminder reply replies answer response comment note attachment
 screenshot image logo thumbnail picture photo store shop warehouse office branch branches building plant factory factories region country countries state city cities town
 village location place depot hub hospital clinic ward school campus faculty department dept division team unit section group company companies firm organisation organization
 subsidiary subsidiaries tenant entity entities station terminal port airport ship rig vessel aircraft truck lift forklift car bus train van belt hall room
 table desk door floor thing way reason part piece step stage phase wave round number digit letter character word sentence slide chapter paragraph level
 tier priority priorities option choice example kind type sort provider vendor integration ip vm connector program programme workshop meeting event slot
 date deadline shift inspection audit visit lap other percentage figure hundred thousand dozen million language market brand domain line contract order customer client slot
 webinar instance environment component feature function service system platform library libraries catalogue catalog content series collection track tool
 module unit checklist list rule policy policies regulation certification qualification credential permit badge requirement statement value bar block box cabinet copy copies
 ms s h d k x am pm utc gmt cet cest est aest ist bst mbps fps px ppm th st nd rd o'clock percent
 bite bay press presses machine tonne ton litre liter gallon box boxes crate pallet parcel shipment delivery container flight gate track trip route tour
 call ring alarm monitor probe alert check scan trace hop step week's hours' days' reboot restart refresh reload matter observation network prober finding topic centre center colour color lane aisle letter ones thread theme figure value agenda item paper degree result finding filter widget button setting menu format mode occasion occurrence instance`
	germanThings = `
 sekunde sekunden sek minute minuten min stunde stunden std tag tage tagen nacht naechte naechten abend abende woche wochen monat monate monaten jahr jahre jahren quartal quartale
 quartalen semester =mal uhr prozent prozentpunkte euro eur franken rappen cent million millionen dollar kilometer meter kg gb mb kb tb pixel grad stueck
 bericht berichte berichten report reports datei dateien seite seiten kurs kurse kursen schulung schulungen unterweisung unterweisungen training trainings modul module modulen pfad pfade pfaden
 lauf laeufe laeufen upload uploads import importe export exporte exporten ticket tickets fall faelle faellen fehler fehlern meldung meldungen mail mails nachricht nachrichten
 benachrichtigung benachrichtigungen anfrage anfragen antwort antworten versuch versuche versuchen klick klicks server servern ordner ordnern rechner rechnern computer computern drucker
 browser browsern tablet tablets geraet geraete geraeten handy handys laptop laptops ipads pc pcs zeile zeilen spalte spalten =feld =felder =feldern bild =bilder =bildern filter fenster fenstern buch buecher
 buechern titel titeln video videos kachel kacheln karte karten plan plaene plaenen zertifikat zertifikate zertifikaten nachweis nachweise nachweisen abschluss abschluesse abschluessen
 pruefung pruefungen test tests frage fragen rueckfragen aufgabe aufgaben stelle stellen standort standorte standorten filiale filialen werk werke werken halle hallen haus haeuser haeusern
 =land =laender =laendern bundeslaender bundeslaendern kanton kantone kantonen stadt staedte staedten abteilung abteilungen team teams gruppe gruppen bereich bereiche bereichen schicht schichten linie linien
 maschine maschinen anlage anlagen niederlassung niederlassungen markt maerkte maerkten betrieb betriebe betrieben firma firmen unternehmen mandant mandanten raum raeume raeumen zimmer
 zimmern punkt punkte punkten schritt schritte schritten stufe stufen phase phasen welle wellen termin termine terminen sitzung sitzungen =teil =teile =teilen satz saetze saetzen wort woerter zeichen
 ziffer ziffern zahl zahlen version versionen anbieter anbietern schnittstelle schnittstellen quelle quellen dokument dokumente dokumenten formular formulare formularen lizenz
 lizenzen gesellschaft gesellschaften sprache sprachen programm programme programmen inhalt inhalte inhalten lektion lektionen artikel artikeln skill skills faehigkeiten angebot angebote
 angeboten ausschreibung ausschreibungen anhang anhaenge anhaengen anlagen screenshot screenshots fahrzeug fahrzeuge fahrzeugen zug zuege zuegen schiff schiffe bus busse bussen wagen depots depot
 dienststelle dienststellen einrichtung einrichtungen klinik kliniken haeuser station stationen schule schulen kita kitas praxis praxen buero bueros zweigstelle zweigstellen geschaeftsstelle geschaeftsstellen
 beitrag beitraege beitraegen eintrag eintraege eintraegen lieferung lieferungen uebertragung uebertragungen sendung sendungen verbindung verbindungen anruf anrufe anrufen anmeldung anmeldungen login logins aufruf
 aufrufe aufrufen abfrage abfragen job jobs batch batches sync syncs zugriff zugriffe zugriffen sperre sperren tabelle tabellen liste =listen checklisten vorgang vorgaenge vorgaengen sache sachen ding dinge dingen
 variante varianten weg wege wegen grund gruende gruenden art arten position positionen nummer nummern adresse adressen bestellung bestellungen kopie kopien block bloecke bloecken etage etagen stock stockwerk stockwerke
 drittel viertel fuenftel zehntel haelfte prio prioritaet kw kalenderwoche kapitel folie folien absatz absaetze zustellung zustellungen ergebnis ergebnisse ergebnissen treffer treffern
 workshop workshops sprints sprint release releases dashboard dashboards widget widgets feed feeds pathways pathway content cards card plans opportunities opportunity paket pakete paketen
 umgebung umgebungen instanz instanzen system systeme systemen plattform plattformen funktion funktionen anwendung anwendungen app apps gmbh ag h s ms gb farbe farben thema themen bad service gateway access permission internal forbidden level unauthorized kachel bezirk bezirke wohnbereich wohnbereiche ebene ebenen laptop zelle zellen
 spende regal regale frist fristen option optionen netzwerk netze server`
)

var (
	englishThing = wordSet(englishThings)
	germanThing  = wordSet(germanThings)
)

// maxThing is the length of the longest German word that is looked for at the
// end of others, in bytes; shortThing that of the shortest.
const (
	maxThing   = 20
	shortThing = 4
)

// namesThing says whether the noun is none for people.
func namesThing(w string, language Language) bool {
	if language == German {
		if germanThing[w] || germanThing["="+w] {
			return true
		}
		for _, end := range [...]string{"ungen", "keiten", "heiten", "tionen"} {
			if strings.HasSuffix(w, end) && !strings.HasSuffix(w, "leitungen") && !strings.HasSuffix(w, "vertretungen") {
				return true
			}
		}
		for cut := max(1, len(w)-maxThing); cut <= len(w)-shortThing; cut++ {
			if germanThing[w[cut:]] {
				return true
			}
		}
		return false
	}
	if englishThing[w] {
		return true
	}
	for _, end := range [...]string{"tions", "ments", "ities", "nesses", "ings"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	singular, plural := strings.CutSuffix(w, "s")
	return plural && englishThing[singular]
}
