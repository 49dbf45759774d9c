package spool

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"time"
)

// An Entry is what is put in and given out.
type Entry struct {
	// Count is of how many things the entry is, and Tag what its writer will.
	Count, Tag uint32
	// At is when it was told, to the nanosecond.
	At   time.Time
	Data []byte
}

const (
	mark = "tsp1"
	// head is how many bytes an entry has before its data.
	head = 28
	// Largest is how many bytes of data an entry may have.
	Largest = 64 << 20
)

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// size is how many bytes the entry takes on disk.
func (e Entry) size() int64 { return int64(head + len(e.Data)) }

// append puts the entry behind b as it stands on disk.
func (e Entry) append(b []byte) []byte {
	from := len(b)
	b = append(b, mark+"\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(e.Data))) //nolint:gosec // at most Largest
	b = binary.LittleEndian.AppendUint32(b, e.Count)
	b = binary.LittleEndian.AppendUint32(b, e.Tag)
	b = binary.LittleEndian.AppendUint64(b, uint64(e.At.UnixNano())) //nolint:gosec // as it is read
	b = append(b, e.Data...)
	binary.LittleEndian.PutUint32(b[from+4:], crc32.Checksum(b[from+8:], castagnoli()))
	return b
}

// read is the entry that b begins with; false where it begins with none that is whole.
// Its data lie in b.
func read(b []byte) (e Entry, ok bool) {
	if len(b) < head || string(b[:len(mark)]) != mark {
		return e, false
	}
	n := binary.LittleEndian.Uint32(b[8:])
	if n > Largest || len(b)-head < int(n) || crc32.Checksum(b[8:head+n], castagnoli()) != binary.LittleEndian.Uint32(b[4:]) {
		return e, false
	}
	return Entry{
		Count: binary.LittleEndian.Uint32(b[12:]), Tag: binary.LittleEndian.Uint32(b[16:]),
		At: time.Unix(0, int64(binary.LittleEndian.Uint64(b[20:]))).UTC(), Data: b[head : head+n : head+n], //nolint:gosec // as it was written
	}, true
}

// A placed entry is one in its file; end is where it ends there.
type placed struct {
	Entry
	end int64
}

// parse are the entries of a file from an offset on. Whole is where the last of them
// ends, damaged how many bytes before that are of none.
func parse(data []byte, from int64) (all []placed, whole, damaged int64) {
	whole = from
	for at := from; at < int64(len(data)); {
		e, ok := read(data[at:])
		if ok {
			damaged += at - whole
			at += e.size()
			all, whole = append(all, placed{e, at}), at
			continue
		}
		next := bytes.Index(data[at+1:], []byte(mark))
		if next < 0 {
			break
		}
		at += int64(next) + 1
	}
	return all, whole, damaged
}
