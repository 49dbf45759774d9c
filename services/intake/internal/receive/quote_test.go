package receive

import (
	"strings"
	"testing"
)

func TestQuotedMailIsCutAndOwnWordsStay(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no quote", "Nobody can log in.\n\nPlease help.", "Nobody can log in.\n\nPlease help."},
		{"marked lines", "Still down.\n> Is it up again?\n> Regards", "Still down."},
		{"answers between the quotes stay", "> how many?\n240 people\n> since when?\nsince nine", "240 people\nsince nine"},
		{"attribution", "Yes, all of them.\n\nOn Fri, Nov 20, 2026 at 9:00 AM Ada <ada@desk.example> wrote:\n> Does it hit all?", "Yes, all of them."},
		{"attribution over two lines", "Yes.\nOn Fri, Nov 20, 2026 at 9:00 AM Ada Example\n<ada@desk.example> wrote:\n\nDoes it hit all?\nAda", "Yes."},
		{"German attribution", "Ja, alle.\nAm 20.11.2026 um 09:00 schrieb Ada:\n> Sind alle betroffen?", "Ja, alle."},
		{"German attribution, name first", "Ja.\nAda Beispiel <ada@desk.example> schrieb am Fr., 20. Nov. 2026, 09:00:\n\nSind alle betroffen?", "Ja."},
		{"words below a marked quote stay", "On Friday, 9:00, Ada wrote:\n> Is it up?\n\nNo, it is not.", "No, it is not."},
		{"somebody's own sentence is no attribution", "On Monday our boss wrote:\nfix this or we leave.", "On Monday our boss wrote:\nfix this or we leave."},
		{"copied header", "It fails again.\n\nFrom: Ada\nSent: Friday\nTo: Mia\nSubject: Re: Reports\n\nSolved for you.", "It fails again."},
		{"German copied header", "Wieder kaputt.\n\nVon: Ada\nGesendet: Freitag\nAn: Mia\nBetreff: Berichte\n\nGelöst.", "Wieder kaputt."},
		{"separator", "Not solved.\n-----Original Message-----\nIt is solved.", "Not solved."},
		{"German separator", "Nicht gelöst.\n-----Ursprüngliche Nachricht-----\nGelöst.", "Nicht gelöst."},
		{"reply above", "It is back.\n##- Please type your reply above this line -##\nYour request was solved.", "It is back."},
		{"a forwarded mail is the message", "Please see below.\n---------- Forwarded message ---------\nFrom: Kim\nDate: Friday\nTo: me\n> SSO is down", "Please see below.\n---------- Forwarded message ---------\nFrom: Kim\nDate: Friday\nTo: me\n> SSO is down"},
		{"nothing would be left", "> all of it is quoted", "> all of it is quoted"},
		{"more than so many is no quote", "Hit:\n> 500 people\nPlease hurry.", "Hit:\n> 500 people\nPlease hurry."},
		{"a line from somewhere is no header", "Error:\nFrom: the export job\nit stops at noon", "Error:\nFrom: the export job\nit stops at noon"},
		{"carriage returns", "Still down.\r\n> up?\r\n", "Still down."},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := CutQuotes(tt.text); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func FuzzCutQuotesOnlyEverRemovesLines(f *testing.F) {
	f.Add("Ja.\nAm 20.11.2026 um 09:00 schrieb Ada:\n> Alle?")
	f.Add("From: a\nTo: b\nSent: c\n> > x\n--Original message--")
	f.Fuzz(func(t *testing.T, text string) {
		got := CutQuotes(text)
		have := map[string]int{}
		for line := range strings.SplitSeq(text, "\n") {
			have[strings.TrimSpace(line)]++
		}
		for line := range strings.SplitSeq(got, "\n") {
			line = strings.TrimSpace(line)
			if have[line]--; have[line] < 0 && line != "" {
				t.Fatalf("%q was not said in %q", line, text)
			}
		}
		if strings.TrimSpace(text) != "" && strings.TrimSpace(got) == "" {
			t.Fatalf("nothing is left of %q", text)
		}
	})
}
