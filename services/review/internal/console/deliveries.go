package console

import (
	"net/http"
	"time"

	"tocsin/services/review/internal/ledger"
)

// daysDrawn is for how many days the deliveries are counted.
const daysDrawn = 14

// A toldRow is one attempt to tell somebody something.
type toldRow struct {
	told
	Tenant, Case string
}

// A beforeTold is what the page of deliveries says before its list.
type beforeTold struct {
	L      lang
	Parked bool // something could not be told, and waits for a person
	// Theirs says that the reader may deal with it.
	Theirs bool
	// Link leads to what is parked.
	Link string
	Days *stacks
}

// deliveriesPage lists who was told what, with each attempt.
func (c *Console) deliveriesPage(w http.ResponseWriter, r *http.Request) {
	l, q := langOf(w, r), r.URL.Query()
	s := sieveOf(l, r)
	ask := ledger.DeliveryQuery{Limit: listedAtMost, Cursor: q.Get("cursor")}
	ask.Outcome = s.add(q, field{Name: "outcome", Kind: "select", Options: optionsOf(l, "outcome", []string{"sent", "failed", "parked", "silenced", "grouped"})})
	ask.Audience = s.add(q, field{Name: "audience", Kind: "select", Options: optionsOf(l, "audience", []string{"leadership", "requester", "csm", "agent"})})
	ask.Destination = s.add(q, field{Name: "destination", Kind: "text", Hint: l.say("deliverylist.destination")})
	ask.Channel = s.add(q, field{Name: "channel", Kind: "text"})
	ask.Recipient = s.add(q, field{Name: "recipient", Kind: "text"})
	ask.Case = s.add(q, field{Name: "case", Kind: "text"})
	if tenant := s.add(q, field{Name: "tenant", Kind: "text"}); tenant != "" {
		ask.Tenants = []string{tenant}
	}
	if q.Get("notification") != "" { // asked by a link
		ask.Notification = s.add(q, field{Name: "notification", Kind: "text"})
	}
	var days [2]bool
	ask.Since, days[0] = dayFrom(s.add(q, field{Name: "since", Kind: "date"}))
	ask.Until, days[1] = dayFrom(s.add(q, field{Name: "until", Kind: "date"}))
	if !ask.Until.IsZero() {
		ask.Until = ask.Until.AddDate(0, 0, 1) // the day itself too
	}
	if !days[0] || !days[1] {
		c.list(w, r, "deliveries", &listing{L: l, Sieve: s, None: l.say("deliverylist.nodate"), Above: beforeTold{L: l}})
		return
	}
	found, err := c.Cases.AllDeliveries(r.Context(), ask)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	waits, theirs, err := c.waiting(r)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	now := c.Now()
	rows := make([]toldRow, 0, len(found.Deliveries))
	for i := range found.Deliveries {
		d := &found.Deliveries[i]
		rows = append(rows, toldRow{toldOf(l, d, now), d.Tenant, d.Case})
	}
	above := beforeTold{L: l, Parked: waits, Theirs: theirs, Link: s.Action + "?outcome=parked"}
	if ask.Cursor == "" && !s.On {
		above.Days = c.daysOfTelling(r, l, now)
	}
	c.list(w, r, "deliveries", &listing{
		L: l, Sieve: s, Pager: s.pagerOf(ask.Cursor, found.Next), Rows: rows, None: l.none("deliverylist", s.On), Above: above,
	})
}

// dayFrom reads a day, which begins at midnight in UTC; false where it is none.
func dayFrom(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	at, err := time.Parse(time.DateOnly, text)
	return at, err == nil
}

// daysOfTelling counts the attempts of the last days by how they went; nil where
// they can not be read, without which the list is still whole.
func (c *Console) daysOfTelling(r *http.Request, l lang, now time.Time) *stacks {
	last := now.UTC().Truncate(24 * time.Hour)
	days, err := c.Cases.DeliveryDays(r.Context(), ledger.DeliveryQuery{}, last.AddDate(0, 0, 1-daysDrawn))
	if err != nil {
		c.Log.WarnContext(r.Context(), "the deliveries of the last days can not be counted", "error", err)
		return nil
	}
	counts := make([]map[string]int, daysDrawn)
	for i := range counts {
		counts[i] = map[string]int{}
	}
	for _, d := range days {
		if i := daysDrawn - 1 - int(last.Sub(d.Day)/(24*time.Hour)); i >= 0 && i < daysDrawn {
			counts[i][d.Outcome] = d.Attempts
		}
	}
	return stacksOf(l, last.AddDate(0, 0, 1-daysDrawn), counts)
}
