package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/who"
)

// What a person arranges on the page of a case beside the actions of the desk.
const (
	splitting desk.Action = "split"
	merging   desk.Action = "merge"
)

// split makes a case of its own of what is ticked, and leads to it.
func (c *Console) split(w http.ResponseWriter, r *http.Request) {
	c.arrange(w, r, splitting, func(id string, p desk.Plan) (string, error) {
		_, parted, err := c.Desk.Split(r.Context(), p, id, partOf(r.PostForm["part"]))
		return parted.ID, err
	})
}

// merge has the case go on in another, and leads to that one.
func (c *Console) merge(w http.ResponseWriter, r *http.Request) {
	c.arrange(w, r, merging, func(id string, p desk.Plan) (string, error) {
		into := strings.TrimSpace(r.PostFormValue("into"))
		_, err := c.Desk.Merge(r.Context(), p, id, into)
		return into, err
	})
}

// arrange carries out a plan, and leads to the case that it gives.
func (c *Console) arrange(w http.ResponseWriter, r *http.Request, action desk.Action, do func(id string, p desk.Plan) (string, error)) {
	p := desk.Plan{By: who.Of(r.Context()), Key: r.PostFormValue("key"), Note: strings.TrimSpace(r.PostFormValue("note"))}
	try := attempt{order: desk.Order{Action: action, By: p.By, Key: p.Key, Note: p.Note}, typed: typed{
		Note: p.Note, Into: r.PostFormValue("into"), Parts: r.PostForm["part"],
	}}
	p.Version, try.err = strconv.ParseUint(r.PostFormValue("version"), 10, 64)
	if try.order.Version = p.Version; try.err != nil || p.Version == 0 {
		try.err = &decide.StaleError{}
	} else if utf8.RuneCountInString(p.Note) > longestNote {
		try.err = errLong
	}
	to := ""
	if try.err == nil {
		to, try.err = do(r.PathValue("id"), p)
	}
	if try.err != nil {
		c.refused(w, r, try)
		return
	}
	address := url.URL{Path: "/cases/" + to, RawQuery: "done=" + string(action)}
	http.Redirect(w, r, address.String(), http.StatusSeeOther)
}

// partOf reads what was ticked: "t" and a ticket's tenant and id, or "c" and a
// condition's id, each as one value of the form.
func partOf(ticked []string) decide.Part {
	var part decide.Part
	for _, one := range ticked {
		kind, rest, _ := strings.Cut(one, " ")
		if kind == "c" {
			part.Conditions = append(part.Conditions, rest)
			continue
		}
		v, _ := url.ParseQuery(rest)
		part.Tickets = append(part.Tickets, decide.TicketID{Tenant: v.Get("tenant"), Ticket: v.Get("ticket")})
	}
	return part
}

// partsOf are the tickets and conditions of a case, to be ticked.
func (c *Console) partsOf(l lang, of *decide.Case, ticked []string) []choice {
	var out []choice
	for i := range of.Tickets {
		t := &of.Tickets[i]
		id := "t " + url.Values{"tenant": {t.Tenant}, "ticket": {t.ID}}.Encode()
		out = append(out, choice{ID: id, Title: joined(t.ID, t.Tenant), Chosen: slices.Contains(ticked, id)})
	}
	for i := range of.Conditions {
		k := &of.Conditions[i]
		id := "c " + k.ID
		out = append(out, choice{ID: id, Title: joined(c.Policy.Title(k.Reason, string(l)), k.Scope), Chosen: slices.Contains(ticked, id)})
	}
	return out
}

// arranging adds the forms to split and to merge, to who may.
func (c *Console) arranging(f *file, of *decide.Case, by decide.Person) {
	a := &f.Actions
	if !by.May(decide.Leadership) || !by.Sees(of.Tenant) {
		return
	}
	parting := append(append(undecided(), running()...), decide.Denied)
	if len(of.Tickets)+len(of.Conditions) > 1 && slices.Contains(parting, of.State) {
		a.More = append(a.More, form{Action: splitting, Parts: c.partsOf(a.L, of, nil)})
	}
	if of.State.Undecided() {
		merge := form{Action: merging}
		for _, r := range f.Besides {
			merge.Into = append(merge.Into, choice{ID: r.ID, Title: r.Title})
		}
		a.More = append(a.More, merge)
	}
}
