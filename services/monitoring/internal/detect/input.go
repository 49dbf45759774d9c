package detect

// An input is a signal as the windows read it.
type input struct {
	*Signal
	at     int64
	now    int64  // the clock when it is read
	tenant uint32 // 0: names none
	// admitted: its tenant is known, or may be made known.
	admitted bool
	mark     mark
	thing    key // the person or run, distinct per tenant
	// readers are the accounts that read it, in the order of the rules.
	readers []address
}

// A fate is what became of a signal in one window.
type fate uint8

// The fates, the weightier the higher: a signal's fate is the highest that a
// window gave it.
const (
	unread fate = iota
	repeated
	stale
	counted
	conflicting
	crowded
)

// input makes a signal ready to be read; it lasts until the next one.
func (e *Engine) input(s *Signal, now int64) *input {
	in := &e.current
	*in = input{Signal: s, at: s.At.UnixNano(), now: now, readers: in.readers[:0]}
	if e.source.name != s.Source { // most signals come of the same source as the one before
		e.source.number = e.names.id(s.Source)
		e.source.name = e.names.all[e.source.number]
	}
	in.mark = mark{source: e.source.number, id: s.ID}
	if in.tenant, in.admitted = e.tenant(s, e.source.number); !in.admitted {
		return in
	}
	switch s.Kind {
	case KindAuthAttempt:
		in.thing = keyOf(in.tenant, s.Auth.User)
	case KindReportRun:
		in.thing = keyOf(in.tenant, s.Report.Run)
	case KindFileUpload:
		in.thing = keyOf(in.tenant, s.Upload.Upload)
	}
	in.readers = e.readers(in, in.readers)
	return in
}
