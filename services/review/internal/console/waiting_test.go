package console_test

import (
	"net/http"
	"testing"
	"time"

	"tocsin/services/review/internal/desk"
)

func TestAnUpdateThatWaitsSaysWhenItIsTold(t *testing.T) {
	s := open(t, full)
	c := s.Morning()
	s.Do(s.At.Add(-10*time.Minute), c.Launch, desk.Order{Action: desk.Update, Note: "The vendor answered."})
	of := s.now(c.Launch)
	until := of.NewsFrom()
	want(t, s.post("/cases/"+c.Launch+"/preview", "version", "1", "action", "update", "note", "A copy is restored."), http.StatusOK,
		"They were told an update just before", `datetime="`+until.Format(time.RFC3339), "progress of "+c.Launch+": A copy is restored.")
	if of = s.now(c.Launch); of.Waits() {
		t.Error("a preview gave an update")
	}
	w := s.post("/cases/"+c.Launch+"/update", "version", s.seen(c.Launch), "key", "k-1", "note", "A copy is restored.")
	if to := w.Header().Get("Location"); to != "/cases/"+c.Launch+"?done=update_waits" {
		t.Errorf("answered %d and leads to %q", w.Code, to)
	}
	want(t, s.get("/cases/"+c.Launch+"?done=update_waits"), http.StatusOK,
		"The update waits for its time", "An update by lena waits until", `datetime="`+until.Format(time.RFC3339), "A copy is restored.", "update waits for its time")
	want(t, s.get("/cases/"+c.Launch+"?lang=de"), http.StatusOK, "Ein Zwischenstand von lena wartet bis")
}
