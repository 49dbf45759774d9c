package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// An AuditBook is the audit, for who checks it.
type AuditBook interface {
	// EachAuditLine hands the rows of the audit to fn, by case and version.
	EachAuditLine(ctx context.Context, q ledger.AuditRange, fn func(ledger.AuditLine) error) error
	// HeadSets are the sets of heads after one, oldest first.
	HeadSets(ctx context.Context, after uint64, limit int) ([]ledger.HeadSet, error)
}

// auditLines are rows of the audit, by case and version.
type auditLines struct {
	Rows []ledger.AuditLine `json:"rows"`
	// Next is what after is on the next page; empty where there is none.
	Next string `json:"next,omitempty"`
}

// headSets are sets of heads of the audit, oldest first.
type headSets struct {
	Sets []ledger.HeadSet `json:"sets"`
	// Next is what after is on the next page; empty where there is none.
	Next string `json:"next,omitempty"`
}

const (
	linesAtMost = 1000
	setsAtMost  = 20
)

func (a *API) auditRoutes() []route {
	return []route{
		{"GET /v1/audit", "The rows of the audit with their hashes, by case and version, for who checks them; for leadership.", []param{
			{"case", "only those of this case", nil, false},
			{"since", "only those from this time on (RFC 3339)", nil, false},
			{"after", "the next of the page before: case/version", nil, false},
			{"limit", "at most so many, from 1 to 1000", nil, false},
		}, nil, auditLines{}, a.auditLines},
		{"GET /v1/audit/heads", "The heads of the chains that were published, in sets that follow one another; for leadership.", []param{
			{"after", "only the sets after this number", nil, false},
		}, nil, headSets{}, a.auditHeads},
	}
}

// mayCheck refuses whoever does not see all: a hash is over what walls leave out.
func mayCheck(r *http.Request) error {
	if p := who.Of(r.Context()); !p.May(decide.Leadership) || !p.SeesAll() {
		return decide.ErrNotLeader
	}
	return nil
}

func (a *API) auditLines(w http.ResponseWriter, r *http.Request) error {
	if err := mayCheck(r); err != nil {
		return err
	}
	q, err := auditRange(r)
	if err != nil {
		return err
	}
	limit := q.Limit
	q.Limit++
	out := auditLines{Rows: []ledger.AuditLine{}}
	err = a.Book.EachAuditLine(r.Context(), q, func(l ledger.AuditLine) error {
		out.Rows = append(out.Rows, l)
		return nil
	})
	if err != nil {
		return err
	}
	if len(out.Rows) > limit {
		out.Rows = out.Rows[:limit]
		last := out.Rows[limit-1]
		out.Next = last.Case + "/" + strconv.FormatUint(last.Version, 10)
	}
	return write(w, out)
}

func auditRange(r *http.Request) (ledger.AuditRange, error) {
	v := r.URL.Query()
	q := ledger.AuditRange{Case: v.Get("case"), Limit: linesAtMost}
	var err error
	if s := v.Get("since"); s != "" {
		if q.Since, err = time.Parse(time.RFC3339, s); err != nil {
			return q, badRequest("since", "%q is no RFC 3339 time", s)
		}
	}
	if s := v.Get("after"); s != "" {
		id, version, _ := strings.Cut(s, "/")
		if q.After.Version, err = strconv.ParseUint(version, 10, 63); err != nil {
			return q, badRequest("after", "%q is not a case and a version, as c-abc/3", s)
		}
		q.After.Case = id
	}
	if s := v.Get("limit"); s != "" {
		if q.Limit, err = strconv.Atoi(s); err != nil || q.Limit < 1 || q.Limit > linesAtMost {
			return q, badRequest("limit", "%q is not a number from 1 to %d", s, linesAtMost)
		}
	}
	return q, nil
}

func (a *API) auditHeads(w http.ResponseWriter, r *http.Request) error {
	if err := mayCheck(r); err != nil {
		return err
	}
	var after uint64
	if s := r.URL.Query().Get("after"); s != "" {
		var err error
		if after, err = strconv.ParseUint(s, 10, 63); err != nil {
			return badRequest("after", "%q is not the number of a set", s)
		}
	}
	sets, err := a.Book.HeadSets(r.Context(), after, setsAtMost+1)
	if err != nil {
		return err
	}
	out := headSets{Sets: append([]ledger.HeadSet{}, sets...)}
	if len(sets) > setsAtMost {
		out.Sets = out.Sets[:setsAtMost]
		out.Next = strconv.FormatUint(out.Sets[setsAtMost-1].Seq, 10)
	}
	return write(w, out)
}
