package api

import (
	"log/slog"
	"time"

	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/rpc"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// API serves cases, how the conditions stand, and what leadership teaches.
type API struct {
	Cases   rpc.Cases
	History rpc.History
	Outlook wall.Board
	Labels  rpc.Labels
	Archive rpc.Archive
	Book    rpc.AuditBook
	Desk    desk.Desk
	// Duty has the roster, and Reports sums up how leadership decides.
	Duty    duty.Desk
	Reports *report.Desk
	// Mutes are what is not told for a while.
	Mutes wall.Mutes
	// Parked has the dead letters.
	Parked parked.Desk
	// Rejected has what doors did not take.
	Rejected doorstep.Desk
	// Hearings say who would hear what; nil is nobody who could say it.
	Hearings Hearings
	// Previews says what people would be told; nil is nobody who could say it.
	Previews rpc.Previews
	Gate     who.Gate
	Policy   *policy.Policy
	Log      *slog.Logger
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

func (a *API) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// service is what programs ask over Connect, and the paths here ask too.
func (a *API) service() *rpc.Service {
	return &rpc.Service{
		Cases: a.Cases, History: a.History, Desk: a.Desk, Previews: a.Previews, Outlook: a.Outlook, Labels: a.Labels, Archive: a.Archive,
		Book: a.Book, Duty: a.Duty, Reports: a.Reports, Policy: a.Policy, Log: a.Log, Now: a.now,
	}
}
