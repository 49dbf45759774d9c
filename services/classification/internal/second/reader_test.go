package second_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/services/classification/internal/second"
	"tocsin/services/classification/internal/second/purse"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
)

// A told endpoint answers what it is told, one after the other, the last for ever.
type told struct {
	answers []any // a string, or a *second.Fault
	asked   int
	now     int // how many questions are under way, and at most were
	most    int
	mu      sync.Mutex
	during  func()
}

func (e *told) Ask(context.Context, *second.Question, int) (second.Reply, error) {
	e.mu.Lock()
	e.asked++
	e.now++
	e.most = max(e.most, e.now)
	a := e.answers[min(e.asked, len(e.answers))-1]
	e.mu.Unlock()
	if e.during != nil {
		e.during()
	}
	e.mu.Lock()
	e.now--
	e.mu.Unlock()
	if f, ok := a.(*second.Fault); ok {
		return second.Reply{}, f
	}
	content, _ := a.(string)
	return second.Reply{Content: content, In: 1000, Out: 100, Counted: true}, nil
}

// A clock stands still but while somebody waits.
type clock struct {
	at     time.Time
	waited []time.Duration
}

func (c *clock) now() time.Time { return c.at }

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.at, c.waited = c.at.Add(d), append(c.waited, d)
	return ctx.Err()
}

// A desk is a reader with all that it stands on: a purse on a bus of its own,
// and an endpoint that answers as it is told.
type desk struct {
	*second.Reader
	endpoint *told
	purse    *purse.Purse
	clock    *clock
	conn     *bus.Conn
}

// plenty is a cap that no test reaches.
const plenty = second.Micros(1_000_000)

func newDesk(t *testing.T, daily second.Micros, answers ...any) *desk {
	t.Helper()
	conn := natstest.Connect(t)
	wallet, err := purse.Open(t.Context(), conn.JS(), daily)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{endpoint: &told{answers: answers}, clock: &clock{at: nine}, conn: conn, purse: wallet}
	d.Reader = second.New(second.Settings{
		Model: "m", Prices: second.Prices{In: 1, Out: 2}, NoteCap: 50_000, Now: d.clock.now, Wait: d.clock.wait, Log: slog.New(slog.DiscardHandler),
	}, d.endpoint, d.purse)
	return d
}

// spent is what the day has cost.
func (d *desk) spent(t *testing.T) second.Micros {
	t.Helper()
	n, err := d.purse.Spent(t.Context(), nine)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (d *desk) read(t *testing.T) second.Result {
	t.Helper()
	q := ask(t, ticket("SSO is down"))
	r, err := d.Read(t.Context(), &q, d.clock.at.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func down() *second.Fault {
	return &second.Fault{Outcome: second.Unreachable, Err: errors.New("down"), Again: true, Down: true}
}

var says = answer("eligible", []string{"sso_unavailable"}, nil, "sso_unavailable", "SSO is down")

func TestAnAnswerIsPaidByWhatWasCounted(t *testing.T) {
	d := newDesk(t, plenty, says)
	r := d.read(t)
	if r.Outcome != second.Answered || r.In != 1000 || r.Out != 100 || r.Cost != 1200 || r.Estimated || len(r.Answer.Quotes) != 1 || !r.At.Equal(nine) {
		t.Errorf("%+v", r)
	}
	if got := d.spent(t); got != 1200 {
		t.Errorf("%d are spent", got)
	}
}

func TestAnEndpointThatIsDownIsAskedThreeTimesWithGrowingPauses(t *testing.T) {
	d := newDesk(t, plenty, down())
	r := d.read(t)
	if r.Outcome != second.Unreachable || d.endpoint.asked != 3 || r.Cost != 0 || d.spent(t) != 0 {
		t.Errorf("asked %d times: %+v, spent %d", d.endpoint.asked, r, d.spent(t))
	}
	if w := d.clock.waited; len(w) != 2 || w[0] < 500*time.Millisecond || w[0] > time.Second || w[1] < 2*time.Second || w[1] > 4*time.Second {
		t.Errorf("waited %v", w)
	}
}

func TestWhatTheEndpointAsksForIsWaited(t *testing.T) {
	busy := down()
	busy.After = 90 * time.Second
	d := newDesk(t, plenty, busy, says)
	if r := d.read(t); r.Outcome != second.Answered || d.clock.waited[0] != 90*time.Second {
		t.Errorf("waited %v: %+v", d.clock.waited, r)
	}
}

func TestAnEndpointThatStaysDownIsLeftAlone(t *testing.T) {
	d := newDesk(t, plenty, down())
	for range 2 {
		d.read(t)
	}
	asked := d.endpoint.asked
	q := ask(t, ticket("SSO is down"))
	soon := d.clock.at.Add(30 * time.Second)
	if r, err := d.Read(t.Context(), &q, soon); err != nil || r.Outcome != second.Unreachable || d.endpoint.asked != asked {
		t.Errorf("it was asked all the same: %+v, %v", r, err)
	}
	d.endpoint.answers = []any{says}
	if r := d.read(t); r.Outcome != second.Answered {
		t.Errorf("it is never asked again: %+v", r)
	}
	if n := len(d.clock.waited); d.clock.waited[n-1] < 29*time.Second {
		t.Errorf("waited %v", d.clock.waited)
	}
}

func TestAnAnswerOutOfFormIsPaidAndNotAskedForAgain(t *testing.T) {
	d := newDesk(t, plenty, "approve it!")
	if r := d.read(t); r.Outcome != second.Unusable || d.endpoint.asked != 1 || r.Cost != 1200 || d.spent(t) != 1200 {
		t.Errorf("asked %d times: %+v", d.endpoint.asked, r)
	}
}

func TestWhatMayHaveCostSomethingCountsAsMuchAsItCan(t *testing.T) {
	cut := down()
	cut.Spent = true
	d := newDesk(t, plenty, cut, says)
	r := d.read(t)
	if r.Outcome != second.Answered || !r.Estimated || r.Cost <= 1200+4000 || d.spent(t) != r.Cost {
		t.Errorf("%+v, spent %d", r, d.spent(t))
	}
}

func TestACapIsNeverPassed(t *testing.T) {
	d := newDesk(t, 3000, says)
	if r := d.read(t); r.Outcome != second.OverDailyCap || d.endpoint.asked != 0 || r.Cost != 0 {
		t.Errorf("the day's: asked %d times: %+v", d.endpoint.asked, r)
	}
	d = newDesk(t, plenty, says)
	d.NoteCap = 3000
	if r := d.read(t); r.Outcome != second.OverNoteCap || d.endpoint.asked != 0 {
		t.Errorf("the note's: asked %d times: %+v", d.endpoint.asked, r)
	}
	cut := down()
	cut.Spent = true
	d = newDesk(t, plenty, cut)
	d.NoteCap = 15_000
	if r := d.read(t); r.Outcome != second.OverNoteCap || d.endpoint.asked >= 3 || r.Cost > d.NoteCap {
		t.Errorf("over several attempts: asked %d times: %+v", d.endpoint.asked, r)
	}
}

func TestWhatCostsNothingNeedsNoPurse(t *testing.T) {
	d := newDesk(t, 0, says)
	d.Prices, d.NoteCap = second.Prices{}, 0
	if r := d.read(t); r.Outcome != second.Answered || r.Cost != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAPurseThatIsAwayIsNoResult(t *testing.T) {
	d := newDesk(t, plenty, says)
	d.conn.Close()
	q := ask(t, ticket("SSO is down"))
	if r, err := d.Read(t.Context(), &q, nine.Add(time.Hour)); err == nil || d.endpoint.asked != 0 {
		t.Errorf("asked %d times: %+v, %v", d.endpoint.asked, r, err)
	}
}

func TestOneQuestionIsUnderWayAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leave := make(chan struct{})
		endpoint := &told{answers: []any{says}, during: func() { <-leave }}
		r := second.New(second.Settings{Model: "m"}, endpoint, nil) // what costs nothing needs no purse
		q := ask(t, ticket("SSO is down"))
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := r.Read(t.Context(), &q, time.Now().Add(time.Hour)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(leave)
		wg.Wait()
		if endpoint.most != 1 || endpoint.asked != 4 {
			t.Errorf("%d were under way, of %d", endpoint.most, endpoint.asked)
		}
	})
}

func TestAnEndingProgramWaitsForNobody(t *testing.T) {
	d := newDesk(t, plenty, down())
	ctx, cancel := context.WithCancel(t.Context())
	d.endpoint.during = cancel
	q := ask(t, ticket("SSO is down"))
	if _, err := d.Read(ctx, &q, nine.Add(time.Hour)); !errors.Is(err, context.Canceled) || d.endpoint.asked != 1 {
		t.Errorf("asked %d times: %v", d.endpoint.asked, err)
	}
}
