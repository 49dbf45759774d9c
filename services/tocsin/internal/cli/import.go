package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"tocsin/services/intake"

	"tocsin/pkg/config"
)

type importCmd struct {
	natsFlag
	formatFlag
	Vendor    string  `arg:"" name:"source" enum:"zendesk,jira,zammad,freshdesk,csv" help:"zendesk, jira, zammad, freshdesk or csv."`
	File      string  `arg:"" optional:"" help:"The table, for csv; stdin by default."`
	URL       string  `name:"url" help:"The helpdesk's address, as https://acme.zendesk.com."`
	User      string  `help:"Whose token it is: needed for Zendesk's and Jira Cloud's API tokens."`
	TokenEnv  string  `name:"token-env" help:"The variable that holds the token; TOCSIN_<SOURCE>_API_TOKEN by default."`
	TokenFile string  `name:"token-file" type:"existingfile" help:"A file that holds the token."`
	Doors     string  `type:"existingfile" env:"TOCSIN_DOORS_FILE" help:"The doors' file: whose tickets they are, and what the vendor's words mean."`
	Door      string  `help:"The door of that file by whose words they are read, and whose events they are; the vendor's by default."`
	Since     string  `help:"Leave out tickets that nobody touched for so long, as 720h or 30d."`
	Query     string  `help:"Only these, in the vendor's words: for Jira a JQL condition, for Zendesk a search."`
	State     string  `type:"path" help:"The file that remembers what was done; tocsin-import-<door>.state by default."`
	Server    string  `help:"Hand over by HTTP to this server, in place of NATS; TOCSIN_PRODUCER_TOKEN is its token."`
	Rate      float64 `default:"5" help:"Requests a second at most; what the helpdesk allows goes before."`
	CA        string  `name:"ca" type:"existingfile" help:"Authorities of your own that certificates may be of, in PEM."`
	PlainHTTP bool    `name:"plain-http" help:"Allow an address without encryption that is not this machine's."`
	DryRun    bool    `name:"dry-run" help:"Print the events, and send none."`
}

func (importCmd) Help() string {
	return `Examples:
  tocsin import zendesk --url https://acme.zendesk.com --user lena@acme.example --doors doors.yaml
  tocsin import jira --url https://acme.atlassian.net --user lena@acme.example --query 'project = SUP'
  tocsin import zammad --url https://help.acme.example --token-file /run/secrets/zammad
  tocsin import freshdesk --url https://acme.freshdesk.com --since 90d
  tocsin import csv tickets.csv --door zendesk --doors doors.yaml
  tocsin import zendesk --url https://acme.zendesk.com --dry-run --output json | jq -c '.ticket // empty' | tocsin replay

Open tickets come with their notes and their real times, under the ids by which the door
would tell of them: what comes by both is one. Nothing is changed at the helpdesk. A run
that was ended goes on where it was, and one that came to its end takes up what changed
since. The token comes by the environment or a file, never as a flag.`
}

// Run is `tocsin import`.
func (c *importCmd) Run(s *streams) error {
	what, err := c.what(s)
	if err != nil {
		return err
	}
	to, closed, err := c.to(s)
	if err != nil {
		return err
	}
	defer closed()
	b := newBar(s.err, "tickets")
	what.To = to
	what.Progress = func(done, of int) { b.of = of; b.set(done) }
	what.Told = func(waits string) { b.clear(); fmt.Fprintln(s.err, waits) }
	sum, err := what.Run(s.ctx)
	b.done()
	if err == nil || sum.Tickets > 0 {
		if err := c.print(s.out, sum, what.State); err != nil {
			return err
		}
	}
	switch {
	case err != nil && what.State != "" && sum.Tickets > 0:
		return fmt.Errorf("%w; the same command goes on where it was", err)
	case err != nil && c.Vendor == "csv" && c.File != "":
		return fmt.Errorf("%s: %w", c.File, err)
	case err == nil && sum.Refused.Count() > 0:
		return errors.New("some events were refused; what they lack stands above")
	}
	return err
}

// what is what is imported, by the flags, the environment and the files they name.
func (c *importCmd) what(s *streams) (what intake.Import, err error) {
	what = intake.Import{
		Vendor: c.Vendor, URL: c.URL, User: c.User, Query: c.Query, Door: c.Door, Rate: c.Rate, PlainHTTP: c.PlainHTTP, State: c.State,
	}
	if what.Settings, err = config.Load[intake.Config](); err != nil {
		return what, err
	}
	if what.Doors, err = (doorsFlag{c.Doors}).read(); err != nil {
		return what, err
	}
	if c.Since != "" {
		lasts, err := goodFor(c.Since)
		if err != nil {
			return what, wrongUsage("--since %q is not a time such as 90d or 720h", c.Since)
		}
		what.Since = time.Now().Add(-lasts)
	}
	switch {
	case c.DryRun:
		what.State = ""
	case c.State == "":
		what.State = "tocsin-import-" + cmp.Or(c.Door, c.Vendor) + ".state"
	}
	if c.Vendor == "csv" {
		return what, c.table(s, &what)
	}
	return what, c.secrets(&what)
}

// table opens the table.
func (c *importCmd) table(s *streams, what *intake.Import) error {
	if what.Table = s.in; c.File == "" {
		return nil
	}
	text, err := os.ReadFile(c.File)
	what.Table, what.URL = bytes.NewReader(text), c.File
	return err
}

// secrets reads the token, and the authorities that are trusted.
func (c *importCmd) secrets(what *intake.Import) error {
	name := cmp.Or(c.TokenEnv, "TOCSIN_"+strings.ToUpper(c.Vendor)+"_API_TOKEN")
	what.Token = os.Getenv(name)
	switch {
	case c.URL == "":
		return wrongUsage("--url is missing: the helpdesk's address, as https://acme.%s.com", c.Vendor)
	case c.File != "":
		return wrongUsage("only csv reads a file; give the helpdesk's address by --url")
	case c.Query != "" && c.Vendor != "zendesk" && c.Vendor != "jira":
		return wrongUsage("--query is for zendesk and jira")
	case c.TokenFile != "":
		text, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return err
		}
		what.Token = strings.TrimSpace(string(text))
	}
	if what.Token == "" {
		return fmt.Errorf("no token: set %s, or name a file by --token-file", name)
	}
	if c.CA == "" {
		return nil
	}
	var err error
	what.CA, err = os.ReadFile(c.CA)
	return err
}

// to is where events are handed over, and what ends its use.
func (c *importCmd) to(s *streams) (intake.ImportTo, func(), error) {
	switch {
	case c.DryRun:
		return printed{s.out, c.json()}, func() {}, nil
	case c.Server != "":
		return handed{serverFlag{Server: c.Server, Token: os.Getenv("TOCSIN_PRODUCER_TOKEN")}}, func() {}, nil
	}
	conn, err := c.connect(s.ctx)
	if err != nil {
		return nil, nil, err
	}
	return intake.ImportBus{Conn: conn}, conn.Close, nil
}
