// Package redact takes personal data and secrets out of a text, so that it may
// leave the house: mail addresses, phone numbers, names, accounts and cards,
// passwords and keys, links, network addresses, long numbers.
//
//	text ─→ view ─→ links ─→ accounts ─→ secrets ─→ mail ─→ numbers ─→ names ─→ text with placeholders
//	          ↑────────────── until nobody finds any more ──────────────┘
//
// A placeholder keeps the kind: [MAIL_1]. Within a text the same thing has the
// same placeholder, also where it is written differently ("+41 79 …", "079 …").
//
// It promises that what was redacted once is redacted: redacting the result
// changes nothing, placeholders that stood in the text are left alone, and every
// placeholder knows which bytes of the original it stands for (Redacted.Origin).
// It finds what has a shape or stands where names stand: after a title, in a
// greeting, in a signature, beside a common given name. A family name alone in
// the middle of a sentence, a nickname or a description of a person has neither
// and stays; where that may not leave, the text may not. It is pure: the same
// text gives the same result.
package redact
