package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
)

// looseAtMost is how many tickets without a case a raised condition looks at,
// those heard of last.
const looseAtMost = 1000

// A spread holds what several facts can touch, as it becomes fact by fact.
type spread struct {
	cases []*decide.Case
	known map[string]*decide.Case
	links links // before the first of them
	// tickets and conditions name the case that each belongs to; empty: none.
	tickets    map[[2]string]string
	conditions map[string]string
	revisions  map[[2]string]uint64
	loose      []looseTicket // the one heard of last first
}

// A looseTicket is a ticket without a case.
type looseTicket struct {
	at time.Time
	decide.Ticket
}

// spread reads what the facts can touch, in few statements however many they are.
func (l *Ledger) spread(ctx context.Context, tx *sql.Tx, facts []Heard) (*spread, error) {
	s := &spread{known: map[string]*decide.Case{}, tickets: map[[2]string]string{}, conditions: map[string]string{}, revisions: map[[2]string]uint64{}}
	var r reaches
	for _, f := range facts {
		r.add(f.Fact.reach())
	}
	if err := s.readLinks(ctx, tx, r); err != nil {
		return nil, fmt.Errorf("read which cases the facts belong to: %w", err)
	}
	if err := s.readCases(ctx, l.in(tx), r); err != nil {
		return nil, fmt.Errorf("read the cases within reach: %w", err)
	}
	if err := s.readLoose(ctx, l.in(tx), r); err != nil {
		return nil, fmt.Errorf("read the tickets without a case: %w", err)
	}
	s.links = linksOf(s.cases)
	return s, nil
}

// reaches is what several facts reach, each thing once.
type reaches struct {
	scopes, raised, conditions []string // raised: the scopes of conditions that look for tickets
	tickets                    [][2]string
}

func (r *reaches) add(one decide.Reach) {
	once := func(all *[]string, v string) {
		if v != "" && !slices.Contains(*all, v) {
			*all = append(*all, v)
		}
	}
	once(&r.conditions, one.Condition)
	if one.Wide {
		once(&r.scopes, one.Scope)
	}
	if one.Wide && one.Condition != "" {
		once(&r.raised, one.Scope)
	}
	if key := [2]string{one.Tenant, one.Ticket}; one.Ticket != "" && !slices.Contains(r.tickets, key) {
		r.tickets = append(r.tickets, key)
	}
}

func (s *spread) readLinks(ctx context.Context, tx *sql.Tx, r reaches) error {
	for part := range chunks(r.tickets) {
		var args []any
		for _, key := range part {
			args = append(args, key[0], key[1])
		}
		_, err := collect(ctx, tx, func(rows *sql.Rows) (key [2]string, err error) {
			var revision int64
			var of string
			err = rows.Scan(&key[0], &key[1], &revision, &of)
			s.revisions[key], s.tickets[key] = uint64(revision), of
			return key, err
		}, `SELECT tenant, ticket, revision, COALESCE(case_id, '') FROM tickets WHERE (tenant, ticket) IN (VALUES`+tuples(len(part), 2)+`)`, args...)
		if err != nil {
			return err
		}
	}
	for part := range chunks(r.conditions) {
		var w where
		among(&w, "condition_id", part)
		found, err := collect(ctx, tx, pair, `SELECT condition_id, COALESCE(case_id, '') FROM conditions`+w.String(), w.args...)
		if err != nil {
			return err
		}
		for _, row := range found {
			s.conditions[row[0]] = row[1]
		}
	}
	return nil
}

// readCases reads the cases that the facts belong to, and the others that they can
// join or merge: for a tenant, its own and the platform's; for the platform, its
// own and all that nobody has decided.
func (s *spread) readCases(ctx context.Context, from room, r reaches) error {
	var own []string
	for _, of := range []map[string]string{s.conditions, byTicket(s.tickets)} {
		for _, id := range of {
			if id != "" && !slices.Contains(own, id) {
				own = append(own, id)
			}
		}
	}
	for part := range chunks(own) {
		var w where
		among(&w, "case_id", part)
		if err := s.take(ctx, from, w); err != nil {
			return err
		}
	}
	for i, part := range slices.Collect(chunks(r.scopes)) {
		scopes := part
		if i == 0 {
			scopes = append(slices.Clone(part), decide.Platform)
		}
		var w where
		w.must = []string{"state NOT IN ('closed', 'merged')", "tenant IN (" + places(&w, scopes) + ")"}
		if err := s.take(ctx, from, w); err != nil {
			return err
		}
	}
	if slices.Contains(r.scopes, decide.Platform) {
		return s.take(ctx, from, where{must: []string{"state IN ('detected', 'needs_info', 'pending_review')"}})
	}
	return nil
}

func byTicket(tickets map[[2]string]string) map[string]string {
	all := map[string]string{}
	for key, id := range tickets {
		all[key[0]+"\x00"+key[1]] = id
	}
	return all
}

func (s *spread) take(ctx context.Context, from room, w where) error {
	cases, err := bodies[decide.Case](ctx, from, "SELECT body FROM cases"+w.String(), w.args...)
	for i := range cases {
		s.put(&cases[i])
	}
	return err
}

func (s *spread) put(c *decide.Case) {
	if s.known[c.ID] == nil {
		s.known[c.ID] = c
		s.cases = append(s.cases, c)
	}
}

// readLoose reads the tickets that a raised condition can find: of each tenant,
// or of the platform, at most looseAtMost, those heard of last.
func (s *spread) readLoose(ctx context.Context, from room, r reaches) error {
	const statement = `SELECT body, heard_at FROM tickets WHERE case_id IS NULL AND body <> ''`
	read := func(and string, args ...any) error {
		found, err := opened(ctx, from, scanLoose, statement+and, args...)
		s.loose = append(s.loose, found...)
		return err
	}
	if slices.Contains(r.raised, decide.Platform) {
		if err := read(` AND claims = 1 ORDER BY heard_at DESC LIMIT $1`, int64(looseAtMost)); err != nil {
			return err
		}
	}
	for part := range chunks(r.raised) {
		var w where
		and := " AND claims = 1 AND tenant IN (" + places(&w, part) + ") ORDER BY heard_at DESC LIMIT " + w.arg(int64(looseAtMost*len(part)))
		if err := read(and, w.args...); err != nil {
			return err
		}
	}
	for part := range chunks(r.tickets) { // those that a condition names, whatever they claim
		var args []any
		for _, key := range part {
			args = append(args, key[0], key[1])
		}
		if err := read(` AND (tenant, ticket) IN (VALUES`+tuples(len(part), 2)+`)`, args...); err != nil {
			return err
		}
	}
	slices.SortStableFunc(s.loose, func(a, b looseTicket) int { return b.at.Compare(a.at) })
	seen := map[[2]string]bool{}
	s.loose = slices.DeleteFunc(s.loose, func(t looseTicket) bool {
		key := [2]string{t.Tenant, t.ID}
		again := seen[key]
		seen[key] = true
		return again
	})
	return nil
}
