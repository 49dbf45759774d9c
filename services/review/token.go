package review

import (
	"context"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/keys"
	"tocsin/services/review/internal/ledger"
)

// A TokenWish says what token somebody wants.
type TokenWish struct {
	// Name is whom the program acts as; Role one of viewer, csm, agent, leadership, admin.
	Name, Role string
	Tenants    []string
	EndsAt     time.Time
	ReadsOnly  bool
}

// MakeToken makes a token in the ledger that the URL names, and gives it with its
// id; it is nowhere else. It is for who can write the ledger anyway, and has no
// other way in yet.
func MakeToken(ctx context.Context, url string, w TokenWish) (token, id string, err error) {
	book, err := open(ctx, url)
	if err != nil {
		return "", "", err
	}
	defer book.Close()
	token, made, err := keys.Make(ctx, book, ledger.Token{
		Person: decide.Person{ID: w.Name, Role: decide.Role(w.Role), Tenants: w.Tenants}, ReadsOnly: w.ReadsOnly,
		MadeBy: "whoever keeps the ledger", MadeAt: time.Now().UTC(), EndsAt: w.EndsAt,
	})
	return token, made.ID, err
}
