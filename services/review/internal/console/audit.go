package console

import (
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// An auditRow is one transition of one case. It shows ids only.
type auditRow struct {
	entry
	Case, Tenant, FromWord, ToWord string
	Condition, Ground              string
}

// A chain is what became of the hash chain of a case when it was checked.
type chain struct {
	L      lang
	Case   string
	Rows   string
	Holds  bool
	Broken string // what is wrong
}

// transitions are the names that an audit can be filtered by, as a case meets them.
var transitions = []decide.Name{
	decide.Opened, decide.Reopened, decide.TicketLinked, decide.TicketUpdated, decide.TicketWithdrawn, decide.WasAskedAgain,
	decide.ConditionLinked, decide.ConditionUpdated, decide.ConditionEnded, decide.InfoRequested, decide.WasApproved, decide.WasDenied,
	decide.WasAppealed, decide.WasErased, decide.WasAcknowledged, decide.WasClaimed, decide.WasReleased, decide.WasAssigned, decide.Progress,
	decide.ETAGiven, decide.ETAMoved, decide.DecisionOverdue, decide.DecisionPassedOn, decide.ETAOverdue, decide.UpdateOverdue, decide.InfoReminder,
	decide.WasResolved, decide.WasWithdrawn, decide.WasExpired, decide.WasClosed, decide.WasMerged, decide.Absorbed, decide.WasSplit, decide.SplitOff,
}

// auditPage lists the transitions of all cases; of one case it checks the chain.
func (c *Console) auditPage(w http.ResponseWriter, r *http.Request) {
	l, q := langOf(w, r), r.URL.Query()
	s := sieveOf(l, r)
	ask := ledger.AuditQuery{Limit: listedAtMost, Cursor: q.Get("cursor")}
	ask.Case = s.add(q, field{Name: "case", Kind: "search"})
	ask.Actor = s.add(q, field{Name: "actor", Kind: "text"})
	ask.Name = decide.Name(s.add(q, field{Name: "name", Kind: "select", Options: optionsOf(l, "event", transitions)}))
	found, err := c.Cases.AllAudit(r.Context(), ask)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	body := &listing{L: l, Sieve: s, Pager: s.pagerOf(ask.Cursor, found.Next), Rows: c.auditRows(l, found.Rows, c.Now()), None: l.none("auditlist", s.On)}
	if ask.Case != "" && who.Of(r.Context()).SeesAll() {
		if body.Above, err = c.chainOf(r, l, ask.Case); err != nil {
			c.fail(w, r, err)
			return
		}
	}
	c.list(w, r, "audit", body)
}

func (c *Console) auditRows(l lang, rows []ledger.AuditRow, now time.Time) []auditRow {
	out := make([]auditRow, len(rows))
	for i := range rows {
		e := &rows[i].Event
		out[i] = auditRow{
			entry: c.entryOf(l, e, now), Case: e.Case, Tenant: e.Tenant, Condition: e.Condition,
			FromWord: l.Word("state", e.From), ToWord: l.Word("state", e.To),
		}
		if e.Ground != "" {
			out[i].Ground = c.Policy.GroundTitle(e.Ground, string(l))
		}
		out[i].Why = "" // what a person wrote stands on the page of the case
		out[i].Hash = rows[i].Hash[:min(len(rows[i].Hash), 10)]
	}
	return out
}

// chainOf checks the chain of a case; nil where there is no such case.
func (c *Console) chainOf(r *http.Request, l lang, id string) (*chain, error) {
	rows, err := c.Cases.Audit(r.Context(), id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	of := &chain{L: l, Case: id, Rows: l.Count("chain.rows", len(rows))}
	if err := ledger.Verify(rows); err != nil {
		of.Broken = err.Error()
		c.Log.ErrorContext(r.Context(), "the audit of a case is not what was written", "case", id, "error", err)
	}
	of.Holds = of.Broken == ""
	return of, nil
}
