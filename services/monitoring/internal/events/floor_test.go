package events_test

import (
	"hash/maphash"

	"google.golang.org/protobuf/encoding/protowire"
)

// The floor is the least that such a machine can do, written by hand: it scans
// the same bytes for the four fields it wants and keeps flat tables with windows
// of whole minutes.
//
// It knows: people per tenant whose attempt failed within an hour, more than 100
// of them; reports and uploads of a tenant that all fail.
//
// It does not know: an event that leaves to the nanosecond, whose latest attempt
// decides, late or repeated or conflicting signals, single sign-on, the other
// rules, the platform's scope, evidence, clearing, expiry, withdrawal, flapping,
// a snapshot, or bytes that are not UTF-8.
type floor struct {
	seed    maphash.Seed
	ids     map[string]int
	tenants []floorTenant
	raised  int
}

type floorTenant struct {
	users  []uint64 // open-addressed hashes
	minute []int32  // of the last failure of each
	used   int      // places, those of who is gone included
	live   int
	panes  [61][]uint64
	now    int32
	over   bool
	failed [2]int
}

func newFloor() *floor { return &floor{seed: maphash.MakeSeed(), ids: map[string]int{}} }

// batch reads one message.
func (f *floor) batch(data []byte) {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		data = data[n:]
		if number != 2 {
			data = data[protowire.ConsumeFieldValue(number, kind, data):]
			continue
		}
		body, n := protowire.ConsumeBytes(data)
		data = data[n:]
		f.signal(body)
	}
}

func (f *floor) signal(b []byte) {
	var tenant []byte
	var seconds int64
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		b = b[n:]
		n = protowire.ConsumeFieldValue(number, kind, b)
		switch number {
		case 3:
			tenant, _ = protowire.ConsumeBytes(b)
		case 4:
			at, _ := protowire.ConsumeBytes(b)
			v, _ := protowire.ConsumeVarint(at[1:])
			seconds = int64(v)
		case 10, 11, 12:
			body, _ := protowire.ConsumeBytes(b)
			f.state(f.tenant(tenant), int(number), body, seconds)
		}
		b = b[n:]
	}
}

func (f *floor) tenant(name []byte) *floorTenant {
	i, ok := f.ids[string(name)]
	if !ok {
		i = len(f.tenants)
		f.ids[string(name)] = i
		f.tenants = append(f.tenants, floorTenant{})
	}
	return &f.tenants[i]
}

// state counts what one signal states.
func (f *floor) state(t *floorTenant, number int, b []byte, seconds int64) {
	var who []byte
	var outcome uint64
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		b = b[n:]
		if field == 1 {
			who, _ = protowire.ConsumeBytes(b)
		} else if field == 3 || number == 12 && field == 2 {
			outcome, _ = protowire.ConsumeVarint(b)
		}
		b = b[protowire.ConsumeFieldValue(field, kind, b):]
	}
	if number > 10 {
		if t.failed[number-11]++; outcome != 2 {
			t.failed[number-11] = 0
		}
		return
	}
	t.attempt(maphash.Bytes(f.seed, who)|1, int32(seconds/60))
	if over := t.live > 100; over != t.over {
		t.over = over
		f.raised++
	}
}

func (t *floorTenant) attempt(user uint64, minute int32) {
	for t.now < minute {
		t.now = max(t.now+1, minute-60)
		pane := &t.panes[t.now%61]
		for _, u := range *pane {
			if i, ok := t.find(u); ok && t.minute[i] <= t.now-60 {
				t.minute[i] = -1 // its place is found again when the table grows
				t.live--
			}
		}
		*pane = (*pane)[:0]
	}
	if len(t.users) == 0 || t.used*4 >= len(t.users)*3 {
		t.grow()
	}
	i, ok := t.find(user)
	if !ok {
		t.users[i] = user
		t.minute[i] = -1
		t.used++
	}
	if t.minute[i] < 0 {
		t.live++
	}
	if t.minute[i] != minute {
		t.minute[i] = minute
		t.panes[minute%61] = append(t.panes[minute%61], user)
	}
}

func (t *floorTenant) find(user uint64) (int, bool) {
	mask := uint64(len(t.users) - 1)
	for i := user >> 1 & mask; ; i = (i + 1) & mask {
		if t.users[i] == user || t.users[i] == 0 {
			return int(i), t.users[i] == user
		}
	}
}

func (t *floorTenant) grow() {
	users, minutes := t.users, t.minute
	size := max(4, 2*len(users))
	if t.live*2 < len(users) {
		size = len(users) // most are gone
	}
	t.used = t.live
	t.users, t.minute = make([]uint64, size), make([]int32, size)
	for k, u := range users {
		if u != 0 && minutes[k] >= 0 {
			i, _ := t.find(u)
			t.users[i], t.minute[i] = u, minutes[k]
		}
	}
}
