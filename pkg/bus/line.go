package bus

import "sync"

// inHand is how many messages may be done before their turns have come.
const inHand = 4 * further

// A line is what a turn and a walk know of each other.
type line struct {
	mu      sync.Mutex
	at      uint64 // whose turn it is
	asked   bool   // it waits for what became of that
	walking bool
	open    int // calls whose rest is not done
	known   map[uint64]error
	order   []uint64      // what this walk has handed on behind that, as it stands on the stream
	news    chan struct{} // closed whenever one of these has changed, and made anew
}

func (l *line) changed() {
	close(l.news)
	l.news = make(chan struct{})
}

// ask is what became of the message whose turn it is, if that is known. Where nobody
// is about to find out, who asks has to begin a walk. It is told once: a message
// that comes again is handed on again.
func (l *line) ask(sequence uint64) (err error, known, begin bool, news <-chan struct{}) { //nolint:staticcheck,revive // the error is not of the call
	l.mu.Lock()
	defer l.mu.Unlock()
	err, known = l.known[sequence]
	l.forget(sequence)
	if l.at != sequence || l.asked == known {
		l.at, l.asked = sequence, !known
		l.changed()
	}
	if begin = !known && !l.walking; begin {
		l.walking = true
		l.order = nil
		clear(l.known)
	}
	return err, known, begin, l.news
}

// handed says that a call has returned, and its rest is not done yet.
func (l *line) handed(list []Raw) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open++
	for _, raw := range list {
		l.order = append(l.order, raw.Sequence)
	}
}

// done is the last message up to which, from the one whose turn it is on, all are
// done and none failed, and how many stand behind that one.
func (l *line) done(turn uint64) (last uint64, behind int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last = turn
	for _, sequence := range l.order {
		if err, known := l.known[sequence]; !known || err != nil {
			break
		}
		last, behind = sequence, behind+1
	}
	return last, behind
}

// passed says that the turns of the messages up to one will not come.
func (l *line) passed(last uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(last)
	l.at = max(l.at, last)
	l.changed()
}

// forget forgets the messages up to one, whose turns are over.
func (l *line) forget(last uint64) {
	delete(l.known, last) // a message that came again is in no order
	for len(l.order) > 0 && l.order[0] <= last {
		delete(l.known, l.order[0])
		l.order = l.order[1:]
	}
}

// found says what became of messages. Of one that failed for now nothing is known,
// unless it is its turn: when that comes it is handed on again.
func (l *line) found(list []Raw, errs []error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	for i, raw := range list {
		if !forNow(errs[i]) || raw.Sequence == l.at {
			l.known[raw.Sequence] = errs[i]
		}
	}
	l.changed()
}

// end ends the walk.
func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.walking = false
	l.changed()
}

// room says whether the walk may go on behind a message. It may not, and is to begin
// again there, where the turn waits for what it will not find: a message that came
// again.
func (l *line) room(last uint64) (room, again bool, news <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return last < l.at+inHand, l.asked && l.open == 0, l.news
}

// forNow says that trying again may help.
func forNow(err error) bool { return err != nil && !IsPermanent(err) }
