package text

// A neighbour is a known word, whole or with one letter left out, by its hash.
type neighbour struct {
	hash  uint32
	known int32
}

// neighbours finds known words by what is left of a word without one letter.
// Those of one bucket, the upper bits of the hash, stand together.
type neighbours struct {
	begin [1<<bucketBits + 1]int32
	list  []neighbour
}

const bucketBits = 12

func bucket(hash uint32) uint32 { return hash >> (32 - bucketBits) }

// of are the known words in the bucket of the hash.
func (n *neighbours) of(hash uint32) []neighbour {
	b := bucket(hash)
	return n.list[n.begin[b]:n.begin[b+1]]
}

// arrange puts the neighbours in order.
func (n *neighbours) arrange(list []neighbour) {
	for _, o := range list {
		n.begin[bucket(o.hash)+1]++
	}
	for b := range bucket(^uint32(0)) + 1 {
		n.begin[b+1] += n.begin[b]
	}
	next := n.begin
	n.list = make([]neighbour, len(list))
	for _, o := range list {
		b := bucket(o.hash)
		n.list[next[b]] = o
		next[b]++
	}
}

// hashWithout is the hash of w without the letter at byte cut; of all of w
// where cut is none of its bytes.
func hashWithout(w string, cut int) uint32 {
	h := uint32(2166136261)
	for i := range len(w) {
		if i != cut {
			h = (h ^ uint32(w[i])) * 16777619
		}
	}
	return h
}

// teach makes the words those that typos are corrected to.
func (v *dictionary) teach(words []string) {
	var near []neighbour
	for _, w := range words {
		if v.isKnown[w] {
			continue
		}
		v.isKnown[w] = true
		if len(w) < minTypo-1 {
			continue
		}
		id := int32(len(v.known))
		v.known = append(v.known, w)
		for cut := -1; cut < len(w); cut++ {
			near = append(near, neighbour{hashWithout(w, cut), id})
		}
	}
	v.near.arrange(near)
}

// correct returns the known word that w most likely is, mistyped: one letter
// wrong, missing, doubled or swapped; two in a long word. Empty if there is none.
func (v *dictionary) correct(w string) string {
	if len(w) < minTypo-1 || len(w) > 30 || v.isKnown[w] {
		return ""
	}
	best, bestDistance := "", 3
	for cut := -1; cut < len(w); cut++ {
		h := hashWithout(w, cut)
		for _, n := range v.near.of(h) {
			if n.hash != h {
				continue
			}
			known := v.known[n.known]
			if known[0] != w[0] && known[1] != w[0] {
				continue
			}
			d := distance(w, known)
			if plausible(w, known, d) && (d < bestDistance || d == bestDistance && known < best) {
				best, bestDistance = known, d
			}
		}
	}
	return best
}

// plausible says whether a word as long as w may be known, mistyped by d
// letters. In short words one letter makes another word too easily.
func plausible(w, known string, d int) bool {
	switch {
	case len(w) < minTypo:
		return swapped(w, known)
	case len(w) < 8:
		return d == 1 && (len(w) < len(known) || swapped(w, known) || doubled(w, known))
	case len(w) < 10:
		return d == 1
	}
	return d <= 2
}

// doubled says whether w is known with one letter doubled.
func doubled(w, known string) bool {
	if len(w) != len(known)+1 {
		return false
	}
	for i := 1; i < len(w); i++ {
		if w[i] == w[i-1] && w[:i]+w[i+1:] == known {
			return true
		}
	}
	return false
}

// swapped says whether a and b have the same letters, two neighbours swapped.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

// distance counts the letters to insert, drop, replace or swap that make b of a.
func distance(a, b string) int {
	var rows [3][40]int
	if len(a) >= 40 || len(b) >= 40 {
		return 3
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, up, upper := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(up[j]+1, row[j-1]+1, up[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], upper[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
