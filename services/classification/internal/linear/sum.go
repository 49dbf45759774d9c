package linear

// A Row is what one feature says of every output, in whole steps of 16 bits: four
// to a word, so that they are added four at once. A step is stored as it counts
// from the least, -32768. The caller must not change a Row.
type Row []uint64

// packed is how many words a row of n steps takes.
func packed(n int) int { return (n + 3) / 4 }

const least = -1 << 15

// step is what the row says of an output.
func (r Row) step(output int) int {
	return int(r[output/4]>>(output%4*16)&0xffff) + least
}

// set sets a step. Every step of a row must be set.
func (r Row) set(output int, step int16) {
	at := output % 4 * 16
	r[output/4] = r[output/4]&^(0xffff<<at) | uint64(int(step)-least)<<at
}

// A Sum sums rows. Whole numbers have the same sum in whatever order they are
// added, and with whatever part of it summed before. It is for one goroutine
// while it is added to.
type Sum struct {
	even, odd []uint64   // the steps of outputs 4i and 4i+2, 4i+1 and 4i+3, in 32 bits each
	rows      int        // summed in even and odd
	full      []int64    // by output: what had no more room there
	room      [12]uint64 // for even and odd, where that is enough
}

// NewSum is a sum of no rows.
func (m *Model) NewSum() *Sum {
	s := &Sum{}
	m.Begin(s)
	return s
}

// Begin makes a zero Sum one of no rows of the model. It must not be copied.
func (m *Model) Begin(s *Sum) {
	n := packed(len(m.outputs))
	both := s.room[:]
	if 2*n > len(both) {
		both = make([]uint64, 2*n)
	}
	s.even, s.odd = both[:n:n], both[n:2*n:2*n]
}

// maxRows is how many rows 32 bits have room for.
const maxRows = 1 << 16

const everySecond = 0x0000ffff0000ffff

// Add adds a row; nil is one of zeros.
func (s *Sum) Add(r Row) {
	if r == nil {
		return
	}
	if s.rows == maxRows {
		s.spill()
	}
	s.rows++
	even, odd := s.even[:len(r)], s.odd[:len(r)]
	for i, w := range r {
		even[i] += w & everySecond
		odd[i] += w >> 16 & everySecond
	}
}

// AddSum adds the rows of another sum of the same model.
func (s *Sum) AddSum(o *Sum) {
	if s.rows+o.rows > maxRows {
		s.spill()
	}
	s.rows += o.rows
	even, odd := s.even[:len(o.even)], s.odd[:len(o.even)]
	for i, w := range o.even {
		even[i] += w
	}
	for i, w := range o.odd[:len(odd)] {
		odd[i] += w
	}
	if o.full != nil {
		s.widen()
		for i, n := range o.full {
			s.full[i] += n
		}
	}
}

// Reset makes it a sum of no rows.
func (s *Sum) Reset() {
	clear(s.even)
	clear(s.odd)
	s.rows, s.full = 0, nil
}

// steps is the sum for an output.
func (s *Sum) steps(output int) int64 {
	half := s.even
	if output%2 == 1 {
		half = s.odd
	}
	n := int64(uint32(half[output/4]>>(output%4/2*32))) + int64(s.rows)*least
	if s.full != nil {
		n += s.full[output]
	}
	return n
}

// spill makes room for further rows.
func (s *Sum) spill() {
	s.widen()
	for o := range s.full {
		s.full[o] = s.steps(o)
	}
	clear(s.even)
	clear(s.odd)
	s.rows = 0
}

func (s *Sum) widen() {
	if s.full == nil {
		s.full = make([]int64, 4*len(s.even))
	}
}
