package detect

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// String names the change as the contract does.
func (k ChangeKind) String() string {
	switch k {
	case Raised:
		return "raised"
	case Updated:
		return "updated"
	case Cleared:
		return "cleared"
	case Expired:
		return "expired"
	case Withdrawn:
		return "withdrawn"
	case FlappingHeld:
		return "flapping"
	}
	return "unknown"
}

// state says a change, with what is counted at that moment.
func (e *Engine) state(a *account, kind ChangeKind, at int64) {
	n := a.condition
	n.saidAt, n.news = e.clock.now, false
	ev := a.win.evidence(n.measure, at)
	ch := Change{
		At:         timeOf(at),
		DetectedAt: timeOf(e.clock.stamp),
		Change:     kind,
		Reason:     e.list[a.rule].reason,
		Scope:      e.names.all[a.scope],
		Subject:    e.names.all[a.subject],
		Value:      ev.value,
		Threshold:  ev.threshold,
		Window:     ev.window,
		Tenants:    ev.tenants,
		People:     ev.people,
		FirstAt:    timeOf(ev.first),
	}
	for _, s := range ev.samples {
		ch.Evidence = append(ch.Evidence, e.names.all[s.mark.source]+"/"+s.mark.id)
	}
	ch.ID = e.id(&ch, n)
	if kind == Raised {
		n.name = ch.ID
	}
	ch.Episode = n.name
	e.said = append(e.said, ch)
	e.post(a, kind, at)
}

// id derives a change's id from its cause alone, so that stating it again
// after a restart gives the same one.
func (e *Engine) id(ch *Change, n *condition) string {
	b := appendText(nil, e.opts.Policy)
	b = appendText(b, ch.Reason)
	b = appendText(b, ch.Scope)
	b = appendText(b, ch.Subject)
	for _, v := range []int64{n.statedAt, n.episode, n.updates, ch.At.UnixNano()} {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	sum := sha256.Sum256(append(b, byte(ch.Change)))
	return hex.EncodeToString(sum[:16])
}
