package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
)

type labelSetCmd struct {
	serverFlag
	formatFlag
	ID       string `arg:"" help:"The id of the ticket's case, or of a label of the ticket."`
	Tenant   string `help:"The ticket's tenant, where the case has several of that name."`
	Ticket   string `help:"The ticket, where the case has several."`
	Revision uint64 `help:"The revision you saw; refused if the ticket was assessed anew since."`
	As       string `help:"Your name, as it stands with the label." env:"TOCSIN_PERSON,USER"`
	Comment  string `help:"Why."`

	AsRead         bool     `help:"It was read rightly; with other flags, but for what they say."`
	Request        string   `placeholder:"yes|no" help:"Somebody asks for escalation."`
	Recommendation string   `placeholder:"R" help:"eligible, ineligible, needs_info or not_a_request."`
	Reasons        []string `placeholder:"R,…" help:"All reasons that the words claim to hold now, or none."`
	Denials        []string `placeholder:"G,…" help:"All denial grounds that hold, or none."`
	AffectedUsers  string   `placeholder:"N|unknown" help:"How many people are hit."`
	DurationHours  string   `placeholder:"H|unknown" help:"How long it has lasted."`
	Environment    string   `placeholder:"E|unknown" help:"production or beta."`
	UrgencyGiven   string   `placeholder:"yes|no" help:"The words say why it is urgent."`
	ReasonGiven    string   `placeholder:"yes|no" help:"The words say what is wrong."`
}

func (labelSetCmd) Help() string {
	return `Examples:
  tocsin label set c-abc --recommendation needs_info --urgency-given no
  tocsin label set c-abc --ticket T-4711 --reasons sso_unavailable,site_outage --affected-users unknown
  tocsin label set c-abc --request no --recommendation not_a_request --reasons none
  tocsin label set leadership-abc --as-read

What is not named stays as it stands: as the last correction of what was read has it, else as it
was read. What is missing in a request is worked out. The case stays as it is.`
}

// unknown is what a flag says for a fact that is not known.
const unknown = "unknown"

// Run is `tocsin label set`.
func (c *labelSetCmd) Run(s *streams) error {
	change, err := c.change()
	if err != nil {
		return err
	}
	body := map[string]any{"tenant": c.Tenant, "ticket": c.Ticket, "revision": c.Revision, "comment": c.Comment, "label": change}
	id := c.ID
	if isLabel(id) {
		var got struct{ Label label }
		if err := c.get(s.ctx, "/v1/labels/"+url.PathEscape(id), &got); err != nil {
			return err
		}
		id, body["tenant"], body["ticket"] = got.Label.Case, got.Label.Tenant, got.Label.Ticket
	}
	var got struct{ Label json.RawMessage }
	if err := c.post(s.ctx, order{path: "/v1/cases/" + url.PathEscape(id) + "/labels", as: c.As, body: body}, &got); err != nil {
		return err
	}
	if c.json() {
		return printJSON(s.out, got.Label)
	}
	var l label
	if err := readJSON(got.Label, &l); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: ticket %s of %s, revision %d\n", l.ID, l.Ticket, l.Tenant, l.Revision)
	return l.changes(s.out)
}

// change is what the flags say, as the API reads it.
func (c *labelSetCmd) change() (map[string]any, error) {
	out, facts := map[string]any{}, map[string]any{}
	if c.Recommendation != "" {
		out["recommendation"] = c.Recommendation
	}
	for field, given := range map[string][]string{"reasons": c.Reasons, "denials": c.Denials} {
		if len(given) > 0 {
			out[field] = slices.DeleteFunc(slices.Clone(given), func(id string) bool { return id == "none" })
		}
	}
	for _, b := range []struct {
		flag, value, field string
		to                 map[string]any
	}{
		{"--request", c.Request, "is_escalation_request", out},
		{"--urgency-given", c.UrgencyGiven, "urgency_given", facts},
		{"--reason-given", c.ReasonGiven, "reason_given", facts},
	} {
		switch b.value {
		case "":
		case "yes", "no":
			b.to[b.field] = b.value == "yes"
		default:
			return nil, wrongUsage("%s %q is neither yes nor no", b.flag, b.value)
		}
	}
	if err := c.facts(facts); err != nil {
		return nil, err
	}
	if len(facts) > 0 {
		out["facts"] = facts
	}
	if len(out) == 0 && !c.AsRead {
		return nil, wrongUsage("say how it should have been read, as --recommendation needs_info, or --as-read")
	}
	return out, nil
}

// facts adds the facts that may be unknown.
func (c *labelSetCmd) facts(to map[string]any) error {
	if n, err := strconv.Atoi(c.AffectedUsers); err == nil {
		to["affected_users"] = n
	} else if c.AffectedUsers != "" && c.AffectedUsers != unknown {
		return wrongUsage("--affected-users %q is neither a whole number nor unknown", c.AffectedUsers)
	}
	if h, err := strconv.ParseFloat(c.DurationHours, 64); err == nil {
		to["duration_hours"] = h
	} else if c.DurationHours != "" && c.DurationHours != unknown {
		return wrongUsage("--duration-hours %q is neither a number nor unknown", c.DurationHours)
	}
	if c.Environment != "" {
		to["environment"] = c.Environment
	}
	for field, given := range map[string]string{"affected_users": c.AffectedUsers, "duration_hours": c.DurationHours, "environment": c.Environment} {
		if given == unknown {
			to[field] = nil
		}
	}
	return nil
}

// print writes the label for people.
func (l label) print(w io.Writer) error {
	fmt.Fprintf(w, "%s  ticket %s of %s, revision %d, case %s\n", l.ID, l.Ticket, l.Tenant, l.Revision, l.Case)
	fmt.Fprintf(w, "%s by %s at %s, policy %s\n", l.Source, l.By, onClock(l.At), l.Policy)
	if !l.Stands {
		fmt.Fprintln(w, "a later one stands in its place")
	}
	if l.Why != "" {
		fmt.Fprintf(w, "the words alone may not bear it: %s\n", l.Why)
	}
	if l.Comment != "" {
		fmt.Fprintf(w, "%q\n", l.Comment)
	}
	if err := l.changes(w); err != nil {
		return err
	}
	var note struct{ Text string }
	if len(l.Note) == 0 || json.Unmarshal(l.Note, &note) != nil || note.Text == "" {
		_, err := fmt.Fprintln(w, "\nThe ticket's words are not kept any more.")
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", note.Text)
	return err
}

// changes writes each field, with what was read where that is something else.
func (l label) changes(w io.Writer) error {
	was, now := l.Was.fields(), l.Now.fields()
	for i, f := range now {
		text := f[1]
		if was[i][1] != f[1] {
			text = was[i][1] + " → " + f[1]
		}
		if _, err := fmt.Fprintf(w, "  %-22s %s\n", f[0], text); err != nil {
			return err
		}
	}
	return nil
}

// fields are the names and values of a reading, in the order of the format.
func (r reading) fields() [][2]string {
	yes := func(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }
	people, hours, place := unknown, unknown, unknown
	if n := r.Facts.AffectedUsers; n != nil {
		people = strconv.Itoa(*n)
	}
	if h := r.Facts.DurationHours; h != nil {
		hours = strconv.FormatFloat(*h, 'f', -1, 64)
	}
	if e := r.Facts.Environment; e != nil {
		place = *e
	}
	return [][2]string{
		{"is_escalation_request", yes(r.Request)},
		{"recommendation", r.Recommendation},
		{"reasons", list(r.Reasons)},
		{"denials", list(r.Denials)},
		{"missing", list(r.Missing)},
		{"affected_users", people},
		{"duration_hours", hours},
		{"environment", place},
		{"urgency_given", yes(r.Facts.UrgencyGiven)},
		{"reason_given", yes(r.Facts.ReasonGiven)},
	}
}
