package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
)

// ladders answers for one case.
type ladders struct {
	caseID string
	stands events.Ladder
	err    error
}

func (a *ladders) Of(_ context.Context, _, caseID string) (events.Ladder, error) {
	if caseID != a.caseID {
		return events.Ladder{}, nil
	}
	return a.stands, a.err
}

func TestWhoWasCalledStandsOnTheCase(t *testing.T) {
	a := &ladders{stands: events.Ladder{
		Called: []events.Step{{At: morning.Add(-6 * time.Minute), Who: []string{"oncall (lena)"}}, {At: morning.Add(-time.Minute), Absent: []string{"backup"}}},
		Next:   &events.Step{At: morning.Add(4 * time.Minute), Who: []string{"chief", "ops"}},
	}}
	s := open(t, func(cfg *console.Config) { cfg.Ladders = a })
	c := s.Morning()
	a.caseID = c.Login
	page := s.get("/cases/" + c.Login)
	golden(t, "called", page)
	want(t, page, http.StatusOK, "oncall (lena)", "nobody on call for backup", "nobody has seen the case yet", "chief, ops")
	golden(t, "called_de", s.get("/cases/"+c.Login+"?lang=de"))
	if other := s.get("/cases/" + c.Pathways).Body.String(); strings.Contains(other, "verdict called") {
		t.Error("a case of which nobody was called says that somebody was")
	}
	a.stands.Silenced = `window "move" until 12:00`
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "nobody is called for now: window")
	a.stands = events.Ladder{Called: a.stands.Called, Next: &events.Step{At: morning.Add(time.Hour), LastWord: true}}
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "all who were called hear that nobody has seen it")
	a.err = errors.New("away")
	if strings.Contains(s.get("/cases/"+c.Login).Body.String(), "verdict called") {
		t.Error("what nobody knows is said")
	}
	a.err, a.stands.Next = nil, nil
	s.done(s.order(c.Login, string(desk.Acknowledge)), c.Login, decide.PendingReview)
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "– seen by lena")
}
