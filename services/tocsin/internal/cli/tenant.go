package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/services/tocsin/internal/tenants"

	"tocsin/pkg/forms"
	"tocsin/pkg/run"
)

type tenantCmd struct {
	Export tenantExportCmd `cmd:"" help:"Write what is kept of a tenant: a folder with JSON lines of each kind."`
	Erase  tenantEraseCmd  `cmd:"" help:"Erase a tenant: key, streams, ledger. Without --yes it says what would go."`
	Prune  tenantPruneCmd  `cmd:"" help:"Remove the texts of tickets that have been closed for as long as the policy keeps them."`
}

func (tenantCmd) Help() string {
	return `Examples:
  tocsin tenant export acme
  tocsin tenant erase acme            what would go, and where it lies
  tocsin tenant erase acme --yes      erase it: this can not be undone
  tocsin tenant prune --yes

deploy/privacy.md says what lies where, what stays, and until when.`
}

type tenantEraseCmd struct {
	natsFlag
	formatFlag
	Tenant string `arg:"" help:"The tenant's id, as tickets have it."`
	Yes    bool   `help:"Do it: this can not be undone."`
	As     string `help:"Your name, as it stands in the audit." env:"TOCSIN_PERSON,USER"`
}

func (tenantEraseCmd) Help() string {
	return `Examples:
  tocsin tenant erase acme
  tocsin tenant erase acme --yes --as lena
  tocsin tenant erase acme --yes --output json > erased-acme.json

The tenant's key is destroyed, its messages are deleted from the streams and overwritten, and
its rows from the ledger; its cases are closed, and the audit says by whom they were erased.
Whatever comes later of the time before is passed over; what happens from now on is taken in
as a tenant's that was never there. Review has to run; the others may. If it is broken off,
call it again: it goes on.`
}

// Run is `tocsin tenant erase`.
func (c *tenantEraseCmd) Run(s *streams) error {
	c.Tenant = forms.Composed(c.Tenant)
	if err := oneTenant(c.Tenant); err != nil {
		return err
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	b := newBar(s.err, "messages and rows")
	w := &tenants.Work{Conn: conn, Now: time.Now, Progress: b.set}
	var r tenants.Report
	if c.Yes {
		r, err = w.Erase(s.ctx, c.Tenant, cmp.Or(c.As, "somebody at the command line"))
	} else {
		r, err = w.Count(s.ctx, c.Tenant)
	}
	b.clear()
	if err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(r)
	}
	return sayErased(s.out, r)
}

// oneTenant refuses what is no customer.
func oneTenant(tenant string) error {
	if t := strings.TrimSpace(tenant); t == "" || t == "platform" || t == "_" {
		return wrongUsage("%q is no tenant: say its id as tickets have it", tenant)
	}
	return nil
}

// sayErased says what became of each place.
func sayErased(out io.Writer, r tenants.Report) error {
	what := "THERE ARE"
	if r.Erased {
		what = "REMOVED"
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "PLACE\t%s\tLEFT\tWHAT STAYS\n", what)
	for _, l := range r.Lines {
		if l.Removed > 0 || l.Stays != "" {
			fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", l.Where, l.Removed, l.Left, cmp.Or(l.Stays, "nothing"))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if !r.Erased {
		_, err := fmt.Fprintf(out, "Nothing was changed. To erase %s: tocsin tenant erase %s --yes\n", r.Tenant, r.Tenant)
		return err
	}
	_, err := fmt.Fprintf(out, "%s is erased, up to %s, by %s. Backups of keys and ledger made before have to be destroyed too.\n", r.Tenant, r.Until.Local().Format(time.DateTime), r.By)
	return err
}

type tenantExportCmd struct {
	natsFlag
	formatFlag
	Tenant string `arg:"" help:"The tenant's id, as tickets have it."`
	Out    string `type:"path" help:"Folder to write, in which nothing may be; TENANT-export by default. One that ends in .tar.gz becomes a file."`
}

func (tenantExportCmd) Help() string {
	return `Examples:
  tocsin tenant export acme
  tocsin tenant export acme --out /srv/acme.tar.gz
  tocsin tenant export acme --out acme && jq -r .subject acme/tickets.jsonl

Tickets with their notes, assessments, conditions, cases with decisions and audit, notifications,
deliveries, labels, dead letters; manifest.json says how many there are of each. Users of signals
stay hidden, and of what tenants share there is the tenant's part alone. All may go on running.`
}

// Run is `tocsin tenant export`.
func (c *tenantExportCmd) Run(s *streams) error {
	c.Tenant = forms.Composed(c.Tenant)
	if err := oneTenant(c.Tenant); err != nil {
		return err
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	b := newBar(s.err, "messages and rows")
	w := &tenants.Work{Conn: conn, Now: time.Now, Progress: b.set}
	m, err := w.Export(s.ctx, c.Tenant, c.Out)
	b.clear()
	if err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(m)
	}
	for _, k := range m.Kinds {
		fmt.Fprintf(s.out, "%-14s %d\n", k.Kind, k.Count)
	}
	_, err = fmt.Fprintf(s.out, "What is kept of %s is in %s.\n", m.Tenant, m.Out)
	return err
}

type tenantPruneCmd struct {
	natsFlag
	formatFlag
	Policy string `type:"existingfile" env:"TOCSIN_POLICY_FILE" help:"Policy file, which says how long texts are kept; the built-in one by default."`
	Yes    bool   `help:"Do it: this can not be undone."`
}

func (tenantPruneCmd) Help() string {
	return `Examples:
  tocsin tenant prune
  tocsin tenant prune --policy my-policy.yaml --yes        once a day, from cron

The policy says how long (retention, closed_ticket_days); where it says nothing, texts are kept.`
}

// Run is `tocsin tenant prune`.
func (c *tenantPruneCmd) Run(s *streams) error {
	pol, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	days := pol.Retention.ClosedTicketDays
	if days == 0 {
		return fmt.Errorf("the policy does not say how long texts are kept, so they are; write retention: {closed_ticket_days: 365} into it, and name it with --policy")
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	b := newBar(s.err, "tickets")
	w := &tenants.Work{Conn: conn, Now: time.Now, Progress: b.set}
	n, err := w.Prune(s.ctx, time.Duration(days)*24*time.Hour, c.Yes)
	b.clear()
	if err != nil {
		return err
	}
	switch {
	case c.json():
		return json.NewEncoder(s.out).Encode(map[string]any{"tickets": n, "closed_ticket_days": days, "removed": c.Yes})
	case !c.Yes:
		_, err = fmt.Fprintf(s.out, "%d tickets have been closed for more than %d days and hold texts. Nothing was changed; --yes removes them.\n", n, days)
	default:
		_, err = fmt.Fprintf(s.out, "The texts of %d tickets that had been closed for more than %d days are removed.\n", n, days)
	}
	return err
}
