package events_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/events"
	"tocsin/services/classification/internal/second"
	"tocsin/services/classification/internal/second/chat"
	"tocsin/services/classification/internal/second/chattest"
	"tocsin/services/classification/internal/second/purse"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	agrees    = `{"recommendation":"eligible","reasons":["program_launch_blocked","sso_unavailable"],"denials":[],"quotes":[{"for":"sso_unavailable","quote":"SSO is down for everybody"},{"for":"sso_unavailable","quote":"made up"}]}`
	disagrees = `{"recommendation":"needs_info","reasons":["sso_unavailable"],"denials":[],"quotes":[]}`
)

// A hearing is a second opinion on a bus of its own, and the endpoint that gives it.
type hearing struct {
	events.SecondOpinion
	endpoint *chattest.Server
	t        *testing.T
}

func hear(t *testing.T, model string, acts ...http.HandlerFunc) *hearing {
	t.Helper()
	h := &hearing{t: t}
	h.Conn, h.Method = natstest.Connect(t), classify.New(policy.Default(), nil)
	h.ask(model, acts...)
	return h
}

// ask sets the model to ask, and what it answers.
func (h *hearing) ask(model string, acts ...http.HandlerFunc) {
	h.t.Helper()
	h.endpoint = chattest.New(h.t, acts...)
	client, err := chat.New(chat.Settings{URL: h.endpoint.URL, Model: model, Timeout: time.Minute})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(client.Close)
	money, err := purse.Open(h.t.Context(), h.Conn.JS(), 10_000)
	if err != nil {
		h.t.Fatal(err)
	}
	s := second.Settings{Model: model, Prices: second.Prices{In: 1, Out: 1}, NoteCap: 10_000, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return nine.Add(time.Minute) }}
	h.Reader = second.New(s, client, money)
}

// changes stores a revision of the ticket, as intake does, and gives its assessment.
func (h *hearing) changes(revision uint64, text string) *classificationv1.TicketAssessed {
	h.t.Helper()
	ev := changed(revision, text)
	id := bus.ID("test", text, string(rune(revision)))
	if _, err := h.Conn.Publish(h.t.Context(), bus.Event{Subject: topology.TicketSubject("acme", "T-1"), ID: id, Payload: ev}); err != nil {
		h.t.Fatal(err)
	}
	return events.Assessed(ev, h.Method.Assess(events.Ticket(ev.GetTicket()), nil, nine), 0)
}

// assessed hears an assessment that was stored at nine.
func (h *hearing) assessed(ev *classificationv1.TicketAssessed) error {
	return h.OnTicketAssessed(h.t.Context(), bus.Meta{StoredAt: nine}, ev)
}

func (h *hearing) hears(ev *classificationv1.TicketAssessed) {
	h.t.Helper()
	if err := h.assessed(ev); err != nil {
		h.t.Fatal(err)
	}
}

// said is what stands last of the ticket, and how many were said.
func (h *hearing) said() (*classificationv1.SecondRead, uint64) {
	h.t.Helper()
	raw, err := h.Conn.Last(h.t.Context(), topology.SecondReads, topology.SecondReadSubject("acme", "T-1"))
	if err != nil {
		h.t.Fatal(err)
	}
	var out classificationv1.SecondRead
	if err := bus.Decode(raw, &out); err != nil {
		h.t.Fatal(err)
	}
	return &out, raw.Sequence
}

func (h *hearing) want(asked int, said uint64) {
	h.t.Helper()
	if _, n := h.said(); len(h.endpoint.Requests()) != asked || n != said {
		h.t.Errorf("asked %d times and said %d things, want %d and %d", len(h.endpoint.Requests()), n, asked, said)
	}
}

func TestASecondReadingStandsBesideTheAssessment(t *testing.T) {
	h := hear(t, "m", chattest.Says(agrees))
	ev := h.changes(1, request)
	before := proto.Clone(ev)
	h.hears(ev)
	got, _ := h.said()
	if got.GetOutcome() != "answered" || got.GetTenant() != "acme" || got.GetTicket() != "T-1" || got.GetRevision() != 1 || got.GetModel() != "m" ||
		got.GetPolicy() != policy.Default().Version || got.GetTokensIn() != 1000 || got.GetTokensOut() != 100 || got.GetCostMicros() != 1100 || got.GetQuestion() == "" || got.GetReadAt() == nil {
		t.Errorf("said %v", got)
	}
	if got.GetSecond().GetRecommendation() != "eligible" || got.GetFirst().GetRecommendation() == "" || got.GetAgrees() != (len(got.GetDifferences()) == 0) {
		t.Errorf("said %v", got)
	}
	whole := "SSO\n\n" + request
	if q := got.GetQuotes(); len(q) != 1 || whole[q[0].GetStart():q[0].GetEnd()] != "SSO is down for everybody" || q[0].GetNote() != "helpdesk/1" || got.GetDroppedQuotes() != 1 {
		t.Errorf("quotes %v, %d dropped", q, got.GetDroppedQuotes())
	}
	if !proto.Equal(before, ev) {
		t.Error("the assessment was changed")
	}
	for _, private := range []string{"acme", "T-1", "helpdesk"} {
		if strings.Contains(h.endpoint.Requests()[0].Body, private) {
			t.Errorf("%q left the house", private)
		}
	}
}

func TestADisagreementNamesWhatIsSeenDifferently(t *testing.T) {
	h := hear(t, "m", chattest.Says(disagrees))
	h.hears(h.changes(1, request))
	got, _ := h.said()
	if d := got.GetDifferences(); got.GetAgrees() || len(d) == 0 || d[0].GetAbout() != "recommendation" || d[0].GetFirst() != "eligible" || d[0].GetSecond() != "needs_info" {
		t.Errorf("agrees: %t, differences %v", got.GetAgrees(), d)
	}
}

func TestNobodyIsAskedTwice(t *testing.T) {
	h := hear(t, "m", chattest.Says(agrees))
	ev := h.changes(3, request)
	h.hears(ev)
	h.hears(ev) // a redelivery
	h.want(1, 1)
	old := proto.Clone(ev).(*classificationv1.TicketAssessed)
	old.Head.Revision = 2
	h.hears(old) // an older one comes late
	h.want(1, 1)
	h.hears(h.changes(4, request)) // the ticket changed, its words did not
	h.want(1, 2)
	if got, _ := h.said(); !got.GetRepeats() || got.GetRevision() != 4 || got.GetCostMicros() != 0 || got.GetSecond().GetRecommendation() != "eligible" || len(got.GetQuotes()) != 1 {
		t.Errorf("said %v", got)
	}
	h.hears(h.changes(5, request+" Still down."))
	h.want(2, 3)
	h.ask("another", chattest.Says(disagrees))
	h.hears(h.changes(5, request+" Still down."))
	h.want(1, 4)
}

func TestNobodyIsAskedInVain(t *testing.T) {
	h := hear(t, "m", chattest.Says(agrees))
	h.hears(h.changes(1, "Thank you, all is well."))
	h.want(0, 0)
	superseded := h.changes(2, request)
	h.changes(3, request+" More.")
	h.hears(superseded)
	h.want(0, 0)
	gone := h.changes(4, request)
	gone.Head.Ticket = "T-2"
	h.hears(gone)
	h.want(0, 0)
	if err := h.OnTicketAssessed(t.Context(), bus.Meta{StoredAt: nine.Add(-time.Hour)}, h.changes(5, request)); err != nil {
		t.Fatal(err)
	}
	h.want(0, 0)
}

func TestAFailureHasANameAndStands(t *testing.T) {
	for name, act := range map[string]http.HandlerFunc{
		"rejected": chattest.Status(401), "unusable": chattest.Says(`{"recommendation":"approve"}`), "refused": chattest.Body(`{"choices":[{"message":{"refusal":"no"}}]}`),
	} {
		h := hear(t, "m", act)
		ev := h.changes(1, request)
		h.hears(ev)
		h.hears(ev)
		h.want(1, 1)
		if got, _ := h.said(); got.GetOutcome() != name || got.GetAgrees() || got.GetFirst() != nil || got.GetSecond() != nil {
			t.Errorf("%s: said %v", name, got)
		}
	}
}

func TestAtTheDailyCapNobodyIsAskedAndThatIsSaid(t *testing.T) {
	h := hear(t, "m", chattest.Body(chattest.Envelope(agrees, 9000, 500)))
	h.hears(h.changes(1, request))
	h.hears(h.changes(2, request+" Still down."))
	h.want(1, 2)
	if got, _ := h.said(); got.GetOutcome() != "over_daily_cap" || got.GetCostMicros() != 0 {
		t.Errorf("said %v", got)
	}
}

func TestWhatAnotherProcessSaidMeanwhileStands(t *testing.T) {
	h := hear(t, "m", chattest.Says(agrees))
	other := &classificationv1.SecondRead{Tenant: "acme", Ticket: "T-1", Revision: 1, Model: "m", Outcome: "answered", ReadAt: timestamppb.New(nine)}
	says := chattest.Says(agrees)
	h.ask("m", func(w http.ResponseWriter, r *http.Request) {
		if _, err := h.Conn.Publish(r.Context(), bus.Event{Subject: topology.SecondReadSubject("acme", "T-1"), ID: "other", Payload: other}); err != nil {
			t.Error(err)
		}
		says(w, r)
	})
	ev := h.changes(1, request)
	if err := h.assessed(ev); err == nil || bus.IsPermanent(err) {
		t.Errorf("the error is %v; the message has to come again", err)
	}
	h.hears(ev)
	h.want(1, 1)
}

func TestATicketWithoutWordsIsNoQuestion(t *testing.T) {
	h := hear(t, "m", chattest.Says(agrees))
	ev := h.changes(1, request)
	empty := changed(2, "")
	empty.Ticket.Head.Subject = ""
	empty.Ticket.Requests = []*intakev1.EscalationRequest{{Id: "flag", At: timestamppb.New(nine)}}
	if _, err := h.Conn.Publish(t.Context(), bus.Event{Subject: topology.TicketSubject("acme", "T-1"), ID: "empty", Payload: empty}); err != nil {
		t.Fatal(err)
	}
	ev.Head.Revision = 2
	h.hears(ev)
	h.want(0, 0)
}
