package explain

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/services/monitoring/internal/events"

	intakev1 "tocsin/proto/gen/intake/v1"
)

// Text writes the explanation for people.
func (c *Change) Text(out io.Writer) error {
	var b strings.Builder
	l := &c.Change
	fmt.Fprintf(&b, "%s %s, at %s\n", name(l), l.Change, stamp(l.At))
	fmt.Fprintf(&b, "  id %s, seen at %s, under policy %s\n\n", l.ID, stamp(l.DetectedAt), l.Policy)
	fmt.Fprintf(&b, "Why:      %s.\n", c.Why)
	if c.After != nil {
		fmt.Fprintf(&b, "Window:   after %s, up to %s (%s).\n", stamp(*c.After), stamp(c.UpTo), span(c.UpTo.Sub(*c.After)))
	}
	if l.FirstAt != nil {
		fmt.Fprintf(&b, "Counted:  %d, from %s on; %s, %s.\n", l.Value, stamp(*l.FirstAt), plural(l.Tenants, "tenant", "tenants"), plural(l.People, "person", "people"))
	}
	if c.MadeBy != nil {
		fmt.Fprintf(&b, "Made by:  %s (%s) at %s%s.\n", c.MadeBy.ID, c.MadeBy.Says, stamp(c.MadeBy.At), readAt(c.MadeBy))
	} else if c.Reexecuted != NotRun && c.Reexecuted != Missing {
		b.WriteString("Made by:  no signal of its own: a deadline that fell due, or what another rule said.\n")
	}
	if len(c.With) > 0 {
		fmt.Fprintf(&b, "With it:  %s.\n", strings.Join(c.With, "; "))
	}
	fmt.Fprintf(&b, "\n")
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	return c.tables(out)
}

// tables writes the signals, the episode and the verdict.
func (c *Change) tables(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(c.Signals) > 0 {
		fmt.Fprintf(w, "Signals counted, the last %d:\n", len(c.Signals))
		for i := range c.Signals {
			s := &c.Signals[i]
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", optional(s.At), s.ID, s.Tenant, s.Says, strings.TrimPrefix(message(s), ", "))
		}
		fmt.Fprintln(w)
	}
	if len(c.Episode) > 1 {
		fmt.Fprintf(w, "The episode so far:\n")
		for i := range c.Episode {
			e := &c.Episode[i]
			fmt.Fprintf(w, "  %s\t%s\t%d of %d\t%s\n", stamp(e.At), e.Change, e.Value, e.Threshold, e.ID)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "Run again: %s", c.Reexecuted)
	if c.Note != "" {
		fmt.Fprintf(w, "; %s", c.Note)
	}
	fmt.Fprintln(w, ".")
	return w.Flush()
}

// Text writes a nearness for people.
func (n *Nearness) Text(out io.Writer) error {
	where := n.Reason + " of " + n.Scope
	if n.Subject != "" {
		where += ", " + n.Subject
	}
	_, err := fmt.Fprintf(out, "%s: %s\n  %s\n", where, n.State, n.Says)
	if err == nil && n.Raise != "" {
		_, err = fmt.Fprintf(out, "  tocsin explain %s says why it was raised\n", n.Raise)
	}
	return err
}

func name(l *events.Line) string {
	text := l.Reason + " of " + l.Scope
	if l.Subject != "" {
		text += ", " + l.Subject + ","
	}
	return text
}

// readAt says when a signal was read, where that is another time than its own.
func readAt(s *Signal) string {
	if s.Message == 0 {
		return ""
	}
	return ", read at " + stamp(s.Read) + message(s)
}

func message(s *Signal) string {
	whose := ""
	if s.Trust == intakev1.Trust_TENANT.String() {
		whose = ", the tenant's own word"
	}
	if s.Message == 0 {
		return whose
	}
	return fmt.Sprintf(", message %d%s", s.Message, whose)
}

func optional(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return stamp(t)
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
