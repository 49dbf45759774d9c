package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
)

// ErrNoToken says that there is no such token.
var ErrNoToken = errors.New("no such token")

// A Token lets a program in.
type Token struct {
	ID string
	// Hash is SHA-256, in hex, of the token, which nobody keeps.
	Hash string
	// Person is whom the program acts as: the token's name, its role and tenants.
	Person decide.Person
	// ReadsOnly says that it changes nothing.
	ReadsOnly bool
	MadeBy    string
	MadeAt    time.Time
	EndsAt    time.Time
	// UsedAt is when it was used last, about; zero: never.
	UsedAt time.Time
	// RevokedAt is when, and RevokedBy who, took it back; zero: nobody did.
	RevokedAt time.Time
	RevokedBy string
}

// MakeToken keeps a new token.
func (l *Ledger) MakeToken(ctx context.Context, t Token) error {
	tenants, err := json.Marshal(t.Person.Tenants)
	if err != nil {
		return err
	}
	reads := 0
	if t.ReadsOnly {
		reads = 1
	}
	err = l.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO tokens (token_id, hash, name, role, tenants, reads_only, made_by, made_at, ends_at, used_at, revoked_at, revoked_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '')`,
			t.ID, t.Hash, t.Person.ID, string(t.Person.Role), string(tenants), reads, t.MadeBy, micros(t.MadeAt), micros(t.EndsAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("make a token: %w", err)
	}
	return nil
}

const tokenColumns = `SELECT token_id, hash, name, role, tenants, reads_only, made_by, made_at, ends_at, used_at, revoked_at, revoked_by FROM tokens`

// Token is the token with a hash; ErrNoToken where there is none. Whether it has
// ended or was taken back is left to the caller.
func (l *Ledger) Token(ctx context.Context, hash string) (Token, error) {
	found, err := collect(ctx, l.read, scanToken, tokenColumns+` WHERE hash = $1`, hash)
	switch {
	case err != nil:
		return Token{}, fmt.Errorf("read a token: %w", err)
	case len(found) == 0:
		return Token{}, ErrNoToken
	}
	return found[0], nil
}

// Tokens are all tokens, the newest first.
func (l *Ledger) Tokens(ctx context.Context) ([]Token, error) {
	all, err := collect(ctx, l.read, scanToken, tokenColumns+` ORDER BY made_at DESC, token_id`)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// UseToken writes when a token was used.
func (l *Ledger) UseToken(ctx context.Context, id string, at time.Time) error {
	_, err := l.changeToken(ctx, `UPDATE tokens SET used_at = $1 WHERE token_id = $2`, micros(at), id)
	return err
}

// RevokeToken takes a token back; ErrNoToken where there is none with that id. Who
// took it back first stands.
func (l *Ledger) RevokeToken(ctx context.Context, id, by string, at time.Time) error {
	n, err := l.changeToken(ctx, `UPDATE tokens SET revoked_by = CASE WHEN revoked_at = 0 THEN $1 ELSE revoked_by END,
		revoked_at = CASE WHEN revoked_at = 0 THEN $2 ELSE revoked_at END WHERE token_id = $3`, by, micros(at), id)
	if err == nil && n == 0 {
		return fmt.Errorf("token %q: %w", id, ErrNoToken)
	}
	return err
}

func (l *Ledger) changeToken(ctx context.Context, statement string, args ...any) (n int64, err error) {
	err = l.within(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("change a token: %w", err)
	}
	return n, nil
}

func scanToken(rows *sql.Rows) (t Token, err error) {
	var role, tenants string
	var reads, made, ends, used, revoked int64
	if err = rows.Scan(&t.ID, &t.Hash, &t.Person.ID, &role, &tenants, &reads, &t.MadeBy, &made, &ends, &used, &revoked, &t.RevokedBy); err == nil {
		err = json.Unmarshal([]byte(tenants), &t.Person.Tenants)
	}
	t.Person.Role, t.ReadsOnly = decide.Role(role), reads == 1
	t.MadeAt, t.EndsAt, t.UsedAt, t.RevokedAt = timeOf(made), timeOf(ends), timeOf(used), timeOf(revoked)
	return t, err
}
