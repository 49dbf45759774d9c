package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
)

// toldOpinions are what the test says that second readers said.
type toldOpinions struct {
	said []events.Opinion
	err  error
	of   []decide.Ticket
}

func (o *toldOpinions) Of(_ context.Context, tickets []decide.Ticket) ([]events.Opinion, error) {
	o.of = tickets
	return o.said, o.err
}

// other is a second reader that sees acme's ticket otherwise.
func other() events.Opinion {
	return events.Opinion{
		Tenant: "acme", Ticket: "T-4711", Revision: 1, Model: "m-small", Heard: true, Outcome: "answered",
		First: decide.Eligible, Second: decide.NeedInfo, Sees: []string{"site_outage"}, Misses: []string{"auth_failures_over_100"},
		Quotes: []decide.Quote{{For: "site_outage", Text: "<b>alles</b> ist weg"}}, At: morning.Add(-5 * time.Minute),
	}
}

func TestASecondReaderThatDisagreesIsShownToLeadership(t *testing.T) {
	o := &toldOpinions{said: []events.Opinion{other()}}
	s := open(t, func(cfg *console.Config) { cfg.Opinions = o })
	c := s.Morning()
	w := s.get("/cases/" + c.Login)
	golden(t, "second", w)
	want(t, w, http.StatusOK, "Second reader", "A second reader disagrees: “needs info” instead of “eligible”, by the words alone.",
		"It sees: Site outage.", "It does not see: ", "T-4711 · m-small", "5 min", "&lt;b&gt;alles&lt;/b&gt; ist weg", "It advises, and decides nothing.")
	want(t, s.get("/cases/"+c.Login+"?lang=de"), http.StatusOK, "Ein zweiter Leser widerspricht:")
	if len(o.of) != 1 || o.of[0].ID != "T-4711" {
		t.Errorf("asked of %+v", o.of)
	}
}

func TestEveryOutcomeOfASecondReadingHasItsWords(t *testing.T) {
	agrees, differs, earlier := other(), other(), other()
	agrees.Agrees, agrees.Second, agrees.Sees, agrees.Misses = true, decide.Eligible, nil, nil
	differs.Second = decide.Eligible
	earlier.Revision = 0
	for text, o := range map[string]events.Opinion{
		"A second reader agrees: “eligible”.":                   agrees,
		"A second reader says “eligible” as well, for other":    differs,
		"of an earlier state of the ticket":                     earlier,
		"was not heard: the model declined to answer.":          {Outcome: "refused"},
		"was not heard: the answer makes no sense.":             {Outcome: "unusable"},
		"was not heard: the endpoint refuses":                   {Outcome: "rejected"},
		"was not heard: no answer in time.":                     {Outcome: "unreachable"},
		"was not heard: it could cost more than a note may.":    {Outcome: "over_note_cap"},
		"was not heard: the day&#39;s cap of cost is reached.":  {Outcome: "over_daily_cap"},
		"was not heard: &lt;script&gt;alert(1)&lt;/script&gt;.": {Outcome: "<script>alert(1)</script>"},
	} {
		o.Tenant, o.Ticket = "acme", "T-4711"
		s := open(t, func(cfg *console.Config) { cfg.Opinions = &toldOpinions{said: []events.Opinion{o}} })
		want(t, s.get("/cases/"+s.Morning().Login), http.StatusOK, text)
	}
}

func TestACaseStandsWithoutItsSecondReader(t *testing.T) {
	o := &toldOpinions{err: errors.New("the bus is away")}
	s := open(t, func(cfg *console.Config) { cfg.Opinions = o })
	c := s.Morning()
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "at acme", "What it says can not be read now", "Audit")
	o.err = nil
	if page := s.get("/cases/" + c.Login).Body.String(); strings.Contains(page, "econd reader") {
		t.Error("where nothing was said, something is shown")
	}
}

func TestOfAHugeCaseTheNewestTicketsAreLookedAt(t *testing.T) {
	o := &toldOpinions{}
	s := open(t, func(cfg *console.Config) { cfg.Opinions = o })
	c := s.Morning()
	for i := range 30 {
		more := consoletest.Outcry(morning.Add(time.Duration(i) * time.Second))
		more.ID += "-" + string(rune('a'+i))
		s.Hear(morning.Add(time.Duration(i)*time.Second), ledger.Fact{Ticket: more})
	}
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "at acme")
	if len(o.of) != 20 || o.of[0].ID != "T-4711-~" {
		t.Errorf("asked of %d tickets, first of %s", len(o.of), o.of[0].ID)
	}
}
