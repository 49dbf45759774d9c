package events

import "sync"

// atOnce is how many attempts are made at one destination at once, however many
// records wait to be stored.
const atOnce = 32

// doors bound how many are at a destination. The zero value is open.
type doors struct {
	built sync.Once
	in    chan struct{}
}

// enter returns when there is room, with what gives it back; that may be called
// again. A destination that can not tell repeats is entered by one at a time, who
// leaves when it is recorded: so a crash repeats one message, not many.
func (d *doors) enter(tellsRepeats bool) (leave func()) {
	d.built.Do(func() {
		n := 1
		if tellsRepeats {
			n = atOnce
		}
		d.in = make(chan struct{}, n)
	})
	d.in <- struct{}{}
	return sync.OnceFunc(func() { <-d.in })
}
