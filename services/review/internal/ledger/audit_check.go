package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Flaw is what is wrong with a row or a chain of the audit.
type Flaw string

// The flaws.
const (
	Changed   Flaw = "hash"   // the row is not what was written
	Gap       Flaw = "gap"    // rows are missing before this one
	Disorder  Flaw = "order"  // the row stands where another was
	Cut       Flaw = "tail"   // the chain once went on
	Gone      Flaw = "gone"   // nothing is left of the chain
	Forged    Flaw = "forged" // the chain holds, but another one was published
	HeadsTorn Flaw = "heads"  // the published heads do not follow one another
)

// A Finding names what is wrong with the audit, and where.
type Finding struct {
	Case    string `json:"case,omitempty"`
	Version uint64 `json:"version,omitempty"` // of a case; of heads the set's number
	What    Flaw   `json:"what"`
	Says    string `json:"says"`
}

// A Check reads the audit row by row, by case and version, and says what is
// wrong with it. It keeps the heads that it compares with and nothing of the rows.
type Check struct {
	// Found hears each finding.
	Found func(Finding)
	// Part says that the rows may begin in the middle of a chain.
	Part bool

	// Rows and Cases were read so far; Heads were compared with rows.
	Rows, Cases, Heads int

	heads  map[string][]Head
	last   AuditLine
	latest uint64
	forged bool
}

// Published has the check compare the rows with heads that were published. It says
// what is wrong with the sets themselves. The same set may come more than once.
func (k *Check) Published(sets []HeadSet) {
	sets = slices.Clone(sets)
	slices.SortStableFunc(sets, func(a, b HeadSet) int { return cmp.Compare(a.Seq, b.Seq) })
	sets = slices.CompactFunc(sets, func(a, b HeadSet) bool { return a.Seq == b.Seq && a.Hash == b.Hash && a.sum() == b.sum() })
	k.heads = map[string][]Head{}
	for i, s := range sets {
		switch {
		case s.Hash != s.sum():
			k.says(Finding{Version: s.Seq, What: HeadsTorn, Says: fmt.Sprintf("set %d of the heads is not what was written", s.Seq)})
		case i > 0 && s.Seq == sets[i-1].Seq:
			k.says(Finding{Version: s.Seq, What: HeadsTorn, Says: fmt.Sprintf("set %d of the heads was published twice, and differs: the ledger was put back to an earlier time, or another one publishes here", s.Seq)})
		case i > 0 && s.Seq != sets[i-1].Seq+1:
			k.says(Finding{Version: s.Seq, What: HeadsTorn, Says: fmt.Sprintf("between the sets %d and %d of the heads some are missing", sets[i-1].Seq, s.Seq)})
		case i > 0 && !slices.ContainsFunc(sets[:i], func(p HeadSet) bool { return p.Seq == s.Seq-1 && p.Hash == s.Prev }):
			k.says(Finding{Version: s.Seq, What: HeadsTorn, Says: fmt.Sprintf("set %d of the heads does not follow the one before it", s.Seq)})
		}
		for _, h := range s.Heads {
			k.heads[h.Case] = append(k.heads[h.Case], h)
		}
	}
	for _, heads := range k.heads {
		slices.SortFunc(heads, func(a, b Head) int { return cmp.Compare(a.Version, b.Version) })
	}
}

func (k *Check) says(f Finding) { k.Found(f) }

// Row checks the next row.
func (k *Check) Row(a AuditLine) {
	k.Rows++
	if a.Case != k.last.Case {
		k.endCase()
		k.Cases++
		k.last, k.latest, k.forged = AuditLine{Case: a.Case}, 0, false
		if k.Part && a.Version > 1 {
			k.last.Version, k.last.Hash = a.Version-1, a.Prev
		}
	}
	k.row(a)
	k.compare(a)
	k.latest = max(k.latest, a.Latest)
	if a.Version > k.last.Version {
		k.last = a
	}
}

// row compares a row with its own hash and with the row before.
func (k *Check) row(a AuditLine) {
	at := func(f Flaw, format string, args ...any) {
		k.says(Finding{a.Case, a.Version, f, fmt.Sprintf(format, args...)})
	}
	own := a.Hash == a.Sum()
	next := k.last.Version + 1
	written := writtenAs(a)
	switch {
	case !own && written != 0:
		at(Disorder, "row %d was written as row %d", a.Version, written)
	case !own:
		at(Changed, "row %d is not what was written", a.Version)
	case a.Version < next:
		at(Disorder, "row %d comes after row %d", a.Version, k.last.Version)
	case a.Version == next+1:
		at(Gap, "row %d is missing", next)
	case a.Version > next:
		at(Gap, "the rows %d to %d are missing", next, a.Version-1)
	case a.Prev != k.last.Hash:
		at(Disorder, "row %d was written after another row than row %d as it stands", a.Version, k.last.Version)
	}
}

// writtenAs is the version under which a row was written whose hash does not
// hold where it stands; 0 where it holds under none that the row's id names.
func writtenAs(a AuditLine) uint64 {
	_, version, _ := strings.Cut(a.ID, "/")
	n, err := strconv.ParseUint(version, 10, 64)
	if err != nil || n == a.Version {
		return 0
	}
	a.Version = n
	if a.Hash != a.Sum() {
		return 0
	}
	return n
}

// compare holds a row against the heads that were published of it.
func (k *Check) compare(a AuditLine) {
	for _, h := range k.heads[a.Case] {
		if h.Version != a.Version {
			continue
		}
		k.Heads++
		if h.Hash != a.Hash && !k.forged {
			k.forged = true
			k.says(Finding{a.Case, a.Version, Forged, fmt.Sprintf("row %d is another than the one whose hash was published", a.Version)})
		}
	}
}

// endCase says what is missing at the end of the chain that was read.
func (k *Check) endCase() {
	c := k.last.Case
	if c == "" {
		return
	}
	end := k.latest
	for _, h := range k.heads[c] {
		end = max(end, h.Version)
	}
	if end > k.last.Version {
		k.says(Finding{c, k.last.Version, Cut, fmt.Sprintf("the chain ends with row %d and went on to row %d", k.last.Version, end)})
	}
	delete(k.heads, c)
}

// End says what is missing at the end: chains that were published, or belong to
// one of the cases that are named, and of which no row came.
func (k *Check) End(without ...string) {
	k.endCase()
	if k.Part {
		return
	}
	for c := range k.heads {
		without = append(without, c)
	}
	slices.Sort(without)
	for _, c := range slices.Compact(without) {
		k.says(Finding{Case: c, What: Gone, Says: "nothing is left of the chain of this case"})
	}
}
