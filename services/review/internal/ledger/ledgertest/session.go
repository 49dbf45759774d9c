package ledgertest

import (
	"errors"
	"reflect"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// whole is nine as exactly as the tables keep times.
var whole = nine.Truncate(time.Microsecond)

// sessionOf is one of cem's.
func sessionOf(hash string) ledger.Session {
	return ledger.Session{
		Hash: hash, Person: decide.Person{ID: "cem", Role: decide.CSM, Tenants: []string{"acme", "globex"}}, Way: "link",
		MadeAt: whole, TurnedAt: whole, SeenAt: whole, IdleAt: whole.Add(time.Hour), EndsAt: whole.Add(8 * time.Hour),
	}
}

func sessionsShared(d *desk) {
	other := d.Open()
	made := sessionOf("h1")
	d.must(d.OpenSession(d.Context(), made))
	if got := must(other.Session(d.Context(), "h1"))(d); !reflect.DeepEqual(got, made) {
		d.Errorf("another process reads %+v, want %+v", got, made)
	}
	turned := made
	turned.Hash, turned.Previous, turned.TurnedAt = "h2", "h1", whole.Add(time.Minute)
	if !must(d.KeepSession(d.Context(), "h1", turned))(d) {
		d.Error("the session took no other id")
	}
	if must(other.KeepSession(d.Context(), "h1", turned))(d) {
		d.Error("it took another id twice")
	}
	for _, hash := range []string{"h1", "h2"} {
		if got := must(other.Session(d.Context(), hash))(d); got.Hash != "h2" || got.Previous != "h1" {
			d.Errorf("by %s there is %+v", hash, got)
		}
	}
	d.must(other.EndSession(d.Context(), "h1"))
	if _, err := d.Session(d.Context(), "h2"); !errors.Is(err, ledger.ErrNoSession) {
		d.Errorf("after its end: %v", err)
	}
}

func sessionsEnd(d *desk) {
	d.must(d.OpenSession(d.Context(), sessionOf("h1")))
	late := sessionOf("h2")
	late.MadeAt, late.IdleAt, late.EndsAt = whole.Add(2*time.Hour), whole.Add(4*time.Hour), whole.Add(9*time.Hour)
	d.must(d.OpenSession(d.Context(), late))
	if _, err := d.Session(d.Context(), "h1"); !errors.Is(err, ledger.ErrNoSession) {
		d.Errorf("one that was idle is kept: %v", err)
	}
	late.Hash = "h3"
	d.must(d.OpenSession(d.Context(), late))
	if n := must(d.EndSessionsOf(d.Context(), "cem"))(d); n != 2 {
		d.Errorf("%d of cem's sessions ended, want 2", n)
	}
}

func tokensKept(d *desk) {
	made := ledger.Token{
		ID: "t-1", Hash: "h1", Person: decide.Person{ID: "bi", Role: decide.Viewer, Tenants: []string{"acme"}}, ReadsOnly: true,
		MadeBy: "ann", MadeAt: whole, EndsAt: whole.Add(time.Hour),
	}
	d.must(d.MakeToken(d.Context(), made))
	again := made
	again.ID = "t-2"
	if d.MakeToken(d.Context(), again) == nil {
		d.Error("a token was made twice")
	}
	d.must(d.UseToken(d.Context(), "t-1", whole.Add(time.Minute)))
	d.must(d.RevokeToken(d.Context(), "t-1", "ann", whole.Add(2*time.Minute)))
	d.must(d.RevokeToken(d.Context(), "t-1", "eve", whole.Add(3*time.Minute)))
	made.UsedAt, made.RevokedAt, made.RevokedBy = whole.Add(time.Minute), whole.Add(2*time.Minute), "ann"
	if got := must(d.Token(d.Context(), "h1"))(d); !reflect.DeepEqual(got, made) {
		d.Errorf("kept is %+v, want %+v", got, made)
	}
	if all := must(d.Tokens(d.Context()))(d); len(all) != 1 {
		d.Errorf("there are %d tokens", len(all))
	}
	if err := d.RevokeToken(d.Context(), "t-9", "ann", whole); !errors.Is(err, ledger.ErrNoToken) {
		d.Errorf("taking back what is not there: %v", err)
	}
	if _, err := d.Token(d.Context(), "h9"); !errors.Is(err, ledger.ErrNoToken) {
		d.Errorf("reading what is not there: %v", err)
	}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}
