package tenants_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"tocsin/services/classification"
	"tocsin/services/intake"
	"tocsin/services/monitoring"
	"tocsin/services/notification"
	"tocsin/services/review"
	"tocsin/services/tocsin/internal/tenants"

	"tocsin/pkg/bus"
	"tocsin/pkg/gate"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
)

// A house is all five services on a bus of the test's own.
type house struct {
	testing.TB
	conn   *bus.Conn
	mux    *http.ServeMux
	dir    string // of the bus
	ledger string // a URL, or a file
	said   int
}

// live runs the whole system until the test ends.
func live(t testing.TB, ledger string) *house {
	t.Helper()
	h := &house{TB: t, dir: t.TempDir(), ledger: ledger, mux: http.NewServeMux()}
	s, err := natsserver.Start(natsserver.Options{Dir: h.dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if h.conn, err = bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "tocsin", Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.conn.Close)
	if err := topology.Apply(t.Context(), h.conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	h.run()
	return h
}

// run starts the services; they end before the bus does.
func (h *house) run() {
	h.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var all, up sync.WaitGroup
	at := run.Place{
		Conn: h.conn, Policy: policy.Default(), Mux: h.mux, Health: &run.Health{}, Door: &gate.Door{}, Log: slog.New(slog.DiscardHandler),
	}
	for name, service := range map[string]func(context.Context, run.Place) error{
		"intake": func(ctx context.Context, at run.Place) error { return intake.Run(ctx, intake.Config{}, at) },
		"classification": func(ctx context.Context, at run.Place) error {
			return classification.Run(ctx, classification.Config{}, at)
		},
		"monitoring": func(ctx context.Context, at run.Place) error { return monitoring.Run(ctx, monitoring.Config{}, at) },
		"review": func(ctx context.Context, at run.Place) error {
			return review.Run(ctx, review.Config{LedgerURL: h.ledger, Program: run.Program{HTTPAddr: "127.0.0.1:0"}}, at)
		},
		"notification": func(ctx context.Context, at run.Place) error {
			return notification.Run(ctx, notification.Config{JSONStream: "all"}, at)
		},
	} {
		up.Add(1)
		place := at
		place.OnUp = sync.OnceFunc(up.Done)
		all.Go(func() {
			defer place.Up()
			if err := service(ctx, place); err != nil && ctx.Err() == nil {
				h.Errorf("%s ended: %v", name, err)
			}
		})
	}
	h.Cleanup(func() { stop(); all.Wait() })
	up.Wait()
}

func (h *house) work() *tenants.Work { return &tenants.Work{Conn: h.conn, Now: time.Now} }

// await waits for a fact.
func (h *house) await(what string, is func() bool) {
	h.Helper()
	for end := time.Now().Add(60 * time.Second); !is(); runtime.Gosched() {
		if time.Now().After(end) {
			h.Fatalf("it never came true: %s", what)
		}
	}
}

// count is how many messages lie on a subject.
func (h *house) count(s topology.Stream, subject string) int {
	h.Helper()
	subjects, err := h.conn.Subjects(h.Context(), s, subject)
	if err != nil {
		h.Fatal(err)
	}
	return len(subjects)
}

// say sends an event to ingress, as JSON.
func (h *house) say(subject, text string) {
	h.Helper()
	m := nats.NewMsg(subject)
	m.Data = []byte(text)
	m.Header.Set("Content-Type", "application/json")
	if _, err := h.conn.JS().PublishMsg(h.Context(), m); err != nil {
		h.Fatal(err)
	}
}

// ticket has a customer of a tenant ask for an escalation; every word and name has the mark.
func (h *house) ticket(tenant, id, mark string, at time.Time) {
	h.Helper()
	h.said++
	h.say(topology.IngressTicketSubject("desk"), fmt.Sprintf(`{"id":"e%d","source":"desk","tenant":%q,"ticket":%q,"occurred_at":%q,"opened":{
		"subject":"%s broke","body":"Nobody here gets in via SSO, says %s, 240 people. Please escalate: our training %s starts at 10 today.",
		"requester":"%s@example.com","csm":"csm-%s","severity":"SITE_UNUSABLE","environment":"PRODUCTION"}}`,
		h.said, tenant, id, at.UTC().Format(time.RFC3339Nano), mark, mark, mark, mark, mark))
}

// outage has log-in fail for 120 people of a tenant.
func (h *house) outage(tenant, mark string, at time.Time) {
	h.Helper()
	var all []string
	for i := range 120 {
		h.said++
		all = append(all, fmt.Sprintf(`{"id":"s%d","source":"okta","tenant":%q,"occurred_at":%q,"auth_attempt":{"user":"%s-%d","method":"SSO","outcome":"FAILURE","failure":"SERVICE_UNAVAILABLE"}}`,
			h.said, tenant, at.Add(time.Duration(i)*time.Millisecond).UTC().Format(time.RFC3339Nano), mark, i))
	}
	h.say(topology.IngressSignalSubject("okta"), "["+strings.Join(all, ",")+"]")
}

// remains are the places that hold a mark, in whatever case: every message and
// header of every stream, the buckets' among them.
func (h *house) remains(mark string) (places []string) {
	h.Helper()
	streams := h.conn.JS().ListStreams(h.Context())
	for info := range streams.Info() {
		s, err := h.conn.JS().Stream(h.Context(), info.Config.Name)
		if err != nil {
			h.Fatal(err)
		}
		for seq := info.State.FirstSeq; seq <= info.State.LastSeq; seq++ {
			m, err := s.GetMsg(h.Context(), seq)
			if err != nil {
				continue // it was deleted
			}
			if text := fmt.Sprint(m.Subject, m.Header) + string(m.Data); strings.Contains(strings.ToLower(text), strings.ToLower(mark)) {
				places = append(places, fmt.Sprintf("%s %d %s", info.Config.Name, seq, m.Subject))
			}
		}
	}
	if err := streams.Err(); err != nil {
		h.Fatal(err)
	}
	return places
}

// onDisk are the files below a folder that hold a mark.
func (h *house) onDisk(folder, mark string) (files []string) {
	h.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // the server deletes files as it likes
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(mark))) {
			rel, _ := filepath.Rel(folder, path)
			files = append(files, rel)
		}
		return nil
	})
	if err != nil {
		h.Fatal(err)
	}
	return files
}
