package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// A world is a server with the readers of readers.conf, all streams, and what
// people are told on them.
type world struct {
	*server.Server
	tocsin jetstream.JetStream
}

func readers(t *testing.T) world {
	t.Helper()
	for name, value := range compose(t).Services["nats"].Environment {
		t.Setenv(name, *value)
	}
	t.Setenv("NATS_DASHBOARD_PASSWORD", "secret")
	t.Setenv("NATS_ACME_PASSWORD", "secret")
	options, err := server.ProcessConfigFile("nats/readers.conf")
	if err != nil {
		t.Fatal(err)
	}
	options.Host, options.Port, options.HTTPPort, options.StoreDir, options.NoSigs = "127.0.0.1", server.RANDOM_PORT, 0, t.TempDir(), true
	s, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	nc, err := nats.Connect(s.ClientURL(), nats.UserInfo("tocsin", os.Getenv("NATS_PASSWORD")))
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
	for _, subject := range []string{"leadership.acme.c-1", "leadership.nordwind.c-2", "csm.acme.c-1", "leadership.acme.c-3", "requester.acme.c-1"} {
		if _, err := js.Publish(t.Context(), "notification.v1."+subject, []byte(subject)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"dashboard", "acme"} {
		text, err := os.ReadFile("examples/stream/leadership-" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var c jetstream.ConsumerConfig
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		if _, err := js.CreateConsumer(t.Context(), topology.Notifications.Name, c); err != nil {
			t.Fatal(err)
		}
	}
	return world{s, js}
}

// A reader is one of the programs, and how often the server has refused it.
type reader struct {
	nc *nats.Conn
	jetstream.Consumer
	js jetstream.JetStream

	mu      sync.Mutex
	refused int
}

func (w world) as(t *testing.T, name string) *reader {
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
	if r.js, err = jetstream.NewWithDomain(r.nc, "tocsin"); err != nil {
		t.Fatal(err)
	}
	if r.Consumer, err = r.js.Consumer(t.Context(), "NOTIFICATIONS", "leadership-"+name); err != nil {
		t.Fatal(err)
	}
	return r
}

// read is what a reader is given until there is no more.
func (r *reader) read(t *testing.T) []string {
	t.Helper()
	var got []string
	for {
		batch, err := r.FetchNoWait(1)
		if err != nil {
			t.Fatal(err)
		}
		m, more := <-batch.Messages()
		if !more {
			return got
		}
		got = append(got, string(m.Data()))
		if err := m.DoubleAck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAReaderReadsItsPartAndNoOther(t *testing.T) {
	w := readers(t)
	for name, want := range map[string][]string{
		"dashboard": {"leadership.acme.c-1", "leadership.nordwind.c-2", "leadership.acme.c-3"},
		"acme":      {"leadership.acme.c-1", "leadership.acme.c-3"},
	} {
		r := w.as(t, name)
		if got := r.read(t); !slices.Equal(got, want) {
			t.Errorf("%s reads %q, want %q", name, got, want)
		}
		if _, err := r.js.ResetConsumerToSequence(t.Context(), "NOTIFICATIONS", "leadership-"+name, 2); err != nil {
			t.Errorf("%s can not read again: %v", name, err)
		}
		if got := r.read(t); !slices.Equal(got, want[1:]) {
			t.Errorf("%s reads %q again, want %q", name, got, want[1:])
		}
	}
}

// attempts are what a reader might try, by subject, with what it sends.
func attempts(other string) map[string]string {
	all := map[string]string{
		"notification.v1.leadership.acme.c-1": "forged", "ingress.v1.ticket.x": "{}", "ingress.v1.signal.x": "{}",
		"deadletter.v1.x": "{}", "review.v1.case_changed.acme.c-1": "forged", "$KV.TENANT_KEYS.acme": "", "notification.v1.preview": "{}",
		"$SYS.REQ.SERVER.PING": "", "$JS.ACK.NOTIFICATIONS." + other + ".1.1.1.1.1": "+ACK", "_INBOX.x": "", "_R_.x": "",
	}
	own := "leadership-own"
	create := func(name, filter, more string) string {
		return fmt.Sprintf(`{"stream_name":"NOTIFICATIONS","config":{"durable_name":%q,"ack_policy":"explicit",%s"filter_subject":%q}}`, name, more, filter)
	}
	api := map[string]string{
		"INFO": "", "STREAM.NAMES": "", "STREAM.LIST": "", "STREAM.INFO.NOTIFICATIONS": "",
		"STREAM.MSG.GET.NOTIFICATIONS": `{"seq":3}`, "DIRECT.GET.NOTIFICATIONS": `{"seq":3}`,
		"DIRECT.GET.NOTIFICATIONS.notification.v1.csm.acme.c-1": "", "STREAM.PURGE.NOTIFICATIONS": "", "STREAM.DELETE.NOTIFICATIONS": "",
		"STREAM.MSG.DELETE.NOTIFICATIONS": `{"seq":1}`, "STREAM.SNAPSHOT.NOTIFICATIONS": `{"deliver_subject":"_INBOX_dashboard.x"}`,
		"STREAM.UPDATE.NOTIFICATIONS":                                            `{"name":"NOTIFICATIONS","subjects":["x"]}`,
		"STREAM.CREATE.MINE":                                                     `{"name":"MINE","mirror":{"name":"NOTIFICATIONS"}}`,
		"CONSUMER.NAMES.NOTIFICATIONS":                                           "",
		"CONSUMER.LIST.NOTIFICATIONS":                                            "",
		"CONSUMER.INFO.NOTIFICATIONS." + other:                                   "",
		"CONSUMER.MSG.NEXT.NOTIFICATIONS." + other:                               `{"batch":10,"no_wait":true}`,
		"CONSUMER.RESET.NOTIFICATIONS." + other:                                  "",
		"CONSUMER.DELETE.NOTIFICATIONS." + other:                                 "",
		"CONSUMER.PAUSE.NOTIFICATIONS." + other:                                  `{"pause_until":"2099-01-01T00:00:00Z"}`,
		"CONSUMER.MSG.NEXT.NOTIFICATIONS.notification-webhook":                   `{"batch":10,"no_wait":true}`,
		"CONSUMER.CREATE.NOTIFICATIONS":                                          create(own, "notification.v1.csm.>", ""),
		"CONSUMER.CREATE.NOTIFICATIONS." + own:                                   create(own, "notification.v1.>", ""),
		"CONSUMER.DURABLE.CREATE.NOTIFICATIONS." + own:                           create(own, "notification.v1.>", ""),
		"CONSUMER.CREATE.NOTIFICATIONS." + own + ".notification.v1.leadership.>": create(own, "notification.v1.leadership.>", `"deliver_subject":"review.v1.x",`),
		"CONSUMER.CREATE.NOTIFICATIONS." + other + ".notification.v1.csm.>":      create(other, "notification.v1.csm.>", ""),
	}
	for subject, text := range api {
		all["$JS.API."+subject], all["$JS.tocsin.API."+subject] = text, text
	}
	return all
}

// state is what stands on the bus: each stream with its messages and consumers.
func (w world) state(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	list := w.tocsin.ListStreams(t.Context())
	for s := range list.Info() {
		if s.Config.Name == topology.Signals.Name {
			continue // it ticks
		}
		all[s.Config.Name] = fmt.Sprintf("%d messages to %d, %d consumers, %v", s.State.Msgs, s.State.LastSeq, s.State.Consumers, s.Config.Subjects)
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAReaderCanDoNothingElse(t *testing.T) {
	w := readers(t)
	before := w.state(t)
	for name, other := range map[string]string{"dashboard": "leadership-acme", "acme": "leadership-dashboard"} {
		r := w.as(t, name)
		answers, err := r.nc.SubscribeSync("_INBOX_" + name + ".answers")
		if err != nil {
			t.Fatal(err)
		}
		all := attempts(other)
		all["$JS.tocsin.API.CONSUMER.DELETE.NOTIFICATIONS.leadership-"+name] = ""
		all["$JS.tocsin.API.CONSUMER.CREATE.NOTIFICATIONS.leadership-"+name+".notification.v1.>"] = "{}"
		all["$JS.tocsin.API.CONSUMER.PAUSE.NOTIFICATIONS.leadership-"+name] = "{}"
		for _, subject := range slices.Sorted(maps.Keys(all)) {
			r.wasRefused(t, 1, "publish to "+subject, func() error {
				return r.nc.PublishRequest(subject, answers.Subject, []byte(all[subject]))
			})
		}
		for _, subject := range []string{">", "notification.>", "_INBOX.>", "_INBOX_other.>", "$JS.>", "$SYS.>", "_R_.>"} {
			r.wasRefused(t, 1, "subscribe to "+subject, func() error {
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

// wasRefused fails the test unless the server refuses what is done so often.
func (r *reader) wasRefused(t *testing.T, want int, what string, do func() error) {
	t.Helper()
	count := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.refused
	}
	before := count()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	// What the server refuses it says before it answers this.
	if err := r.nc.FlushTimeout(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	for count() < before+want {
		if ctx.Err() != nil {
			t.Errorf("%s: not refused", what)
			return
		}
		_ = r.nc.FlushTimeout(time.Second) // the handler runs beside
	}
}

// A request names where its answer goes. What a reader may ask must not be a way to
// write where a stream listens, as it is within the account of the services.
func TestAnAnswerComesBackToWhoAskedOnly(t *testing.T) {
	w := readers(t)
	r := w.as(t, "dashboard")
	ask := func(nc *nats.Conn, api, target string) {
		const own = ".NOTIFICATIONS.leadership-dashboard"
		for _, request := range [][2]string{
			{api + ".CONSUMER.INFO" + own, ""},
			{api + ".CONSUMER.RESET" + own, ""},
			{api + ".CONSUMER.MSG.NEXT" + own, `{"batch":5,"no_wait":true}`},
			{"$JS.ACK" + own + ".1.1.1.1.1", "+NXT"},
		} {
			m := &nats.Msg{Subject: request[0], Reply: target, Data: []byte(request[1]), Header: nats.Header{"Nats-Trace-Dest": {target}}}
			if err := errors.Join(nc.PublishMsg(m), nc.FlushTimeout(5*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, target := range []string{"ingress.v1.ticket.reader", "deadletter.v1.reader"} {
		ask(r.nc, "$JS.tocsin.API", target)
	}
	// The same within the account arrives, and behind what the reader asked.
	ask(w.tocsin.Conn(), "$JS.API", "ingress.v1.ticket.within")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for stored := 0; stored < 3; { // the state twice, and a message
		if ctx.Err() != nil {
			t.Fatalf("%d answers within the account, want 3: the test proves nothing", stored)
		}
		stored = w.holds(t, topology.Ingress, "ingress.v1.ticket.within")
	}
	if n := w.holds(t, topology.Ingress, "ingress.v1.ticket.reader") + w.holds(t, topology.DeadLetter, "deadletter.v1.reader"); n > 0 {
		t.Errorf("%d answers to a reader stand in a stream", n)
	}
}

// holds is how many messages of a subject a stream holds.
func (w world) holds(t *testing.T, s topology.Stream, subject string) int {
	t.Helper()
	stream, err := w.tocsin.Stream(t.Context(), s.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter(subject))
	if err != nil {
		t.Fatal(err)
	}
	return int(info.State.Subjects[subject]) //nolint:gosec // small
}

func TestTheReadersServerIsTheOther(t *testing.T) {
	one, other := natsOptions(t), func() *server.Options {
		t.Setenv("NATS_DASHBOARD_PASSWORD", "secret")
		t.Setenv("NATS_ACME_PASSWORD", "secret")
		o, err := server.ProcessConfigFile("nats/readers.conf")
		if err != nil {
			t.Fatal(err)
		}
		return o
	}()
	if !other.SyncAlways || other.JetStreamMaxStore != one.JetStreamMaxStore || other.MaxPayload != one.MaxPayload || other.SystemAccount != one.SystemAccount || other.NoAuthUser != "" {
		t.Error("readers.conf is another server than server.conf")
	}
	for _, u := range other.Users {
		if reads := u.Account.Name == "READERS"; reads != (u.Permissions != nil) || strings.TrimSpace(u.Password) == "" {
			t.Errorf("the user %s of %s: permissions %v", u.Username, u.Account.Name, u.Permissions)
		}
	}
}
