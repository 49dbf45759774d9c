package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/who"
)

// A letterRow is a dead letter as pages show it.
type letterRow struct {
	parked.Letter
	When *moment
	// Where is the destination, or the reader of what is no message to people.
	Where string
	// What and Whom are of a message to people.
	What, Whom string
}

// A disposalRow is what somebody ordered.
type disposalRow struct {
	ledger.Disposal
	When *moment
	Did  string
}

// A heap is the page of what is parked.
type heap struct {
	L     lang
	Did   string // what the reader has just done
	Sieve *sieve
	Pager pager
	Rows  []letterRow
	None  string
	Done  []disposalRow
}

// A single is the page of one dead letter.
type single struct {
	L lang
	letterRow
	Wrong, Note string
	// Droppable says that it is of what people were to be told.
	Droppable bool
}

// disposalsShown is how many orders stand under what is parked.
const disposalsShown = 20

// lettersPage lists what readers gave up, and what was done with it.
func (c *Console) lettersPage(w http.ResponseWriter, r *http.Request) {
	p, ok := c.parkedPage(w, r)
	if !ok {
		return
	}
	q, s := r.URL.Query(), sieveOf(p.L, r)
	ask := parked.Query{Consumer: s.add(q, field{Name: "consumer", Kind: "text", Hint: p.L.say("parked.consumer.hint")}), Limit: listedAtMost}
	ask.After, _ = strconv.ParseUint(q.Get("cursor"), 10, 63) // what is none begins at the beginning
	list, next, err := c.Parked.Letters(r.Context(), ask)
	if err != nil {
		c.noLetter(w, r, err)
		return
	}
	done, err := c.Parked.Done(r.Context(), disposalsShown)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	now := c.Now()
	body := &heap{L: p.L, Sieve: s, None: p.L.none("parked", s.On)}
	if did := q.Get("done"); did == string(parked.Retry) || did == string(parked.Drop) {
		body.Did = p.L.say("parked.done." + did)
	}
	after := ""
	if next > 0 {
		after = strconv.FormatUint(next, 10)
	}
	body.Pager = s.pagerOf(q.Get("cursor"), after)
	for i := range list {
		body.Rows = append(body.Rows, letterRowOf(p.L, &list[i], now))
	}
	for _, d := range done {
		body.Done = append(body.Done, disposalRow{d, p.L.moment(d.At, now), p.L.say("parked.did." + d.Act)})
	}
	p.Title, p.Body = p.L.say("parked.page"), body
	c.write(w, http.StatusOK, "deadletters.html", p)
}

// parkedPage begins a page of dead letters; false where it is not for its reader.
func (c *Console) parkedPage(w http.ResponseWriter, r *http.Request) (page, bool) {
	p := c.page(w, r, "deliveries")
	p.Kind = "" // it is not live
	if c.Parked.Box == nil || !parked.May(who.Of(r.Context())) {
		c.notFor(w, p, p.L.say("parked.notfor"))
		return p, false
	}
	return p, true
}

func letterRowOf(l lang, d *parked.Letter, now time.Time) letterRow {
	row := letterRow{Letter: *d, When: l.moment(d.ParkedAt, now), Where: d.Destination}
	if row.Where == "" {
		row.Where = d.Consumer
	}
	if t := d.Told; t != nil {
		row.What, row.Whom = l.Word("event", t.Kind), strings.TrimSpace(l.Word("audience", t.Audience)+" "+t.Recipient)
	}
	return row
}

// letterPage shows one dead letter, with what may be done with it.
func (c *Console) letterPage(w http.ResponseWriter, r *http.Request) {
	if _, ok := c.parkedPage(w, r); ok {
		c.oneLetter(w, r, http.StatusOK, "")
	}
}

// oneLetter writes the page of the letter in the path, with what was wrong with an order.
func (c *Console) oneLetter(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	p := c.page(w, r, "deliveries")
	p.Kind = ""
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		c.noLetter(w, r, parked.ErrNone)
		return
	}
	d, err := c.Parked.Letter(r.Context(), id)
	if err != nil {
		c.noLetter(w, r, err)
		return
	}
	p.Path = "/deadletters/" + strconv.FormatUint(id, 10)
	p.Title = p.L.say("parked.one", id)
	p.Body = &single{L: p.L, letterRow: letterRowOf(p.L, &d, c.Now()), Wrong: wrong, Note: r.PostFormValue("note"), Droppable: d.ForPeople()}
	c.write(w, status, "deadletter.html", p)
}

// settle sends a letter back or drops it, and leads to what is left.
func (c *Console) settle(w http.ResponseWriter, r *http.Request) {
	p, ok := c.parkedPage(w, r)
	if !ok {
		return
	}
	act, note := parked.Act(r.PathValue("act")), r.PostFormValue("note")
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	switch {
	case err != nil || act != parked.Retry && act != parked.Drop:
		err = parked.ErrNone
	case utf8.RuneCountInString(note) > longestNote:
		err = errLong
	default:
		err = c.Parked.Settle(r.Context(), id, act, note)
	}
	switch {
	case err == nil:
		to := url.URL{Path: "/deadletters", RawQuery: "done=" + string(act)}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
	case errors.Is(err, parked.ErrWhy):
		c.oneLetter(w, r, http.StatusUnprocessableEntity, p.L.say("wrong.note"))
	case errors.Is(err, errLong):
		c.oneLetter(w, r, http.StatusUnprocessableEntity, p.L.say("wrong.long", p.L.Number(longestNote)))
	case errors.Is(err, parked.ErrUnheard):
		c.oneLetter(w, r, http.StatusUnprocessableEntity, p.L.say("parked.unheard"))
	case errors.Is(err, parked.ErrElsewhere):
		c.oneLetter(w, r, http.StatusUnprocessableEntity, p.L.say("parked.elsewhere"))
	default:
		c.noLetter(w, r, err)
	}
}

// noLetter says why a dead letter is not shown.
func (c *Console) noLetter(w http.ResponseWriter, r *http.Request, err error) {
	p := c.page(w, r, "deliveries")
	p.Kind = ""
	var t trouble
	switch {
	case errors.Is(err, parked.ErrNone):
		t = trouble{http.StatusNotFound, p.L.say("parked.gone"), p.L.say("parked.gone.hint")}
	case errors.Is(err, parked.ErrSettled):
		t = trouble{http.StatusConflict, p.L.say("parked.settled"), p.L.say("parked.settled.hint")}
	case errors.Is(err, parked.ErrAway):
		c.Log.ErrorContext(r.Context(), "dead letters can not be read or settled", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", "5")
		t = trouble{http.StatusServiceUnavailable, p.L.say("error.title"), p.L.say("parked.away")}
		p.Path = "/deadletters"
	default:
		c.fail(w, r, err)
		return
	}
	p.Title, p.Body = t.Title, t
	c.write(w, t.Status, "error.html", p)
}

// waiting says whether something that people were to be told waits for the reader
// to deal with it; where they may not, or the bus is away, whether anything was
// ever put aside.
func (c *Console) waiting(r *http.Request) (waits, theirs bool, err error) {
	if c.Parked.Box != nil && parked.May(who.Of(r.Context())) {
		list, _, err := c.Parked.Letters(r.Context(), parked.Query{Limit: 1})
		if err == nil {
			return len(list) > 0, true, nil
		}
		c.Log.WarnContext(r.Context(), "dead letters can not be read", "error", err)
	}
	found, err := c.Cases.AllDeliveries(r.Context(), ledger.DeliveryQuery{Outcome: "parked", Limit: 1})
	return len(found.Deliveries) > 0, false, err
}
