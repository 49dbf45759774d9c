package door_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/alertmanager"
	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// now is the clock of every door here.
var now = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

// house is a door on a server of its own.
type house struct {
	conn *bus.Conn
	url  string
	// paths are what url serves.
	paths http.Handler
	// shut ends the server.
	shut func()
}

// open opens a door as with changes it.
func open(t testing.TB, with ...func(*door.Door)) *house {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	shut := func() { s.Shutdown(); s.WaitForShutdown() }
	t.Cleanup(shut)
	log := slog.New(slog.DiscardHandler)
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	ring, err := tenantkey.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	signals := events.NewSignals(conn, ring)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- signals.Run(ctx) }()
	t.Cleanup(func() { stop(); _ = <-ended })
	d := &door.Door{
		Intake: events.Intake{Tickets: events.NewTickets(conn), Signals: signals, Now: func() time.Time { return now }}, Log: log,
		Hooks: door.Hooks{
			"zendesk":      {Door: zendesk.Door(), Setting: "TOCSIN_ZENDESK_SECRET"},
			"alertmanager": {Door: alertmanager.Door(), Setting: "TOCSIN_ALERTMANAGER_TOKEN"},
		},
	}
	for _, change := range with {
		change(d)
	}
	mux := http.NewServeMux()
	d.Mount(mux)
	web := httptest.NewServer(mux)
	t.Cleanup(func() { client.CloseIdleConnections(); web.Close() })
	return &house{conn, web.URL, mux, shut}
}

// answer is what a door says, of whichever kind.
type answer struct {
	status int
	header http.Header

	Accepted      int
	IDs           []string
	Ignored       []string
	Rejected      []door.Rejected
	RejectedLines int `json:"rejected_lines"`
	Contradicted  []string

	Type, Title, Detail string
	Status              int
	Errors              []forms.Problem
}

// names says whether a problem of the field is named, by its path or the end of it, with a reason.
func (a answer) names(field string) bool {
	for _, p := range a.Errors {
		if (p.Field == field || field != "" && strings.HasSuffix(p.Field, "."+field)) && p.Reason != "" {
			return true
		}
	}
	return false
}

const (
	jsonType     = "application/json"
	ndjsonType   = "application/x-ndjson"
	protobufType = "application/protobuf"
)

// client keeps as many connections as there are producers, and opens no more than a
// process may.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000, MaxConnsPerHost: 400}}

// post sends a body; headers are name, value, name, value …
func (h *house) post(t testing.TB, path, contentType, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return h.do(t, req)
}

func (h *house) do(t testing.TB, req *http.Request) answer {
	t.Helper()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header}
	if err := json.Unmarshal(data, &a); err != nil && json.Valid(data) {
		t.Fatalf("%s: %v", data, err)
	}
	return a
}

// ticket is the ticket as the stream has it now; nil if it has none.
func (h *house) ticket(t testing.TB, tenant, id string) *intakev1.Ticket {
	t.Helper()
	raw, err := h.conn.Last(t.Context(), topology.Tickets, topology.TicketSubject(tenant, id))
	if err != nil {
		t.Fatal(err)
	}
	if raw.Sequence == 0 {
		return nil
	}
	var ev intakev1.TicketChanged
	if err := bus.Decode(raw, &ev); err != nil {
		t.Fatal(err)
	}
	return ev.Ticket
}

// signals are the ids of all signals that the stream has now, in order.
func (h *house) signals(t testing.TB) (ids []string) {
	t.Helper()
	for _, s := range h.stored(t) {
		ids = append(ids, s.GetId())
	}
	return ids
}

// trusts are how far each source is trusted, by the last that is stored of it.
func (h *house) trusts(t testing.TB) map[string]intakev1.Trust {
	t.Helper()
	all := map[string]intakev1.Trust{}
	for _, b := range h.batches(t) {
		for _, s := range b.GetSignals() {
			all[s.GetSource()] = b.GetTrust()
		}
	}
	return all
}

// stored are all signals that the stream has now, in order.
func (h *house) stored(t testing.TB) (all []*ingressv1.Signal) {
	t.Helper()
	for _, b := range h.batches(t) {
		all = append(all, b.GetSignals()...)
	}
	return all
}

func (h *house) batches(t testing.TB) (all []*intakev1.SignalsReceived) {
	t.Helper()
	stream, err := h.conn.JS().Stream(t.Context(), topology.Signals.Name)
	if err != nil {
		t.Fatal(err)
	}
	for next := uint64(1); ; {
		m, err := stream.GetMsg(t.Context(), next, jetstream.WithGetMsgSubject(topology.AllSignals))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		batch := &intakev1.SignalsReceived{}
		if err := proto.Unmarshal(m.Data, batch); err != nil {
			t.Fatal(err)
		}
		all, next = append(all, batch), m.Sequence+1
	}
}

// upload is a signal of a file; note one of a customer's on a ticket.
func upload(id string) string {
	return fmt.Sprintf(`{"id":%q,"source":"sftp","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u-%s","outcome":"FAILED"}}`, id, id)
}

func note(id, ticket string) string {
	return fmt.Sprintf(`{"id":%q,"source":"desk","tenant":"acme","ticket":%q,"occurred_at":"2026-11-20T09:00:00Z","note":{"author_kind":"CUSTOMER","text":"It is broken."}}`, id, ticket)
}

// encoded is the JSON form of T in protobuf.
func encoded[T any, M interface {
	*T
	proto.Message
}](t testing.TB, form string) M {
	t.Helper()
	m := M(new(T))
	if err := forms.JSON([]byte(form), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func marshal(t testing.TB, m proto.Message) string {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func batch(t testing.TB, signals ...string) string {
	b := &ingressv1.SignalBatch{}
	for _, s := range signals {
		b.Signals = append(b.Signals, encoded[ingressv1.Signal](t, s))
	}
	return marshal(t, b)
}
