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
	delete(l.known, sequence)
	if l.at != sequence || l.asked == known {
		l.at, l.asked = sequence, !known
		l.changed()
	}
	if begin = !known && !l.walking; begin {
		l.walking = true
		clear(l.known)
	}
	return err, known, begin, l.news
}

// handed says that a call has returned, and its rest is not done yet.
func (l *line) handed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open++
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
