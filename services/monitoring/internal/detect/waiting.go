package detect

import (
	"math"
	"slices"
	"strings"
	"time"
)

// waiting holds the signals that are ahead of the clock until it reaches them:
// no window ends later than now.
type waiting struct {
	list  []input // by event time, in the order of a replay
	known map[key]key
}

// hold takes a signal in, unless it waits already.
func (e *Engine) hold(in *input) fate {
	w := &e.ahead
	id, content := keyOf(in.mark.source, in.ID), contentOf(in)
	if known, ok := w.known[id]; ok {
		if known == content {
			return repeated
		}
		return conflicting
	}
	if w.known == nil {
		w.known = map[key]key{}
	}
	w.known[id] = content
	signal := cloneSignal(in.Signal)
	own := *in
	own.Signal, own.mark.id, own.readers = &signal, signal.ID, slices.Clone(in.readers)
	i, _ := slices.BinarySearchFunc(w.list, own, func(a, b input) int { return e.compare(a.Signal, b.Signal) })
	w.list = slices.Insert(w.list, i, own)
	return counted
}

// first is when the clock reaches the next of them.
func (w *waiting) first() int64 {
	if len(w.list) == 0 {
		return never
	}
	return w.list[0].at
}

func (w *waiting) pop() input {
	in := w.list[0]
	w.list[0] = input{}
	w.list = w.list[1:]
	delete(w.known, keyOf(in.mark.source, in.ID))
	return in
}

// texts are the strings of a signal.
func (s *Signal) texts() []*string {
	return []*string{
		&s.Source, &s.ID, &s.Tenant, &s.Auth.User, &s.Report.Run, &s.Report.Report,
		&s.Upload.Upload, &s.FTP.Session, &s.Probe.Component, &s.Probe.Prober, &s.Probe.Region,
		&s.Sync.Provider, &s.Audit.Audit, &s.Find.Finding, (*string)(&s.Find.Severity),
		&s.Launch.Program, &s.Ticket.Ticket, &s.News.Reason, &s.News.Subject, &s.News.Episode,
	}
}

func cloneSignal(s *Signal) Signal {
	c := *s
	for _, text := range c.texts() {
		*text = strings.Clone(*text)
	}
	return c
}

// codeWaiting codes the signals that wait, with all that rules read of them.
func (e *Engine) codeWaiting(c *coder) {
	for i := range c.length(len(e.ahead.list)) {
		s := Signal{}
		if !c.reading {
			s = *e.ahead.list[i].Signal
		}
		codeSignal(c, &s)
		if c.reading && c.err == nil {
			e.hold(e.input(&s, e.clock.now))
		}
	}
}

func codeSignal(c *coder, s *Signal) {
	for _, text := range s.texts() {
		c.text(text)
	}
	for _, small := range []*uint8{
		(*uint8)(&s.Kind), (*uint8)(&s.Auth.Method), (*uint8)(&s.Auth.Failure),
		(*uint8)(&s.Report.State), (*uint8)(&s.Probe.Status), (*uint8)(&s.Sync.Kind),
		(*uint8)(&s.Find.Status), (*uint8)(&s.News.Change),
	} {
		c.small(small)
	}
	for _, f := range []*bool{
		&s.Auth.OK, &s.Upload.Accepted, &s.Upload.Invalid, &s.FTP.Allowed, &s.FTP.BadCredentials,
		&s.Ticket.Open, &s.Ticket.Waiting, &s.Ticket.Large,
	} {
		c.flag(f)
	}
	for _, n := range []*uint32{&s.Sync.Expected, &s.Sync.Present, &s.Audit.Discrepant} {
		c.number(n)
	}
	for _, t := range []*time.Time{&s.At, &s.Report.DueAt, &s.Launch.StartsAt, &s.Ticket.MovedAt} {
		codeTime(c, t)
	}
	latency, revision, position := int64(math.Float64bits(s.Probe.LatencyMS)), int64(s.Ticket.Revision), int64(s.News.Position)
	for _, n := range []*int64{&latency, &revision, &position} {
		c.int(n)
	}
	s.Probe.LatencyMS = math.Float64frombits(uint64(latency))
	s.Ticket.Revision, s.News.Position = uint64(revision), uint64(position)
}

// codeTime codes a time within range; any other is the zero time.
func codeTime(c *coder, t *time.Time) {
	at := longAgo
	if !t.IsZero() {
		at = t.UnixNano()
	}
	c.int(&at)
	if c.reading {
		*t = timeOf(at)
	}
}
