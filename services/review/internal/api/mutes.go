package api

import (
	"net/http"
	"slices"
	"time"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/mute"
	"tocsin/services/review/internal/rpc"

	"tocsin/pkg/policy"
)

// likeMute is a body that sets a mute.
const likeMute = `{"why":"move of the data center","lasts":"2h","tenants":["north"]}`

func (a *API) muteRoutes() []route {
	return []route{
		{"GET /v1/mutes", "What is not told for a while: the mutes that hold or lie ahead, the one that was set last first; for agents.", []param{
			{"all", "with true those too that are over", []string{"true", "false"}, false},
		}, nil, muteList{}, a.mutes},
		{"POST /v1/mutes", "Mutes something until a time, or for so long, 30 days at most: " + likeMute + ". What is left out is not narrowed; without audiences leadership is muted, and nobody else. For leadership.", nil, muting{}, oneMute{}, a.setMute},
		{"DELETE /v1/mutes/{id}", "Ends a mute before its time; it stays to be read. For leadership.", nil, nil, oneMute{}, a.endMute},
	}
}

// longestKey is how many bytes a key may have.
const longestKey = 256

// muteList is what is muted.
type muteList struct {
	Mutes []mute.Mute `json:"mutes"`
}

// oneMute is the answer where one is asked for.
type oneMute struct {
	Mute mute.Mute `json:"mute"`
}

// muting is the body that sets a mute.
type muting struct {
	Why string `json:"why"`
	// From is when it begins; left out, at once.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Lasts may stand in place of Until, as 2h or 90m.
	Lasts        string            `json:"lasts,omitempty"`
	Destinations []string          `json:"destinations,omitempty"`
	Audiences    []string          `json:"audiences,omitempty"`
	Tenants      []string          `json:"tenants,omitempty"`
	Reasons      []policy.ReasonID `json:"reasons,omitempty"`
	Severities   []policy.Priority `json:"severities,omitempty"`
	Kinds        []string          `json:"kinds,omitempty"`
}

func (a *API) mutes(w http.ResponseWriter, r *http.Request) error {
	all, err := yes(r, "all")
	if err != nil {
		return err
	}
	list, err := a.Mutes.All(r.Context())
	if err != nil {
		return err
	}
	if !all {
		list = slices.DeleteFunc(list, func(m mute.Mute) bool { return !m.Lives() })
	}
	return write(w, muteList{append([]mute.Mute{}, list...)})
}

func (a *API) setMute(w http.ResponseWriter, r *http.Request) error {
	var in muting
	if err := read(w, r, &in, likeMute); err != nil {
		return err
	}
	key := r.Header.Get(rpc.KeyHeader)
	if !sound(key) || len(key) > longestKey {
		return badRequest(rpc.KeyHeader, "the key is no UTF-8, holds a NUL character, or has more than %d bytes", longestKey)
	}
	asking := events.Asking{Key: key, Mute: mute.Mute{
		Why: in.Why, From: in.From, Until: in.Until, Destinations: in.Destinations, Audiences: in.Audiences,
		Tenants: in.Tenants, Reasons: in.Reasons, Severities: in.Severities, Kinds: in.Kinds,
	}}
	if in.Lasts != "" {
		var err error
		if asking.Lasts, err = time.ParseDuration(in.Lasts); err != nil || asking.Lasts <= 0 {
			return badRequest("lasts", "%.32q is no duration, as 2h or 90m", in.Lasts)
		}
	}
	m, err := a.Mutes.Set(r.Context(), asking)
	if err != nil {
		return err
	}
	return write(w, oneMute{m})
}

func (a *API) endMute(w http.ResponseWriter, r *http.Request) error {
	m, err := a.Mutes.End(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return write(w, oneMute{m})
}
