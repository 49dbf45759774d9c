package outage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/pkg/run"
)

// stuck is that tries in a row have failed to store what lies here, with the bus up.
type stuck struct {
	tries int
	since time.Time
	err   error
}

// stuckFrom is how many tries have to fail before that is a fault: at least eleven
// seconds of them, in which a cluster chooses its leaders anew.
const stuckFrom = 8

// failed takes note that a try has failed.
func (k *Keeper) failed(err error) {
	if k.in.Tickets.Conn.Up() != nil || errors.Is(err, errNotYet) {
		k.stuck.Store(nil)
		return
	}
	now := stuck{tries: 1, since: time.Now(), err: err}
	if was := k.stuck.Load(); was != nil {
		now.tries, now.since = was.tries+1, was.since
	}
	k.stuck.Store(&now)
}

// Ready is an error where the spool is full; where something lies in it a run.Fault if it
// stays there although the bus is up, else a run.Notice.
func (k *Keeper) Ready(context.Context) error {
	st := k.spool.Standing()
	if st.Entries == 0 {
		return nil
	}
	says := fmt.Sprintf("%d events (%d of at most %d bytes) are on disk here until the bus takes them, the oldest since %s",
		st.Count, st.Bytes, st.Max, st.Oldest.UTC().Format(time.RFC3339))
	is := k.stuck.Load()
	held := is != nil && is.tries >= stuckFrom
	switch up := k.in.Tickets.Conn.Up(); {
	case up != nil:
		says += "; the bus is away"
	case held:
		says += fmt.Sprintf("; the bus is up, and has taken none of them since %s: %v", is.since.UTC().Format(time.RFC3339), is.err)
	default:
		says += "; the bus is up, and they are being stored"
	}
	switch {
	case k.Full():
		return errors.New(says + "; there is no room for more")
	case held:
		return run.Fault(says)
	}
	return run.Notice(says)
}

// Full says that there is no room for a request of usual size.
func (k *Keeper) Full() bool {
	st := k.spool.Standing()
	return st.Bytes+full > st.Max
}

// full is how many bytes have to be free in a spool that is not full.
const full = 1 << 20
