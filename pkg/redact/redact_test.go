package redact

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsPersonalLeavesAPlaceholderOfItsKind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// mail
		{"write to anna.mueller@firma.example, please", "write to [MAIL_1], please"},
		{"<a href=\"mailto:anna@firma.example\">", "<a href=\"mailto:[MAIL_1]\">"},
		{"anna@firma.example, ANNA@FIRMA.EXAMPLE and tom@firma.example", "[MAIL_1], [MAIL_1] and [MAIL_2]"},
		{"anna (at) firma.example or anna[at]firma[dot]example", "[MAIL_1] or [MAIL_2]"},
		{"tom at firma dot example", "[MAIL_1]"},
		{"be there at ten", "be there at ten"},
		{"an\u200bna＠firma.example", "[MAIL_1]"},
		{"service account svc_export@corp fails", "service account [MAIL_1] fails"},
		{"@anna.weber can you look?", "[HANDLE_1] can you look?"},
		// phones
		{"Tel. +41 79 123 45 67, or 079 123 45 67", "Tel. [PHONE_1], or [PHONE_1]"},
		{"call +1 (415) 555-0132 or (044) 123 45 67", "call [PHONE_1] or [PHONE_2]"},
		{"030/1234567-12 und 0049 30 1234567", "[PHONE_1] und [PHONE_2]"},
		{"Durchwahl 217, Handy 12345", "Durchwahl [PHONE_1], Handy [PHONE_2]"},
		// numbers that are no phones
		{"1,200 of 12000 users since 20.11.2026 09:41, 2026-11-20 and 11/20/2026", "1,200 of 12000 users since 20.11.2026 09:41, 2026-11-20 and 11/20/2026"},
		{"1.200.000 Datensätze, 1 200 000, 1000000, zwischen 1000 - 2000, 2024/2025, 8:00-17:30", "1.200.000 Datensätze, 1 200 000, 1000000, zwischen 1000 - 2000, 2024/2025, 8:00-17:30"},
		{"ISO-27001, SCORM 2004, Version 10.15.7, 99.95 %", "ISO-27001, SCORM 2004, Version 10.15.7, 99.95 %"},
		// accounts, cards, ids, machines
		{"IBAN CH93 0076 2011 6238 5295 7 und DE89370400440532013000", "IBAN [IBAN_1] und [IBAN_2]"},
		{"GB29 NWBK 6016 1331 9268 19 please", "[IBAN_1] please"},
		{"card 4111 1111 1111 1111", "card [CARD_1]"},
		{"INC0012345 and #204188, user 7654321, AHV 756.1234.5678.97", "[ID_1] and [ID_2], user [ID_3], AHV [PHONE_1]"},
		{"3f2504e0-4f89-11d3-9a0c-0305e82c3301", "[ID_1]"},
		{"from 10.1.2.3:8080, 2001:db8::1 and 00:1a:2b:3c:4d:5e", "from [IP_1]:8080, [IP_2] and [ID_1]"},
		// secrets
		{"Passwort: Sommer2024! und weiter", "Passwort: [SECRET_1] und weiter"},
		{`"password": "correct horse battery"`, `"password": "[SECRET_1]"`},
		{"das Passwort lautet geh3im, Benutzer geht", "das Passwort lautet [SECRET_1], Benutzer geht"},
		{"API key sk-abcdefghij0123456789", "API key [SECRET_1]"},
		{"Authorization: Bearer abcDEF123456", "Authorization: Bearer [SECRET_1]"},
		{"-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nhelp", "[SECRET_1]\nhelp"},
		{"the password is not accepted, Passwort ist falsch, token expired", "the password is not accepted, Passwort ist falsch, token expired"},
		{"Password: nobody can reset it", "Password: nobody can reset it"},
		// links
		{"see https://firma.example/reset?token=abc123.", "see [URL_1]."},
		{"on https://beta.firma.example/x only", "on [BETA_URL_1] only"},
		{"(www.firma.example/a) und firma.example/reset", "([URL_1]) und [URL_2]"},
		{"und/oder, 24/7, z.B./d.h.", "und/oder, 24/7, z.B./d.h."},
	} {
		if got := Text(c.text).Text; got != c.want {
			t.Errorf("%q\n gives %q\n  want %q", c.text, got, c.want)
		}
	}
}

func TestNamesLeaveWhereNamesStand(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Herr Dr. Weber und Frau von der Aue", "Herr Dr. [NAME_1] und Frau [NAME_2]"},
		{"mr smith called, die frau kann nicht", "mr [NAME_1] called, die frau kann nicht"},
		{"Frau müller kommt nicht rein", "Frau [NAME_1] kommt nicht rein"},
		{"Our HR places it there", "Our HR places it there"},
		{"Hallo Wencke,\nSSO geht nicht", "Hallo [NAME_1],\nSSO geht nicht"},
		{"hi wencke, sso is down", "hi [NAME_1], sso is down"},
		{"Dear support team,\nhelp", "Dear support team,\nhelp"},
		{"Sehr geehrte Damen und Herren,\nhelp", "Sehr geehrte Damen und Herren,\nhelp"},
		{"Hello Wencke and Sören, help", "Hello [NAME_1] and [NAME_2], help"},
		{"moin moin wencke, moin zusammen", "moin moin [NAME_1], moin zusammen"},
		{"Hallo zusammen, Hi all", "Hallo zusammen, Hi all"},
		{"Insights ist leer.\n\nViele Grüße\nWencke Oelke\nLeiterin Personal, Firma AG\nTel. 044 123 45 67", "Insights ist leer.\n\nViele Grüße\n[NAME_1]\n[SIGNATURE_1]\n[SIGNATURE_2]"},
		{"Down. Kind regards, Wencke", "Down. Kind regards, [NAME_1]"},
		{"Danke\nSSO geht immer noch nicht", "Danke\nSSO geht immer noch nicht"},
		{"All is down\nWencke Oelke", "All is down\n[NAME_1]"},
		{"x\n--\nWencke Oelke, Head of Learning\nFirma", "x\n--\n[NAME_1], [SIGNATURE_1]\n[SIGNATURE_2]"},
		{"Regards,\nWencke Oelke\n\nFrom: Support\nSent: Monday", "Regards,\n[NAME_1]\n\nFrom: Support\nSent: Monday"},
		{"My name is wencke oelke and I", "My name is [NAME_1] and I"},
		{"This is Wencke from Firma. This is Critical.", "This is [NAME_1] from Firma. This is Critical."},
		{"Benutzer: w.oelke, Kontakt: Wencke Oelke", "Benutzer: [NAME_1], Kontakt: [NAME_2]"},
		{"Peter cannot log in, Anna-Lena neither; will Mark Weber?", "[NAME_1] cannot log in, [NAME_2] neither; will [NAME_3]?"},
		{"mark it, it may be; will Insights be back in May?", "mark it, it may be; will Insights be back in May?"},
		{"Herr Oelke war da. Bei Oelke geht es nicht, Oelkes Konto auch nicht.", "Herr [NAME_1] war da. Bei [NAME_1] geht es nicht, [NAME_1] Konto auch nicht."},
		{"HERR OELKE KANN NICHT REIN", "HERR [NAME_1] KANN NICHT REIN"},
	} {
		if got := Text(c.text).Text; got != c.want {
			t.Errorf("%q\n gives %q\n  want %q", c.text, got, c.want)
		}
	}
}

func TestThePlaceholdersOfATextAreLeftAlone(t *testing.T) {
	got := Text("[MAIL_7] wrote to anna@firma.example; [MAIL_x] and [NAME_2]")
	if want := "[MAIL_7] wrote to [MAIL_8]; [MAIL_x] and [NAME_2]"; got.Text != want {
		t.Errorf("%q, want %q", got.Text, want)
	}
	if len(got.Pieces) != 1 {
		t.Errorf("%d pieces were taken out, want 1: what stood there stands for nothing", len(got.Pieces))
	}
}

func TestTextsThatBelongTogetherAreRedactedTogether(t *testing.T) {
	got := Texts("Frau Oelke ruft an: 044 123 45 67", "Bei Oelke geht es wieder", "Wencke\n\nGruß\nWencke Oelke, +41 44 123 45 67")
	for i, want := range []string{"Frau [NAME_1] ruft an: [PHONE_1]", "Bei [NAME_1] geht es wieder", "[NAME_1]\n\nGruß\n[NAME_1], [PHONE_1]"} {
		if got[i].Text != want {
			t.Errorf("%q, want %q", got[i].Text, want)
		}
	}
}

func TestAPlaceholderKnowsWhatItStandsFor(t *testing.T) {
	original := "Frau Oelke (w.oelke@firma.example) kann sich nicht anmelden, Tel. 044 123 45 67."
	r := Text(original)
	for _, c := range []struct{ part, want string }{
		{"kann sich nicht anmelden", "kann sich nicht anmelden"},
		{"Frau [NAME_1]", "Frau Oelke"},
		{"[NAME_1] ([MAIL_1]) kann", "Oelke (w.oelke@firma.example) kann"},
		{"AIL_1]) kann", "w.oelke@firma.example) kann"}, // a placeholder that is cut is whole
		{"Tel. [PHO", "Tel. 044 123 45 67"},
		{r.Text, original},
	} {
		at := strings.Index(r.Text, c.part)
		if at < 0 {
			t.Fatalf("%q has no %q", r.Text, c.part)
		}
		if from, to := r.Origin(at, at+len(c.part)); original[from:to] != c.want {
			t.Errorf("%q stands for %q, want %q", c.part, original[from:to], c.want)
		}
	}
}

func TestLongAndHostileTextsTakeBoundedTime(t *testing.T) {
	for name, unit := range map[string]string{
		"words": "nobody can log in and ", "letters": "x", "at signs": "@", "dashes with at": "-at", "dots": "a.b.c.", "dot words": "at a dot ", "digits": "1", "digit groups": "12 ",
		"quotes": `"@`, "slashes": "a/", "colons": "a:", "armour": "-----BEGIN ", "names": "Herr Peter ", "closings": "Danke. ", "lines": "Danke\nAnna\n", "brackets": "[MAIL_1]", "hex": "ab1:",
		"letter and digit": "a1", "secrets": "password: ", "invalid": "\xff", "invisible": "\u200b", "greetings": "Hi Anna\n", "iban": "CH93 0076 ",
	} {
		begin := time.Now()
		Text(strings.Repeat(unit, 1<<15/len(unit)))
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: 32 KiB took %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

func BenchmarkNote(b *testing.B) {
	note := strings.Repeat("Seit heute früh können sich 240 unserer Mitarbeitenden in Bern nicht über SSO anmelden; Frau Oelke (w.oelke@firma.example, 044 123 45 67) weiß mehr. ", 14)
	b.SetBytes(int64(len(note)))
	b.ReportAllocs()
	for b.Loop() {
		Text(note)
	}
}
