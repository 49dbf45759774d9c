package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"
)

// problem is a problem document of RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"`
	// Version is the case's current one where the caller's was stale.
	Version uint64 `json:"version,omitempty"`
}

func (p problem) Error() string { return p.Detail }

// badRequest is a problem with the request itself.
func badRequest(field, detail string, args ...any) error {
	return problem{Type: "urn:tocsin:problem:bad-request", Status: http.StatusBadRequest, Field: field, Detail: fmt.Sprintf(detail, args...)}
}

// problemOf says what err means to the caller.
func problemOf(err error) problem {
	var p problem
	var stale *decide.StaleError
	var unsound *teach.UnsoundError
	kind := func(name string, status int) problem {
		return problem{Type: "urn:tocsin:problem:" + name, Status: status, Detail: err.Error()}
	}
	switch {
	case errors.As(err, &p):
	case errors.As(err, &unsound):
		p = kind("not-allowed", http.StatusUnprocessableEntity)
	case errors.Is(err, ledger.ErrNoLabel):
		p = kind("no-such-label", http.StatusNotFound)
	case errors.Is(err, teach.ErrTicket):
		p = kind("no-such-ticket", http.StatusNotFound)
	case errors.Is(err, teach.ErrReread):
		p = kind("stale", http.StatusConflict)
	case errors.Is(err, ledger.ErrCursor):
		p = kind("bad-request", http.StatusBadRequest)
	case errors.Is(err, who.ErrUnknown):
		p = kind("unauthorized", http.StatusUnauthorized)
	case errors.Is(err, ledger.ErrNotFound):
		p = kind("no-such-case", http.StatusNotFound)
	case errors.As(err, &stale):
		p = kind("stale", http.StatusConflict)
		p.Version = stale.Current
	case errors.Is(err, decide.ErrDecided):
		p = kind("decided", http.StatusConflict)
	case errors.Is(err, decide.ErrNotLeader), errors.Is(err, decide.ErrNobody):
		p = kind("forbidden", http.StatusForbidden)
	case errors.Is(err, decide.ErrState), errors.Is(err, decide.ErrNote), errors.Is(err, decide.ErrETA), errors.Is(err, decide.ErrGround):
		p = kind("not-allowed", http.StatusUnprocessableEntity)
	default:
		p = problem{Type: "urn:tocsin:problem:unavailable", Status: http.StatusServiceUnavailable, Detail: "the ledger could not answer; try again"}
	}
	p.Title = http.StatusText(p.Status)
	return p
}

func (a *API) refuse(w http.ResponseWriter, err error) {
	p := problemOf(err)
	if p.Status == http.StatusServiceUnavailable {
		a.Log.Error("api", "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
