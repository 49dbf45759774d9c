package console

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"html/template"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/who"
)

// How many cases of each group the queue shows.
const (
	openAtMost    = 60
	runningAtMost = 40
	endedAtMost   = 20
)

// A board is the queue.
type board struct {
	Groups []group
	Late   int    // cases to decide that are overdue
	Sieve  *sieve // what is filtered
	// Part says that something is left out: a filter, or the pages before.
	Part bool
	// Picks says that the reader may decide several at once.
	Picks bool
	First string // the address of the queue's beginning; empty where this is it
}

// A group is a part of the queue.
type group struct {
	Name string
	Rows []row
	// Drawn are the rows as they stand on the page.
	Drawn template.HTML
	Next  string // the address of the next page; empty where there are no more
}

func (c *Console) queue(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "queue")
	k := c.seekingOf(p.L, r)
	b, err := c.board(r.Context(), p.L, &k)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	p.Title, p.Body, p.Fresh = p.L.say("queue.title"), b, k.fresh()
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
	row := c.rowOf(langOf(w, r), &of, c.Now())
	row.pick(who.Of(r.Context()))
	row.hush(langOf(w, r), c.mutesOn(r.Context(), &of), c.Now())
	c.write(w, http.StatusOK, "row", row)
}

func (c *Console) board(ctx context.Context, l lang, k *seeking) (board, error) {
	by := who.Of(ctx)
	b := board{Sieve: k.sieve, Part: !k.whole(), Picks: by.May(decide.Leadership)}
	if k.group != "" {
		b.First = k.sieve.with()
	}
	now := c.Now()
	for _, name := range []string{openGroup, runningGroup, endedGroup} {
		query, asked := k.part(name)
		if !asked {
			continue
		}
		found, err := c.Cases.Cases(ctx, query)
		if err != nil {
			return board{}, err
		}
		g := group{Name: name}
		if found.Next != "" {
			g.Next = k.sieve.with("group", name, "cursor", found.Next)
		}
		for i := range found.Cases {
			row := c.rowOf(l, &found.Cases[i], now)
			row.pick(by)
			row.hush(l, c.mutesOn(ctx, &found.Cases[i]), now)
			if row.Late && name == openGroup {
				b.Late++
			}
			g.Rows = append(g.Rows, row)
		}
		slices.SortFunc(g.Rows, func(a, b row) int { return inOrder(a, b, now) })
		if g.Drawn, err = c.draw(g.Rows); err != nil {
			return board{}, err
		}
		b.Groups = append(b.Groups, g)
	}
	return b, nil
}

// draw draws rows, which is most of what the page takes, on all cores. What it
// gives is the template's own, in which everything that others wrote is escaped.
func (c *Console) draw(rows []row) (template.HTML, error) {
	const alone = 8 // so few are drawn one after another
	size := max(alone, (len(rows)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	drawn, errs := make([]bytes.Buffer, (len(rows)+size-1)/size), make([]error, (len(rows)+size-1)/size)
	var parts sync.WaitGroup
	for i := range drawn {
		part := rows[i*size : min((i+1)*size, len(rows))]
		parts.Go(func() {
			for at := 0; at < len(part) && errs[i] == nil; at++ {
				errs[i] = c.pages.ExecuteTemplate(&drawn[i], "row", part[at])
			}
		})
	}
	parts.Wait()
	var all strings.Builder
	for i := range drawn {
		all.Write(drawn[i].Bytes())
	}
	return template.HTML(all.String()), errors.Join(errs...)
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
