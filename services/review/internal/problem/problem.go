// Package problem says why review refuses what somebody asks of it, the same for
// all ways in: as a problem document (RFC 9457) over /v1, as an error of Connect.
//
// A problem has a kind, which stands at the end of its type and never changes; a
// sentence for people; and what to do. What nobody has foreseen is "unavailable":
// it tells nothing of what is inside, and trying again may help.
package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/mute"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/tenantkey"
)

// A Problem is a problem document of RFC 9457.
type Problem struct {
	// Type is urn:tocsin:problem: and the kind.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Do is what to do now, in a sentence.
	Do string `json:"do,omitempty"`
	// Field is what is wrong in the request: a parameter, or the path of a field of its body.
	Field string `json:"field,omitempty"`
	// Errors are what is wrong with which field, where it is known of each.
	Errors []mute.Wrong `json:"errors,omitempty"`
	// Version is the case's current one where the caller's was stale, or somebody has decided before.
	Version uint64 `json:"version,omitempty"`
}

func (p Problem) Error() string { return p.Detail }

const (
	space = "urn:tocsin:problem:" // before each kind
	// hidden is one kind and one answer for a case that is not there and for one
	// that somebody may not see.
	hidden = "no-such-case"
)

// Kind is the last part of the type.
func (p Problem) Kind() string { return strings.TrimPrefix(p.Type, space) }

// New is a problem of a kind.
func New(kind string, status int, detail string, args ...any) Problem {
	return Problem{Type: space + kind, Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...), Do: advice(kind)}
}

// BadRequest is a problem with the request itself: with one field of it, or with all where field is empty.
func BadRequest(field, detail string, args ...any) error {
	p := New("bad-request", http.StatusBadRequest, detail, args...)
	p.Field = field
	return p
}

// TooLarge says that a request has more bytes than it may.
func TooLarge(limit int64) error {
	return New("too-large", http.StatusRequestEntityTooLarge, "the request is larger than %d bytes", limit)
}

// Of says what err means to who asked.
func Of(err error) Problem {
	var p Problem
	if errors.As(err, &p) {
		return p
	}
	var refused *mute.RefusedError
	if errors.As(err, &refused) {
		return muted(refused)
	}
	for _, k := range kinds() {
		for _, target := range k.errors {
			if errors.Is(err, target) {
				p = New(k.name, k.status, "%s", err)
				if k.name == hidden {
					p.Detail = "no such case, or none that you may see"
				}
				p.Version = current(err)
				var changed *roster.StaleError
				if errors.As(err, &changed) {
					p.Version, p.Do = changed.Current, "Read the technician again, and send it with the version that they have now if it is still meant."
				}
				return p
			}
		}
	}
	var unsound *teach.UnsoundError
	if errors.As(err, &unsound) {
		return New("not-allowed", http.StatusUnprocessableEntity, "%s", err)
	}
	if errors.Is(err, mute.ErrAway) {
		return New("unavailable", http.StatusServiceUnavailable, "notification, which keeps the mutes, does not answer; try again when it is back")
	}
	if errors.Is(err, tenantkey.ErrAway) {
		return New("unavailable", http.StatusServiceUnavailable, "the bus is away, and the tenant has no key yet to seal what you wrote; try again when it is back")
	}
	return New("unavailable", http.StatusServiceUnavailable, "the ledger could not answer; try again")
}

// current is the version that the case has now, where the error says it; else 0.
func current(err error) uint64 {
	var stale *decide.StaleError
	var decided *decide.DecidedError
	var first *decide.AcknowledgedError
	switch {
	case errors.As(err, &stale):
		return stale.Current
	case errors.As(err, &decided):
		return decided.Current
	case errors.As(err, &first):
		return first.Current
	}
	return 0
}

// muted is why a mute is not set or ended.
func muted(e *mute.RefusedError) Problem {
	status := map[string]int{
		mute.BadRequest: http.StatusBadRequest, mute.NoSuchMute: http.StatusNotFound,
		mute.MuteOver: http.StatusConflict, mute.KeyReused: http.StatusUnprocessableEntity,
	}[e.Kind]
	if status == 0 {
		status = http.StatusUnprocessableEntity
	}
	p := New(e.Kind, status, "%s", e.Detail)
	if p.Errors = e.Wrong; len(e.Wrong) > 0 {
		p.Field = e.Wrong[0].Field
	}
	return p
}

// A kind is the errors that mean the same to who asked.
type kind struct {
	name   string
	status int
	errors []error
}

// kinds are all of them, in the order in which they are looked for.
func kinds() []kind {
	return []kind{
		{"no-such-label", http.StatusNotFound, []error{ledger.ErrNoLabel}},
		{"no-such-technician", http.StatusNotFound, []error{roster.ErrUnknown}},
		{"no-such-ticket", http.StatusNotFound, []error{teach.ErrTicket, decide.ErrTicket}},
		{hidden, http.StatusNotFound, []error{ledger.ErrNotFound, decide.ErrHidden}},
		{"bad-request", http.StatusBadRequest, []error{ledger.ErrCursor}},
		{"no-such-deadletter", http.StatusNotFound, []error{parked.ErrNone}},
		{"no-such-rejected", http.StatusNotFound, []error{doorstep.ErrNone}},
		{"settled", http.StatusConflict, []error{parked.ErrSettled}},
		{"deadletter-stays", http.StatusUnprocessableEntity, []error{parked.ErrUnheard, parked.ErrElsewhere, parked.ErrWhy}},
		{"unavailable", http.StatusServiceUnavailable, []error{parked.ErrAway, doorstep.ErrAway}},
		{"no-such-token", http.StatusNotFound, []error{ledger.ErrNoToken}},
		{"unauthorized", http.StatusUnauthorized, []error{who.ErrUnknown, who.ErrOver, who.ErrToken}},
		{"too-many-tries", http.StatusTooManyRequests, []error{who.ErrTries}},
		{"closed", http.StatusForbidden, []error{who.ErrClosed}},
		{"reads-only", http.StatusForbidden, []error{who.ErrReads}},
		{"stale", http.StatusConflict, []error{decide.ErrStale, teach.ErrReread, roster.ErrStale}},
		{"key-reused", http.StatusUnprocessableEntity, []error{ledger.ErrReused}},
		{"decided", http.StatusConflict, []error{decide.ErrDecided}},
		{"acknowledged", http.StatusConflict, []error{decide.ErrAcknowledged}},
		{"forbidden", http.StatusForbidden, []error{decide.ErrNotLeader, decide.ErrNobody, duty.ErrInside, report.ErrWalled, mute.ErrInside}},
		{"technician", http.StatusUnprocessableEntity, []error{desk.ErrTechnician}},
		{"no-technician", http.StatusUnprocessableEntity, []error{roster.ErrUnsound}},
		{"not-allowed", http.StatusUnprocessableEntity, []error{decide.ErrState, decide.ErrNote, decide.ErrETA, decide.ErrGround, decide.ErrAppealed, decide.ErrPart, decide.ErrReason, who.ErrUnsound}},
	}
}

// advice is what to do about a kind of problem.
func advice(kind string) string {
	return map[string]string{
		"bad-request":        "Send it again with what is named put right.",
		"too-large":          "Send less.",
		"unauthorized":       "Sign in, or send a token as Authorization: Bearer …",
		"too-many-tries":     "Wait a minute, and send the token that is meant.",
		"closed":             "Ask who runs this site to say who may come in.",
		"reads-only":         "Send a token that may change things.",
		"forbidden":          "Ask somebody of leadership to do it.",
		"no-such-case":       "Look for it with GET /v1/cases.",
		"no-such-path":       "Look for the path in /openapi.json.",
		"no-such-label":      "Look for it with GET /v1/labels.",
		"no-such-ticket":     "Read the case again: it says which tickets it has.",
		"no-such-rejected":   "Look for it with GET /v1/rejected.",
		"no-such-deadletter": "Look for it with GET /v1/deadletters.",
		"deadletter-stays":   "Do what the detail says first; nothing was changed.",
		"settled":            "Read GET /v1/deadletters/done: it says who did what, and why.",
		"no-such-token":      "Look for it with GET /v1/tokens.",
		"stale":              "Read the case again, and send the order with the version that it has now if it is still meant.",
		"decided":            "Read how it was decided; who wants another decision reopens the case first.",
		"acknowledged":       "Nothing: somebody has seen it. Who takes care of the decision claims it.",
		"not-allowed":        "Read the case again: its state says what may be done with it.",
		"technician":         "Name somebody of GET /v1/roster, or add them with PUT /v1/roster/{id} (tocsin roster set) first; nothing was changed.",
		"no-technician":      "Put right what is named, and send it again; nothing was changed.",
		"no-such-technician": "Look for them with GET /v1/roster.",
		"no-such-mute":       "Look for it with GET /v1/mutes?all=true.",
		"mute-over":          "Nothing is left to end.",
		"key-reused":         "Send another Idempotency-Key with each new order.",
		"unavailable":        "Send it again, with the same Idempotency-Key.",
	}[kind]
}
