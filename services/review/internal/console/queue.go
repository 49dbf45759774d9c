package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// How many cases of each group the queue shows.
const (
	openAtMost    = 200
	runningAtMost = 100
	endedAtMost   = 30
)

// A board is the queue.
type board struct {
	Groups []group
	Late   int // cases to decide that are overdue
}

// A group is a part of the queue.
type group struct {
	Name string
	Rows []row
	More bool // there are more than are shown
}

func (c *Console) queue(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "queue")
	b, err := c.board(r.Context(), p.L)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	p.Title, p.Body = p.L.say("queue.title"), b
	if asks(r, "fragment") {
		c.write(w, http.StatusOK, "board", p)
		return
	}
	c.write(w, http.StatusOK, "queue.html", p)
}

// row is one case as it stands in the queue.
func (c *Console) row(w http.ResponseWriter, r *http.Request) {
	of, err := c.Cases.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		c.fail(w, r, err)
		return
	}
	c.write(w, http.StatusOK, "row", c.rowOf(langOf(w, r), &of, c.Now()))
}

func (c *Console) board(ctx context.Context, l lang) (board, error) {
	var b board
	now := c.Now()
	for _, part := range []struct {
		name  string
		query ledger.Query
	}{
		{openGroup, ledger.Query{States: undecided(), Order: ledger.ByImpact, Limit: openAtMost}},
		{runningGroup, ledger.Query{States: []decide.State{decide.Approved, decide.InProgress}, Order: ledger.ByImpact, Limit: runningAtMost}},
		{endedGroup, ledger.Query{States: over(), Order: ledger.ByTime, Limit: endedAtMost}},
	} {
		found, err := c.Cases.Cases(ctx, part.query)
		if err != nil {
			return board{}, err
		}
		g := group{Name: part.name, More: found.Next != ""}
		for i := range found.Cases {
			g.Rows = append(g.Rows, c.rowOf(l, &found.Cases[i], now))
		}
		slices.SortFunc(g.Rows, func(a, b row) int { return inOrder(a, b, now) })
		b.Groups = append(b.Groups, g)
	}
	for _, r := range b.Groups[0].Rows {
		if r.Late {
			b.Late++
		}
	}
	return b, nil
}

// inOrder brings to the top what should be decided next: the more pressing
// first, of those what is overdue, then what hits the whole platform or more
// people, then what is due first. What has ended last comes first.
func inOrder(a, b row, now time.Time) int {
	late := func(r row) int {
		if r.Order.Due != 0 && r.Order.Due <= now.Unix() {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(b.Order.Ended, a.Order.Ended),
		cmp.Compare(b.Order.Priority, a.Order.Priority),
		cmp.Compare(late(b), late(a)),
		cmp.Compare(b.Order.Shared, a.Order.Shared),
		cmp.Compare(b.Order.People, a.Order.People),
		cmp.Compare(a.Order.Due, b.Order.Due),
		strings.Compare(a.ID, b.ID),
	)
}

func undecided() []decide.State {
	return []decide.State{decide.Detected, decide.NeedsInfo, decide.PendingReview}
}

func over() []decide.State {
	return []decide.State{decide.Denied, decide.Resolved, decide.Withdrawn, decide.Expired, decide.Closed, decide.Merged}
}
