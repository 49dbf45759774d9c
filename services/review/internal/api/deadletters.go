package api

import (
	"net/http"
	"strconv"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/parked"
)

// letterList is a page of dead letters.
type letterList struct {
	Deadletters []parked.Letter `json:"deadletters"`
	// Next is what after is on the next page; empty where there is none.
	Next string `json:"next,omitempty"`
}

// oneLetter is the answer where one is asked for.
type oneLetter struct {
	Deadletter parked.Letter `json:"deadletter"`
}

// disposals are what was ordered, the latest first.
type disposals struct {
	Disposals []ledger.Disposal `json:"disposals"`
}

// why is the body of an order about a dead letter.
type why struct {
	Note string `json:"note,omitempty"`
}

// settled is what was done.
type settled struct {
	ID   uint64     `json:"id"`
	Done parked.Act `json:"done"`
}

// maxNote is how many bytes a note may have.
const maxNote = 16 << 10

func (a *API) letterRoutes() []route {
	routes := []route{
		{"GET /v1/deadletters", "What readers gave up and waits for a person, oldest first; for leadership that sees all tenants.", []param{
			{"consumer", "only what this reader gave up, as notification-to-ops", nil, false},
			{"after", "next of the page before", nil, false},
			{"limit", "how many a page holds at most, from 1 to 200; 50 where it is not said", nil, false},
		}, nil, letterList{}, a.letters},
		{"GET /v1/deadletters/{id}", "One of them, without what it says to people; for leadership that sees all tenants.", nil, nil, oneLetter{}, a.letter},
		{"GET /v1/deadletters/done", "The last orders that were given about dead letters: who, when, why; for leadership that sees all tenants.", []param{
			{"limit", "at most so many, from 1 to 500; 50 where it is not said", nil, false},
		}, nil, disposals{}, a.disposals},
	}
	for act, says := range map[parked.Act]string{
		parked.Retry: "Sends a dead letter back to its reader, once.",
		parked.Drop:  "Drops a dead letter of what was to be told to people, for good; the note says why.",
	} {
		routes = append(routes, route{
			"POST /v1/deadletters/{id}/" + string(act), says + " For leadership that sees all tenants.", nil,
			why{},
			settled{},
			func(w http.ResponseWriter, r *http.Request) error { return a.settle(w, r, act) },
		})
	}
	return routes
}

func (a *API) letters(w http.ResponseWriter, r *http.Request) error {
	q := parked.Query{Consumer: r.URL.Query().Get("consumer")}
	var err error
	if q.After, err = number(r, "after", "the id of a dead letter"); err != nil {
		return err
	}
	if q.Limit, err = limit(r, 200); err != nil {
		return err
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	list, next, err := a.Parked.Letters(r.Context(), q)
	if err != nil {
		return err
	}
	out := letterList{Deadletters: append([]parked.Letter{}, list...)}
	if next > 0 {
		out.Next = strconv.FormatUint(next, 10)
	}
	return write(w, out)
}

// letterID reads the id of a dead letter from the path.
func letterID(r *http.Request) (uint64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil || id == 0 {
		return 0, badRequest("id", "%.64q is no number of a dead letter", r.PathValue("id"))
	}
	return id, nil
}

func (a *API) letter(w http.ResponseWriter, r *http.Request) error {
	id, err := letterID(r)
	if err != nil {
		return err
	}
	l, err := a.Parked.Letter(r.Context(), id)
	if err != nil {
		return err
	}
	return write(w, oneLetter{l})
}

func (a *API) disposals(w http.ResponseWriter, r *http.Request) error {
	most, err := limit(r, 500)
	if err != nil {
		return err
	}
	done, err := a.Parked.Done(r.Context(), most)
	if err != nil {
		return err
	}
	return write(w, disposals{append([]ledger.Disposal{}, done...)})
}

func (a *API) settle(w http.ResponseWriter, r *http.Request, act parked.Act) error {
	id, err := letterID(r)
	if err != nil {
		return err
	}
	var body why
	if err := read(w, r, &body, `{"note":"…"}`); err != nil {
		return err
	}
	if len(body.Note) > maxNote || !sound(body.Note) {
		return badRequest("note", "the note has to be UTF-8 without NUL, of %d bytes at most", maxNote)
	}
	if err := a.Parked.Settle(r.Context(), id, act, body.Note); err != nil {
		return err
	}
	return write(w, settled{id, act})
}
