package wall_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"
)

// A page is narrowed before it is cut: what leadership was told takes no place on
// the page of somebody who does not see it.
func TestAPageOfDeliveriesBehindAWallIsFull(t *testing.T) {
	h := consoletest.New(t, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	for i := range 40 {
		d := ledger.Delivery{
			ID: fmt.Sprint("d-", i), Case: "c-1", Tenant: []string{"acme", "globex"}[i/2%2], Audience: []string{"leadership", "requester"}[i%2],
			Outcome: "sent", Attempt: 1, At: h.At.Add(time.Duration(i) * time.Second),
		}
		if err := h.RecordDeliveries(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	ctx := who.As(t.Context(), decide.Person{ID: "cem", Role: decide.CSM, Tenants: []string{"acme"}})
	page, err := wall.New(h.Ledger).AllDeliveries(ctx, ledger.DeliveryQuery{Limit: 10})
	if err != nil || len(page.Deliveries) != 10 || page.Next != "" {
		t.Errorf("%d deliveries, then %q: %v", len(page.Deliveries), page.Next, err)
	}
	for _, d := range page.Deliveries {
		if d.Tenant != "acme" || d.Audience != "requester" {
			t.Errorf("it tells of %+v", d)
		}
	}
}

// told says that somebody would hear it.
type told struct{}

func (told) Of(context.Context, events.HearingQuestion) (events.Hearing, error) {
	return events.Hearing{Routed: true}, nil
}

func TestWhoHearsWhatIsForLeadershipThatSeesAll(t *testing.T) {
	hearings := wall.Hearings{Asked: told{}}
	for _, c := range []struct {
		person decide.Person
		may    bool
	}{
		{decide.Person{}, false},
		{decide.Person{ID: "vera", Role: decide.Viewer}, false},
		{decide.Person{ID: "ito", Role: decide.Agent}, false},
		{decide.Person{ID: "cem", Role: decide.CSM, Tenants: []string{"acme"}}, false},
		{decide.Person{ID: "lou", Role: decide.Leadership, Tenants: []string{"acme"}}, false},
		{decide.Person{ID: "lena", Role: decide.Leadership}, true},
		{decide.Person{ID: "ann", Role: decide.Admin}, true},
	} {
		heard, err := hearings.Of(who.As(t.Context(), c.person), events.HearingQuestion{})
		if c.may != (err == nil && heard.Routed) || !c.may && !errors.Is(err, decide.ErrNotLeader) {
			t.Errorf("%+v: %+v, %v", c.person, heard, err)
		}
	}
}
