package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin/services/review/internal/ledger"
)

// A ListReader reads what the pages list over all cases, the latest first.
type ListReader interface {
	// Tickets is one page of the tickets that q asks for.
	Tickets(ctx context.Context, q ledger.TicketQuery) (ledger.TicketPage, error)
	// AllDeliveries is one page of the attempts that q asks for.
	AllDeliveries(ctx context.Context, q ledger.DeliveryQuery) (ledger.DeliveryPage, error)
	// AllAudit is one page of the transitions that q asks for.
	AllAudit(ctx context.Context, q ledger.AuditQuery) (ledger.AuditPage, error)
}

// A DayReader counts what the pages draw.
type DayReader interface {
	// DeliveryDays counts attempts by day and outcome from a time on.
	DeliveryDays(ctx context.Context, q ledger.DeliveryQuery, from time.Time) ([]ledger.DeliveryDay, error)
}

// listedAtMost is how many rows a page of a list shows.
const listedAtMost = 50

// A sieve is the form by which a list is filtered. The address carries it.
type sieve struct {
	L      lang
	Action string // the address of the list
	Fields []field
	// On says that something is filtered.
	On bool
	// asked is the filter as the address says it, without what is empty.
	asked url.Values
}

// A field is one question of a sieve.
type field struct {
	Name, Label string
	Kind        string // text, search, select or check
	Value       string
	Options     []option // of a select
	Hint        string   // what an empty one means
}

// sieveOf begins a filter; what it asks is added by its methods.
func sieveOf(l lang, r *http.Request) *sieve {
	return &sieve{L: l, Action: r.URL.Path, asked: url.Values{}}
}

// add asks for one value more, and gives the one that the address has.
func (s *sieve) add(q url.Values, f field) string {
	f.Value = strings.TrimSpace(q.Get(f.Name))
	f.Label = s.L.say("sieve." + f.Name)
	if f.Kind == "select" {
		known := f.Value == ""
		for i := range f.Options {
			f.Options[i].Chosen = f.Options[i].ID == f.Value
			known = known || f.Options[i].Chosen
		}
		if !known {
			f.Options = append(f.Options, option{f.Value, f.Value, true}) // nothing is found by it
		}
	}
	if f.Kind != "check" && f.Hint == "" {
		f.Hint = s.L.say("filter.all")
	}
	if f.Value != "" {
		s.On = true
		s.asked.Set(f.Name, f.Value)
	}
	s.Fields = append(s.Fields, f)
	return f.Value
}

// optionsOf are the options of a select, in the words for their kind.
func optionsOf[T ~string](l lang, kind string, ids []T) []option {
	options := make([]option, len(ids))
	for i, id := range ids {
		options[i] = option{ID: string(id), Title: l.Word(kind, id)}
	}
	return options
}

// with is the list's address with the filter, and with the values besides.
func (s *sieve) with(pairs ...string) string {
	q := url.Values{}
	for name, values := range s.asked {
		q[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return s.Action
	}
	return s.Action + "?" + q.Encode()
}

// A pager leads through the pages of a list; empty addresses lead nowhere.
type pager struct {
	L           lang
	First, Next string
}

// pagerOf is the pager of a page that has the cursor, and of the cursor after it.
func (s *sieve) pagerOf(cursor, next string) pager {
	p := pager{L: s.L}
	if cursor != "" {
		p.First = s.with()
	}
	if next != "" {
		p.Next = s.with("cursor", next)
	}
	return p
}

// A listing is a page that lists things.
type listing struct {
	L     lang
	Sieve *sieve
	Pager pager
	// Rows is what is listed; None says why there is nothing.
	Rows any
	None string
	// Above is what the page says before its list.
	Above any
}

// list writes a listing, or only its part that changes.
func (c *Console) list(w http.ResponseWriter, r *http.Request, kind string, body *listing) {
	p := c.page(w, r, kind)
	p.Title, p.Body = p.L.say(kind+".page"), body
	p.Fresh = body.Sieve.with("cursor", r.URL.Query().Get("cursor"), "fragment", "1")
	if asks(r, "fragment") {
		c.write(w, http.StatusOK, "list-"+kind, body)
		return
	}
	c.write(w, http.StatusOK, "list.html", p)
}
