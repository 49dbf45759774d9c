// Package mapping reads the doors' file: which accounts of which vendors have a door,
// who is let in, and what the house knows of what they send.
//
//	text ─ Read ─→ File ─ Account.Credentials ─→ who is let in
//	                 └─── Account.Webhook ─────→ how what they send is read
//
// Where tables do not do, a house writes expressions in CEL (cel.dev) over the
// vendor's item, as JSON reads: it.
//
//	it.?organization.?name             a text, a number … or none, where it is missing
//	text(it.?custom.?site)             always a text: empty for none, lists and objects
//	lower(s) · split(s, ",") · extract(s, "SITE-([0-9]+)")
//
// It promises:
//   - A file that is not understood is refused whole, with line and column of each
//     thing that is wrong, in an expression too.
//   - Of a file that is understood no body makes an expression fail the program: what
//     it gives is used, or is the reason why the item is left out.
//   - An expression ends: what it may cost is limited, and so is what it may make.
//   - The same item gives the same values. Expressions know no clock and no network.
//   - No secret stands in the file or in an error: the file names where one is.
//
// It leaves to desk and alert what the values mean, and to its caller to read files
// and to look at them again.
package mapping
