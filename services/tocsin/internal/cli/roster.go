package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

type rosterCmd struct {
	List   rosterListCmd   `cmd:"" help:"List the technicians and how they stand now."`
	Import rosterImportCmd `cmd:"" help:"Set technicians from a CSV file, all of them or none."`
	Export rosterExportCmd `cmd:"" help:"Write the roster as CSV."`
	Set    rosterSetCmd    `cmd:"" help:"Add a technician, or change what the flags name."`
	Remove rosterRemoveCmd `cmd:"" help:"Remove a technician."`
	Away   rosterAwayCmd   `cmd:"" help:"Say that a technician is away."`
	Back   rosterBackCmd   `cmd:"" help:"Say that a technician is back."`
}

func (rosterCmd) Help() string {
	return `Examples:
  tocsin roster import technicians.csv --dry-run
  tocsin roster away mia --until 72h --why training
  tocsin roster list --skill sso_unavailable`
}

// A technician is one of the roster, as the API has it.
type technician struct {
	ID       string    `json:"id"`
	Name     string    `json:"name,omitempty"`
	Skills   []string  `json:"skills,omitempty"`
	Zone     string    `json:"zone,omitempty"`
	Shifts   []string  `json:"shifts,omitempty"`
	Capacity int       `json:"capacity"`
	Load     int       `json:"load,omitempty"`
	Absences []absence `json:"absences,omitempty"`
	Version  uint64    `json:"version,omitempty"`
}

// An absence is a time in which a technician is away.
type absence struct {
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	Why   string    `json:"why,omitempty"`
}

// onDuty is a technician and how they stand.
type onDuty struct {
	technician
	OnShift bool      `json:"on_shift"`
	Absent  bool      `json:"absent"`
	Until   time.Time `json:"until"`
	Back    time.Time `json:"back"`
	Free    bool      `json:"free"`
	Busy    int       `json:"busy"`
}

type rosterListCmd struct {
	serverFlag
	formatFlag
	Skill []string `help:"Only who has one of these skills: reasons, families of reasons or components."`
}

func (rosterListCmd) Help() string {
	return `Examples:
  tocsin roster list
  tocsin roster list --skill sso_unavailable
  tocsin roster list --output json | jq 'select(.free) | .id'`
}

// Run is `tocsin roster list`.
func (c *rosterListCmd) Run(s *streams) error {
	var got struct{ Technicians []json.RawMessage }
	if err := c.get(s.ctx, "/v1/roster?"+url.Values{"skill": c.Skill}.Encode(), &got); err != nil {
		return err
	}
	if !c.json() && len(got.Technicians) == 0 {
		fmt.Fprintln(s.out, "There is nobody; tocsin roster import FILE.csv sets technicians.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for i, raw := range got.Technicians {
		if c.json() {
			if err := printJSON(s.out, raw); err != nil {
				return err
			}
			continue
		}
		var t onDuty
		if err := readJSON(raw, &t); err != nil {
			return err
		}
		if i == 0 {
			fmt.Fprintln(w, "ID\tNAME\tNOW\tUNTIL\tBACK\tCASES\tSHIFTS\tZONE\tSKILLS")
		}
		now := "off duty"
		switch {
		case t.Absent:
			now = "away"
		case t.Free:
			now = "free"
		case t.OnShift:
			now = "busy"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d of %d\t%s\t%s\t%s\n", t.ID, t.Name, now, orDash(t.Until), orDash(t.Back), t.Busy, t.Capacity,
			strings.Join(t.Shifts, "; "), t.Zone, list(t.Skills))
	}
	return w.Flush()
}

// orDash is a time as lists show it, and a dash where there is none.
func orDash(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return onClock(t)
}

type rosterImportCmd struct {
	serverFlag
	formatFlag
	File  string `arg:"" help:"The file; - is stdin."`
	Prune bool   `help:"Remove who is not in the file."`
	Dry   bool   `name:"dry-run" help:"Say what would change, and change nothing."`
	As    string `help:"Your name, as it stands with the change." env:"TOCSIN_PERSON,USER"`
}

func (rosterImportCmd) Help() string {
	return `Examples:
  tocsin roster import technicians.csv --dry-run
  tocsin roster import technicians.csv --prune
  hr-export | tocsin roster import -

The first line names the columns: id, zone, shifts and capacity; and where there are any name,
skills and load (work that is known elsewhere only, in cases). Skills and shifts are parted by
semicolons, as mon-fri 09:00-17:00; sat 22:00-06:00. Absences stay as they are.`
}

// Run is `tocsin roster import`.
func (c *rosterImportCmd) Run(s *streams) error {
	file, err := c.read(s)
	if err != nil {
		return err
	}
	q := url.Values{"dry_run": {fmt.Sprint(c.Dry)}, "prune": {fmt.Sprint(c.Prune)}}
	data, err := c.call(s.ctx, request{method: http.MethodPut, path: "/v1/roster?" + q.Encode(), as: c.As, body: file, kind: "text/csv"})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.json() {
		return printJSON(s.out, data)
	}
	var diff struct {
		Added, Changed, Removed []string
		Same                    int
	}
	if err := readJSON(data, &diff); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "added: %s\nchanged: %s\nremoved: %s\nas they were: %d\n", list(diff.Added), list(diff.Changed), list(diff.Removed), diff.Same)
	if c.Dry {
		fmt.Fprintln(s.out, "This was a dry run: nothing was changed.")
	}
	return nil
}

// read is the file, of which nothing is sent where it cannot be read to its end.
func (c *rosterImportCmd) read(s *streams) ([]byte, error) {
	data, err := []byte(nil), error(nil)
	if c.File == "-" {
		data, err = io.ReadAll(s.in)
	} else {
		data, err = os.ReadFile(c.File)
	}
	if err == nil && len(data) == 0 {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	return data, nil
}

type rosterExportCmd struct{ serverFlag }

func (rosterExportCmd) Help() string {
	return `Example:
  tocsin roster export > technicians.csv

Absences are not in it.`
}

// Run is `tocsin roster export`.
func (c *rosterExportCmd) Run(s *streams) error {
	data, err := c.call(s.ctx, request{method: http.MethodGet, path: "/v1/roster", kind: "text/csv"})
	if err != nil {
		return err
	}
	_, err = s.out.Write(data)
	return err
}
