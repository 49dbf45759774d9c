package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tocsin/services/notification"
)

type scheduleCmd struct {
	Show   scheduleShowCmd   `cmd:"" help:"Say who is on call when; needs no server."`
	Import scheduleImportCmd `cmd:"" help:"Say which shifts a calendar has, and which events are none; needs no server."`
}

func (scheduleCmd) Help() string {
	return `Examples:
  tocsin schedule show routes.yaml
  tocsin schedule import oncall.ics --routes routes.yaml --schedule oncall`
}

// spanFlags are some days.
type spanFlags struct {
	From  time.Time `format:"2006-01-02" placeholder:"DAY" help:"First day, as 2026-11-02, on the clocks of the schedule; today by default."`
	Until time.Time `format:"2006-01-02" placeholder:"DAY" help:"The day after the last one; four weeks later by default."`
}

func (f *spanFlags) span() notification.Span {
	if f.From.IsZero() {
		f.From = time.Now()
	}
	if f.Until.IsZero() {
		f.Until = f.From.AddDate(0, 0, 28)
	}
	return notification.Span{From: f.From, Until: f.Until}
}

type scheduleShowCmd struct {
	routesFlags
	spanFlags
	Schedule string `help:"One of the schedules; all by default."`
}

func (scheduleShowCmd) Help() string {
	return `Examples:
  tocsin schedule show routes.yaml --from 2026-11-02 --until 2026-11-16
  tocsin schedule show routes.yaml --schedule oncall --output json`
}

// Run is `tocsin schedule show`.
func (c *scheduleShowCmd) Run(s *streams) error {
	text, p, err := c.read()
	if err != nil {
		return err
	}
	all, err := notification.ReadSchedules(text, p, c.beside())
	if err != nil {
		return c.at(err)
	}
	shown, err := all.Show(c.Schedule, c.span())
	if err != nil {
		return err
	}
	return printShifts(s.out, shown, c.json())
}

// printShifts says who is on call when.
func printShifts(w io.Writer, shifts []notification.OnCall, asJSON bool) error {
	for _, o := range shifts {
		if asJSON {
			if err := json.NewEncoder(w).Encode(o); err != nil {
				return err
			}
			continue
		}
		who := "nobody is on call"
		if o.Person != "" {
			who = fmt.Sprintf("%s at %s, by %s", o.Person, strings.Join(o.To, ", "), o.Source)
		}
		const form = "Mon 2006-01-02 15:04 MST"
		if _, err := fmt.Fprintf(w, "%-16s %s – %s  %s\n", o.Schedule, o.From.Format(form), o.Until.Format(form), who); err != nil {
			return err
		}
	}
	return nil
}

type scheduleImportCmd struct {
	formatFlag
	spanFlags
	File      string `arg:"" type:"existingfile" help:"The calendar, an iCalendar file."`
	Routes    string `required:"" type:"existingfile" help:"The file of routes that has the schedule."`
	Schedule  string `required:"" help:"The schedule whose people the calendar means."`
	Overrides bool   `help:"Print the shifts as overrides for the file of routes."`
	Policy    string `type:"existingfile" env:"TOCSIN_POLICY_FILE" help:"Policy file; the built-in one by default."`
}

func (scheduleImportCmd) Help() string {
	return `Nothing is written. A schedule reads its calendar by itself where the file of routes
says calendar: oncall.ics; overrides are for when the calendar should not be followed.

Examples:
  tocsin schedule import oncall.ics --routes routes.yaml --schedule oncall
  tocsin schedule import oncall.ics --routes routes.yaml --schedule oncall --overrides`
}

// Run is `tocsin schedule import`.
func (c *scheduleImportCmd) Run(s *streams) error {
	routes := routesFlags{File: c.Routes, Policy: c.Policy}
	text, p, err := routes.read()
	if err != nil {
		return err
	}
	all, err := notification.ReadSchedules(text, p, func(name string) ([]byte, error) {
		found, err := routes.beside()(name)
		if errors.Is(err, os.ErrNotExist) { // it may be the one that is to be put there
			return os.ReadFile(c.File)
		}
		return found, err
	})
	if err != nil {
		return routes.at(err)
	}
	calendar, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	shifts, unused, err := all.Import(calendar, c.Schedule, c.span())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.Overrides {
		return c.print(s, shifts, unused)
	}
	if err := printShifts(s.out, shifts, c.json()); err != nil {
		return err
	}
	return c.left(s.out, unused)
}

// print writes shifts as they stand in a file of routes.
func (c *scheduleImportCmd) print(s *streams, shifts []notification.OnCall, unused []notification.Unused) error {
	fmt.Fprintf(s.out, "    overrides: # of %s\n", filepath.Base(c.File))
	for _, o := range shifts {
		fmt.Fprintf(s.out, "      - {from: %s, until: %s, person: %s}\n", o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339), o.Person)
	}
	return c.left(s.err, unused)
}

// left says which events are no shifts.
func (c *scheduleImportCmd) left(w io.Writer, unused []notification.Unused) error {
	for _, u := range unused {
		if c.json() {
			if err := json.NewEncoder(w).Encode(u); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(w, "%s:%d: %q is no shift: %s\n", c.File, u.Line, u.Summary, u.Why); err != nil {
			return err
		}
	}
	return nil
}
