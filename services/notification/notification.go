// Package notification tells people what became of a case: the right people,
// once, in their language.
//
// It turns each change of a case into notifications on the stream, which is
// open to leadership live, carries them to a signed webhook, and records who
// was told what, when, and with how many attempts. It decides nothing about a
// case and keeps no state but the stream's own.
package notification

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/gate"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/calling"
	"tocsin/services/notification/internal/channel/webhook"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/mutes"
	"tocsin/services/notification/internal/relay"
	"tocsin/services/notification/internal/stream"
	"tocsin/services/notification/internal/vigil"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Config are the settings of the service. The zero value works.
type Config struct {
	run.Program
	// WebhookURL takes leadership's notifications; empty sends none.
	WebhookURL string `env:"TOCSIN_WEBHOOK_URL"`
	// WebhookSecret signs them: "whsec_" and at least 24 random bytes in base64.
	WebhookSecret string `env:"TOCSIN_WEBHOOK_SECRET"`
	// RoutesFile says who hears what, on which channel; empty tells on the stream
	// and by the webhook only.
	RoutesFile string `env:"TOCSIN_ROUTES_FILE"`
	// ConsoleURL is the console's address, for links; empty leaves them out.
	ConsoleURL string `env:"TOCSIN_CONSOLE_URL"`
	// LeadershipLanguage is "en" or "de"; empty is English.
	LeadershipLanguage string `env:"TOCSIN_LEADERSHIP_LANGUAGE"`
	// WordsFolder holds words that stand in place of the program's; empty has none.
	WordsFolder string `env:"TOCSIN_WORDS"`
	// JSONStream are the audiences, with commas between, or "all", whose notifications
	// stand on the bus as JSON too; empty writes none.
	JSONStream string `env:"TOCSIN_JSON_STREAM"`
	// LeadershipToken is what a program that reads the stream has to show; without
	// one only this machine is served.
	LeadershipToken string `env:"TOCSIN_LEADERSHIP_TOKEN"`
}

// Run tells people of changes until the context ends.
func Run(ctx context.Context, cfg Config, at run.Place) error {
	switch strings.ToLower(cfg.LeadershipLanguage) {
	case "", "en", "de":
	default:
		return fmt.Errorf("leadership's language %q: there are words in en and de", cfg.LeadershipLanguage)
	}
	var hook *webhook.Webhook
	var err error
	if cfg.WebhookURL != "" {
		if hook, err = webhook.New(cfg.WebhookURL, cfg.WebhookSecret); err != nil {
			return err
		}
	}
	plain, err := relay.Audiences(cfg.JSONStream)
	if err != nil {
		return fmt.Errorf("what stands on the bus as JSON (TOCSIN_JSON_STREAM): %w", err)
	}
	words, err := teller(cfg, at.Policy)
	if err != nil {
		return err
	}
	records, took := events.Recording(at.Conn), events.NewTook(at.Conn, at.Log)
	if records.Erased, err = erasure.Open(ctx, at.Conn.JS()); err != nil {
		return err
	}
	defer records.Erased.Close()
	telling := &events.Telling{Conn: at.Conn, Teller: words, Records: records}
	muted := &mutes.Book{Conn: at.Conn}
	watch := &vigil.Vigil{Conn: at.Conn, Teller: telling, Log: at.Log, Now: time.Now}
	ladders := &calling.Caller{}
	var out *courier.Fleet
	var delivering *courier.Muted
	if cfg.RoutesFile != "" {
		if out, err = fleet(cfg.RoutesFile, at, carrying{telling, muted, took, ladders}); err != nil {
			return err
		}
		watch.File = out.File
	}
	muted.Known = mutable(at, hook != nil, out)
	g := run.NewGroup(ctx, at.Log)
	g.Go("case changes in", bus.TurnConsumer(at.Conn, topology.NotificationOnCaseChanged, telling.OnCaseChanged))
	previewing := events.Previewing{Teller: telling.Teller}
	question := func() *reviewv1.CaseChanged { return &reviewv1.CaseChanged{} }
	g.Go("previews", bus.Answering(at.Conn, "notification", topology.PreviewSubject(), question, previewing.OnPreview))
	quiet(g, at, muted, telling)
	if hook != nil {
		watch.Webhook = settingsWebhook
		delivering = &courier.Muted{Name: settingsWebhook, Mutes: muted, Policy: at.Policy, Out: &events.Delivering{Records: records, Channel: hook, Log: at.Log, Took: took.Of(settingsWebhook)}}
		g.Go("webhook out", bus.Consumer(at.Conn, topology.NotificationToWebhook, delivering.OnNotification))
	}
	if out != nil {
		g.Go("destinations", out.Run)
		climbing(g, at, ladders)
	}
	g.Go("who would hear", hearing(at, words, out, delivering))
	if len(plain) > 0 {
		g.Go("JSON out", (&relay.Relay{Conn: at.Conn, Audiences: plain, Log: at.Log}).Run)
	}
	g.Go("what destinations take", took.Run)
	g.Go("who is heard", watch.Run)
	at.Mux.Handle("GET /v1/stream", gate.Gate{Token: cfg.LeadershipToken, Door: at.Door}.Only(&stream.Handler{Conn: at.Conn, Log: at.Log, Done: ctx.Done()}))
	at.Up()
	return g.Wait()
}

// Watching says what Watch shows.
type Watching struct {
	// Audience is leadership, requester, csm or agent; empty is leadership.
	Audience string
	// Since begins with what was told at or after this time.
	Since time.Time
	// New begins with what is told from now on. Without Since and New, Watch
	// begins with the oldest kept.
	New bool
}

// Watch hands over what an audience is told, in order, until the context ends
// or on returns an error, which it returns. It needs the bus, not the service.
func Watch(ctx context.Context, conn *bus.Conn, w Watching, on func(*notificationv1.Notification) error) error {
	if w.Audience == "" {
		w.Audience = deliver.Leadership
	}
	return stream.Follow(ctx, conn, stream.From{Audience: w.Audience, Since: w.Since, New: w.New}, func(_ uint64, n *notificationv1.Notification) error {
		return on(n)
	})
}
