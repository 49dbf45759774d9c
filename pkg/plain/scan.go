package plain

import "unicode/utf8"

// The wire types that occur here.
const (
	wireVarint = 0
	wireFixed  = 1
	wireBytes  = 2
)

// A scan reads the fields of one message in the wire format; it fails at anything
// unusual.
type scan struct {
	rest   string
	failed bool
}

// next gives the next field's number and wire type, 0 at the end.
func (s *scan) next() (number, wire int) {
	if s.rest == "" || s.failed {
		return 0, 0
	}
	tag := s.varint()
	if s.failed = s.failed || tag >= 1<<8 || tag < 1<<3; s.failed {
		return 0, 0 // no field here has so large a number
	}
	return int(tag >> 3), int(tag & 7)
}

func (s *scan) varint() uint64 {
	if s.rest != "" && s.rest[0] < 0x80 { // a short one: most are
		v := s.rest[0]
		s.rest = s.rest[1:]
		return uint64(v)
	}
	var v uint64
	for i := 0; i < len(s.rest) && i < 10; i++ {
		b := s.rest[i]
		if i == 9 && b > 1 {
			break
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			s.rest = s.rest[i+1:]
			return v
		}
	}
	s.failed = true
	return 0
}

func (s *scan) number(wire int) uint64 {
	if s.failed = s.failed || wire != wireVarint; s.failed {
		return 0
	}
	return s.varint()
}

func (s *scan) bytes(wire int) string {
	if s.failed = s.failed || wire != wireBytes; s.failed {
		return ""
	}
	n := s.varint()
	if s.failed = s.failed || n > uint64(len(s.rest)); s.failed {
		return ""
	}
	b := s.rest[:n]
	s.rest = s.rest[n:]
	return b
}

func (s *scan) text(wire int) string {
	t := s.bytes(wire)
	s.failed = s.failed || !utf8.ValidString(t)
	return t
}

func (s *scan) fixed(wire int) (v uint64) {
	if s.failed = s.failed || wire != wireFixed || len(s.rest) < 8; s.failed {
		return 0
	}
	for i := range 8 {
		v |= uint64(s.rest[i]) << (8 * i)
	}
	s.rest = s.rest[8:]
	return v
}
