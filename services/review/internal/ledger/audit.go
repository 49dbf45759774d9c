package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
)

// An AuditRow is one transition of a case. Its hash covers ids only: the Event's
// Note is kept elsewhere, and is gone once it was erased.
type AuditRow struct {
	Event decide.Event
	// PrevHash is the hash of the row before; empty at the first.
	PrevHash string
	// Hash is SHA-256, in hex, over the row and PrevHash.
	Hash string
	// noteTenant is under whose key the note is sealed.
	noteTenant string
}

// ErrTampered says that the audit of a case is not what was written. Trying again does not help.
var ErrTampered = errors.New("the audit was changed")

// Verify checks the hashes of all rows of one case, oldest first. A tail that is
// missing shows only against a hash that was published before.
func Verify(rows []AuditRow) error {
	prev := ""
	for i, row := range rows {
		if row.Event.Version != uint64(i)+1 || row.PrevHash != prev || row.Hash != hashOf(prev, row.Event) {
			return fmt.Errorf("case %s, row %d: %w", row.Event.Case, i+1, ErrTampered)
		}
		prev = row.Hash
	}
	return nil
}

// hashOf is the hash that chains a row to the one before it: SHA-256, in hex. The
// order of the fields is fixed for ever; the Note is not among them.
func hashOf(prev string, e decide.Event) string {
	sum := sha256.Sum256(hashed(prev, e))
	return hex.EncodeToString(sum[:])
}

// hashed is what is hashed: the fields as a JSON array, as encoding/json writes it.
func hashed(prev string, e decide.Event) []byte {
	row := append(make([]byte, 0, 512), '[')
	for _, s := range []string{prev, e.ID, e.Case} {
		row = append(appendText(row, s), ',')
	}
	row = append(strconv.AppendUint(row, e.Version, 10), ',')
	for _, s := range []string{string(e.Name), string(e.From), string(e.To), e.Actor} {
		row = append(appendText(row, s), ',')
	}
	row = append(strconv.AppendBool(row, e.Person), ',')
	row = strconv.AppendInt(row, micros(e.At), 10)
	for _, s := range []string{e.Cause, e.Tenant, e.Ticket, e.Condition, string(e.Ground), strings.Join(e.Absorbed, " ")} {
		row = appendText(append(row, ','), s)
	}
	if e.Subject != "" { // older rows have none
		row = appendText(append(row, ','), e.Subject)
	}
	return append(row, ']')
}

// appendText appends a text as JSON. Ids need no escapes, which saves most of the time.
func appendText(row []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`"\<>&`, c) >= 0 {
			text, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always has a JSON form
			}
			return append(row, text...)
		}
	}
	return append(append(append(row, '"'), s...), '"')
}

// auditInsert is how rows are added, each as auditRow gives it.
const auditInsert = `INSERT INTO audit (case_id, version, event_id, name, from_state, to_state, actor, by_person,
	happened_at, cause, tenant, ticket, condition_id, ground, absorbed, prev_hash, hash, subject) VALUES`

// auditRow is a transition as its row holds it, after the row with the hash prev.
func auditRow(prev string, e decide.Event) []any {
	person := 0
	if e.Person {
		person = 1
	}
	return []any{
		e.Case, int64(e.Version), e.ID, string(e.Name), string(e.From), string(e.To), e.Actor, person,
		micros(e.At), e.Cause, e.Tenant, e.Ticket, e.Condition, string(e.Ground), strings.Join(e.Absorbed, " "), prev, hashOf(prev, e), e.Subject,
	}
}

// auditColumns are what scanAudit reads.
const auditColumns = `SELECT a.case_id, a.version, a.event_id, a.name, a.from_state, a.to_state, a.actor,
	a.by_person, a.happened_at, a.cause, a.tenant, a.ticket, a.condition_id, a.ground, a.absorbed, a.prev_hash, a.hash, a.subject,
	COALESCE(n.note, ''), COALESCE(n.tenant, '') FROM audit a LEFT JOIN notes n ON n.case_id = a.case_id AND n.version = a.version`

// Audit is the transitions of a case, oldest first; none where there is no such case.
func (l *Ledger) Audit(ctx context.Context, caseID string) ([]AuditRow, error) {
	rows, err := opened(ctx, l.in(l.read), scanAudit, auditColumns+` WHERE a.case_id = $1 ORDER BY a.version`, caseID)
	if err != nil {
		return nil, fmt.Errorf("read the audit of case %s: %w", caseID, err)
	}
	return rows, nil
}

func scanAudit(rows *sql.Rows) (row AuditRow, err error) {
	err = row.scan(rows)
	return row, err
}

// scan reads a row, and what stands behind it into more.
func (row *AuditRow) scan(rows *sql.Rows, more ...any) error {
	var version, person, at int64
	var name, from, to, ground, absorbed string
	e := &row.Event
	err := rows.Scan(append([]any{
		&e.Case, &version, &e.ID, &name, &from, &to, &e.Actor, &person, &at, &e.Cause, &e.Tenant, &e.Ticket,
		&e.Condition, &ground, &absorbed, &row.PrevHash, &row.Hash, &e.Subject, &e.Note, &row.noteTenant,
	}, more...)...)
	e.Version, e.Name, e.From, e.To = uint64(version), decide.Name(name), decide.State(from), decide.State(to)
	e.Person, e.At, e.Ground, e.Absorbed = person == 1, timeOf(at), policy.GroundID(ground), strings.Fields(absorbed)
	return err
}
