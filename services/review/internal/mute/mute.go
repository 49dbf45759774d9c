// Package mute says what somebody does not want told for a while, and which cases
// that concerns, for those who look at them.
//
// It promises that a mute that may silence any notification of a case covers the
// case: nobody who looks believes that all was told. It is pure. Whether one
// message is silenced at one destination is notification's to say, which keeps
// the mutes.
package mute

import (
	"errors"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A State is where a mute stands.
type State string

// The states.
const (
	Ahead State = "ahead" // it begins later
	Holds State = "holds"
	Ended State = "ended" // by somebody, before its time
	Over  State = "over"
)

// A Mute is what somebody does not want told. It says itself as JSON for programs.
type Mute struct {
	ID    string    `json:"id"`
	State State     `json:"state"`
	By    string    `json:"by"`
	Why   string    `json:"why"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Destinations are the names of those that are muted; none is all of them.
	Destinations []string `json:"destinations,omitempty"`
	// Audiences are never empty; of the others none is all.
	Audiences  []string          `json:"audiences"`
	Tenants    []string          `json:"tenants,omitempty"`
	Reasons    []policy.ReasonID `json:"reasons,omitempty"`
	Severities []policy.Priority `json:"severities,omitempty"`
	Kinds      []string          `json:"kinds,omitempty"`
	SetAt      time.Time         `json:"set_at"`
	EndedBy    string            `json:"ended_by,omitempty"`
	EndedAt    time.Time         `json:"ended_at,omitzero"`
	// Silenced is how many notifications it silenced; nil until that is summed.
	Silenced *uint32 `json:"silenced,omitempty"`
}

// At is the mute with its state at a time.
func (m Mute) At(now time.Time) Mute {
	switch {
	case !m.EndedAt.IsZero():
		m.State = Ended
	case now.Before(m.From):
		m.State = Ahead
	case now.Before(m.Until):
		m.State = Holds
	default:
		m.State = Over
	}
	return m
}

// Lives says whether the mute holds, or will.
func (m Mute) Lives() bool { return m.State == Holds || m.State == Ahead }

// leadership is the audience that is told of cases; the others are told of tickets.
const leadership = "leadership"

// Covers says whether the mute may silence something that is told of a case.
func (m Mute) Covers(of *decide.Case, p *policy.Policy) bool {
	if slices.Contains(m.Audiences, leadership) && m.fits(p, of.Tenant, of.Reasons) {
		return true
	}
	if !slices.ContainsFunc(m.Audiences, func(a string) bool { return a != leadership }) {
		return false
	}
	return slices.ContainsFunc(of.Tickets, func(t decide.Ticket) bool { return m.fits(p, t.Tenant, t.Reasons) })
}

// fits says whether what is of a tenant and has reasons is covered.
func (m Mute) fits(p *policy.Policy, tenant string, reasons []policy.ReasonID) bool {
	if len(m.Tenants) > 0 && !slices.Contains(m.Tenants, tenant) {
		return false
	}
	if len(m.Reasons) > 0 && !slices.ContainsFunc(reasons, func(r policy.ReasonID) bool { return slices.Contains(m.Reasons, r) }) {
		return false
	}
	return len(m.Severities) == 0 || slices.Contains(m.Severities, severest(p, reasons))
}

// severest is the highest priority of the reasons, as notification ranks what it tells.
func severest(p *policy.Policy, reasons []policy.ReasonID) policy.Priority {
	all := policy.Priorities()
	best := len(all) - 1
	for _, id := range reasons {
		if r, is := p.Reason(id); is {
			if i := slices.Index(all, r.Priority); i >= 0 && i < best {
				best = i
			}
		}
	}
	return all[best]
}

// SeenBy says whether a person may know of the mute: agents and those above them,
// and who sees some tenants only if it is of no others.
func (m Mute) SeenBy(p decide.Person) bool {
	return p.May(decide.Agent) && (p.SeesAll() || m.within(p))
}

// within says whether the mute is of tenants that the person sees, and of no others.
func (m Mute) within(p decide.Person) bool {
	return len(m.Tenants) > 0 && !slices.ContainsFunc(m.Tenants, func(t string) bool { return !p.Sees(t) })
}

// MaySet says whether a person may set or end the mute.
func (m Mute) MaySet(p decide.Person) bool { return p.May(decide.Leadership) && m.SeenBy(p) }

// A Wrong is what is wrong with one field of a mute that is asked for.
type Wrong struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// A RefusedError is why a mute is not set or ended. No retry mends it.
type RefusedError struct {
	// Kind is bad-request, no-such-mute, mute-over or key-reused.
	Kind   string
	Detail string
	Wrong  []Wrong
}

func (e *RefusedError) Error() string { return e.Detail }

// Why something is not so; no retry mends it, but for ErrAway.
var (
	// ErrInside says that mutes are not for who asks.
	ErrInside = errors.New("only support sees what is muted")
	// ErrWhere says that somebody who sees some tenants only has to name them.
	ErrWhere = &RefusedError{Kind: BadRequest, Detail: "name the tenants that you see, and no others", Wrong: []Wrong{{"tenants", "name the tenants that you see, and no others"}}}
	// ErrAway says that notification, which keeps the mutes, does not answer. Trying
	// again helps.
	ErrAway = errors.New("notification does not answer")
	// ErrUnknown says that there is no such mute, or none that the person may know of.
	ErrUnknown = &RefusedError{Kind: NoSuchMute, Detail: "there is no such mute"}
)

// Kinds of refusals, as notification says them.
const (
	BadRequest = "bad-request"
	NoSuchMute = "no-such-mute"
	MuteOver   = "mute-over"
	KeyReused  = "key-reused"
)
