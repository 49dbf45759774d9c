package deploy

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// producers is a server with the producers of producers.conf and all streams.
func producers(t *testing.T) world {
	t.Helper()
	s, err := server.NewServer(producersOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	nc, err := nats.Connect(s.ClientURL(), nats.UserInfo("tocsin", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := topology.Apply(t.Context(), js, 1); err != nil {
		t.Fatal(err)
	}
	return world{s, js}
}

func producersOptions(t *testing.T) *server.Options {
	t.Helper()
	for _, name := range []string{"NATS_PASSWORD", "NATS_SYS_PASSWORD", "NATS_OKTA_PASSWORD", "NATS_DESK_PASSWORD"} {
		t.Setenv(name, "secret")
	}
	o, err := server.ProcessConfigFile("nats/producers.conf")
	if err != nil {
		t.Fatal(err)
	}
	o.Host, o.Port, o.HTTPPort, o.StoreDir, o.NoSigs = "127.0.0.1", server.RANDOM_PORT, 0, t.TempDir(), true
	return o
}

// producer connects as one of them.
func (w world) producer(t *testing.T, name string) *reader {
	t.Helper()
	r := &reader{}
	var err error
	r.nc, err = nats.Connect(w.ClientURL(), nats.UserInfo(name, "secret"), nats.CustomInboxPrefix("_INBOX_"+name),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.refused++
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.nc.Close)
	if r.js, err = jetstream.New(r.nc); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAProducerHearsThatItsEventsAreOnDisk(t *testing.T) {
	w := producers(t)
	for n, subject := range []string{topology.IngressSignalSubject("okta"), topology.IngressTicketSubject("okta")} {
		ack, err := w.producer(t, "okta").js.Publish(t.Context(), subject, []byte("x"), jetstream.WithMsgID(subject))
		if err != nil || ack.Stream != topology.Ingress.Name || ack.Sequence != uint64(n+1) { //nolint:gosec // small
			t.Errorf("%s: %+v, %v", subject, ack, err)
		}
	}
}

func TestAProducerCanDoNothingElse(t *testing.T) {
	w := producers(t)
	before := w.state(t)
	for name, other := range map[string]string{"okta": "desk", "desk": "okta"} {
		r := w.producer(t, name)
		answers, err := r.nc.SubscribeSync("_INBOX_" + name + ".answers")
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{
			"ingress.v1.ticket." + other: "x", "ingress.v1.signal." + other: "x", "ingress.v1.signal.made-up": "x",
			"ingress.v1.signal." + name + ".more": "x", "ingress.v1.other." + name: "x",
			"intake.v1.ticket_changed.acme.T-1": "x", "intake.v1.signals.00": "x", "intake.v1.tick": "x", "intake.v1.ticker": "x", "intake.v1.retry": "x",
			"classification.v1.ticket_assessed.acme.T-1": "x", "monitoring.v1.condition_changed.acme.a._": "x", "review.v1.case_changed.acme.c": "x",
			"review.v1.tenant.erase": "x", "notification.v1.leadership.acme.c": "x", "deadletter.v1.intake-ingress.retry": "x", "$KV.TENANT_KEYS.acme": "x",
			"$JS.ACK.INGRESS.intake-ingress.1.1.1.1.1": "+ACK", "$SYS.REQ.SERVER.PING": "", "_INBOX_" + other + ".x": "x", "_INBOX.x": "x",
		}
		for _, api := range []string{
			"INFO", "STREAM.NAMES", "STREAM.INFO.INGRESS", "STREAM.MSG.GET.INGRESS", "DIRECT.GET.INGRESS", "STREAM.PURGE.INGRESS", "STREAM.DELETE.INGRESS",
			"STREAM.UPDATE.INGRESS", "STREAM.CREATE.MINE", "STREAM.MSG.DELETE.INGRESS", "CONSUMER.CREATE.INGRESS", "CONSUMER.MSG.NEXT.INGRESS.intake-ingress",
			"CONSUMER.DELETE.INGRESS.intake-ingress", "CONSUMER.PAUSE.INGRESS.intake-ingress",
		} {
			all["$JS.API."+api] = "{}"
		}
		for _, subject := range slices.Sorted(maps.Keys(all)) {
			r.wasRefused(t, 1, name+" publishes to "+subject, func() error {
				return r.nc.PublishRequest(subject, answers.Subject, []byte(all[subject]))
			})
		}
		for _, subject := range []string{">", "ingress.>", "ingress.v1.signal." + name, "_INBOX.>", "_INBOX_" + other + ".>", "$JS.>", "$SYS.>", "_R_.>"} {
			r.wasRefused(t, 1, name+" subscribes to "+subject, func() error {
				_, err := r.nc.SubscribeSync(subject)
				return err
			})
		}
		if n, _, _ := answers.Pending(); n > 0 {
			t.Errorf("%s got %d answers", name, n)
		}
	}
	if after := w.state(t); !maps.Equal(before, after) {
		t.Errorf("the bus holds %v\nand held     %v", after, before)
	}
}

// A publisher names where the acknowledgement goes, and headers ask the server for more
// than to store. Neither may write where another speaks.
func TestWhatAProducerAsksOfTheServerReachesNobodyElse(t *testing.T) {
	w := producers(t)
	r := w.producer(t, "okta")
	own := topology.IngressSignalSubject("okta")
	targets := []string{topology.IngressSignalSubject("desk"), topology.IngressTicketSubject("desk"), topology.TicketSubject("acme", "T-1"), "deadletter.v1.okta", "intake.v1.tick"}
	publish := func(nc *nats.Conn, reply string, header nats.Header) {
		if err := errors.Join(nc.PublishMsg(&nats.Msg{Subject: own, Reply: reply, Data: []byte("x"), Header: header}), nc.FlushTimeout(5*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range targets {
		publish(r.nc, target, nil)
		publish(r.nc, "", nats.Header{"Nats-Trace-Dest": {target}})
		publish(r.nc, "", nats.Header{"Nats-Schedule": {"@at 2020-01-01T00:00:00Z"}, "Nats-Schedule-Target": {target}})
		publish(r.nc, "", nats.Header{"Nats-Rollup": {"all"}})
		publish(r.nc, "", nats.Header{"Nats-Batch-Id": {"b"}, "Nats-Batch-Sequence": {"1"}, "Nats-Batch-Commit": {"1"}})
		publish(r.nc, "", nats.Header{"Nats-TTL": {"1s"}})
	}
	// The same within the account of the services arrives, and behind all that.
	publish(w.tocsin.Conn(), "deadletter.v1.within", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for w.holds(t, topology.DeadLetter, "deadletter.v1.within") == 0 {
		if ctx.Err() != nil {
			t.Fatal("an answer within the account does not arrive: the test proves nothing")
		}
	}
	for _, at := range []struct {
		stream  topology.Stream
		subject string
	}{{topology.Ingress, targets[0]}, {topology.Ingress, targets[1]}, {topology.Tickets, targets[2]}, {topology.DeadLetter, targets[3]}} {
		if n := w.holds(t, at.stream, at.subject); n > 0 {
			t.Errorf("%d messages of a producer stand on %s", n, at.subject)
		}
	}
	if n := w.holds(t, topology.Ingress, own); n < len(targets) {
		t.Errorf("%d of its own are stored: a header emptied the stream", n)
	}
}

// An id that one producer has used must not swallow what another states under the same.
func TestAnIdOfOneProducerSwallowsNothingOfAnother(t *testing.T) {
	w := producers(t)
	for _, name := range []string{"okta", "desk"} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		for tries := 0; ; tries++ { // a try may fall into the server's shortest window
			ack, err := w.producer(t, name).js.Publish(ctx, topology.IngressSignalSubject(name), []byte("x"), jetstream.WithMsgID("the same"))
			if err != nil {
				t.Fatal(err)
			}
			if !ack.Duplicate {
				break
			}
		}
		cancel()
	}
}

func TestTheProducersServerIsTheOther(t *testing.T) {
	one, other := natsOptions(t), producersOptions(t)
	if !other.SyncAlways || other.JetStreamMaxStore != one.JetStreamMaxStore || other.MaxPayload != one.MaxPayload || other.SystemAccount != one.SystemAccount || other.NoAuthUser != "" {
		t.Error("producers.conf is another server than server.conf")
	}
}
