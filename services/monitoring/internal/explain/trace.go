package explain

import (
	"slices"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
)

// A Step is what an engine made of one signal, or of time passing.
type Step struct {
	Engine  *detect.Engine
	Message uint64 // the sequence of the message on the bus; 0 in a file
	Read    time.Time
	Trust   string         // whose word the signal is; empty where nobody said
	Signal  *detect.Signal // nil: time passed; it lasts as long as the call
	Changes []detect.Change
}

// A Target is one condition: a reason in a scope, about a subject where it has one.
type Target struct{ Scope, Reason, Subject string }

func (t *Target) is(c *detect.Change) bool {
	return c.Scope == t.Scope && c.Reason == t.Reason && c.Subject == t.Subject
}

// A Signal is one signal as an explanation names it.
type Signal struct {
	ID string    `json:"id"` // "source/id"
	At time.Time `json:"at"`
	// Read is the clock when it was read.
	Read time.Time `json:"read"`
	// Message is its sequence on the bus; absent in a file.
	Message uint64 `json:"message,omitempty"`
	Tenant  string `json:"tenant"`
	Says    string `json:"says"`
	// Trust is whose word it is: PLATFORM_MONITOR or TENANT; absent where nobody said.
	Trust string `json:"trust,omitempty"`
}

func signalOf(st *Step) *Signal {
	s := st.Signal
	return &Signal{
		ID: strings.Clone(nameOf(s)), At: s.At.UTC(), Read: st.Read.UTC(), Message: st.Message,
		Tenant: strings.Clone(s.Tenant), Says: what(s), Trust: st.Trust,
	}
}

// nameOf is a signal as evidence names it.
func nameOf(s *detect.Signal) string {
	return strings.TrimPrefix(s.Source, detect.TicketEvents) + "/" + s.ID
}

// A turn is one change of the target, with what was known at that step.
type turn struct {
	change   detect.Change
	read     time.Time
	by       *Signal // nil: a deadline
	success  *Signal // the last success of the target before it, or by itself
	standing detect.Standing
	others   []string // what else changed in the same step
}

// A Tracer finds a change by its id, or by its target alone, while the rules
// run again.
type Tracer struct {
	id     string
	target Target
	named  bool // the target is known
	words  wording

	episode []turn // since the last raise
	found   bool
	turns   []turn // those of the episode up to the change asked for
	success *Signal
	wanted  map[string]*Signal // the signals to describe, by "source/id"
	first   time.Time          // when the first step was read
}

// Find traces the change with this id; target is what it is of, if that is known.
func Find(id string, target *Target) *Tracer {
	t := &Tracer{id: id, wanted: map[string]*Signal{}}
	if target != nil {
		t.name(*target)
	}
	return t
}

func (t *Tracer) name(target Target) {
	t.target, t.named, t.words = target, true, words[policy.ReasonID(target.Reason)]
}

// Want asks for the description of signals that are named as evidence.
func (t *Tracer) Want(evidence []string) {
	for _, id := range evidence {
		if _, ok := t.wanted[id]; !ok {
			t.wanted[id] = nil
		}
	}
}

// Found says whether the change came, and what it is of.
func (t *Tracer) Found() (Target, bool) { return t.target, t.found }

// See takes one step.
func (t *Tracer) See(st *Step) {
	if t.first.IsZero() {
		t.first = st.Read
	}
	if st.Signal != nil {
		t.hear(st)
	}
	for i := range st.Changes {
		c := &st.Changes[i]
		if c.ID == t.id && !t.named {
			t.name(Target{c.Scope, c.Reason, c.Subject}) // the second run knows it from the beginning
		}
		if t.named && t.target.is(c) {
			t.note(st, c)
		}
	}
}

// hear keeps what a signal says if it is wanted, or a success.
func (t *Tracer) hear(st *Step) {
	if len(t.wanted) > 0 && slices.Contains(t.words.kinds, st.Signal.Kind) {
		id := nameOf(st.Signal)
		if known, ok := t.wanted[id]; ok && known == nil {
			t.wanted[strings.Clone(id)] = signalOf(st)
		}
	}
	if t.named && t.target.success(st.Signal, &t.words) {
		t.success = signalOf(st)
	}
}

// success says whether a signal speaks for recovery of the target.
func (t *Target) success(s *detect.Signal, w *wording) bool {
	if !w.reads(s, t) {
		return false
	}
	if s.Kind == detect.KindProfileAudit || s.Kind == detect.KindTicket {
		return true // whether its number does, the rule knows
	}
	return s.Success()
}

// note keeps a change of the target.
func (t *Tracer) note(st *Step, c *detect.Change) {
	if t.found {
		return
	}
	if c.Change == detect.Raised {
		t.episode = t.episode[:0]
	}
	n := turn{change: *c, read: st.Read, success: t.success}
	n.standing, _ = st.Engine.Standing(c.Scope, c.Reason, c.Subject)
	if t.made(st, c) {
		n.by = signalOf(st)
	}
	for i := range st.Changes {
		if o := &st.Changes[i]; !t.target.is(o) && o.Change != detect.Updated {
			n.others = append(n.others, told(o))
		}
	}
	if c.Change != detect.Updated || c.ID == t.id {
		t.episode = append(t.episode, n)
	}
	if c.ID == t.id {
		t.found, t.turns = true, slices.Clone(t.episode)
		for _, n := range t.turns {
			t.Want(n.change.Evidence)
		}
	}
}

// told names a change in a few words.
func told(c *detect.Change) string {
	text := c.Reason + " of " + c.Scope
	if c.Subject != "" {
		text += ", " + c.Subject
	}
	return text + " " + c.Change.String()
}

// made says whether the signal of a step made the change, and not a deadline
// that fell due before it was read.
func (t *Tracer) made(st *Step, c *detect.Change) bool {
	s := st.Signal
	if s == nil || !t.words.reads(s, &t.target) {
		return false
	}
	switch c.Change {
	case detect.Cleared:
		return t.target.success(s, &t.words)
	case detect.Expired:
		return false
	case detect.Withdrawn:
		return true
	default:
	}
	return c.At.Equal(s.At) || slices.Contains(c.Evidence, nameOf(s))
}
