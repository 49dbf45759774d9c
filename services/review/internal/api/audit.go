package api

import (
	"cmp"
	"net/http"
	"strconv"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/rpc"
)

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

func (a *API) auditLines(w http.ResponseWriter, r *http.Request) error {
	q, err := auditRange(r)
	if err != nil {
		return err
	}
	rows, next, err := a.service().AuditLines(r.Context(), q)
	if err != nil {
		return err
	}
	return write(w, auditLines{rows, next})
}

func auditRange(r *http.Request) (ledger.AuditRange, error) {
	q := ledger.AuditRange{Case: r.URL.Query().Get("case")}
	var err error
	if q.Since, err = instant(r, "since"); err != nil {
		return q, err
	}
	if q.Limit, err = limit(r, rpc.MaxAudit); err != nil {
		return q, err
	}
	q.Limit = cmp.Or(q.Limit, rpc.MaxAudit)
	return q, rpc.AuditAfter(r.URL.Query().Get("after"), &q)
}

func (a *API) auditHeads(w http.ResponseWriter, r *http.Request) error {
	after, err := number(r, "after", "the number of a set")
	if err != nil {
		return err
	}
	sets, next, err := a.service().Heads(r.Context(), after)
	if err != nil {
		return err
	}
	out := headSets{Sets: append([]ledger.HeadSet{}, sets...)}
	if next > 0 {
		out.Next = strconv.FormatUint(next, 10)
	}
	return write(w, out)
}
