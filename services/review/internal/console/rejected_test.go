package console_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/doorstep"

	"tocsin/pkg/rejected"
)

// A step is a doorstep on which deliveries lie, and an intake that tries them again.
type step struct {
	kept []rejected.Delivery
	// left is what every try leaves out.
	left []string
	by   string
	away error
}

func (s *step) List(_ context.Context, q rejected.Query) (list []rejected.Delivery, _ error) {
	for _, d := range s.kept {
		if d.ID > q.After && (q.Door == "" || d.Door == q.Door) && (q.Text == "" || strings.Contains(string(d.Body), q.Text)) && len(list) < q.Limit {
			list = append(list, d)
		}
	}
	return list, s.away
}

func (s *step) At(_ context.Context, id uint64) (rejected.Delivery, error) {
	for _, d := range s.kept {
		if d.ID == id {
			return d, s.away
		}
	}
	return rejected.Delivery{}, errors.Join(doorstep.ErrNone, s.away)
}

func (s *step) Retry(ctx context.Context, id uint64, by string) (rejected.Again, error) {
	d, err := s.At(ctx, id)
	if err != nil {
		return rejected.Again{}, err
	}
	s.by = by
	s.kept = slices.DeleteFunc(s.kept, func(of rejected.Delivery) bool { return of.ID == id })
	if len(s.left) == 0 {
		return rejected.Again{IDs: []string{"opened/7"}}, nil
	}
	d.ID, d.Reasons, d.Tries, d.TriedAt = id+100, s.left, d.Tries+1, morning
	s.kept = append(s.kept, d)
	return rejected.Again{Reasons: s.left, ID: d.ID}, nil
}

func (s *step) Drop(ctx context.Context, id uint64, by string) error {
	_, err := s.At(ctx, id)
	if err == nil {
		s.by = by
		s.kept = slices.DeleteFunc(s.kept, func(of rejected.Delivery) bool { return of.ID == id })
	}
	return err
}

func leftOut(t *testing.T) (*site, *step) {
	t.Helper()
	box := &step{kept: []rejected.Delivery{
		{
			ID: 7, Door: "jira-eu", Vendor: "jira", ReceivedAt: morning.Add(-3 * time.Hour), Accepted: 1, Tenants: []string{"acme"},
			Reasons: []string{"ticket SUP-7: has no organization; give it one, or set a default tenant", "ticket SUP-8: status \"In Review\" is not mapped"},
			Body:    []byte("{\"issue\":{\"key\":\"SUP-7\",\"summary\":\"<b>Nobody gets in</b>\"}}"),
		},
		{ID: 9, Door: "grafana", Vendor: "grafana", ReceivedAt: morning.Add(-time.Hour), Reasons: []string{"alert LoginDown: it names no component"}, Body: []byte("\xff")},
	}}
	return open(t, func(cfg *console.Config) { cfg.Rejected = doorstep.Desk{Box: box} }), box
}

func TestWhatDoorsDidNotTakeIsListedWithWhatIsWrong(t *testing.T) {
	s, _ := leftOut(t)
	w := s.get("/rejected")
	golden(t, "rejected", w)
	golden(t, "rejected_de", s.get("/rejected?lang=de&done=taken"))
	want(t, w, http.StatusOK, "jira-eu", "has no organization", "and 1 more", "grafana", "names no component")
	if strings.Contains(w.Body.String(), "Nobody gets in") {
		t.Error("the list shows what people wrote")
	}
	want(t, s.get("/rejected?door=grafana"), http.StatusOK, "LoginDown")
	want(t, s.get("/rejected?text=SUP-7"), http.StatusOK, "jira-eu")
	want(t, s.get("/rejected?door=nobody"), http.StatusOK, "Nothing is found by this filter")
}

func TestOneThatWasNotTakenIsShownAsItCame(t *testing.T) {
	s, _ := leftOut(t)
	w := s.get("/rejected/7")
	golden(t, "reject", w)
	golden(t, "reject_de", s.get("/rejected/7?lang=de"))
	want(t, w, http.StatusOK, "SUP-7", "is not mapped", `action="/rejected/7/retry"`, "&lt;b&gt;Nobody gets in")
	want(t, s.get("/rejected/9"), http.StatusOK, "LoginDown")
	want(t, s.get("/rejected/8"), http.StatusNotFound, "There is no such number")
	want(t, s.get("/rejected/x"), http.StatusNotFound, "There is no such number")
}

func TestWhatIsTriedAgainIsTakenOrStandsAnew(t *testing.T) {
	s, box := leftOut(t)
	box.left = []string{"ticket SUP-8: status \"In Review\" is not mapped"}
	w := s.post("/rejected/7/retry")
	if want(t, w, http.StatusSeeOther); w.Header().Get("Location") != "/rejected/107?done=left" || box.by != "lena" {
		t.Errorf("it leads to %s, asked by %q", w.Header().Get("Location"), box.by)
	}
	want(t, s.get("/rejected/107?done=left"), http.StatusOK, "is left out still", "Last tried")
	box.left = nil
	w = s.post("/rejected/107/retry")
	if want(t, w, http.StatusSeeOther); w.Header().Get("Location") != "/rejected?done=taken" {
		t.Errorf("it leads to %s", w.Header().Get("Location"))
	}
	want(t, s.get("/rejected?done=taken"), http.StatusOK, `role="status"`, "Taken in.")
	want(t, s.post("/rejected/107/retry"), http.StatusNotFound, "There is no such number")
	box.away = errors.New("nats: timeout")
	want(t, s.get("/rejected"), http.StatusServiceUnavailable, "The bus or intake does not answer now")
}
