package api

import (
	"net/http"
	"slices"
	"time"

	"tocsin/services/review/internal/desk"

	"tocsin/pkg/policy"
)

// A previewed is what would be told of a case after an action that was not taken.
type previewed struct {
	Case   string `json:"case"`
	Action string `json:"action"`
	// State is where the case would stand.
	State string    `json:"state"`
	Told  []message `json:"told"`
}

// A message is what one person would read.
type message struct {
	Audience  string `json:"audience"`
	Recipient string `json:"recipient,omitempty"`
	Tenant    string `json:"tenant,omitempty"`
	Ticket    string `json:"ticket,omitempty"`
	Language  string `json:"language"`
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Body      string `json:"body"`
	// Alike is how many more tickets would be told the same.
	Alike int `json:"alike,omitempty"`
}

func (a *API) previewRoutes() []route {
	var actions []string
	for _, action := range desk.Actions() {
		actions = append(actions, string(action))
	}
	return []route{{"GET /v1/cases/{id}/preview", "What people would be told of an action, which is not taken.", []param{
		{"action", "what would be done", actions, false},
		{"note", "why, or the question", nil, false},
		{"ground", "the denial ground", nil, false},
		{"eta", "when it should be resolved (RFC 3339)", nil, false},
	}, nil, previewed{}, a.preview}}
}

// preview answers with what people would be told; nothing is kept.
func (a *API) preview(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	o := desk.Order{Action: desk.Action(q.Get("action")), Note: q.Get("note"), Ground: policy.GroundID(q.Get("ground"))}
	if !slices.Contains(desk.Actions(), o.Action) {
		return badRequest("action", "there is no action %q", q.Get("action"))
	}
	if text := q.Get("eta"); text != "" {
		var err error
		if o.ETA, err = time.Parse(time.RFC3339, text); err != nil {
			return badRequest("eta", "%q is no time such as 2026-11-20T12:00:00Z", text)
		}
	}
	would, told, err := a.service().Would(r.Context(), r.PathValue("id"), o)
	if err != nil {
		return err
	}
	out := previewed{Case: would.ID, Action: string(o.Action), State: string(would.State), Told: []message{}}
	for _, m := range told {
		out.Told = append(out.Told, message{m.Audience, m.Recipient, m.Tenant, m.Ticket, m.Language, m.Kind, m.Title, m.Body, m.Others})
	}
	return write(w, out)
}
