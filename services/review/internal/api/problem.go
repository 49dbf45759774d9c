package api

import (
	"encoding/json"
	"net/http"

	"tocsin/services/review/internal/problem"
)

// badRequest is a problem with the request itself.
func badRequest(field, detail string, args ...any) error {
	return problem.BadRequest(field, detail, args...)
}

func (a *API) refuse(w http.ResponseWriter, err error) {
	p := problem.Of(err)
	if p.Status == http.StatusServiceUnavailable {
		a.Log.Error("api", "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
