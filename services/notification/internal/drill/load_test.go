//go:build unix

package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/proctest"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// story is what happens to each case, one version after the other: of each step
// leadership, the requester and the agent are told.
var story = [][2]string{{"opened", "pending_review"}, {"approved", "approved"}, {"eta_given", "in_progress"}, {"eta_moved", "in_progress"}, {"resolved", "resolved"}}

const (
	// mutedTenant is the one whose leadership is muted.
	mutedTenant = "hush"
	// atOnce is how many cases are in the middle of their story.
	atOnce = 25
)

// A load has cases change without a pause, as review says it.
type load struct {
	conn  *bus.Conn
	r     *rand.Rand
	pause time.Duration

	open []*reviewv1.Case
	n    int

	mu   sync.Mutex
	said []*reviewv1.CaseChanged
	news chan struct{}
}

// run says changes until the context ends.
func (l *load) run(ctx context.Context) error {
	pause := time.NewTicker(l.pause)
	defer pause.Stop()
	for ctx.Err() == nil {
		l.say(l.next())
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
	return nil
}

// next is the next step of the story of one of the cases.
func (l *load) next() *reviewv1.CaseChanged {
	for len(l.open) < atOnce {
		l.n++
		tenant := fmt.Sprint("tenant-", l.n%4)
		if l.n%8 == 0 {
			tenant = mutedTenant
		}
		l.open = append(l.open, &reviewv1.Case{
			Id: fmt.Sprint("c-", l.n), Tenant: tenant, Recommendation: "eligible", Reasons: []string{"sso_unavailable"},
			Tickets: []*reviewv1.CaseTicket{{
				Tenant: tenant, Ticket: fmt.Sprint(10_000 + l.n), Source: "zendesk", Requester: "rita", Agent: "anna", Status: "OPEN", Asked: true,
				Assessment: &classificationv1.Assessment{Language: []string{"de", "en"}[l.n%2], Recommendation: "eligible"},
			}},
		})
	}
	i := l.r.IntN(len(l.open))
	k := l.open[i]
	was, step := k.GetState(), story[k.GetVersion()]
	next := &reviewv1.Case{
		Id: k.GetId(), Tenant: k.GetTenant(), Recommendation: k.GetRecommendation(), Reasons: k.GetReasons(), Tickets: k.GetTickets(),
		Version: k.GetVersion() + 1, State: step[1], Eta: timestamppb.New(time.Now().Add(time.Hour)),
	}
	if l.open[i] = next; int(next.GetVersion()) == len(story) {
		l.open = append(l.open[:i], l.open[i+1:]...)
	}
	return &reviewv1.CaseChanged{Case: next, Transition: &reviewv1.Transition{
		Name: step[0], FromState: was, ToState: step[1], Actor: "lena", At: timestamppb.Now(),
	}}
}

// say puts a change on the stream. What is not acknowledged is said again.
func (l *load) say(c *reviewv1.CaseChanged) {
	k := c.GetCase()
	e := bus.Event{Subject: topology.CaseSubject(k.GetTenant(), k.GetId()), ID: bus.ID("drill", k.GetId(), fmt.Sprint(k.GetVersion())), Payload: c}
	for said := false; !said; {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, err := l.conn.Publish(ctx, e)
		said = err == nil
		cancel()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, c)
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
}

// await waits until n more changes are on the stream.
func (l *load) await(t testing.TB, n int) {
	t.Helper()
	deadline := time.After(proctest.Patience)
	goal := -1
	for {
		l.mu.Lock()
		if goal < 0 {
			goal = len(l.said) + n
		}
		if len(l.said) >= goal {
			l.mu.Unlock()
			return
		}
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news := l.news
		l.mu.Unlock()
		select {
		case <-news:
		case <-deadline:
			t.Fatal("the load has stopped")
		}
	}
}
