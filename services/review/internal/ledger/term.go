package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tocsin/services/review/internal/decide"
)

// A term is what a case is found by. It begins with its kind: "t:" and a tenant
// that the case concerns, "r:" and a reason, "i:" and an id in small letters, of
// which the beginning is enough, "w:" and the keyed hash of a word.
type term struct {
	text string
	// tenant is whose the id or the word is; others than who sees it do not find
	// the case by it. Empty: it is everybody's who sees the case.
	tenant string
}

// lastRune sorts behind all that a text can go on with.
const lastRune = "\U0010FFFF"

const (
	// longest is how many bytes of an id or a word are kept: more than either has.
	longest = 200
	// wordsAtMost is how many words of one subject are kept.
	wordsAtMost = 32
)

// hasher makes of a word what can be looked up and not be read: the tables hold
// no words of tickets. Who has the tables without the key can not even try words out.
type hasher []byte

func (key hasher) word(word string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(word)) // never fails, as package hash promises
	return "w:" + hex.EncodeToString(mac.Sum(nil)[:8])
}

// terms are those by which the case is found.
func (key hasher) terms(c *decide.Case) map[term]bool {
	terms := map[term]bool{{"t:" + c.Tenant, ""}: true, {idTerm(c.ID), ""}: true, {idTerm(c.Tenant), c.Tenant}: true}
	for _, r := range c.Reasons {
		terms[term{"r:" + string(r), ""}] = true
	}
	for i := range c.Tickets {
		t := &c.Tickets[i]
		terms[term{"t:" + t.Tenant, ""}] = true
		for _, id := range []string{t.Tenant, t.ID, t.Requester, t.CSM, t.Agent} {
			if id != "" {
				terms[term{idTerm(id), t.Tenant}] = true
			}
		}
		key.addWords(terms, t)
	}
	return terms
}

func (key hasher) addWords(terms map[term]bool, t *decide.Ticket) {
	for _, word := range words(t.Subject) {
		terms[term{key.word(word), t.Tenant}] = true
	}
}

func idTerm(id string) string { return "i:" + cut(strings.ToLower(id)) }

func tenantTerms(tenants []string) []string {
	terms := make([]string, len(tenants))
	for i, t := range tenants {
		terms[i] = "t:" + t
	}
	return terms
}

func cut(s string) string {
	if len(s) > longest {
		return strings.ToValidUTF8(s[:longest], "")
	}
	return s
}

// words are the words of a text in small letters: runs of letters and digits,
// without those of one letter.
func words(text string) []string {
	var all []string
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) > 1 && len(all) < wordsAtMost {
			all = append(all, cut(word))
		}
	}
	return all
}

// index writes what a case is found by now, and takes away what it no longer is.
// was is what it is found by so far; beside are tickets that the case may keep in
// brief, so that it does not say their subjects itself.
func (key hasher) index(ctx context.Context, tx *sql.Tx, c *decide.Case, was map[term]bool, beside []decide.Ticket) (fresh [][]any, err error) {
	now := key.terms(c)
	for i := range beside {
		if t := &beside[i]; now[term{idTerm(t.ID), t.Tenant}] {
			key.addWords(now, t)
		}
	}
	for t := range now {
		if !was[t] {
			fresh = append(fresh, []any{t.text, t.tenant, c.ID})
		}
	}
	for t := range was {
		brief := strings.HasPrefix(t.text, "w:") && len(c.Tickets) > decide.InDetail && now[term{"t:" + t.tenant, ""}]
		if now[t] || brief {
			continue
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM case_terms WHERE case_id = $1 AND term = $2 AND tenant = $3`, c.ID, t.text, t.tenant)
		if err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// saveTerms brings what the cases are found by up to date. Words of cases that
// were merged go over to the case that goes on.
func (key hasher) saveTerms(ctx context.Context, tx *sql.Tx, changes []decide.Change, beside []decide.Ticket) error {
	last, isNew := map[string]decide.Change{}, map[string]bool{}
	var ids []string
	for _, change := range changes {
		if _, known := last[change.Case.ID]; !known {
			ids = append(ids, change.Case.ID)
			isNew[change.Case.ID] = change.Event.Version == 1
		}
		last[change.Case.ID] = change
		for _, from := range change.Event.Absorbed {
			_, err := tx.ExecContext(ctx, `INSERT INTO case_terms (term, tenant, case_id) SELECT term, tenant, $1 FROM case_terms
				WHERE case_id = $2 AND term >= 'w:' AND term < 'w;' ON CONFLICT DO NOTHING`, change.Case.ID, from)
			isNew[change.Case.ID] = false
			if err != nil {
				return fmt.Errorf("hand over what case %s was found by: %w", from, err)
			}
		}
	}
	was, err := termsIn(ctx, tx, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return isNew[id] }))
	if err != nil {
		return fmt.Errorf("read what cases are found by: %w", err)
	}
	var fresh [][]any
	for _, id := range ids {
		more, err := key.index(ctx, tx, last[id].Case, was[id], beside)
		if err != nil {
			return fmt.Errorf("take away what case %s was found by: %w", id, err)
		}
		fresh = append(fresh, more...)
	}
	if err := insert(ctx, tx, `INSERT INTO case_terms (term, tenant, case_id) VALUES`, fresh, ` ON CONFLICT DO NOTHING`); err != nil {
		return fmt.Errorf("keep what cases are found by: %w", err)
	}
	return nil
}

// termsIn reads what cases are found by so far.
func termsIn(ctx context.Context, tx *sql.Tx, ids []string) (map[string]map[term]bool, error) {
	had := map[string]map[term]bool{}
	for part := range chunks(ids) {
		var w where
		among(&w, "case_id", part)
		_, err := collect(ctx, tx, func(rows *sql.Rows) (t term, err error) {
			var id string
			err = rows.Scan(&id, &t.text, &t.tenant)
			if had[id] == nil {
				had[id] = map[term]bool{}
			}
			had[id][t] = true
			return t, err
		}, "SELECT case_id, term, tenant FROM case_terms"+w.String(), w.args...)
		if err != nil {
			return nil, err
		}
	}
	return had, nil
}

// loadKey reads the key under which words are hashed: the site's, which is kept
// apart from the tables. A ledger that seals nothing makes one of its own.
func (l *Ledger) loadKey(ctx context.Context) (key hasher, err error) {
	if l.seal != nil {
		if key, err = l.seal.SiteKey(ctx, "words"); err != nil {
			return nil, fmt.Errorf("read the key of the words that cases are found by: %w", err)
		}
		return key, nil
	}
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails, as package rand promises
	err = l.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO secrets (name, secret) VALUES ('words', $1) ON CONFLICT (name) DO NOTHING`, hex.EncodeToString(fresh))
		if err != nil {
			return err
		}
		var kept string
		if err := tx.QueryRowContext(ctx, `SELECT secret FROM secrets WHERE name = 'words'`).Scan(&kept); err != nil {
			return err
		}
		key, err = hex.DecodeString(kept)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the key of the words that cases are found by: %w", err)
	}
	return key, nil
}
