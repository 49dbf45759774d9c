package screen

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// fileView is the case, what decides first: one sentence, claims beside
// measurements, reasons and grounds with their words; then all the rest.
func (m Model) fileView() string {
	var out strings.Builder
	c := m.file.Case
	m.sentence(&out, c)
	m.measures(&out, c)
	m.words(&out, c)
	m.tickets(&out, c)
	m.past(&out)
	return out.String()
}

func (m Model) sentence(out *strings.Builder, c *reviewv1.Case) {
	r := rowOf(c)
	still := "nobody measures it"
	if len(c.Conditions) > 0 {
		still = "it is over, as far as is measured"
	}
	if r.live {
		still = "it still holds"
	}
	whom := r.tenant
	if whom == "platform" {
		whom = "the whole platform"
	}
	people := "nobody knows how many people"
	if r.people != nil {
		people = fmt.Sprintf("%d people", *r.people)
	}
	text := fmt.Sprintf("%s: %s, %s, open since %s; %s.", r.title, whom, people, instant(c.OpenedAt), still)
	fmt.Fprintln(out, strong.Render(wrap(text, m.width)))
	fmt.Fprintf(out, "%s, recommended %s, version %d, round %d", c.State, strong.Render(c.Recommendation), c.Version, c.Round)
	if !r.due.IsZero() {
		what := "ETA"
		if r.open {
			what = "decide"
		}
		due := fmt.Sprintf("  %s %s", what, m.until(r.due))
		if r.due.Before(m.cfg.Now()) {
			due = alarm.Render(due)
		}
		fmt.Fprint(out, due)
	}
	fmt.Fprintln(out, "  "+dim.Render(c.Id))
	if c.DecidedBy != "" {
		fmt.Fprintln(out, wrap(fmt.Sprintf("decided by %s at %s %s %s", plain(c.DecidedBy), instant(c.DecidedAt), c.Ground, plain(c.DecisionNote)), m.width))
	}
	if c.Question != "" {
		fmt.Fprintln(out, warn.Render(wrap("asked: "+plain(c.Question), m.width)))
	}
}

func (m Model) measures(out *strings.Builder, c *reviewv1.Case) {
	fmt.Fprintln(out, "\n"+strong.Render("Measured"))
	if len(c.Conditions) == 0 {
		fmt.Fprintln(out, "  no data: no monitor's condition belongs to this case")
	}
	for _, k := range c.Conditions {
		d := k.Condition
		state := alarm.Render("holds")
		if !k.Live {
			state = d.Change
		}
		name := d.Reason
		if d.Subject != "" {
			name += " " + plain(d.Subject)
		}
		fmt.Fprintf(out, "  %s  %s %s: %d of %d", state, plain(d.Scope), name, d.Value, d.Threshold)
		if d.People > 0 {
			fmt.Fprintf(out, ", %d people", d.People)
		}
		fmt.Fprintf(out, "  %s\n", dim.Render("since "+instant(d.FirstAt)+", as of "+instant(d.At)))
	}
	for _, t := range c.Tickets {
		for _, x := range t.Assessment.GetContradictions() {
			fmt.Fprintf(out, "  %s %s: claimed %s, measured %s (%s)\n", warn.Render("against"), x.About, plain(x.Claimed), plain(x.Measured), plain(x.Source))
		}
		for _, x := range t.Assessment.GetConfirmations() {
			fmt.Fprintf(out, "  %s %s: claimed %s, seen %s (%s)\n", good.Render("borne out"), x.About, plain(x.Claimed), plain(x.Measured), plain(x.Source))
		}
	}
}

// words are the reasons and the grounds, each with the best quote for it.
func (m Model) words(out *strings.Builder, c *reviewv1.Case) {
	for _, side := range []struct {
		title string
		ids   []string
	}{{"Reasons", c.Reasons}, {"Grounds to deny", c.Denials}} {
		fmt.Fprintln(out, "\n"+strong.Render(side.title))
		if len(side.ids) == 0 {
			fmt.Fprintln(out, "  none")
		}
		for _, id := range side.ids {
			fmt.Fprintf(out, "  %s", id)
			if text, ticket := best(c, id); text != "" {
				fmt.Fprintf(out, "  “%s” %s", plain(text), dim.Render(plain(ticket)))
			}
			fmt.Fprintln(out)
		}
	}
}

// best is the first quote for a reason or a ground: evidence comes best first.
func best(c *reviewv1.Case, about string) (text, ticket string) {
	for _, t := range c.Tickets {
		for _, e := range t.Assessment.GetEvidence() {
			if e.For == about {
				return e.Quote, t.Ticket
			}
		}
	}
	return "", ""
}

func (m Model) tickets(out *strings.Builder, c *reviewv1.Case) {
	fmt.Fprintf(out, "\n%s\n", strong.Render(fmt.Sprintf("Tickets (%d)", len(c.Tickets))))
	const shown = 20
	for _, t := range c.Tickets[:min(len(c.Tickets), shown)] {
		a := t.Assessment
		fmt.Fprintf(out, "  %s %s  %s  %s, recommended %s", plain(t.Tenant), plain(t.Ticket), plain(t.Subject), strings.ToLower(t.Status), a.GetRecommendation())
		if t.Agent != "" {
			fmt.Fprintf(out, ", with %s", plain(t.Agent))
		}
		fmt.Fprintln(out)
		if len(a.GetMissing()) > 0 {
			fmt.Fprintf(out, "    missing: %s\n", strings.Join(a.GetMissing(), ", "))
		}
	}
	if rest := len(c.Tickets) - shown; rest > 0 {
		fmt.Fprintf(out, "  and %d more\n", rest)
	}
}

// past is what happened, the newest first, and who was told.
func (m Model) past(out *strings.Builder) {
	fmt.Fprintln(out, "\n"+strong.Render("What happened"))
	const shown = 30
	for i := len(m.file.Audit) - 1; i >= max(len(m.file.Audit)-shown, 0); i-- {
		t := m.file.Audit[i].Transition
		fmt.Fprintf(out, "  %s  %s by %s %s %s\n", instant(t.GetAt()), t.GetName(), plain(t.GetActor()), plain(t.GetTicket()), plain(t.GetReason()))
	}
	fmt.Fprintln(out, "\n"+strong.Render("Told"))
	if len(m.file.Told) == 0 {
		fmt.Fprintln(out, "  nobody yet")
	}
	for _, d := range m.file.Told {
		fmt.Fprintf(out, "  %s  %s %s: %s by %s, %s\n", d.At.Local().Format("Jan 2 15:04:05"), d.Audience, plain(d.Recipient), d.Kind, d.Channel, d.Outcome)
	}
}

func instant(t *timestamppb.Timestamp) string {
	if t == nil {
		return "-"
	}
	return clock(t.AsTime())
}

func clock(t time.Time) string { return t.Local().Format("Jan 2 15:04") }
