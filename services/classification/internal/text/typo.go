package text

// teach makes w a word that typos are corrected to.
func (v *dictionary) teach(w string) {
	if v.isKnown[w] {
		return
	}
	v.isKnown[w] = true
	if len(w) < minTypo-1 {
		return
	}
	id := int32(len(v.known))
	v.known = append(v.known, w)
	v.near[w] = append(v.near[w], id)
	for i := range w {
		cut := w[:i] + w[i+1:]
		v.near[cut] = append(v.near[cut], id)
	}
}

// correct returns the known word that w most likely is, mistyped: one letter
// wrong, missing, doubled or swapped; two in a long word. Empty if there is none.
func (v *dictionary) correct(w string) string {
	if len(w) < minTypo-1 || len(w) > 30 || v.isKnown[w] {
		return ""
	}
	best, bestDistance := "", 3
	consider := func(ids []int32) {
		for _, id := range ids {
			known := v.known[id]
			if known[0] != w[0] && known[1] != w[0] {
				continue
			}
			d := distance(w, known)
			if !plausible(w, known, d) {
				continue
			}
			if d < bestDistance || d == bestDistance && known < best {
				best, bestDistance = known, d
			}
		}
	}
	consider(v.near[w])
	var cut [32]byte
	for i := range len(w) {
		n := copy(cut[:], w[:i])
		n += copy(cut[n:], w[i+1:])
		consider(v.near[string(cut[:n])])
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
