package api

import (
	"net/http"
	"time"

	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/rpc"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A previewed is what would be told of a case after an action that was not taken.
type previewed struct {
	Case   string `json:"case"`
	Action string `json:"action"`
	// State is where the case would stand.
	State string    `json:"state"`
	Told  []message `json:"told"`
	// TellsAt is when they would be told, where that is not at once.
	TellsAt time.Time `json:"tells_at,omitzero"`
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
	return []route{{"GET /v1/cases/{id}/preview", "What people would be told of an action, which is not taken.", []param{
		{"action", "what would be done", actionWords(), false},
		{"note", "why, or the question", nil, false},
		{"ground", "the denial ground", nil, false},
		{"eta", "when it should be resolved (RFC 3339)", nil, false},
		{"technician", "the roster's id of who would work on it", nil, false},
	}, nil, previewed{}, a.preview}}
}

// preview answers with what people would be told; nothing is kept.
func (a *API) preview(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	action, err := actionOf("action", desk.Action(q.Get("action")))
	if err != nil {
		return err
	}
	at, err := instant(r, "eta")
	if err != nil {
		return err
	}
	asked := &reviewv1.PreviewDecisionRequest{
		Id: r.PathValue("id"), Action: action, Note: q.Get("note"), Ground: q.Get("ground"), Eta: bus.Stamp(at), Technician: q.Get("technician"),
	}
	would, told, err := a.service().Would(r.Context(), asked)
	if err != nil {
		return err
	}
	out := previewed{Case: would.ID, Action: q.Get("action"), State: string(would.State), Told: []message{}, TellsAt: rpc.TellsAt(asked, &would)}
	for _, m := range told {
		out.Told = append(out.Told, message{m.Audience, m.Recipient, m.Tenant, m.Ticket, m.Language, m.Kind, m.Title, m.Body, m.Others})
	}
	return write(w, out)
}
