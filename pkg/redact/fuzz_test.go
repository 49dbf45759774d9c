package redact

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// FuzzText holds for any text: what was redacted is redacted, every placeholder
// stands for a piece of the original, and all else is as it was.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "anna@firma.example", "Herr Weber, 044 123 45 67", "Password: x1y2", "[MAIL_1] a@b.ch [MAIL_999999]", "\xffa@b\x00.ch", "Danke\nAnna\nFirma", "www.a.b/[NAME_3]?x",
		"-----BEGIN RSA PRIVATE KEY-----\n", "a\u0308@b.ch", "＠anna", "1 2 3 4 5 6 7 8 9", "CH93 0076 2011 6238 5295 7", "\"a b\"@c.de", "tom at firma dot example", "--\nx y", "token=\"a\"b", "hi a, hi b,\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Text(text)
		if again := Text(r.Text); again.Text != r.Text || len(again.Pieces) > 0 {
			t.Fatalf("%q\n becomes %q\n    then %q", text, r.Text, again.Text)
		}
		var whole strings.Builder
		last, at := 0, 0
		for _, p := range r.Pieces {
			if p.From >= p.To || p.From < last || p.To > len(text) {
				t.Fatalf("%+v is no piece of %q", p, text)
			}
			whole.WriteString(r.Text[at:p.Start])
			whole.WriteString(text[p.From:p.To])
			if from, to := r.Origin(p.Start, p.End); from != p.From || to != p.To {
				t.Fatalf("%+v stands for %d to %d", p, from, to)
			}
			last, at = p.To, p.End
		}
		if whole.WriteString(r.Text[at:]); whole.String() != text {
			t.Fatalf("with its pieces put back %q is %q", text, whole.String())
		}
	})
}

// FuzzAddressesNeverPass puts a mail address and a phone number into any text:
// neither comes out.
func FuzzAddressesNeverPass(f *testing.F) {
	f.Add("Please call ", " or write to ", ", thanks", uint64(1))
	f.Add("am 20.11.2026 ", " 1.200 ", "\n--\nAnna", uint64(7))
	f.Add("[PHONE_1] https://a.b/?", " password: ", "www.", uint64(12345))
	f.Fuzz(func(t *testing.T, before, between, after string, seed uint64) {
		mail, phone := mailNumber(seed), phoneNumber(seed)
		got := Text(before + " " + phone + " " + between + " " + mail + " " + after).Text
		for _, secret := range []string{mail, phone} {
			if strings.Contains(got, secret) && !strings.Contains(before+between+after, secret) {
				t.Fatalf("%q passes: %q", secret, got)
			}
		}
	})
}

func TestNoGeneratedMailOrPhonePasses(t *testing.T) {
	frame := rapid.SampledFrom([]string{
		"%s", "Bitte %s anrufen", "(%s)", "Tel.: %s, danke", "erreichbar unter %s.", "<%s>", "a\n%s\nb", "mit %s\n\nViele Grüße\nAnna", "240 Nutzer, %s", "am 20.11.2026, %s", "'%s'",
		"mail=%s", "%s;", "[%s]", "*%s*", "%s/%s", "%s %s",
	})
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		secret := mailNumber(seed)
		if rapid.Bool().Draw(t, "phone") {
			secret = phoneNumber(seed)
		}
		text := strings.ReplaceAll(frame.Draw(t, "frame"), "%s", secret)
		if got := Text(text).Text; strings.Contains(got, secret) {
			t.Fatalf("%q gives %q", text, got)
		}
	})
}

// mailNumber is the mail address with a number.
func mailNumber(n uint64) string {
	pick := func(list ...string) string {
		s := list[n%uint64(len(list))]
		n /= uint64(len(list))
		return s
	}
	name := pick("anna", "wencke.oelke", "w_oelke", "W.Oelke", "müller", "o'hara", "x", "svc-export", "tom+lms", "j.r.r.t", "1234567", "anna%x")
	at := pick("@", "@", " (at) ", "[at]", "＠")
	host := pick("firma", "mail.firma", "a-b", "zürich-versicherung", "x1", "sub.sub.firma")
	return name + at + host + pick(".ch", ".example", ".co.uk", ".museum", ".DE", ".com")
}

// phoneNumber is the phone number with a number, as people write them.
func phoneNumber(n uint64) string {
	digits := fmt.Sprintf("%09d", n%1_000_000_000)
	a, b, c, d := digits[:2], digits[2:5], digits[5:7], digits[7:]
	forms := []string{
		"+41 " + a + " " + b + " " + c + " " + d, "0" + a + " " + b + " " + c + " " + d, "0" + a + "/" + b + " " + c + " " + d, "0" + a + "." + b + "." + c + "." + d, "0041" + digits,
		"+49 (0) " + a + " " + b + c + d, "(0" + a + ") " + b + c + "-" + d, "+1 (4" + a + ") " + b + "-" + c + d, "4" + a + "-" + b + "-" + c + d, "(4" + a + ") " + b + "-" + c + d,
		"+44 20 " + b + a + " " + c + d, "0" + a + b + c + d, "+43-1-" + b + "-" + c + d, "00" + a + " " + b + " " + c + d, "+" + digits, "4" + a + "." + b + "." + c + d,
	}
	return forms[n/1_000_000_000%uint64(len(forms))]
}
