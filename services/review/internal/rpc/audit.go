package rpc

import (
	"context"
	"strconv"
	"strings"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/who"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// An AuditBook is the audit, for who checks it.
type AuditBook interface {
	// EachAuditLine hands the rows of the audit to fn, by case and version.
	EachAuditLine(ctx context.Context, q ledger.AuditRange, fn func(ledger.AuditLine) error) error
	// HeadSets are the sets of heads after one, oldest first.
	HeadSets(ctx context.Context, after uint64, limit int) ([]ledger.HeadSet, error)
}

// How much a page of the audit holds at most.
const (
	MaxAudit = 1000 // rows
	maxSets  = 20   // sets of heads
)

// mayCheck refuses whoever does not see all: a hash is over what walls leave out.
func mayCheck(ctx context.Context) error {
	if p := who.Of(ctx); !p.May(decide.Leadership) || !p.SeesAll() {
		return decide.ErrNotLeader
	}
	return nil
}

// AuditAfter reads what stands after a page of the audit: case/version.
func AuditAfter(text string, q *ledger.AuditRange) error {
	if text == "" {
		return nil
	}
	id, version, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(version, 10, 63)
	if err != nil {
		return problem.BadRequest("after", "%q is not a case and a version, as c-abc/3", shortened(text))
	}
	q.After.Case, q.After.Version = id, n
	return nil
}

// AuditLines are rows of the audit, and what after is on the next page; empty
// where there is none.
func (s *Service) AuditLines(ctx context.Context, q ledger.AuditRange) (rows []ledger.AuditLine, next string, err error) {
	if err := mayCheck(ctx); err != nil {
		return nil, "", err
	}
	limit := q.Limit
	q.Limit++
	rows = []ledger.AuditLine{}
	err = s.Book.EachAuditLine(ctx, q, func(l ledger.AuditLine) error {
		rows = append(rows, l)
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = last.Case + "/" + strconv.FormatUint(last.Version, 10)
	}
	return rows, next, nil
}

// Heads are sets of heads after one, and the number of the last where there are more.
func (s *Service) Heads(ctx context.Context, after uint64) (sets []ledger.HeadSet, next uint64, err error) {
	if err := mayCheck(ctx); err != nil {
		return nil, 0, err
	}
	sets, err = s.Book.HeadSets(ctx, min(after, 1<<63-1), maxSets+1)
	if len(sets) > maxSets {
		sets = sets[:maxSets]
		next = sets[maxSets-1].Seq
	}
	return sets, next, err
}

// ListAudit is rows of the audit with their hashes.
func (s *Service) ListAudit(ctx context.Context, r *reviewv1.ListAuditRequest) (*reviewv1.ListAuditResponse, error) {
	q := ledger.AuditRange{Case: r.GetCase(), Limit: int(r.GetLimit())}
	var err error
	q.Since, err = timeOf("since", r.GetSince())
	problems := []error{err, plain("case", r.GetCase(), maxText), plain("after", r.GetAfter(), maxText), AuditAfter(r.GetAfter(), &q)}
	if q.Limit > MaxAudit {
		problems = append(problems, problem.BadRequest("limit", "%d is not a number from 1 to %d", q.Limit, MaxAudit))
	}
	if err := first(problems); err != nil {
		return nil, err
	}
	if q.Limit == 0 {
		q.Limit = MaxAudit
	}
	rows, next, err := s.AuditLines(ctx, q)
	out := &reviewv1.ListAuditResponse{Next: next}
	for _, row := range rows {
		line, err := as(row, &reviewv1.AuditLine{})
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, line)
	}
	return out, err
}

// ListAuditHeads is the published heads of the audit's chains.
func (s *Service) ListAuditHeads(ctx context.Context, r *reviewv1.ListAuditHeadsRequest) (*reviewv1.ListAuditHeadsResponse, error) {
	sets, next, err := s.Heads(ctx, r.GetAfter())
	out := &reviewv1.ListAuditHeadsResponse{Next: next}
	for _, set := range sets {
		out.Sets = append(out.Sets, events.AuditHeads(set))
	}
	return out, err
}
