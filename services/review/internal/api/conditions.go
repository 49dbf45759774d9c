package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/wall"
)

// An Outlook tells how the conditions stand.
type Outlook interface {
	// View is how all stand.
	View(now time.Time) outlook.View
	// Card is how the one with a path stands, with its values over time.
	Card(path string, now time.Time) (outlook.Card, bool)
	// Watch tells that something changed, until leave is called.
	Watch() (changed <-chan struct{}, leave func())
}

func (a *API) conditionRoutes() []route {
	return []route{{"GET /v1/conditions", "How the conditions stand: where known is false, an empty list says nothing.", []param{
		{"tenant", "of this tenant alone, or of platform", nil, false},
		{"reason", "of this reason alone", nil, false},
		{"points", "with true each has its values over time", []string{"true", "false"}, false},
	}, nil, board{}, a.conditions}}
}

// board is how the conditions stand, as the API shows it.
type board struct {
	At time.Time `json:"at"`
	// Known is false where monitoring does not see, or was not heard yet: then
	// an empty list says nothing.
	Known    bool        `json:"known"`
	LookedAt *time.Time  `json:"looked_at"`
	Watched  int         `json:"watched"`
	Unshown  int         `json:"unshown"`
	Blind    []blindness `json:"blind"`

	Raised       []standing `json:"raised"`
	Flapping     []standing `json:"flapping"`
	Near         []standing `json:"near"`
	Undetermined []standing `json:"undetermined"`
}

// blindness is a time in which monitoring did not see; until is null while it lasts.
type blindness struct {
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until"`
	Shards int        `json:"shards"`
	Of     int        `json:"of"`
	Why    string     `json:"why"`
	Lost   uint64     `json:"lost"`
}

// standing is one condition. Times that are not known are null.
type standing struct {
	Scope         string     `json:"scope"`
	Reason        string     `json:"reason"`
	Subject       string     `json:"subject"`
	State         string     `json:"state"`
	Value         uint32     `json:"value"`
	Threshold     uint32     `json:"threshold"`
	More          uint32     `json:"more"`
	Counts        string     `json:"counts"`
	WindowSeconds int        `json:"window_seconds"`
	Tenants       uint32     `json:"tenants"`
	People        uint32     `json:"people"`
	Since         *time.Time `json:"since"`
	At            *time.Time `json:"at"`
	HeardAt       *time.Time `json:"heard_at"`
	Episode       string     `json:"episode"`
	Case          string     `json:"case"`
	Points        []point    `json:"points,omitempty"`
}

// point is a value at an instant.
type point struct {
	At        time.Time `json:"at"`
	Value     uint32    `json:"value"`
	Threshold uint32    `json:"threshold"`
	State     string    `json:"state"`
}

func (a *API) conditions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	points := false
	if asked := q.Get("points"); asked != "" {
		var err error
		if points, err = strconv.ParseBool(asked); err != nil {
			return badRequest("points", "%q is neither true nor false", asked)
		}
	}
	v := a.seen(r.Context()).View(a.now())
	out := board{
		At: v.At.UTC(), Known: v.Ready && !v.Looked.IsZero(), LookedAt: known(v.Looked), Watched: v.Watched, Unshown: v.Unshown, Blind: []blindness{},
	}
	for _, b := range v.Blind {
		out.Known = out.Known && !b.To.IsZero()
		out.Blind = append(out.Blind, blindness{b.From.UTC(), known(b.To), b.Shards, b.All, b.Why, b.Lost})
	}
	shown := func(c outlook.Card) bool {
		return (q.Get("tenant") == "" || q.Get("tenant") == c.Scope) && (q.Get("reason") == "" || q.Get("reason") == string(c.Reason))
	}
	for _, group := range []struct {
		cards []outlook.Card
		to    *[]standing
	}{{v.Raised, &out.Raised}, {v.Flapping, &out.Flapping}, {v.Near, &out.Near}, {v.Undetermined, &out.Undetermined}} {
		cards := slices.DeleteFunc(group.cards, func(c outlook.Card) bool { return !shown(c) })
		list, err := a.standings(r.Context(), cards, points)
		if err != nil {
			return err
		}
		*group.to = list
	}
	return write(w, out)
}

// standings are cards as the API shows them, each with its case.
func (a *API) standings(ctx context.Context, cards []outlook.Card, points bool) ([]standing, error) {
	var episodes []string
	for i := range cards {
		if cards[i].State.Holds() && cards[i].Episode != "" {
			episodes = append(episodes, cards[i].Episode)
		}
	}
	cases, err := a.Cases.CasesOf(ctx, episodes...)
	if err != nil {
		return nil, err
	}
	list := make([]standing, len(cards))
	for i := range cards {
		c := &cards[i]
		list[i] = standing{
			Scope: c.Scope, Reason: string(c.Reason), Subject: c.Subject, State: string(c.State),
			Value: c.Value, Threshold: c.Threshold, More: c.More, Counts: c.Counts, WindowSeconds: int(c.Window / time.Second),
			Tenants: c.Tenants, People: c.People, Since: known(c.Since), At: known(c.At), HeardAt: known(c.HeardAt),
			Episode: c.Episode, Case: cases[c.Episode],
		}
		if points {
			list[i].Points = a.points(ctx, c.Path)
		}
	}
	return list, nil
}

// seen is the board as the person of the request sees it.
func (a *API) seen(ctx context.Context) wall.Outlook { return wall.OutlookOf(ctx, a.Outlook) }

// points are the values of a condition over time.
func (a *API) points(ctx context.Context, path string) []point {
	c, _ := a.seen(ctx).Card(path, a.now())
	list := make([]point, len(c.Points))
	for i, p := range c.Points {
		list[i] = point{p.At.UTC(), p.Value, p.Threshold, string(p.State)}
	}
	return list
}

// known is a time in UTC, nil for none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
