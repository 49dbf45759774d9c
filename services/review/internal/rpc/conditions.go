package rpc

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/wall"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// Board is how the conditions stand, as programs see it.
type Board struct {
	At time.Time `json:"at"`
	// Known is false where monitoring does not see, or was not heard yet: then
	// an empty list says nothing.
	Known    bool        `json:"known"`
	LookedAt *time.Time  `json:"looked_at"`
	Watched  int         `json:"watched"`
	Unshown  int         `json:"unshown"`
	Blind    []Blindness `json:"blind"`

	Raised       []Standing `json:"raised"`
	Flapping     []Standing `json:"flapping"`
	Near         []Standing `json:"near"`
	Undetermined []Standing `json:"undetermined"`
}

// Blindness is a time in which monitoring did not see; Until is nil while it lasts.
type Blindness struct {
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until"`
	Shards int        `json:"shards"`
	Of     int        `json:"of"`
	Why    string     `json:"why"`
	Lost   uint64     `json:"lost"`
}

// Standing is one condition. Times that are not known are nil.
type Standing struct {
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
	Points        []Point    `json:"points,omitempty"`
}

// Point is a value at an instant.
type Point struct {
	At        time.Time `json:"at"`
	Value     uint32    `json:"value"`
	Threshold uint32    `json:"threshold"`
	State     string    `json:"state"`
}

// ListConditions is how the conditions stand.
func (s *Service) ListConditions(ctx context.Context, r *reviewv1.ListConditionsRequest) (*reviewv1.ListConditionsResponse, error) {
	if err := first([]error{plain("tenant", r.GetTenant(), maxText), plain("reason", r.GetReason(), maxText)}); err != nil {
		return nil, err
	}
	board, err := s.Conditions(ctx, r)
	if err != nil {
		return nil, err
	}
	return as(board, &reviewv1.ListConditionsResponse{})
}

// Conditions is ListConditions as /v1 says it.
func (s *Service) Conditions(ctx context.Context, r *reviewv1.ListConditionsRequest) (Board, error) {
	v := wall.OutlookOf(ctx, s.Outlook).View(s.Now())
	out := Board{
		At: v.At.UTC(), Known: v.Ready && !v.Looked.IsZero(), LookedAt: known(v.Looked), Watched: v.Watched, Unshown: v.Unshown, Blind: []Blindness{},
	}
	for _, b := range v.Blind {
		out.Known = out.Known && !b.To.IsZero()
		out.Blind = append(out.Blind, Blindness{b.From.UTC(), known(b.To), b.Shards, b.All, b.Why, b.Lost})
	}
	shown := func(c outlook.Card) bool {
		return (r.GetTenant() == "" || r.GetTenant() == c.Scope) && (r.GetReason() == "" || r.GetReason() == string(c.Reason))
	}
	for _, group := range []struct {
		cards []outlook.Card
		to    *[]Standing
	}{{v.Raised, &out.Raised}, {v.Flapping, &out.Flapping}, {v.Near, &out.Near}, {v.Undetermined, &out.Undetermined}} {
		cards := slices.DeleteFunc(group.cards, func(c outlook.Card) bool { return !shown(c) })
		list, err := s.standings(ctx, cards, r.GetPoints())
		if err != nil {
			return Board{}, err
		}
		*group.to = list
	}
	return out, nil
}

// standings are cards as programs see them, each with its case.
func (s *Service) standings(ctx context.Context, cards []outlook.Card, points bool) ([]Standing, error) {
	var episodes []string
	for i := range cards {
		if cards[i].State.Holds() && cards[i].Episode != "" {
			episodes = append(episodes, cards[i].Episode)
		}
	}
	cases, err := s.Cases.CasesOf(ctx, episodes...)
	if err != nil {
		return nil, err
	}
	list := make([]Standing, len(cards))
	for i := range cards {
		c := &cards[i]
		list[i] = Standing{
			Scope: c.Scope, Reason: string(c.Reason), Subject: c.Subject, State: string(c.State),
			Value: c.Value, Threshold: c.Threshold, More: c.More, Counts: c.Counts, WindowSeconds: int(c.Window / time.Second),
			Tenants: c.Tenants, People: c.People, Since: known(c.Since), At: known(c.At), HeardAt: known(c.HeardAt),
			Episode: c.Episode, Case: cases[c.Episode],
		}
		if points {
			list[i].Points = s.points(ctx, c.Path)
		}
	}
	return list, nil
}

// points are the values of a condition over time.
func (s *Service) points(ctx context.Context, path string) []Point {
	c, _ := wall.OutlookOf(ctx, s.Outlook).Card(path, s.Now())
	list := make([]Point, len(c.Points))
	for i, p := range c.Points {
		list[i] = Point{p.At.UTC(), p.Value, p.Threshold, string(p.State)}
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
