package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// routesFlags name the file of routes, and the policy whose reasons it names.
type routesFlags struct {
	formatFlag
	File   string `arg:"" type:"existingfile" help:"The file of routes."`
	Policy string `type:"existingfile" env:"TOCSIN_POLICY_FILE" help:"Policy file; the built-in one by default."`
}

func (f *routesFlags) read() ([]byte, *policy.Policy, error) {
	text, err := os.ReadFile(f.File)
	if err != nil {
		return nil, nil, err
	}
	p, err := run.Policy(f.Policy)
	return text, p, err
}

// beside reads what the file names.
func (f *routesFlags) beside() notification.Beside {
	return notification.InFolder(os.DirFS(filepath.Dir(f.File)))
}

// at puts the file before each line of what is wrong in it, as line:column: text.
func (f *routesFlags) at(err error) error {
	return inFile(f.File, err)
}

type routesCheckCmd struct{ routesFlags }

func (routesCheckCmd) Help() string {
	return `Example:
  OPS_SLACK_URL=https://hooks.slack.com/services/… tocsin routes check routes.yaml`
}

// Run is `tocsin routes check`.
func (c *routesCheckCmd) Run(s *streams) error {
	text, p, err := c.read()
	if err != nil {
		return err
	}
	missing, err := notification.CheckRoutes(text, p, os.LookupEnv, c.beside())
	if err != nil {
		return c.at(err)
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(map[string]any{"file": c.File, "missing": append([]string{}, missing...)})
	}
	if len(missing) > 0 {
		fmt.Fprintf(s.out, "not set, so that its destination's settings are not checked: %s\n", strings.Join(missing, ", "))
	}
	_, err = fmt.Fprintf(s.out, "%s is a valid file of routes\n", c.File)
	return err
}

// liveFlags say what else counts beside the file: what is so now, or nothing.
type liveFlags struct {
	natsFlag
	Live bool `help:"Go by the cases that are open and what is muted in the system that runs."`
}

// world is what else counts when something is told.
func (f *liveFlags) world(s *streams) (notification.World, error) {
	if !f.Live {
		return notification.World{}, nil
	}
	conn, err := f.connect(s.ctx)
	if err != nil {
		return notification.World{}, err
	}
	defer conn.Close()
	return notification.LiveWorld(s.ctx, conn)
}

// said says by what it was judged, for people.
func (f *liveFlags) said(w io.Writer, world notification.World, at time.Time) error {
	if !f.Live {
		_, err := fmt.Fprintln(w, "assumed that no case is open and nothing is muted; --live asks the system that runs")
		return err
	}
	open, muted := world.Count(at)
	_, err := fmt.Fprintf(w, "as it is at %s: open cases %d, mutes %d\n", bus.Address(f.NATS), open, muted)
	return err
}

type routesExplainCmd struct {
	routesFlags
	liveFlags
	At       time.Time `help:"When it is told, as 2026-11-20T22:30:00Z; now by default."`
	Audience string    `default:"leadership" enum:"leadership,requester,csm,agent" help:"leadership, requester, csm or agent."`
	Tenant   string    `default:"acme" help:"The organization."`
	Reasons  []string  `help:"Reasons of the case, as site_outage; the most severe counts."`
	Kind     string    `default:"case_opened" help:"What happened, as approved."`
	Source   string    `help:"The ticket's helpdesk, as zendesk."`
	Language string    `default:"en" help:"Of the words."`
}

func (routesExplainCmd) Help() string {
	return `Examples:
  tocsin routes explain routes.yaml --reasons site_outage --at 2026-11-20T22:30:00Z
  tocsin routes explain routes.yaml --audience requester --source zendesk --kind approved
  tocsin routes explain routes.yaml --tenant acme --live`
}

// Run is `tocsin routes explain`.
func (c *routesExplainCmd) Run(s *streams) error {
	text, p, err := c.read()
	if err != nil {
		return err
	}
	n := &notificationv1.Notification{
		Audience: c.Audience, Tenant: c.Tenant, Case: "example", Kind: c.Kind, Language: c.Language, Source: c.Source, Reasons: c.Reasons,
	}
	if c.At.IsZero() {
		c.At = time.Now()
	}
	world, err := c.world(s)
	if err != nil {
		return err
	}
	heard, err := world.ExplainRoutes(text, p, n, c.At)
	if err != nil {
		return c.at(err)
	}
	if err := c.print(s.out, heard); err != nil {
		return err
	}
	climb, err := world.ExplainLadder(text, p, c.beside(), n, c.At)
	if err != nil {
		return c.at(err)
	}
	if err := c.ladder(s.out, climb); err != nil || c.json() {
		return err
	}
	return c.said(s.out, world, c.At)
}

// print says for each destination what becomes of a notification.
func (f *routesFlags) print(w io.Writer, heard []notification.Hearing) error {
	for _, h := range heard {
		if f.json() {
			if err := json.NewEncoder(w).Encode(h); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(w, "%-7s %-16s %s\n", h.Fate, h.Destination, strings.Join(h.Why, "; ")); err != nil {
			return err
		}
	}
	return nil
}

type routesTestCmd struct {
	routesFlags
	liveFlags
}

func (routesTestCmd) Help() string {
	return `Reads notifications, one JSON object a line, and says of each who would hear it, had
it been told at its own time. With --live what was muted then counts too, and the cases
that are open now.

Examples:
  tocsin watch --since 24h --output json | tocsin routes test routes.yaml
  tocsin watch --since 24h --output json | tocsin routes test routes.yaml --live`
}

// Run is `tocsin routes test`.
func (c *routesTestCmd) Run(s *streams) error {
	text, p, err := c.read()
	if err != nil {
		return err
	}
	world, err := c.world(s)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(s.in)
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		n := &notificationv1.Notification{}
		if err := protojson.Unmarshal(lines.Bytes(), n); err != nil {
			return fmt.Errorf("line %d of what is read is no notification: %w", number, err)
		}
		heard, err := world.ExplainRoutes(text, p, n, n.GetAt().AsTime())
		if err != nil {
			return c.at(err)
		}
		if !c.json() {
			fmt.Fprintf(s.out, "--- %s to %s: %s\n", n.GetKind(), n.GetAudience(), n.GetTitle())
		}
		if err := c.print(s.out, heard); err != nil {
			return err
		}
		climb, err := world.ExplainLadder(text, p, c.beside(), n, n.GetAt().AsTime())
		if err != nil {
			return c.at(err)
		}
		if err := c.ladder(s.out, climb); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil || c.json() {
		return err
	}
	return c.said(s.out, world, time.Now())
}
