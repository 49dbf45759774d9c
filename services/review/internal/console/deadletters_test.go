package console_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/parked"
)

// A shelf has letters as the bus would.
type shelf struct {
	letters []parked.Letter
	away    error
}

func (s *shelf) Letters(_ context.Context, q parked.Query) ([]parked.Letter, error) {
	var list []parked.Letter
	for _, l := range s.letters {
		if l.ID > q.After && (q.Consumer == "" || l.Consumer == q.Consumer) && len(list) < q.Limit {
			list = append(list, l)
		}
	}
	return list, s.away
}

func (s *shelf) Letter(_ context.Context, id uint64) (parked.Letter, error) {
	for _, l := range s.letters {
		if l.ID == id {
			return l, s.away
		}
	}
	return parked.Letter{}, errors.Join(parked.ErrNone, s.away)
}

func (s *shelf) Settle(_ context.Context, id uint64, _ parked.Act) error {
	s.letters = slices.DeleteFunc(s.letters, func(l parked.Letter) bool { return l.ID == id })
	return s.away
}

// putAside opens a console where three messages were put aside.
func putAside(t *testing.T) (*site, *shelf) {
	t.Helper()
	box := &shelf{letters: []parked.Letter{
		{
			ID: 7, Consumer: "notification-due-ops", Destination: "ops", Reason: "hooks.example.com answered 410 Gone: no such channel", Subject: "notification.v1.due.ops", Stream: "RELEASED",
			Sequence: "12", ParkedAt: morning.Add(-3 * time.Hour), Bytes: 1830, Heard: true, Told: &parked.Told{ID: "n-1", Kind: "case_opened", Audience: "leadership", Tenant: "acme", Case: "c-7"},
		},
		{
			ID: 8, Consumer: "notification-to-chief", Destination: "chief", Reason: "given up after 7 days: no answer within 10s", Subject: "notification.v1.requester.acme.c-7", Stream: "NOTIFICATIONS",
			Sequence: "40", ParkedAt: morning.Add(-2 * time.Hour), Bytes: 900, Told: &parked.Told{ID: "n-2", Kind: "approved", Audience: "requester", Tenant: "acme", Case: "c-7", Recipient: "j.weber"},
		},
		{
			ID: 9, Consumer: "intake-ingress", Reason: "decode ingress.v1.TicketEvent: proto: cannot parse", Subject: "ingress.v1.ticket.zendesk", Stream: "INGRESS",
			Sequence: "3", ParkedAt: morning.Add(-time.Hour), Bytes: 12, Heard: true,
		},
	}}
	return open(t, func(cfg *console.Config) {
		book, is := cfg.Cases.(parked.Book)
		if !is {
			t.Fatal("the ledger keeps no orders")
		}
		cfg.Parked = parked.Desk{Box: box, Book: book, Now: func() time.Time { return morning }}
	}), box
}

func TestWhatWasPutAsideIsListedWithWhatIsWrong(t *testing.T) {
	s, _ := putAside(t)
	want(t, s.post("/deadletters/8/drop", "note", "Told by telephone."), http.StatusSeeOther)
	w := s.get("/deadletters")
	golden(t, "deadletters", w)
	golden(t, "deadletters_de", s.get("/deadletters?lang=de&done=drop"))
	want(t, w, http.StatusOK, "ops", "case opened", "410 Gone", "intake-ingress", "What was done", "lena", "dropped", "Told by telephone.", "given up after 7 days")
	want(t, s.get("/deadletters?consumer=intake-ingress"), http.StatusOK, "ingress.v1.ticket.zendesk")
	want(t, s.get("/deadletters?consumer=nobody"), http.StatusOK, "Nothing is found by this filter")
	want(t, s.get("/deliveries"), http.StatusOK, `class="parked"`, `href="/deadletters"`, `href="/rejected"`)
}

func TestOneThatWasPutAsideSaysWhatMayBeDone(t *testing.T) {
	s, _ := putAside(t)
	golden(t, "deadletter", s.get("/deadletters/7"))
	golden(t, "deadletter_de", s.get("/deadletters/7?lang=de"))
	want(t, s.get("/deadletters/8"), http.StatusOK, "j.weber", "Its reader is gone", `action="/deadletters/8/drop"`, "Drop it for good")
	want(t, s.get("/deadletters/9"), http.StatusOK, "Send it back", "This is no message to people")
	want(t, s.get("/deadletters/10"), http.StatusNotFound, "There is no such number")
	want(t, s.get("/deadletters/x"), http.StatusNotFound, "There is no such number")
}

func TestWhatIsDoneWithALetterIsDoneOnce(t *testing.T) {
	s, box := putAside(t)
	for range 2 {
		w := s.post("/deadletters/7/retry")
		if want(t, w, http.StatusSeeOther); w.Header().Get("Location") != "/deadletters?done=retry" {
			t.Errorf("it leads to %s", w.Header().Get("Location"))
		}
	}
	want(t, s.get("/deadletters?done=retry"), http.StatusOK, `role="status"`, "Sent back.")
	want(t, s.post("/deadletters/7/drop", "note", "x"), http.StatusConflict, "Somebody was first")
	want(t, s.get("/deadletters/7"), http.StatusConflict, "Somebody was first")
	want(t, s.post("/deadletters/8/drop", "note", " "), http.StatusUnprocessableEntity, "Please say why.")
	want(t, s.post("/deadletters/8/retry"), http.StatusUnprocessableEntity, "Its reader is gone")
	want(t, s.post("/deadletters/9/drop", "note", "x"), http.StatusUnprocessableEntity, "This is no message to people")
	want(t, s.post("/deadletters/9/burn"), http.StatusNotFound)
	if len(box.letters) != 2 {
		t.Errorf("there are left: %v", box.letters)
	}
	box.away = errors.New("nats: timeout")
	want(t, s.get("/deadletters"), http.StatusServiceUnavailable, "The bus does not answer now")
	want(t, s.post("/deadletters/9/retry"), http.StatusServiceUnavailable, "The bus does not answer now")
	want(t, s.get("/deliveries"), http.StatusOK, "Deliveries")
}
