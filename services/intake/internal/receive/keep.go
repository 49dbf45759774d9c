package receive

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An entry of a list that keeps only so many, and only so much text.
type entry[T any] interface {
	stamp() (time.Time, string)
	size() int
	// reference says whether the entry's words had to go; drop is the entry without them.
	reference() bool
	drop() T
}

// keep adds e to a list in order of event time, and keeps of it the newest max
// entries and, from the newest back, the texts that fit into room bytes. Once a
// text had to go, all older ones go too: so what is kept depends on the set of
// entries and not on the order they came in. lost says that something went.
func keep[T entry[T]](list []T, e T, max, room int) (kept []T, added, lost bool) {
	at, event := e.stamp()
	i, found := slices.BinarySearchFunc(list, e, func(have, _ T) int {
		haveAt, haveEvent := have.stamp()
		return compareEvents(haveAt, haveEvent, at, event)
	})
	if found {
		return list, false, false
	}
	if i == 0 && len(list) == max {
		return list, false, true
	}
	kept = insert(list, i, e)
	lost = len(kept) > max
	kept = newest(kept, max)
	full := false
	for j := len(kept) - 1; j >= 0; j-- {
		room -= kept[j].size()
		full = full || room < 0 || kept[j].reference()
		if full {
			kept[j], lost = kept[j].drop(), true
		}
	}
	return kept, true, lost
}

// insert is slices.Insert into a new array, so that copies of the list stay as they were.
func insert[T any](list []T, i int, e T) []T {
	out := make([]T, 0, len(list)+1)
	return append(append(append(out, list[:i]...), e), list[i:]...)
}

func newest[T any](list []T, max int) []T {
	return list[len(list)-min(len(list), max):]
}

func (n TicketNote) stamp() (time.Time, string) { return n.At, n.Event }
func (n TicketNote) size() int                  { return len(n.Text) }
func (n TicketNote) reference() bool            { return n.Truncated && n.Text == "" }
func (n TicketNote) drop() TicketNote           { n.Text, n.Truncated = "", true; return n }

func (r Request) stamp() (time.Time, string) { return r.At, r.Event }
func (r Request) size() int                  { return len(r.Reason) + len(r.Urgency) }
func (r Request) reference() bool            { return r.Truncated && r.Reason == "" && r.Urgency == "" }

func (r Request) drop() Request { r.Reason, r.Urgency, r.Truncated = "", "", true; return r }

// words is what somebody wrote: valid text without quoted mail, at most max bytes.
func words(s string, max int) (text string, cut bool) {
	return shorten(CutQuotes(clean(s)), max)
}

// clean is s as valid UTF-8 without zero bytes, which no ledger keeps.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// shorten cuts s to at most max bytes, between two characters.
func shorten(s string, max int) (short string, cut bool) {
	if len(s) <= max {
		return s, false
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max], true
}

// Size is how many bytes the ticket's contents have, with 48 for each entry of a
// list and each field: an upper bound of what its encoding takes.
func (t *Ticket) Size() int {
	const each = 48
	size := len(t.Tenant) + len(t.Ticket) + 16*each
	for _, f := range []Field[string]{t.Source, t.Subject, t.Requester, t.CSM, t.Agent} {
		size += len(f.Value) + len(f.Setter.Event)
	}
	size += len(t.Status.Setter.Event) + len(t.Severity.Setter.Event) + len(t.Environment.Setter.Event) +
		len(t.AffectedUsers.Setter.Event) + len(t.Components.Setter.Event)
	for _, c := range t.Components.Value {
		size += len(c) + each
	}
	for _, n := range append(slices.Clip(t.Notes), t.Opening) {
		size += len(n.Event) + len(n.Author) + len(n.Text) + each
	}
	for _, r := range t.Requests {
		size += len(r.Event) + len(r.Author) + len(r.Reason) + len(r.Urgency) + len(r.PolicyReason) + each
	}
	for _, a := range t.Applied {
		size += len(a.Event) + each*2/3
	}
	return size + len(t.Turns)*each/2
}
