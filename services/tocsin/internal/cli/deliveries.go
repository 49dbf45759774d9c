package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	reviewv1 "tocsin/proto/gen/review/v1"
)

type deliveriesCmd struct {
	serverFlag
	formatFlag
	Case         string `help:"Of this case."`
	Tenant       string `help:"To this tenant; platform for all together."`
	Person       string `help:"To this person, by their id in the helpdesk."`
	To           string `help:"To this destination of the file of routes; one that has no name, by its host."`
	Channel      string `help:"By this channel, as slack."`
	Audience     string `enum:",leadership,requester,csm,agent" default:"" help:"leadership, requester, csm or agent; all by default."`
	Outcome      string `enum:",sent,failed,parked,silenced,grouped" default:"" help:"sent, failed, parked, silenced or grouped; all by default."`
	Notification string `help:"Of this notification."`
	Since        string `help:"Only since then: 720h ago, a day as 2026-11-01, or an RFC 3339 time."`
	Until        string `help:"Only before then, said likewise."`
	Limit        int    `default:"50" help:"At most so many, the latest first."`
}

func (deliveriesCmd) Help() string {
	return `Each line is one attempt; what was silenced or told with others says why.

Examples:
  tocsin deliveries --case c-abc
  tocsin deliveries --to ops --outcome failed --since 24h
  tocsin deliveries --person j.weber --since 2026-11-01
  tocsin deliveries --limit 5000 --output json | jq -r .answer`
}

// query is what is asked for, but for the page.
func (c *deliveriesCmd) query() (url.Values, error) {
	q := url.Values{}
	for name, value := range map[string]string{
		"case": c.Case, "tenant": c.Tenant, "recipient": c.Person, "destination": c.To, "channel": c.Channel,
		"audience": c.Audience, "outcome": c.Outcome, "notification": c.Notification,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, text := range map[string]string{"since": c.Since, "until": c.Until} {
		if text == "" {
			continue
		}
		at, err := moment("--"+name, text, time.Now())
		if err != nil {
			return nil, err
		}
		q.Set(name, at.UTC().Format(time.RFC3339))
	}
	return q, nil
}

// deliveryPage is the answer to a list of deliveries.
type deliveryPage struct {
	Deliveries []json.RawMessage `json:"deliveries"`
	Next       string            `json:"next"`
}

// mostOfAPage is how many a page of the API holds at most.
const mostOfAPage = 500

// Run is `tocsin deliveries`.
func (c *deliveriesCmd) Run(s *streams) error {
	if c.Limit < 1 {
		return wrongUsage("--limit %d: ask for one at least", c.Limit)
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	var list []json.RawMessage
	var page deliveryPage
	for len(list) < c.Limit {
		q.Set("limit", strconv.Itoa(min(c.Limit-len(list), mostOfAPage)))
		page = deliveryPage{}
		if err := c.get(s.ctx, "/v1/deliveries?"+q.Encode(), &page); err != nil {
			return err
		}
		list = append(list, page.Deliveries...)
		if page.Next == "" {
			break
		}
		q.Set("cursor", page.Next)
	}
	if c.json() {
		for _, raw := range list {
			if err := printJSON(s.out, raw); err != nil {
				return err
			}
		}
		return nil
	}
	return c.print(s, list, page.Next != "")
}

// print shows deliveries to people.
func (c *deliveriesCmd) print(s *streams, list []json.RawMessage, more bool) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(s.out, "Nobody was told anything that this asks for.")
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHEN\tOUTCOME\tTRY\tTOOK\tWHO\tTENANT\tCASE\tWHAT\tBY\tANSWER")
	for _, raw := range list {
		var d reviewv1.Delivery
		if err := read(raw, &d); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.160s\n", d.GetAt().AsTime().Local().Format("Jan 2 15:04:05"), d.GetOutcome(), d.GetAttempt(),
			took(&d), joined(d.GetAudience(), d.GetRecipient()), d.GetTenant(), d.GetCase(), d.GetKind(), joined(d.GetChannel(), d.GetDestination()), d.GetAnswer())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if more {
		fmt.Fprintln(s.out, "There are more; ask for them with --limit.")
	}
	return nil
}

// took is how long an attempt took; - where none was made.
func took(d *reviewv1.Delivery) string {
	if d.GetAttempt() == 0 {
		return "-"
	}
	return (time.Duration(d.GetDurationMs()) * time.Millisecond).String()
}
