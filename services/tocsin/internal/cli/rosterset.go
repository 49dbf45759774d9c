package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// staffing are the flags of all that changes one technician.
type staffing struct {
	serverFlag
	formatFlag
	ID string `arg:"" help:"The technician's id: the name under which helpdesks know them."`
	As string `help:"Your name, as it stands with the change." env:"TOCSIN_PERSON,USER"`
}

func (f staffing) path() string { return "/v1/roster/" + url.PathEscape(f.ID) }

// send sends a change, and prints the technician as they then are.
func (f staffing) send(s *streams, method, path string, body any) error {
	r := request{method: method, path: path, as: f.As}
	if body != nil {
		var err error
		if r.body, err = json.Marshal(body); err != nil {
			return err
		}
	}
	data, err := f.call(s.ctx, r)
	if err != nil {
		return err
	}
	var got struct{ Technician json.RawMessage }
	if err := readJSON(data, &got); err != nil {
		return err
	}
	if f.json() {
		return printJSON(s.out, got.Technician)
	}
	var t technician
	if err := readJSON(got.Technician, &t); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s, version %d: %d cases at once, %s, %s, skills %s\n", t.ID, t.Version, t.Capacity, list(t.Shifts), t.Zone, list(t.Skills))
	for _, a := range t.Absences {
		fmt.Fprintf(s.out, "  away from %s until %s  %s\n", onClock(a.From), orDash(a.Until), a.Why)
	}
	return nil
}

type rosterSetCmd struct {
	staffing
	Name     *string  `help:"What people call them."`
	Skills   []string `help:"Reasons, families of reasons or components; none is any."`
	Zone     string   `help:"The zone of the shifts, as Europe/Berlin."`
	Shifts   []string `sep:";" help:"When they work, as 'mon-fri 09:00-17:00; sat 22:00-06:00', or none."`
	Capacity *int     `help:"How many cases at once."`
	Load     *int     `help:"How many cases they have that are known elsewhere only."`
}

func (rosterSetCmd) Help() string {
	return `Examples:
  tocsin roster set mia --zone Europe/Berlin --shifts 'mon-fri 09:00-17:00' --capacity 3
  tocsin roster set mia --load 2`
}

// Run is `tocsin roster set`.
func (c *rosterSetCmd) Run(s *streams) error {
	var got struct{ Technician technician }
	var refused refusedError
	if err := c.get(s.ctx, c.path(), &got); err != nil && !(errors.As(err, &refused) && refused.status == http.StatusNotFound) {
		return err
	}
	t := got.Technician
	t.ID, t.Absences = c.ID, nil
	if c.Name != nil {
		t.Name = *c.Name
	}
	if len(c.Skills) > 0 {
		t.Skills = unlessNone(c.Skills)
	}
	if c.Zone != "" {
		t.Zone = c.Zone
	}
	if len(c.Shifts) > 0 {
		t.Shifts = unlessNone(c.Shifts)
	}
	if c.Capacity != nil {
		t.Capacity = *c.Capacity
	} else if t.Version == 0 {
		t.Capacity = 1
	}
	if c.Load != nil {
		t.Load = *c.Load
	}
	return c.send(s, http.MethodPut, c.path(), t)
}

// unlessNone is nothing where "none" was said.
func unlessNone(said []string) []string {
	if len(said) == 1 && said[0] == "none" {
		return nil
	}
	return said
}

type rosterRemoveCmd struct{ staffing }

func (rosterRemoveCmd) Help() string {
	return "Example:\n  tocsin roster remove mia"
}

// Run is `tocsin roster remove`.
func (c *rosterRemoveCmd) Run(s *streams) error {
	data, err := c.call(s.ctx, request{method: http.MethodDelete, path: c.path(), as: c.As})
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(s.out, data)
	}
	fmt.Fprintf(s.out, "%s is not on the roster any more\n", c.ID)
	return nil
}

type rosterAwayCmd struct {
	staffing
	From  string `help:"From when: 2h from now, a day as 2026-12-01, or an RFC 3339 time; now by default."`
	Until string `help:"Until when, likewise; not known by default."`
	Why   string `help:"Why."`
}

func (rosterAwayCmd) Help() string {
	return `Examples:
  tocsin roster away mia --why sick
  tocsin roster away mia --from 2026-12-01 --until 2026-12-15 --why holiday`
}

// Run is `tocsin roster away`.
func (c *rosterAwayCmd) Run(s *streams) error {
	a, now := absence{Why: c.Why}, time.Now()
	for _, end := range []struct {
		flag, text string
		to         *time.Time
	}{{"--from", c.From, &a.From}, {"--until", c.Until, &a.Until}} {
		if end.text == "" {
			continue
		}
		var err error
		if *end.to, err = whenSaid(end.text, now); err != nil {
			return wrongUsage("%s %q is neither a duration, as 2h, nor a day, as 2026-12-01, nor an RFC 3339 time", end.flag, end.text)
		}
	}
	return c.send(s, http.MethodPost, c.path()+"/absences", a)
}

// whenSaid reads how long from now, a day as it begins here, or a time.
func whenSaid(text string, now time.Time) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d).Truncate(time.Second), nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}

type rosterBackCmd struct{ staffing }

func (rosterBackCmd) Help() string {
	return "Example:\n  tocsin roster back mia"
}

// Run is `tocsin roster back`.
func (c *rosterBackCmd) Run(s *streams) error {
	return c.send(s, http.MethodDelete, c.path()+"/absences", nil)
}
