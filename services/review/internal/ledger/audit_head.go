package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// A Head is the last row of the chain of a case at some time.
type Head struct {
	Case    string `json:"case"`
	Version uint64 `json:"version"`
	Hash    string `json:"hash"`
}

// A HeadSet are the heads of all chains that had moved since the set before it.
// Once it is published, nobody can cut or forge what it names unseen.
type HeadSet struct {
	// Seq grows by one with each set, from 1.
	Seq uint64    `json:"seq"`
	At  time.Time `json:"at"`
	// Prev is the hash of the set before; empty at the first.
	Prev string `json:"prev,omitempty"`
	// Hash is SHA-256, in hex, over the set and Prev.
	Hash  string `json:"hash"`
	Heads []Head `json:"heads"`
}

// headsAtMost is how many heads one set holds, so that it fits into one message.
const headsAtMost = 1500

// sum is what the set's hash has to be. The order of the fields is fixed for ever.
func (s HeadSet) sum() string {
	all := []any{s.Prev, s.Seq, micros(s.At)}
	for _, h := range s.Heads {
		all = append(all, []any{h.Case, h.Version, h.Hash})
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// MakeHeads makes sets of the heads that moved since the last time, and says how
// many heads they are. They wait to be published.
func (l *Ledger) MakeHeads(ctx context.Context, at time.Time) (made int, err error) {
	for {
		n := 0
		err := l.within(ctx, func(tx *sql.Tx) error {
			var err error
			n, err = makeHeads(ctx, tx, at)
			return err
		})
		if err != nil {
			return made, fmt.Errorf("make heads of the audit: %w", err)
		}
		if made += n; n < headsAtMost {
			return made, nil
		}
	}
}

func makeHeads(ctx context.Context, tx *sql.Tx, at time.Time) (int, error) {
	heads, err := collect(ctx, tx, scanHead, `SELECT c.case_id, c.version, a.hash FROM cases c
		JOIN audit a ON a.case_id = c.case_id AND a.version = c.version
		WHERE NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.case_id = c.case_id AND h.version >= c.version)
		ORDER BY c.case_id LIMIT $1`, int64(headsAtMost))
	if err != nil || len(heads) == 0 {
		return 0, err
	}
	set := HeadSet{Seq: 1, At: at.Truncate(time.Microsecond), Heads: heads}
	last, err := collect(ctx, tx, scanSet, setColumns+` ORDER BY seq DESC LIMIT 1`)
	if err != nil {
		return 0, err
	}
	if len(last) == 1 {
		set.Seq, set.Prev = last[0].Seq+1, last[0].Hash
	}
	set.Hash = set.sum()
	_, err = tx.ExecContext(ctx, `INSERT INTO audit_head_sets (seq, made_at, prev_hash, hash, sent_at) VALUES ($1, $2, $3, $4, 0)`,
		int64(set.Seq), micros(set.At), set.Prev, set.Hash)
	if err != nil {
		return 0, err
	}
	rows := make([][]any, len(heads))
	for i, h := range heads {
		rows[i] = []any{h.Case, int64(h.Version), h.Hash, int64(set.Seq)}
	}
	return len(heads), insert(ctx, tx, `INSERT INTO audit_heads (case_id, version, hash, seq) VALUES`, rows, "")
}

// setColumns are what scanSet reads.
const setColumns = `SELECT seq, made_at, prev_hash, hash FROM audit_head_sets`

// HeadSets are the sets after one, oldest first.
func (l *Ledger) HeadSets(ctx context.Context, after uint64, limit int) ([]HeadSet, error) {
	return l.headSets(ctx, setColumns+` WHERE seq > $1 ORDER BY seq LIMIT $2`, int64(after), int64(limit))
}

// UnsentHeads are the sets that are still to be published, oldest first.
func (l *Ledger) UnsentHeads(ctx context.Context, limit int) ([]HeadSet, error) {
	return l.headSets(ctx, setColumns+` WHERE sent_at = 0 ORDER BY seq LIMIT $1`, int64(limit))
}

func (l *Ledger) headSets(ctx context.Context, query string, args ...any) ([]HeadSet, error) {
	sets, err := collect(ctx, l.read, scanSet, query, args...)
	for i := range sets {
		if err == nil {
			sets[i].Heads, err = collect(ctx, l.read, scanHead, `SELECT case_id, version, hash FROM audit_heads WHERE seq = $1 ORDER BY case_id`, int64(sets[i].Seq))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the heads of the audit: %w", err)
	}
	return sets, nil
}

// MarkHeadsSent says that a set was published.
func (l *Ledger) MarkHeadsSent(ctx context.Context, at time.Time, seq uint64) error {
	err := l.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE audit_head_sets SET sent_at = $1 WHERE seq = $2`, micros(at), int64(seq))
		return err
	})
	if err != nil {
		return fmt.Errorf("mark heads of the audit as published: %w", err)
	}
	return nil
}

func scanHead(rows *sql.Rows) (h Head, err error) {
	var version int64
	err = rows.Scan(&h.Case, &version, &h.Hash)
	h.Version = uint64(version)
	return h, err
}

func scanSet(rows *sql.Rows) (s HeadSet, err error) {
	var seq, at int64
	err = rows.Scan(&seq, &at, &s.Prev, &s.Hash)
	s.Seq, s.At = uint64(seq), timeOf(at)
	return s, err
}
