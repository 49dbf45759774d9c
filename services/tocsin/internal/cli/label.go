package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
)

type labelCmd struct {
	List   labelListCmd   `cmd:"" help:"List what leadership said of how tickets were read, the newest first."`
	Show   labelShowCmd   `cmd:"" help:"Show one label, with what was read and the ticket's words."`
	Set    labelSetCmd    `cmd:"" help:"Say how a ticket should have been read."`
	Export labelExportCmd `cmd:"" help:"Write labelled notes, one JSON object a line, for eval and train."`
	Shadow labelShadowCmd `cmd:"" help:"How far a shadow model agrees, and where it differs."`
}

func (labelCmd) Help() string {
	return `Examples:
  tocsin label set c-abc --recommendation needs_info --urgency-given no
  tocsin label export > leadership.jsonl && tocsin eval leadership.jsonl`
}

// A label is what leadership says of the reading of one ticket, as the API has it.
type label struct {
	ID       string          `json:"id"`
	Source   string          `json:"source"`
	Case     string          `json:"case"`
	Tenant   string          `json:"tenant"`
	Ticket   string          `json:"ticket"`
	Revision uint64          `json:"revision"`
	Policy   string          `json:"policy"`
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
	Why      string          `json:"why"`
	Was      reading         `json:"was"`
	Now      reading         `json:"label"`
	Comment  string          `json:"comment"`
	Stands   bool            `json:"stands"`
	Note     json.RawMessage `json:"note"`
}

// A reading is what a ticket's words say.
type reading struct {
	Language       string   `json:"language"`
	Request        bool     `json:"is_escalation_request"`
	Recommendation string   `json:"recommendation"`
	Reasons        []string `json:"reasons"`
	Denials        []string `json:"denials"`
	Missing        []string `json:"missing"`
	Facts          struct {
		AffectedUsers *int     `json:"affected_users"`
		DurationHours *float64 `json:"duration_hours"`
		Environment   *string  `json:"environment"`
		UrgencyGiven  bool     `json:"urgency_given"`
		ReasonGiven   bool     `json:"reason_given"`
	} `json:"facts"`
}

// labelsFlag says which labels are meant.
type labelsFlag struct {
	serverFlag
	Since  string `help:"Only since then: 720h ago, a day as 2026-11-01, or an RFC 3339 time."`
	Source string `enum:"decision,correction,all" default:"all" help:"Only those made of a decision, or of a correction."`
	Case   string `help:"Only those of this case."`
}

// query is what is asked of the server.
func (f labelsFlag) query() (url.Values, error) {
	q := url.Values{}
	if f.Case != "" {
		q.Set("case", f.Case)
	}
	if f.Source != "all" {
		q.Set("source", f.Source)
	}
	if f.Since == "" {
		return q, nil
	}
	at, err := moment("--since", f.Since, time.Now())
	q.Set("since", at.UTC().Format(time.RFC3339))
	return q, err
}

// moment reads a time, a day, or how long ago, as a flag says it.
func moment(flag, text string, now time.Time) (time.Time, error) {
	if ago, err := time.ParseDuration(text); err == nil {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, wrongUsage("%s %q is neither a duration, as 720h, nor a day, as 2026-11-01, nor an RFC 3339 time", flag, text)
}

// each hands on the labels that q asks for, page by page, until there are no
// more or on says that it has enough.
func (f labelsFlag) each(s *streams, q url.Values, on func(json.RawMessage) (more bool, err error)) error {
	for {
		var page struct {
			Labels []json.RawMessage `json:"labels"`
			Next   string            `json:"next"`
		}
		if err := f.get(s.ctx, "/v1/labels?"+q.Encode(), &page); err != nil {
			return err
		}
		for _, raw := range page.Labels {
			if more, err := on(raw); err != nil || !more {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.Set("cursor", page.Next)
	}
}

type labelListCmd struct {
	labelsFlag
	formatFlag
	All   bool `help:"Those too that no longer stand, because a later one does."`
	Limit int  `default:"50" help:"At most so many; 0 is all."`
}

func (labelListCmd) Help() string {
	return `Examples:
  tocsin label list --source correction --since 720h
  tocsin label list --limit 0 --output json | jq -r .label.recommendation | sort | uniq -c`
}

// Run is `tocsin label list`.
func (c *labelListCmd) Run(s *streams) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	if q.Set("limit", "500"); c.All {
		q.Set("all", "true")
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	n, more := 0, false
	err = c.each(s, q, func(raw json.RawMessage) (bool, error) {
		if more = c.Limit > 0 && n == c.Limit; more {
			return false, nil
		}
		if n++; c.json() {
			return true, printJSON(s.out, raw)
		}
		var l label
		if err := readJSON(raw, &l); err != nil {
			return false, err
		}
		if n == 1 {
			fmt.Fprintln(w, "LABEL\tWHEN\tBY\tSOURCE\tTENANT\tTICKET\tREAD\tSHOULD BE\t")
		}
		stands := ""
		if !l.Stands {
			stands = "replaced"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, onClock(l.At), l.By, l.Source, l.Tenant, l.Ticket,
			l.Was.Recommendation, l.Now.Recommendation, stands)
		return true, nil
	})
	if err != nil || c.json() {
		return err
	}
	if n == 0 {
		fmt.Fprintln(s.out, "There is no such label.")
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if more {
		fmt.Fprintln(s.out, "There are more; ask for them with --limit.")
	}
	return nil
}

type labelShowCmd struct {
	serverFlag
	formatFlag
	ID       string `arg:"" help:"The label's id."`
	Personal bool   `name:"with-personal-data" help:"The ticket's words as they were written."`
}

func (labelShowCmd) Help() string {
	return `Examples:
  tocsin label show leadership-abc
  tocsin label show leadership-abc --output json | jq .was`
}

// Run is `tocsin label show`.
func (c *labelShowCmd) Run(s *streams) error {
	var got struct {
		Label json.RawMessage `json:"label"`
	}
	if err := c.get(s.ctx, "/v1/labels/"+url.PathEscape(c.ID)+"?words="+words(c.Personal), &got); err != nil {
		return err
	}
	if c.json() {
		return printJSON(s.out, got.Label)
	}
	var l label
	if err := readJSON(got.Label, &l); err != nil {
		return err
	}
	return l.print(s.out)
}

// words is how the words of tickets are asked for.
func words(personal bool) string {
	if personal {
		return "whole"
	}
	return "redacted"
}

type labelExportCmd struct {
	labelsFlag
	Personal bool `name:"with-personal-data" help:"Words as they were written, with names, addresses and numbers; the server's log says who asked."`
}

func (labelExportCmd) Help() string {
	return `Examples:
  tocsin label export > leadership.jsonl
  tocsin label export --source correction --since 2026-11-01 > corrections.jsonl
  tocsin eval leadership.jsonl

Writes the labels that stand, as labelled notes. Mail addresses, phone numbers, names and the
like are taken out of the words, as far as they can be told; --with-personal-data leaves them in.
A label whose ticket is not kept any more has no words, and is left out.`
}

// Run is `tocsin label export`.
func (c *labelExportCmd) Run(s *streams) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	q.Set("words", words(c.Personal))
	q.Set("limit", "100")
	written, gone := 0, 0
	err = c.each(s, q, func(raw json.RawMessage) (bool, error) {
		var l label
		if err := readJSON(raw, &l); err != nil {
			return false, err
		}
		if len(l.Note) == 0 || string(l.Note) == "null" {
			gone++
			return true, nil
		}
		written++
		_, err := fmt.Fprintf(s.out, "%s\n", l.Note)
		return true, err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%d labels\n", written)
	if gone > 0 {
		fmt.Fprintf(s.err, "%d more are left out: their tickets are not kept any more\n", gone)
	}
	return nil
}

// isLabel says that the text is a label's id rather than a case's.
func isLabel(id string) bool { return strings.HasPrefix(id, "leadership-") }
