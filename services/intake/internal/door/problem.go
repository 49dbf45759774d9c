package door

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"os"
	"strconv"

	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/spool"

	"tocsin/pkg/forms"
)

// Problem is a problem document of RFC 9457.
type Problem struct {
	Type   string          `json:"type"`
	Title  string          `json:"title"`
	Status int             `json:"status"`
	Detail string          `json:"detail,omitempty"`
	Errors []forms.Problem `json:"errors,omitempty"`
	// again is after how many seconds the same may be sent again; 0 is one.
	again int
}

// Write sends the problem as the answer.
func (p Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(max(p.again, 1)))
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// againWhenFull is after how many seconds to try again when the spool is full: an outage
// that has lasted so long does not end at once.
const againWhenFull = 30

// problem is the document for a status.
func problem(kind string, status int, detail string, args ...any) Problem {
	return Problem{Type: "urn:tocsin:problem:" + kind, Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...)}
}

// errUnreadable says that the body could not be read to its end.
var errUnreadable = errors.New("the body could not be read")

// problemOf is the answer for err: the producer's fault if it is a refusal, else ours.
func problemOf(err error, log *slog.Logger) Problem {
	var refused *forms.Refused
	var large *http.MaxBytesError
	var others *errNotYours
	var much *limit.TooMuch
	switch {
	case errors.As(err, &others):
		p := problem("not-yours", http.StatusForbidden, "nothing was accepted; the token that you send may not state what is named")
		p.Errors = others.problems
		return p
	case errors.As(err, &much):
		p := problem("too-much", http.StatusTooManyRequests, "%s", much.Reason)
		p.again = int(math.Ceil(much.Again.Seconds()))
		return p
	case errors.Is(err, errPacking):
		return problem("content-encoding", http.StatusUnsupportedMediaType, "%v", err)
	case errors.As(err, &large):
		return problem("too-large", http.StatusRequestEntityTooLarge, "the body is over %d bytes; send fewer events at once, or NDJSON", large.Limit)
	case errors.As(err, &refused):
		p := problem("invalid-event", http.StatusBadRequest, "nothing was accepted; mend the fields named and send it again")
		p.Errors = refused.Problems
		return p
	case errors.Is(err, os.ErrDeadlineExceeded):
		return problem("too-slow", http.StatusRequestTimeout, "the body comes too slowly; send at least %d bytes a second", slowest)
	case errors.Is(err, errUnreadable):
		return problem("unreadable", http.StatusBadRequest, "%v", err)
	}
	if errors.Is(err, spool.ErrFull) {
		log.Warn("the spool is full", "error", err)
		p := problem("spool-full", http.StatusServiceUnavailable, "the bus is away and what intake may keep until it is back is full; send it again with the same ids")
		p.again = againWhenFull
		return p
	}
	log.Error("could not store events", "error", err)
	return problem("unavailable", http.StatusServiceUnavailable, "the events could not be stored now; send them again with the same ids")
}
