package api

import (
	"net/http"

	"tocsin/services/review/internal/rpc"

	reviewv1 "tocsin/proto/gen/review/v1"
)

func (a *API) conditionRoutes() []route {
	return []route{{"GET /v1/conditions", "How the conditions stand: where known is false, an empty list says nothing.", []param{
		{"tenant", "of this tenant alone, or of platform", nil, false},
		{"reason", "of this reason alone", nil, false},
		{"points", "with true each has its values over time", []string{"true", "false"}, false},
	}, nil, rpc.Board{}, a.conditions}}
}

func (a *API) conditions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	asked := &reviewv1.ListConditionsRequest{Tenant: q.Get("tenant"), Reason: q.Get("reason")}
	var err error
	if asked.Points, err = yes(r, "points"); err != nil {
		return err
	}
	board, err := a.service().Conditions(r.Context(), asked)
	if err != nil {
		return err
	}
	return write(w, board)
}
