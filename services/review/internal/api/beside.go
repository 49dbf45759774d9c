package api

import (
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/keys"
)

// beside are paths that stand beside the API's own and that others serve: they
// are in the document only.
func beside() []route {
	return []route{
		{pattern: "GET /v1/tokens", says: "The tokens of programs, without what is secret of them; for an admin.", gives: struct {
			Tokens []keys.Token `json:"tokens"`
		}{}},
		{pattern: "POST /v1/tokens", says: "Makes a token; what is secret of it is in this answer and nowhere else; for an admin.", takes: struct {
			Name      string      `json:"name"`
			Role      decide.Role `json:"role"`
			Tenants   []string    `json:"tenants,omitempty"`
			EndsAt    time.Time   `json:"ends_at"`
			ReadsOnly bool        `json:"reads_only,omitempty"`
		}{}, gives: struct {
			Token keys.Token `json:"token"`
		}{}},
		{pattern: "POST /v1/tokens/{id}/revoke", says: "Takes a token back; for an admin.", gives: struct {
			Revoked string `json:"revoked"`
		}{}},
		{pattern: "POST /v1/signin-links", says: "Makes a link with which somebody at this machine signs in once; for an admin.", gives: struct {
			Link string `json:"link"`
		}{}},
	}
}
