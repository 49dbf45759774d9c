package cli

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

type watchCmd struct {
	natsFlag
	serverFlag
	formatFlag
	Audience string        `default:"leadership" enum:"leadership,requester,csm,agent" help:"leadership, requester, csm or agent."`
	Since    time.Duration `help:"Begin so long ago, as 1h; by default with what comes now."`
	Plain    bool          `help:"Lines instead of the full screen, also on a terminal."`
	As       string        `help:"Your name, as the audit keeps what you decide." env:"TOCSIN_PERSON,USER"`
}

func (watchCmd) Help() string {
	return `On a terminal it is the whole screen: it lists the cases, shows one, and takes
decisions by keyboard. In a pipe, with --plain, --since or --output json, and for
other audiences than leadership it prints what people are told, line by line.

Examples:
  tocsin watch
  tocsin watch --plain
  tocsin watch --since 24h --output json | jq .title
  tocsin watch --audience requester`
}

// Run is `tocsin watch`.
func (c *watchCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if c.Audience == "leadership" && c.Since <= 0 && !c.Plain && !c.json() && terminal(s.in) && terminal(s.out) {
		return c.screen(s, conn)
	}
	what := notification.Watching{Audience: c.Audience, New: c.Since <= 0}
	if c.Since > 0 {
		what.Since = time.Now().Add(-c.Since)
	}
	return notification.Watch(s.ctx, conn, what, func(n *notificationv1.Notification) error {
		if c.json() {
			data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(n)
			if err != nil {
				return err
			}
			return printJSON(s.out, data)
		}
		who := ""
		if n.Recipient != "" {
			who = " to " + n.Recipient + " on " + n.Ticket
		}
		if n.Case != "" {
			who += "  [" + n.Case + "]"
		}
		fmt.Fprintf(s.out, "%s  %s%s\n", n.At.AsTime().Local().Format(time.TimeOnly), n.Title, who)
		fmt.Fprintf(s.out, "          %s\n", strings.ReplaceAll(strings.TrimSpace(n.Body), "\n", "\n          "))
		return nil
	})
}
