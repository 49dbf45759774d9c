package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/services/classification"
	"tocsin/services/intake"
	"tocsin/services/monitoring"
	"tocsin/services/notification"
	"tocsin/services/review"

	"tocsin/pkg/bus"
	"tocsin/pkg/certs"
	"tocsin/pkg/config"
	"tocsin/pkg/gate"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/run"
	"tocsin/pkg/telemetry"
	"tocsin/pkg/topology"
)

type upCmd struct {
	formatFlag
	tlsFlags
	Data   string     `default:"./tocsin-data" type:"path" env:"TOCSIN_DATA" help:"Folder for streams and ledger."`
	HTTP   string     `name:"http" default:"127.0.0.1:8080" env:"TOCSIN_HTTP_ADDR" help:"Address of console, API and doors; port 0 picks one."`
	NATS   string     `name:"nats" default:"127.0.0.1:4222" help:"Address of the NATS server; port 0 picks one."`
	Policy string     `type:"existingfile" env:"TOCSIN_POLICY_FILE" help:"Policy file; the built-in one by default."`
	Model  string     `type:"existingfile" env:"TOCSIN_CLASSIFICATION_MODEL" help:"A model that tocsin train wrote, to read notes with; the one that the program carries by default."`
	Shadow string     `name:"shadow-model" type:"existingfile" env:"TOCSIN_CLASSIFICATION_SHADOW_MODEL" help:"A model that tocsin train wrote: it assesses every ticket beside the one that counts, and changes nothing; tocsin label shadow says how far it agrees."`
	Routes string     `type:"existingfile" env:"TOCSIN_ROUTES_FILE" help:"File that says who hears what, on which channel; the stream and the webhook only by default."`
	Doors  string     `type:"existingfile" env:"TOCSIN_DOORS_FILE" help:"File that says which vendors' accounts have a door, who is let in, and what they mean; tocsin doors test tries it."`
	Words  string     `type:"existingdir" env:"TOCSIN_WORDS" help:"Folder of words that stand in place of the program's; tocsin routes preview shows them."`
	Log    slog.Level `name:"log-level" default:"WARN" env:"TOCSIN_LOG_LEVEL" help:"DEBUG, INFO, WARN or ERROR."`
}

func (upCmd) Help() string {
	return `Examples:
  tocsin up                          console at http://127.0.0.1:8080, data in ./tocsin-data
  tocsin up --data /var/lib/tocsin --http 127.0.0.1:9090 --nats 127.0.0.1:4333
  tocsin up --http 127.0.0.1:0 --nats 127.0.0.1:0
  tocsin up --http :8443 --tls-cert server.pem --tls-key server.key

Further settings come from the environment: TOCSIN_WEBHOOK_URL, TOCSIN_WEBHOOK_SECRET,
TOCSIN_ZENDESK_SECRET, TOCSIN_ALERTMANAGER_TOKEN, TOCSIN_PRODUCER_TOKEN, TOCSIN_LEADERSHIP_TOKEN,
TOCSIN_OIDC_ISSUER and the others of services/review. Where nobody says by the last two who may come
in, people sign in by the link that is printed, and --http has to be a loopback address.`
}

// settings are those of the five services, from the environment.
type settings struct {
	Intake         intake.Config
	Classification classification.Config
	Monitoring     monitoring.Config
	Review         review.Config
	Notification   notification.Config
}

// Run is `tocsin up`.
func (c *upCmd) Run(s *streams) error {
	run.TradeMemory()
	log := telemetry.Logger(c.Log)
	cfg, err := config.Load[settings]()
	if err != nil {
		return err
	}
	cfg.Review.LedgerURL = filepath.Join(c.Data, "ledger.db")
	cfg.Review.HTTPAddr, cfg.Review.Links = c.HTTP, &review.Links{}
	cfg.Review.TLS = c.files()
	cfg.Intake.TLS = cfg.Review.TLS
	shown, err := certs.Open(cfg.Review.TLS, log)
	if err != nil {
		return err
	}
	cfg.Classification.Model, cfg.Classification.ShadowModel = c.Model, c.Shadow
	cfg.Intake.DoorsFile = c.Doors
	cfg.Notification.WordsFolder, cfg.Notification.RoutesFile = c.Words, c.Routes
	pol, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	release, err := hold(c.Data)
	if err != nil {
		return err
	}
	defer release()
	tel, err := telemetry.Setup(s.ctx, "tocsin")
	if err != nil {
		return err
	}
	defer func() { _ = tel.Stop(s.ctx) }()
	// What is opened here is closed after all services have ended.
	nats, err := natsserver.Start(natsserver.Options{Addr: c.NATS, Dir: filepath.Join(c.Data, "nats")})
	if err != nil {
		return err
	}
	defer func() { nats.Shutdown(); nats.WaitForShutdown() }()
	conn, err := bus.Connect(s.ctx, bus.Settings{InProcess: nats, Name: "tocsin", Log: log})
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := topology.Apply(s.ctx, conn.JS(), 1); err != nil {
		return err
	}
	at := run.Place{Conn: conn, Policy: pol, Mux: http.NewServeMux(), Health: &run.Health{}, Door: &gate.Door{}, Log: log}
	at.Health.Add("bus", func(context.Context) error { return conn.Up() })
	at.Health.Mount(at.Mux)
	at.Mux.Handle("GET /metrics", tel.Metrics)
	return c.serve(s, cfg, at, house{nats.ClientURL(), shown})
}

// A house is what is opened for the services.
type house struct {
	// nats is the server's URL.
	nats  string
	certs *certs.Keeper
}

// serve runs the five services and, once they have put their routes up, HTTP.
func (c *upCmd) serve(s *streams, cfg settings, at run.Place, h house) error {
	g := run.NewGroup(s.ctx, at.Log)
	services := []struct {
		name string
		run  func(context.Context, run.Place) error
	}{
		{"intake", func(ctx context.Context, at run.Place) error { return intake.Run(ctx, cfg.Intake, at) }},
		{"classification", func(ctx context.Context, at run.Place) error { return classification.Run(ctx, cfg.Classification, at) }},
		{"monitoring", func(ctx context.Context, at run.Place) error { return monitoring.Run(ctx, cfg.Monitoring, at) }},
		{"review", func(ctx context.Context, at run.Place) error { return review.Run(ctx, cfg.Review, at) }},
		{"notification", func(ctx context.Context, at run.Place) error { return notification.Run(ctx, cfg.Notification, at) }},
	}
	var left atomic.Int32
	left.Store(int32(len(services))) //nolint:gosec // there are five
	up := make(chan struct{})
	for _, svc := range services {
		place := at
		place.Log = at.Log.With("service", svc.name)
		place.OnUp = sync.OnceFunc(func() {
			if left.Add(-1) == 0 {
				close(up)
			}
		})
		g.Go(svc.name, func(ctx context.Context) error {
			if err := svc.run(ctx, place); err != nil {
				return err // nothing is ready then
			}
			place.Up()
			return nil
		})
	}
	g.Go("http", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-up:
		}
		return run.Site{
			Addr: c.HTTP, Handler: at.Mux, Certs: h.certs, Log: at.Log,
			Listening: func(a net.Addr) { c.ready(s, cfg.Review, a, h.nats) },
		}.Serve(ctx)
	})
	g.Go("certificates", h.certs.Watch)
	return g.Wait()
}

// ready prints where everything is, how to sign in, and how to try it.
func (c *upCmd) ready(s *streams, cfg review.Config, http net.Addr, natsURL string) {
	nats, site, link := strings.Replace(natsURL, "0.0.0.0", "127.0.0.1", 1), cfg.TLS.Scheme()+"://"+http.String(), ""
	if cfg.ByLink() {
		link = site + review.LinkPath + cfg.Links.New(time.Now())
	}
	if c.json() {
		where := map[string]string{"console": site, "nats": nats, "data": c.Data}
		if link != "" {
			where["signin"] = link
		}
		_ = json.NewEncoder(s.out).Encode(where)
		return
	}
	signin := ""
	if link != "" {
		signin = "\n  sign in   " + link + "\n            (good once, within ten minutes; tocsin signin-link gives another)"
	}
	fmt.Fprintf(s.out, `tocsin is ready.
  console   %[1]s%[4]s
  NATS      %[2]s
  data      %[3]s
Try it from another terminal:
  curl -H 'Content-Type: application/json' --data-binary @deploy/examples/ticket.json %[1]s/v1/tickets
  deploy/examples/incident | bin/tocsin publish --nats %[2]s
  bin/tocsin watch --nats %[2]s --since 1h
  bin/tocsin case list --server %[1]s
`, site, nats, c.Data, signin)
}
