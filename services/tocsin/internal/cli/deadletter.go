package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

type deadletterCmd struct {
	List  deadletterListCmd  `cmd:"" help:"List what is parked, oldest first."`
	Show  deadletterShowCmd  `cmd:"" help:"Show one parked message whole."`
	Retry deadletterRetryCmd `cmd:"" help:"Bring one back to the consumer that parked it."`
	Drop  deadletterDropCmd  `cmd:"" help:"Delete one for good."`
}

func (deadletterCmd) Help() string {
	return `Examples:
  tocsin deadletter list
  tocsin deadletter show 7
  tocsin deadletter retry 7`
}

type deadletterListCmd struct {
	natsFlag
	formatFlag
}

func (deadletterListCmd) Help() string {
	return `Examples:
  tocsin deadletter list
  tocsin deadletter list --output json | jq .reason`
}

// letterLine is a parked message as JSON.
type letterLine struct {
	ID       uint64 `json:"id"`
	Consumer string `json:"consumer"`
	// Destination is where it was to be told, as the file of routes calls it; empty
	// where it is no message to people.
	Destination string              `json:"destination,omitempty"`
	Reason      string              `json:"reason"`
	Subject     string              `json:"subject"`
	Stream      string              `json:"stream"`
	Sequence    string              `json:"sequence"`
	ParkedAt    time.Time           `json:"parked_at"`
	Headers     map[string][]string `json:"headers,omitempty"`
	Data        []byte              `json:"data,omitempty"`
}

func lineOfLetter(d bus.DeadLetter) letterLine {
	to, _ := topology.DestinationOf(d.Consumer)
	return letterLine{ID: d.ID, Consumer: d.Consumer, Destination: to, Reason: d.Reason, Subject: d.Subject, Stream: d.Stream, Sequence: d.Sequence, ParkedAt: d.ParkedAt}
}

// Run is `tocsin deadletter list`.
func (c *deadletterListCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	list, err := conn.DeadLetters(s.ctx)
	if err != nil {
		return err
	}
	if c.json() {
		enc := json.NewEncoder(s.out)
		for _, d := range list {
			if err := enc.Encode(lineOfLetter(d)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(list) == 0 {
		fmt.Fprintln(s.out, "Nothing is parked.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tPARKED\tCONSUMER\tDESTINATION\tREASON")
	for _, d := range list {
		to := cmp.Or(lineOfLetter(d).Destination, "-")
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%.160s\n", d.ID, d.ParkedAt.Local().Format(time.DateTime), d.Consumer, to, d.Reason)
	}
	return w.Flush()
}

type deadletterShowCmd struct {
	natsFlag
	formatFlag
	ID uint64 `arg:"" help:"The id that list shows."`
}

func (deadletterShowCmd) Help() string {
	return `Examples:
  tocsin deadletter show 7
  tocsin deadletter show 7 --output json | jq -r .data | base64 -d`
}

// Run is `tocsin deadletter show`.
func (c *deadletterShowCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	d, err := conn.DeadLetter(s.ctx, c.ID)
	if err != nil {
		return err
	}
	if c.json() {
		l := lineOfLetter(d)
		l.Headers, l.Data = d.Headers, d.Data
		return json.NewEncoder(s.out).Encode(l)
	}
	fmt.Fprintf(s.out, "parked    %s by %s\nreason    %s\nfrom      %s, stream %s, sequence %s\n", d.ParkedAt.Local().Format(time.DateTime), d.Consumer, d.Reason, d.Subject, d.Stream, d.Sequence)
	if to := lineOfLetter(d).Destination; to != "" {
		fmt.Fprintf(s.out, "to        %s\n", to)
	}
	for name, values := range d.Headers {
		fmt.Fprintf(s.out, "header    %s: %v\n", name, values)
	}
	fmt.Fprintf(s.out, "data      %d bytes\n%q\n", len(d.Data), d.Data)
	return nil
}

type deadletterRetryCmd struct {
	natsFlag
	formatFlag
	ID uint64 `arg:"" help:"The id that list shows."`
}

func (deadletterRetryCmd) Help() string {
	return `Example:
  tocsin deadletter retry 7`
}

// Run is `tocsin deadletter retry`.
func (c *deadletterRetryCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.Retry(s.ctx, c.ID); err != nil {
		return err
	}
	if c.json() {
		_, err := fmt.Fprintf(s.out, `{"id":%d,"done":"retry"}`+"\n", c.ID)
		return err
	}
	fmt.Fprintf(s.out, "%d is on its way back; if it is refused again it is parked again\n", c.ID)
	return nil
}

type deadletterDropCmd struct {
	natsFlag
	formatFlag
	ID uint64 `arg:"" help:"The id that list shows."`
}

func (deadletterDropCmd) Help() string {
	return `Example:
  tocsin deadletter drop 7`
}

// Run is `tocsin deadletter drop`.
func (c *deadletterDropCmd) Run(s *streams) error {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.Drop(s.ctx, c.ID); err != nil {
		return err
	}
	if c.json() {
		_, err := fmt.Fprintf(s.out, `{"id":%d,"done":"drop"}`+"\n", c.ID)
		return err
	}
	fmt.Fprintf(s.out, "%d is gone\n", c.ID)
	return nil
}
