package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/review"

	"tocsin/pkg/tenantkey"
)

type auditVerifyCmd struct {
	auditFlag
	natsURL
	formatFlag
	File  string `arg:"" optional:"" help:"A file that tocsin audit export wrote, - for stdin; else the ledger or the server is asked."`
	Heads string `type:"existingfile" help:"A file that tocsin audit heads wrote, to compare with."`
	Known string `type:"existingfile" help:"A file of findings that --output json wrote and somebody has explained: they are named, and are no failure."`
	Part  bool   `help:"The file holds a part, as export --since writes it: chains may begin in the middle."`
}

func (auditVerifyCmd) Help() string {
	return `Examples:
  tocsin audit verify
  tocsin audit verify --ledger postgres://… --nats nats://127.0.0.1:4222
  tocsin audit verify --ledger tocsin-data/ledger.db --heads heads.jsonl
  tocsin audit verify audit.jsonl --heads heads.jsonl
  tocsin audit verify --output json > known.jsonl; tocsin audit verify --known known.jsonl

Names each row that is not what was written (hash), rows that are missing (gap) or stand
elsewhere (order), chains that were cut (tail), are gone (gone) or were written anew (forged).
The last three show surely only against heads that were published (--nats, --heads).
It ends with 1 where anything is wrong that --known does not hold word for word.`
}

// Run is `tocsin audit verify`.
func (c *auditVerifyCmd) Run(s *streams) error {
	known, err := c.known(s)
	if err != nil {
		return err
	}
	found, explained := 0, 0
	check := review.AuditCheck{Part: c.Part, Found: func(f review.AuditFinding) {
		if known[f] {
			explained++
		} else {
			found++
		}
		c.print(s, f, known[f])
	}}
	sets, published, err := c.sets(s)
	if err != nil {
		return err
	}
	check.Published(sets)
	began := time.Now()
	if err := c.walk(s, &check); err != nil {
		return err
	}
	took := time.Since(began)
	fmt.Fprintf(s.err, "%d rows of %d cases, compared with %d heads: %.0f rows a second\n",
		check.Rows, check.Cases, check.Heads, float64(check.Rows)/max(took.Seconds(), 0.001))
	if found > 0 {
		return fmt.Errorf("the audit is not what was written: %s", findings(found))
	}
	if !c.json() {
		fmt.Fprintln(s.out, verdict(explained))
	}
	switch {
	case c.NATS != "" && published == 0:
		fmt.Fprintln(s.err, "None are published yet at --nats: review publishes heads once an hour and when it stops. Until then a chain that was cut or written anew may not show.")
	case len(sets) == 0:
		fmt.Fprintln(s.err, "It was compared with no published heads, so a chain that was cut or written anew may not show.")
	}
	return nil
}

// walk hands all rows to the check, and ends it.
func (c *auditVerifyCmd) walk(s *streams, check *review.AuditCheck) (err error) {
	b := newBar(s.err, "rows")
	row := func(l review.AuditLine) error {
		check.Row(l)
		b.set(check.Rows)
		return nil
	}
	var without []string
	if c.File != "" {
		err = readFile(s, c.File, row)
	} else {
		without, err = c.each(s.ctx, review.AuditRange{}, row)
	}
	if err != nil {
		return err
	}
	check.End(without...)
	b.done()
	return nil
}

// verdict says that nothing is wrong but so many findings that are known.
func verdict(known int) string {
	if known > 0 {
		return fmt.Sprintf("Nothing is wrong with the audit but what is known: %s.", findings(known))
	}
	return "Nothing is wrong with the audit."
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// known are the findings that somebody has explained.
func (c *auditVerifyCmd) known(s *streams) (map[review.AuditFinding]bool, error) {
	all := map[review.AuditFinding]bool{}
	if c.Known == "" {
		return all, nil
	}
	return all, readFile(s, c.Known, func(f review.AuditFinding) error { all[f] = true; return nil })
}

func (c *auditVerifyCmd) print(s *streams, f review.AuditFinding, known bool) {
	if c.json() {
		_ = json.NewEncoder(s.out).Encode(f)
		return
	}
	where, what := "heads", string(f.What)
	if f.Case != "" {
		where = "case " + f.Case
	}
	if known {
		what += ", known"
	}
	fmt.Fprintf(s.out, "%s: %s (%s)\n", where, f.Says, what)
}

// sets are all heads that there are to compare with, and how many of them were
// published where --nats says.
func (c *auditVerifyCmd) sets(s *streams) (sets []review.AuditHeads, published int, err error) {
	if sets, err = c.published(s.ctx); err != nil {
		return nil, 0, err
	}
	published = len(sets)
	if c.Heads != "" {
		err = readFile(s, c.Heads, func(set review.AuditHeads) error {
			sets = append(sets, set)
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	if c.File != "" {
		return sets, published, nil
	}
	own, err := c.heads(s.ctx)
	return append(sets, own...), published, err
}

type auditEraseCmd struct {
	natsFlag
	Tenant string `arg:"" help:"The tenant's id, as tickets have it."`
	Ledger string `required:"" env:"TOCSIN_LEDGER_URL" help:"The ledger, postgres://… or the path of a SQLite file, in which the ids of its people are deleted too."`
	Yes    string `required:"" help:"The tenant's id again: this can not be undone."`
}

func (auditEraseCmd) Help() string {
	return `Examples:
  tocsin audit erase acme --yes acme --ledger tocsin-data/ledger.db

What people of the tenant wrote reads as [erased] from then on, in the ledger and in each
backup of it; users in signals can not be matched any more. Ids of tickets, numbers, times and
the audit stay. A backup of the keys that is older brings it all back: destroy those too.
Words of tickets in streams (TICKETS, ASSESSMENTS, CASES, NOTIFICATIONS) are not sealed: to
take those out too, and keep them out, see tocsin tenant erase.`
}

// Run is `tocsin audit erase`.
func (c *auditEraseCmd) Run(s *streams) error {
	if !strings.EqualFold(c.Yes, c.Tenant) || c.Tenant == "" {
		return wrongUsage("--yes %q is not the tenant %q: say its id again", c.Yes, c.Tenant)
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	keys, err := tenantkey.Open(s.ctx, conn.JS())
	if err != nil {
		return err
	}
	defer keys.Close()
	if err := review.EraseTenant(s.ctx, c.Ledger, keys, c.Tenant); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "What people of %s wrote can not be read any more.\n", c.Tenant)
	return nil
}
