package vigil_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/pulse"
	"tocsin/services/notification/internal/route"
	"tocsin/services/notification/internal/vigil"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

func okta() *route.File {
	return &route.File{Heartbeats: &route.Heartbeats{Sources: map[string]time.Duration{"okta": time.Minute}, Destinations: time.Minute}}
}

func TestASilenceIsToldOnceHoweverManyProcessesWatchAndHoweverOftenTheyStart(t *testing.T) {
	h := build(t, okta())
	h.hears("okta")
	h.pass(time.Minute, h.vigil(), h.vigil(), h.vigil())
	if got := h.told(); got != "" {
		t.Errorf("told %q within the minute", got)
	}
	h.pass(20*time.Second, h.vigil(), h.vigil()) // others, that know nothing
	h.pass(30*time.Second, h.vigil())
	if got := h.told(); got != "source_silent okta" {
		t.Errorf("told %q", got)
	}
	h.hears("okta")
	h.pass(10*time.Second, h.vigil(), h.vigil())
	h.pass(10*time.Second, h.vigil())
	h.pass(90*time.Second, h.vigil(), h.vigil())
	if got := h.told(); got != "source_silent okta; source_heard okta; source_silent okta" {
		t.Errorf("told %q", got)
	}
	if p := h.pulse(); len(p.GetSources()) != 1 || !p.GetSources()[0].GetSilent() || p.GetSources()[0].GetQuietMs() < 60_000 {
		t.Errorf("kept %v", p)
	}
}

func TestASecondSilenceIsToldThoughProcessesTakeTurns(t *testing.T) {
	h := build(t, okta())
	two := []*vigil.Vigil{h.vigil(), h.vigil()}
	turns := func(n int) {
		for i := range n {
			h.pass(10*time.Second, two[i%2])
		}
	}
	for range 2 {
		h.hears("okta")
		turns(9)
	}
	if got := h.told(); got != "source_silent okta; source_heard okta; source_silent okta" {
		t.Errorf("told %q", got)
	}
}

func TestASilenceThatCouldNotBeToldIsToldAfterTheNextLook(t *testing.T) {
	h := build(t, okta())
	v := h.vigil()
	v.Teller = broken{}
	for range 9 {
		h.now = h.now.Add(10 * time.Second)
		_ = v.Look(t.Context())
	}
	if p := h.pulse(); !p.GetSources()[0].GetSilent() || h.told() != "" {
		t.Fatalf("kept %v, told %q", p, h.told())
	}
	h.pass(20*time.Second, h.vigil()) // the process died; another goes on
	if got := h.told(); got != "source_silent okta" {
		t.Errorf("told %q", got)
	}
}

// broken tells nobody.
type broken struct{ vigil.Teller }

func (broken) OnSilence(context.Context, pulse.News, time.Time) error {
	return errors.New("the process dies")
}

func TestADestinationThatTakesNothingIsToldAndStandsOnTheStream(t *testing.T) {
	file := okta()
	file.Heartbeats.Sources = nil
	file.Destinations = map[string]route.Destination{"ops": {Channel: "slack"}}
	h := build(t, file)
	for _, c := range []topology.Consumer{topology.ToDestination("ops", topology.AudienceFilter("leadership")), topology.DueAtDestination("ops")} {
		if err := c.Apply(t.Context(), h.conn.JS()); err != nil {
			t.Fatal(err)
		}
	}
	v := h.vigil()
	h.pass(2*time.Minute, v) // nothing waits
	h.publish(topology.DueSubject("ops"), &notificationv1.Notification{Id: "n"})
	h.pass(80*time.Second, v)
	if got := h.told(); got != "destination_silent ops" {
		t.Errorf("told %q", got)
	}
	h.publish(topology.TookSubject("ops"), &notificationv1.DestinationTook{Destination: "ops", At: timestamppb.New(h.now)})
	h.pass(20*time.Second, v)
	if got := h.told(); got != "destination_silent ops; destination_heard ops" {
		t.Errorf("told %q", got)
	}
	records := 0
	_ = h.conn.Retained(t.Context(), topology.Deliveries, func(raw bus.Raw) error {
		list, err := deliveries.Of(raw)
		for _, r := range list {
			if r.GetOutcome() != "sent" || r.GetChannel() != "stream" || !strings.HasPrefix(r.GetKind(), "destination_") {
				t.Errorf("recorded %v", r)
			}
		}
		records += len(list)
		return err
	})
	if records != 2 {
		t.Errorf("%d records", records)
	}
}

func TestADestinationThatIsToldNothingGetsAHeartbeatOnce(t *testing.T) {
	h := build(t, &route.File{Destinations: map[string]route.Destination{"ops": {Channel: "slack", Heartbeat: time.Minute}, "chief": {Channel: "slack"}}})
	v := h.vigil()
	h.pass(100*time.Second, v)
	sent := &notificationv1.Notification{}
	raw, err := h.conn.Last(t.Context(), topology.Due, topology.DueSubject("ops"))
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Decode(raw, sent); err != nil || sent.GetKind() != "heartbeat" || sent.GetTitle() != "All is well; there was nothing to tell" {
		t.Errorf("sent %v: %v", sent, err)
	}
	if n, err := h.conn.LastSequence(t.Context(), topology.Due); err != nil || n != 1 {
		t.Errorf("%d were sent: %v", n, err)
	}
	if got := h.told(); got != "" {
		t.Errorf("told all: %q", got)
	}
}

// listener is a third party that notices when beats stay away.
func listener(t *testing.T) (url string, heard func() string) {
	var mu sync.Mutex
	var all []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+string(text)))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/secret", func() string {
		mu.Lock()
		defer mu.Unlock()
		said := strings.Join(all, "; ")
		all = nil
		return said
	}
}

func beating(url string, fail bool) *route.File {
	b := &route.Beat{Every: 30 * time.Second, URL: url}
	if fail {
		b.Fail, b.Method = true, "POST"
	}
	return &route.File{Heartbeats: &route.Heartbeats{Beat: b}}
}

func TestTheBeatGoesOutOnTimeWhileAllIsWell(t *testing.T) {
	url, heard := listener(t)
	h := build(t, beating(url, false))
	h.pass(time.Minute, h.vigil(), h.vigil())
	if got := heard(); got != "GET /secret; GET /secret" {
		t.Errorf("heard %q", got)
	}
	if p := h.pulse(); len(p.GetWrong()) != 0 {
		t.Errorf("wrong: %v", p.GetWrong())
	}
}

func TestTheBeatStaysAwayWhileAnyPartIsAway(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(h *house)
		want   string
	}{
		"classification is dead": {func(h *house) { h.stop[topology.ClassificationOnTicketChanged.Name]() }, "reader_away classification-ticket-changed"},
		"review is dead":         {func(h *house) { h.stop["review"]() }, "review_away -"},
		"the ledger is away":     {func(h *house) { h.ledger = errors.New("the ledger is away") }, "review_away -"},
		"monitoring is blind":    {func(*house) {}, "monitoring_blind -"},
	} {
		t.Run(name, func(t *testing.T) {
			url, heard := listener(t)
			h := build(t, beating(url, false))
			v := h.vigil()
			h.pass(20*time.Second, v)
			heard()
			c.breaks(h)
			h.pass(200*time.Second, v)
			heard() // until it was noticed
			h.pass(time.Minute, v)
			if got := heard(); got != "" {
				t.Errorf("heard %q", got)
			}
			if wrong := strings.Join(h.pulse().GetWrong(), ";"); !strings.Contains(wrong, c.want) {
				t.Errorf("wrong is %q, want %q", wrong, c.want)
			}
		})
	}
}

func TestAThirdPartyThatWishesHearsWhatIsWrong(t *testing.T) {
	url, heard := listener(t)
	h := build(t, beating(url, true))
	v := h.vigil()
	h.ledger = errors.New("the ledger is away")
	h.pass(time.Minute, v)
	if got := heard(); got != "" {
		t.Errorf("within the first minute it heard %q", got)
	}
	h.pass(20*time.Second, v)
	if got := heard(); got != "POST /secret/fail review_away - 0s" {
		t.Errorf("heard %q", got)
	}
	h.ledger = nil
	h.pass(30*time.Second, v)
	if got := heard(); got != "POST /secret all is well" {
		t.Errorf("heard %q", got)
	}
}

func TestWithoutABusThereIsNoBeat(t *testing.T) {
	url, heard := listener(t)
	h := build(t, beating(url, true))
	v := h.vigil()
	h.conn.Close()
	h.now = h.now.Add(10 * time.Second)
	if err := v.Look(t.Context()); err == nil {
		t.Error("it looked")
	}
	if got := heard(); got != "" {
		t.Errorf("heard %q", got)
	}
}
