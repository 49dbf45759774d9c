package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
)

type muteCmd struct {
	Add  muteAddCmd  `cmd:"" help:"Mute something for a while."`
	List muteListCmd `cmd:"" help:"List what is muted, or will be."`
	End  muteEndCmd  `cmd:"" help:"End a mute before its time."`
}

func (muteCmd) Help() string {
	return `Examples:
  tocsin mute add --tenant acme --for 2h --why 'move of the data center'
  tocsin mute list --all
  tocsin mute end m-7kq2

What is muted is not told, but stays on record. When a mute ends, leadership is told
what it silenced.`
}

// muted is a mute as the server says it.
type muted struct {
	ID           string    `json:"id"`
	State        string    `json:"state"`
	By           string    `json:"by"`
	Why          string    `json:"why"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	Destinations []string  `json:"destinations"`
	Audiences    []string  `json:"audiences"`
	Tenants      []string  `json:"tenants"`
	Reasons      []string  `json:"reasons"`
	Severities   []string  `json:"severities"`
	Kinds        []string  `json:"kinds"`
	EndedBy      string    `json:"ended_by"`
	Silenced     *uint32   `json:"silenced"`
}

// what says what is muted, to whom and where.
func (m *muted) what() string {
	var parts []string
	for _, part := range [][]string{m.Tenants, m.Severities, m.Reasons, m.Kinds} {
		if len(part) > 0 {
			parts = append(parts, strings.Join(part, ", "))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "everything")
	}
	text := strings.Join(parts, "; ") + " to " + strings.Join(m.Audiences, ", ")
	if len(m.Destinations) > 0 {
		text += " at " + strings.Join(m.Destinations, ", ")
	}
	return text
}

type muteAddCmd struct {
	serverFlag
	formatFlag
	Why         string        `required:"" help:"Why; it stands with each message that is not told."`
	For         time.Duration `help:"How long, as 2h or 90m; 30 days at most."`
	Until       string        `help:"Until when, in place of how long: 2h from now, a day as 2026-12-01, or an RFC 3339 time."`
	From        string        `help:"From when, likewise; now by default."`
	Tenant      []string      `help:"Only what is of these tenants; platform is what concerns all."`
	Destination []string      `help:"Only at these destinations of the file of routes; webhook is also that of the settings."`
	Audience    []string      `help:"Whom it keeps from being told: leadership where nobody is named, requester, csm, agent."`
	Severity    []string      `help:"Only what is so severe: critical, high, normal."`
	Reason      []string      `help:"Only cases that have one of these reasons."`
	Kind        []string      `help:"Only these kinds of messages, as condition_linked."`
	Key         string        `help:"Makes it the same order when it is sent again."`
	As          string        `help:"Your name, as it stands with the mute." env:"TOCSIN_PERSON,USER"`
}

func (muteAddCmd) Help() string {
	return `Examples:
  tocsin mute add --tenant acme --for 2h --why 'move of the data center'
  tocsin mute add --destination pager --severity normal --until 2026-12-01 --why 'only what burns'
  tocsin mute add --from 2026-11-28T20:00:00Z --for 4h --audience leadership,requester --tenant acme --why 'planned maintenance'`
}

func (c *muteAddCmd) Run(s *streams) error {
	body := map[string]any{
		"why": c.Why, "tenants": c.Tenant, "destinations": c.Destination, "audiences": c.Audience,
		"severities": c.Severity, "reasons": c.Reason, "kinds": c.Kind,
	}
	for name, value := range body {
		if list, is := value.([]string); is && len(list) == 0 {
			delete(body, name)
		}
	}
	switch {
	case c.For != 0 && c.Until != "":
		return wrongUsage("say --for or --until, not both")
	case c.For != 0:
		body["lasts"] = c.For.String()
	case c.Until == "":
		return wrongUsage("say --for how long it is muted, as 2h, or --until when")
	}
	now := time.Now()
	for _, end := range []struct{ flag, field, text string }{{"--from", "from", c.From}, {"--until", "until", c.Until}} {
		if end.text == "" {
			continue
		}
		at, err := whenSaid(end.text, now)
		if err != nil {
			return wrongUsage("%s %q is neither a duration, as 2h, nor a day, as 2026-12-01, nor an RFC 3339 time", end.flag, end.text)
		}
		body[end.field] = at
	}
	var got struct{ Mute json.RawMessage }
	if err := c.post(s.ctx, order{path: "/v1/mutes", as: c.As, body: body, key: c.Key}, &got); err != nil {
		return err
	}
	return c.tell(s, got.Mute)
}

// tell prints one mute.
func (f formatFlag) tell(s *streams, raw json.RawMessage) error {
	if f.json() {
		return printJSON(s.out, raw)
	}
	var m muted
	if err := readJSON(raw, &m); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "%s  %s: %s, from %s until %s\n", m.ID, m.State, m.what(), onClock(m.From), onClock(m.Until))
	return err
}

type muteListCmd struct {
	serverFlag
	formatFlag
	All bool `help:"Those too that are over."`
}

func (muteListCmd) Help() string {
	return `Examples:
  tocsin mute list
  tocsin mute list --all --output json | jq 'select(.silenced > 0)'`
}

func (c *muteListCmd) Run(s *streams) error {
	var got struct{ Mutes []json.RawMessage }
	if err := c.get(s.ctx, "/v1/mutes?"+url.Values{"all": {fmt.Sprint(c.All)}}.Encode(), &got); err != nil {
		return err
	}
	if !c.json() && len(got.Mutes) == 0 {
		_, err := fmt.Fprintln(s.out, "Nothing is muted.")
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for i, raw := range got.Mutes {
		if c.json() {
			if err := printJSON(s.out, raw); err != nil {
				return err
			}
			continue
		}
		var m muted
		if err := readJSON(raw, &m); err != nil {
			return err
		}
		if i == 0 {
			fmt.Fprintln(w, "ID\tSTATE\tFROM\tUNTIL\tWHAT\tBY\tSILENCED\tWHY")
		}
		silenced := "-"
		if m.Silenced != nil {
			silenced = fmt.Sprint(*m.Silenced)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.State, onClock(m.From), onClock(m.Until), m.what(), m.By, silenced, m.Why)
	}
	return w.Flush()
}

type muteEndCmd struct {
	serverFlag
	formatFlag
	ID string `arg:"" help:"The mute's id."`
	As string `help:"Your name, as it stands with the end." env:"TOCSIN_PERSON,USER"`
}

func (muteEndCmd) Help() string { return "Example:\n  tocsin mute end m-7kq2" }

func (c *muteEndCmd) Run(s *streams) error {
	data, err := c.call(s.ctx, request{method: http.MethodDelete, path: "/v1/mutes/" + url.PathEscape(c.ID), as: c.As})
	if err != nil {
		return err
	}
	var got struct{ Mute json.RawMessage }
	if err := readJSON(data, &got); err != nil {
		return err
	}
	return c.tell(s, got.Mute)
}
