package api

import (
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"tocsin/pkg/rejected"
)

// rejectedOne is a delivery that a door did not take, or not whole.
type rejectedOne struct {
	ID         uint64    `json:"id"`
	Door       string    `json:"door"`
	Vendor     string    `json:"vendor,omitempty"`
	Source     string    `json:"source,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
	Reasons    []string  `json:"reasons"`
	// Accepted is how many events of it were taken.
	Accepted int        `json:"accepted"`
	Tenants  []string   `json:"tenants,omitempty"`
	Tries    int        `json:"tries,omitempty"`
	TriedAt  *time.Time `json:"tried_at,omitempty"`
	Bytes    int        `json:"bytes"`
	// Body is what was sent, where it is text and one is asked for; else it is in
	// base64 in Base64.
	Body   string `json:"body,omitempty"`
	Base64 []byte `json:"body_base64,omitempty"`
}

// rejectedList is a page of them, without bodies.
type rejectedList struct {
	Rejected []rejectedOne `json:"rejected"`
	// Next is what after is on the next page; empty where there is none.
	Next string `json:"next,omitempty"`
}

// oneRejected is the answer where one is asked for.
type oneRejected struct {
	Rejected rejectedOne `json:"rejected"`
}

// retried is what became of one that was tried again.
type retried struct {
	// IDs are of the events that were taken; one that was there already changed nothing.
	IDs []string `json:"ids"`
	// Reasons name what is left out still; none says that it is gone.
	Reasons []string `json:"reasons"`
	// ID is its number from now on; there is none where it is gone.
	ID uint64 `json:"id,omitempty"`
}

// droppedRejected says that one is gone.
type droppedRejected struct {
	ID uint64 `json:"id"`
	// Done is drop.
	Done string `json:"done"`
}

func (a *API) rejectedRoutes() []route {
	return []route{
		{"GET /v1/rejected", "What doors did not take, or not whole, and waits until the doors' file is mended, oldest first; for leadership that sees all tenants.", []param{
			{"door", "only of this door, as jira; tickets and signals are the paths of events", nil, false},
			{"text", "only those with this in a reason, a tenant or the body", nil, false},
			{"after", "next of the page before", nil, false},
			{"limit", "how many a page holds at most, from 1 to 200; 50 where it is not said", nil, false},
		}, nil, rejectedList{}, a.rejects},
		{"GET /v1/rejected/{id}", "One of them, with the body as it came; for leadership that sees all tenants.", nil, nil, oneRejected{}, a.rejected},
		{"POST /v1/rejected/{id}/retry", "Reads one again by the doors' file as it now is, as of when it came. Events that were taken already change nothing. For leadership that sees all tenants.", nil, nil, retried{}, a.retryRejected},
		{"DELETE /v1/rejected/{id}", "Deletes one of them for good. For leadership that sees all tenants.", nil, nil, droppedRejected{}, a.dropRejected},
	}
}

func rejectedOf(d *rejected.Delivery) rejectedOne {
	one := rejectedOne{
		ID: d.ID, Door: d.Door, Vendor: d.Vendor, Source: d.Source, ReceivedAt: d.ReceivedAt, Reasons: append([]string{}, d.Reasons...),
		Accepted: d.Accepted, Tenants: d.Tenants, Tries: d.Tries, Bytes: len(d.Body),
	}
	if !d.TriedAt.IsZero() {
		one.TriedAt = &d.TriedAt
	}
	return one
}

func (a *API) rejects(w http.ResponseWriter, r *http.Request) error {
	q := rejected.Query{Door: r.URL.Query().Get("door"), Text: r.URL.Query().Get("text")}
	var err error
	if q.After, err = number(r, "after", "the number of a rejected delivery"); err != nil {
		return err
	}
	if q.Limit, err = limit(r, 200); err != nil {
		return err
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	list, next, err := a.Rejected.List(r.Context(), q)
	if err != nil {
		return err
	}
	out := rejectedList{Rejected: []rejectedOne{}}
	for i := range list {
		out.Rejected = append(out.Rejected, rejectedOf(&list[i]))
	}
	if next > 0 {
		out.Next = strconv.FormatUint(next, 10)
	}
	return write(w, out)
}

// rejectedID reads the number of a rejected delivery from the path.
func rejectedID(r *http.Request) (uint64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil || id == 0 {
		return 0, badRequest("id", "%.64q is no number of a rejected delivery", r.PathValue("id"))
	}
	return id, nil
}

func (a *API) rejected(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectedID(r)
	if err != nil {
		return err
	}
	d, err := a.Rejected.One(r.Context(), id)
	if err != nil {
		return err
	}
	one := rejectedOf(&d)
	if one.Body = string(d.Body); !utf8.Valid(d.Body) {
		one.Body, one.Base64 = "", d.Body
	}
	return write(w, oneRejected{one})
}

func (a *API) retryRejected(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectedID(r)
	if err != nil {
		return err
	}
	again, err := a.Rejected.Retry(r.Context(), id)
	if err != nil {
		return err
	}
	return write(w, retried{again.IDs, again.Reasons, again.ID})
}

func (a *API) dropRejected(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectedID(r)
	if err != nil {
		return err
	}
	if err := a.Rejected.Drop(r.Context(), id); err != nil {
		return err
	}
	return write(w, droppedRejected{id, "drop"})
}
