package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/rejected"
)

// A rejectRow is a delivery that a door did not take, as pages show it.
type rejectRow struct {
	rejected.Delivery
	When, Tried *moment
	// Why is the first reason, More how many others there are.
	Why  string
	More int
}

// rejects is the page of what doors did not take.
type rejects struct {
	L     lang
	Did   string // what the reader has just done
	Sieve *sieve
	Pager pager
	Rows  []rejectRow
	None  string
}

// reject is the page of one of them.
type reject struct {
	L lang
	rejectRow
	// Text is the body, as much of it as a page shows.
	Text string
	Cut  bool
	// Left is what a try has just left out.
	Left bool
}

// bodyShown is how many bytes of a body stand on its page.
const bodyShown = 64 << 10

// rejectsPage lists what doors did not take.
func (c *Console) rejectsPage(w http.ResponseWriter, r *http.Request) {
	p, ok := c.rejectedPage(w, r)
	if !ok {
		return
	}
	q, s := r.URL.Query(), sieveOf(p.L, r)
	ask := rejected.Query{
		Door: s.add(q, field{Name: "door", Kind: "text", Hint: p.L.say("rejected.door.hint")}),
		Text: s.add(q, field{Name: "text", Kind: "text", Hint: p.L.say("rejected.text.hint")}), Limit: listedAtMost,
	}
	ask.After, _ = strconv.ParseUint(q.Get("cursor"), 10, 63) // what is none begins at the beginning
	list, next, err := c.Rejected.List(r.Context(), ask)
	if err != nil {
		c.noReject(w, r, err)
		return
	}
	body := &rejects{L: p.L, Sieve: s, None: p.L.none("rejected", s.On)}
	if q.Get("done") == "taken" {
		body.Did = p.L.say("rejected.taken")
	}
	after := ""
	if next > 0 {
		after = strconv.FormatUint(next, 10)
	}
	body.Pager = s.pagerOf(q.Get("cursor"), after)
	now := c.Now()
	for i := range list {
		body.Rows = append(body.Rows, rejectRowOf(p.L, &list[i], now))
	}
	p.Title, p.Body = p.L.say("rejected.page"), body
	c.write(w, http.StatusOK, "rejected.html", p)
}

// rejectedPage begins a page of what doors did not take; false where it is not for
// its reader.
func (c *Console) rejectedPage(w http.ResponseWriter, r *http.Request) (page, bool) {
	p := c.page(w, r, "deliveries")
	p.Kind = "" // it is not live
	if c.Rejected.Box == nil || !parked.May(who.Of(r.Context())) {
		c.notFor(w, p, p.L.say("rejected.notfor"))
		return p, false
	}
	return p, true
}

func rejectRowOf(l lang, d *rejected.Delivery, now time.Time) rejectRow {
	row := rejectRow{Delivery: *d, When: l.moment(d.ReceivedAt, now), More: len(d.Reasons) - 1}
	if len(d.Reasons) > 0 {
		row.Why = d.Reasons[0]
	}
	if !d.TriedAt.IsZero() {
		row.Tried = l.moment(d.TriedAt, now)
	}
	return row
}

// rejectPage shows one, with its body and what may be done with it.
func (c *Console) rejectPage(w http.ResponseWriter, r *http.Request) {
	p, ok := c.rejectedPage(w, r)
	if !ok {
		return
	}
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		err = doorstep.ErrNone
	}
	var d rejected.Delivery
	if err == nil {
		d, err = c.Rejected.One(r.Context(), id)
	}
	if err != nil {
		c.noReject(w, r, err)
		return
	}
	body := &reject{L: p.L, rejectRow: rejectRowOf(p.L, &d, c.Now()), Left: r.URL.Query().Get("done") == "left"}
	text := d.Body
	if len(text) > bodyShown {
		text, body.Cut = text[:bodyShown], true
	}
	body.Text = strings.ToValidUTF8(string(text), "\ufffd")
	p.Title, p.Body = p.L.say("rejected.one", id), body
	c.write(w, http.StatusOK, "reject.html", p)
}

// retryRejected has one tried again, and leads to what is left of it.
func (c *Console) retryRejected(w http.ResponseWriter, r *http.Request) {
	if _, ok := c.rejectedPage(w, r); !ok {
		return
	}
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		err = doorstep.ErrNone
	}
	var again rejected.Again
	if err == nil {
		again, err = c.Rejected.Retry(r.Context(), id)
	}
	if err != nil {
		c.noReject(w, r, err)
		return
	}
	to := url.URL{Path: "/rejected", RawQuery: "done=taken"}
	if len(again.Reasons) > 0 {
		to = url.URL{Path: "/rejected/" + strconv.FormatUint(again.ID, 10), RawQuery: "done=left"}
	}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// noReject says why it is not shown.
func (c *Console) noReject(w http.ResponseWriter, r *http.Request, err error) {
	p := c.page(w, r, "deliveries")
	p.Kind = ""
	var t trouble
	switch {
	case errors.Is(err, doorstep.ErrNone):
		t = trouble{http.StatusNotFound, p.L.say("rejected.gone"), p.L.say("rejected.gone.hint")}
	case errors.Is(err, doorstep.ErrAway):
		c.Log.ErrorContext(r.Context(), "what doors did not take can not be read or tried again", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", "5")
		t = trouble{http.StatusServiceUnavailable, p.L.say("error.title"), p.L.say("rejected.away")}
		p.Path = "/rejected"
	default:
		c.fail(w, r, err)
		return
	}
	p.Title, p.Body = t.Title, t
	c.write(w, t.Status, "error.html", p)
}
