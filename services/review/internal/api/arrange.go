package api

import (
	"net/http"
	"strings"

	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/rpc"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func (a *API) arrangeRoutes() []route {
	return []route{
		{"POST /v1/cases", "Opens a case by hand.", nil, opening{}, &reviewv1.OpenCaseResponse{}, a.open},
		{"POST /v1/cases/several", "Carries out up to 100 orders one by one: what one is refused for stops no other. One result each, in their order.", nil, several{}, &reviewv1.DecideSeveralResponse{}, a.several},
		{"POST /v1/cases/{id}/merge", "Has the case go on in another, which keeps its decision; gives that one.", nil, merging{}, &reviewv1.MergeCasesResponse{}, a.merge},
		{"POST /v1/cases/{id}/split", "Makes a case of its own of some tickets and conditions of the case; gives what is left, and the new one.", nil, splitting{}, &reviewv1.SplitCaseResponse{}, a.split},
	}
}

// ticketRef names a ticket.
type ticketRef struct {
	Tenant string `json:"tenant"`
	Ticket string `json:"ticket"`
}

func refsOf(tickets []ticketRef) []*reviewv1.TicketRef {
	refs := make([]*reviewv1.TicketRef, len(tickets))
	for i, t := range tickets {
		refs[i] = &reviewv1.TicketRef{Tenant: t.Tenant, Ticket: t.Ticket}
	}
	return refs
}

// opening is the body of an order to open a case.
type opening struct {
	Tenant  string          `json:"tenant"`
	Reason  policy.ReasonID `json:"reason,omitempty"`
	Note    string          `json:"note"`
	Tickets []ticketRef     `json:"tickets,omitempty"`
}

func (a *API) open(w http.ResponseWriter, r *http.Request) error {
	var o opening
	if err := read(w, r, &o, `{"tenant":"acme","note":"…"}`); err != nil {
		return err
	}
	done, err := a.service().Open(r.Context(), r.Header.Get(rpc.KeyHeader), &reviewv1.OpenCaseRequest{
		Tenant: o.Tenant, Reason: string(o.Reason), Note: o.Note, Tickets: refsOf(o.Tickets),
	})
	return give(w, done, err)
}

// merging is the body of an order to merge a case into another.
type merging struct {
	Into    string  `json:"into"`
	Version edition `json:"version,omitempty"`
	Note    string  `json:"note"`
}

func (a *API) merge(w http.ResponseWriter, r *http.Request) error {
	var m merging
	if err := read(w, r, &m, `{"into":"c-…","version":1,"note":"…"}`); err != nil {
		return err
	}
	done, err := a.service().Merge(r.Context(), r.Header.Get(rpc.KeyHeader), &reviewv1.MergeCasesRequest{
		Id: r.PathValue("id"), Into: m.Into, Version: uint64(m.Version), Note: m.Note,
	})
	return give(w, done, err)
}

// splitting is the body of an order to split a case.
type splitting struct {
	Tickets    []ticketRef `json:"tickets,omitempty"`
	Conditions []string    `json:"conditions,omitempty"`
	Version    edition     `json:"version,omitempty"`
	Note       string      `json:"note"`
}

func (a *API) split(w http.ResponseWriter, r *http.Request) error {
	var s splitting
	if err := read(w, r, &s, `{"tickets":[{"tenant":"acme","ticket":"T-1"}],"version":1,"note":"…"}`); err != nil {
		return err
	}
	done, err := a.service().Split(r.Context(), r.Header.Get(rpc.KeyHeader), &reviewv1.SplitCaseRequest{
		Id: r.PathValue("id"), Version: uint64(s.Version), Tickets: refsOf(s.Tickets), Conditions: s.Conditions, Note: s.Note,
	})
	return give(w, done, err)
}

// several is the body of several orders.
type several struct {
	Orders []errand `json:"orders"`
}

// errand is one of several orders.
type errand struct {
	ID     string      `json:"id"`
	Action desk.Action `json:"action"`
	order
}

func (a *API) several(w http.ResponseWriter, r *http.Request) error {
	var s several
	if err := read(w, r, &s, `{"orders":[{"id":"c-…","action":"deny","version":1,"ground":"small_audience"}]}`); err != nil {
		return err
	}
	asked := &reviewv1.DecideSeveralRequest{}
	for _, e := range s.Orders {
		action, err := actionOf("orders.action", e.Action)
		if err != nil {
			return err
		}
		asked.Orders = append(asked.Orders, e.order.request(e.ID, action))
	}
	done, err := a.service().Several(r.Context(), r.Header.Get(rpc.KeyHeader), asked)
	return give(w, done, err)
}

// actionOf is the schema's word for an action; field says where it stands.
func actionOf(field string, action desk.Action) (reviewv1.Action, error) {
	word := rpc.ActionOf(action)
	if word == reviewv1.Action_ACTION_UNSPECIFIED {
		return word, badRequest(field, "%.64q is none of %s", action, strings.Join(actionWords(), ", "))
	}
	return word, nil
}

// actionWords are all actions, as paths and bodies name them.
func actionWords() []string {
	var words []string
	for _, action := range desk.Actions() {
		words = append(words, string(action))
	}
	return words
}

// request is an order as the service has it.
func (o *order) request(id string, action reviewv1.Action) *reviewv1.DecideRequest {
	return &reviewv1.DecideRequest{
		Id: id, Action: action, Version: uint64(o.Version), Note: o.Note, Ground: string(o.Ground), Eta: bus.Stamp(o.ETA), Technician: o.Technician,
	}
}
