package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/pkg/rejected"
)

type rejectedCmd struct {
	List  rejectedListCmd  `cmd:"" help:"List what doors did not take, oldest first."`
	Show  rejectedShowCmd  `cmd:"" help:"Show one whole, with its body."`
	Retry rejectedRetryCmd `cmd:"" help:"Read one again, or all, by the doors' file as it now is."`
	Drop  rejectedDropCmd  `cmd:"" help:"Delete one for good."`
}

func (rejectedCmd) Help() string {
	return `Examples:
  tocsin rejected list --door jira --text organization
  tocsin rejected show 7
  tocsin rejected retry 7
  tocsin rejected retry --all --door jira`
}

// rejectedLine is one as JSON.
type rejectedLine struct {
	ID         uint64            `json:"id"`
	Door       string            `json:"door"`
	Vendor     string            `json:"vendor,omitempty"`
	Source     string            `json:"source,omitempty"`
	ReceivedAt time.Time         `json:"received_at"`
	Reasons    []string          `json:"reasons"`
	Accepted   int               `json:"accepted"`
	Tenants    []string          `json:"tenants,omitempty"`
	Tries      int               `json:"tries,omitempty"`
	TriedAt    time.Time         `json:"tried_at,omitzero"`
	Headers    map[string]string `json:"headers,omitempty"`
	// Body is in base64.
	Body []byte `json:"body,omitempty"`
}

func lineOfRejected(d rejected.Delivery) rejectedLine {
	return rejectedLine{
		ID: d.ID, Door: d.Door, Vendor: d.Vendor, Source: d.Source, ReceivedAt: d.ReceivedAt, Reasons: append([]string{}, d.Reasons...),
		Accepted: d.Accepted, Tenants: d.Tenants, Tries: d.Tries, TriedAt: d.TriedAt,
	}
}

type rejectedListCmd struct {
	shelfFlag
	formatFlag
	Door  string `help:"Only of this door, as jira; tickets and signals are our own paths."`
	Text  string `help:"Only those with this in a reason, a tenant or the body."`
	Limit int    `default:"100" help:"At most so many; 0 is all."`
}

func (rejectedListCmd) Help() string {
	return `Examples:
  tocsin rejected list
  tocsin rejected list --door jira --text 'no organization'
  tocsin rejected list --output json | jq -r .reasons[]
  tocsin rejected list --server https://tocsin.example --token "$TOKEN"`
}

// Run is `tocsin rejected list`.
func (c *rejectedListCmd) Run(s *streams) error {
	kept, done, err := c.shelf(s.ctx)
	if err != nil {
		return err
	}
	defer done()
	w, n := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0), 0
	err = kept.Each(s.ctx, rejected.Query{Door: c.Door, Text: c.Text, Limit: c.Limit}, func(d rejected.Delivery) error {
		if c.json() {
			return json.NewEncoder(s.out).Encode(lineOfRejected(d))
		}
		if n++; n == 1 {
			fmt.Fprintln(w, "ID\tRECEIVED\tDOOR\tTAKEN\tTRIES\tREASON")
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%d\t%s\n", d.ID, d.ReceivedAt.Local().Format(time.DateTime), d.Door, d.Accepted, d.Tries, firstOf(d.Reasons))
		return nil
	})
	if err != nil {
		return err
	}
	if n == 0 && !c.json() {
		fmt.Fprintln(s.out, "Nothing is kept.")
	}
	return w.Flush()
}

// firstOf is the first of the reasons, and how many more there are.
func firstOf(reasons []string) string {
	switch len(reasons) {
	case 0:
		return "-"
	case 1:
		return fmt.Sprintf("%.160s", reasons[0])
	}
	return fmt.Sprintf("%.160s (and %d more)", reasons[0], len(reasons)-1)
}

type rejectedShowCmd struct {
	shelfFlag
	formatFlag
	ID uint64 `arg:"" help:"The id that list shows."`
}

func (rejectedShowCmd) Help() string {
	return `Examples:
  tocsin rejected show 7
  tocsin rejected show 7 --output json | jq -r .body | base64 -d | tocsin doors test --door jira --file doors.yaml`
}

// Run is `tocsin rejected show`.
func (c *rejectedShowCmd) Run(s *streams) error {
	kept, done, err := c.shelf(s.ctx)
	if err != nil {
		return err
	}
	defer done()
	d, err := kept.One(s.ctx, c.ID)
	if err != nil {
		return err
	}
	if c.json() {
		l := lineOfRejected(d)
		l.Headers, l.Body = d.Headers, d.Body
		return json.NewEncoder(s.out).Encode(l)
	}
	fmt.Fprintf(s.out, "received  %s at %s\nvendor    %s\nsource    %s\n", d.ReceivedAt.Local().Format(time.DateTime), d.Door, d.Vendor, d.Source)
	for _, reason := range d.Reasons {
		fmt.Fprintf(s.out, "reason    %s\n", reason)
	}
	fmt.Fprintf(s.out, "taken     %d events\ntenants   %s\ntries     %d\n", d.Accepted, strings.Join(d.Tenants, " "), d.Tries)
	for name, value := range d.Headers {
		fmt.Fprintf(s.out, "header    %s: %s\n", name, value)
	}
	fmt.Fprintf(s.out, "body      %d bytes\n%s\n", len(d.Body), d.Body)
	return nil
}

type rejectedRetryCmd struct {
	shelfFlag
	formatFlag
	ID   uint64 `arg:"" optional:"" help:"The id that list shows."`
	All  bool   `help:"All that are kept, or all of --door."`
	Door string `help:"With --all: only of this door."`
}

func (rejectedRetryCmd) Help() string {
	return `Examples:
  tocsin rejected retry 7
  tocsin rejected retry --all --door jira

Intake reads it again by the doors' file as it now is, as of when it came. Events that were
taken already change nothing. What is left out still stays, with its reasons as they now
are, and the command ends with 1.`
}

// Run is `tocsin rejected retry`.
func (c *rejectedRetryCmd) Run(s *streams) error {
	if (c.ID == 0) == !c.All || c.Door != "" && !c.All {
		return wrongUsage("say which: an id, or --all, with --door if you like")
	}
	kept, done, err := c.shelf(s.ctx)
	if err != nil {
		return err
	}
	defer done()
	ids := []uint64{c.ID}
	if c.All {
		ids = nil
		err := kept.Each(s.ctx, rejected.Query{Door: c.Door}, func(d rejected.Delivery) error {
			ids = append(ids, d.ID)
			return nil
		})
		if err != nil {
			return err
		}
	}
	left := 0
	for _, id := range ids {
		again, err := kept.Retry(s.ctx, id)
		switch {
		case c.All && err != nil && strings.Contains(err.Error(), rejected.ErrNone.Error()): // somebody was first
			continue
		case err != nil:
			return err
		case len(again.Reasons) > 0:
			left++
		}
		if err := c.print(s.out, id, again); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("%d of %d are not taken whole still; mend the doors' file (tocsin doors test tries it) and retry", left, len(ids))
	}
	return nil
}

func (c *rejectedRetryCmd) print(w io.Writer, id uint64, again rejected.Again) error {
	if c.json() {
		return json.NewEncoder(w).Encode(map[string]any{"id": id, "ids": again.IDs, "reasons": again.Reasons, "kept_as": again.ID})
	}
	if len(again.Reasons) == 0 {
		_, err := fmt.Fprintf(w, "%d is taken: %d events\n", id, len(again.IDs))
		return err
	}
	_, err := fmt.Fprintf(w, "%d is kept as %d: %s\n", id, again.ID, firstOf(again.Reasons))
	return err
}

type rejectedDropCmd struct {
	shelfFlag
	formatFlag
	ID uint64 `arg:"" help:"The id that list shows."`
}

func (rejectedDropCmd) Help() string {
	return `Examples:
  tocsin rejected drop 7
  tocsin rejected drop 7 --server https://tocsin.example --token "$TOKEN"`
}

// Run is `tocsin rejected drop`.
func (c *rejectedDropCmd) Run(s *streams) error {
	kept, done, err := c.shelf(s.ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := kept.Drop(s.ctx, c.ID); err != nil {
		return err
	}
	if c.json() {
		_, err := fmt.Fprintf(s.out, `{"id":%d,"done":"drop"}`+"\n", c.ID)
		return err
	}
	fmt.Fprintf(s.out, "%d is gone\n", c.ID)
	return nil
}
