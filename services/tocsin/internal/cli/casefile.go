package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	classificationv1 "tocsin/proto/gen/classification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// casePage is the answer to a list of cases.
type casePage struct {
	Cases []json.RawMessage `json:"cases"`
	Next  string            `json:"next"`
}

// caseAnswer is the answer to an action.
type caseAnswer struct {
	Case json.RawMessage `json:"case"`
	// Parted is the new case, of one that was split.
	Parted json.RawMessage `json:"parted"`
}

// caseFile is the answer to one case: all that is known of it.
type caseFile struct {
	Case       json.RawMessage   `json:"case"`
	Audit      []json.RawMessage `json:"audit"`
	Deliveries []struct {
		Audience  string    `json:"audience"`
		Recipient string    `json:"recipient"`
		Kind      string    `json:"kind"`
		Channel   string    `json:"channel"`
		To        string    `json:"destination"`
		Outcome   string    `json:"outcome"`
		Attempt   int       `json:"attempt"`
		At        time.Time `json:"at"`
		Answer    string    `json:"answer"`
	} `json:"deliveries"`
}

// print writes the file for people.
func (f caseFile) print(w io.Writer) error {
	var c reviewv1.Case
	if err := read(f.Case, &c); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s  %s\n%s, recommended %s, version %d, of %s\n", c.Id, what(&c), c.State, c.Recommendation, c.Version, c.Tenant)
	fmt.Fprintf(w, "people %s, tenants %d, opened %s, decide by %s\n", people(&c), c.Tenants, clock(c.OpenedAt), clock(c.DecisionDueAt))
	fmt.Fprintf(w, "reasons %s; grounds %s\n", list(c.Reasons), list(c.Denials))
	if c.DecidedBy != "" {
		fmt.Fprintf(w, "decided by %s at %s %s %s\n", c.DecidedBy, clock(c.DecidedAt), c.Ground, c.DecisionNote)
	}
	printCare(w, &c)
	if c.Eta != nil {
		fmt.Fprintf(w, "ETA %s %s\n", clock(c.Eta), c.EtaReason)
	}
	for _, cond := range c.Conditions {
		m := cond.Condition
		state := m.Change
		if cond.Live {
			state = "live"
		}
		fmt.Fprintf(w, "\ncondition %s of %s: %s, %d (threshold %d), %d people, since %s\n", m.Reason, joined(m.Scope, m.Subject), state, m.Value, m.Threshold, m.People, clock(m.FirstAt))
	}
	for _, t := range c.Tickets {
		a := t.Assessment
		fmt.Fprintf(w, "\nticket %s of %s: %q, %s, recommended %s\n", t.Ticket, t.Tenant, t.Subject, t.Requester, a.GetRecommendation())
		printDoubts(w, a)
		for _, e := range a.GetEvidence() {
			fmt.Fprintf(w, "  %s: %q\n", e.For, e.Quote)
		}
	}
	fmt.Fprintln(w, "\naudit")
	for _, raw := range f.Audit {
		var e reviewv1.AuditEntry
		if err := read(raw, &e); err != nil {
			return err
		}
		t := e.Transition
		fmt.Fprintf(w, "  %s  v%d %s\n", clock(t.GetAt()), e.Version, joined(t.GetName(), "by", t.GetActor(), t.GetTicket(), t.GetSubject(), t.GetCondition()))
	}
	fmt.Fprintln(w, "told")
	for _, d := range f.Deliveries {
		fmt.Fprintf(w, "  %s  %s: %s by %s, %s", d.At.Local().Format("Jan 2 15:04:05"), joined(d.Audience, d.Recipient), d.Kind, joined(d.Channel, d.To), d.Outcome)
		if d.Attempt > 0 {
			fmt.Fprintf(w, " at attempt %d", d.Attempt)
		}
		if d.Answer != "" {
			fmt.Fprintf(w, ": %s", d.Answer)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// printCare writes who takes care of a case, and what is owed.
func printCare(w io.Writer, c *reviewv1.Case) {
	for _, said := range []struct {
		is   bool
		text string
	}{
		{c.OpenedBy != "", "opened by hand by " + c.OpenedBy},
		{c.SplitFrom != "", "split from " + c.SplitFrom},
		{c.MergedInto != "", "goes on in " + c.MergedInto},
		{c.AcknowledgedBy != "", "seen by " + c.AcknowledgedBy + " at " + clock(c.AcknowledgedAt)},
		{c.ClaimedBy != "", "claimed by " + c.ClaimedBy},
		{c.Level > 1, "nobody decided in time: the next level is called"},
		{c.Appeal != nil, fmt.Sprintf("appealed by %s: %s", c.Appeal.GetBy(), c.Appeal.GetNote())},
		{c.Technician != "", c.Technician + " works on it"},
		{c.UpdateDueAt != nil, "those who asked should hear again by " + clock(c.UpdateDueAt)},
		{c.GetLastUpdate().GetTellsAt() != nil, fmt.Sprintf("an update by %s waits until %s: %s", c.GetLastUpdate().GetBy(), clock(c.GetLastUpdate().GetTellsAt()), c.GetLastUpdate().GetNote())},
		{c.WaitsSince != nil, "waits for an answer since " + clock(c.WaitsSince)},
	} {
		if said.is {
			fmt.Fprintln(w, said.text)
		}
	}
}

// printDoubts writes how sure an assessment is, what it lacks, and how its claims
// stand beside facts.
func printDoubts(w io.Writer, a *classificationv1.Assessment) {
	if a.GetConfidence() > 0 {
		fmt.Fprintf(w, "  confidence %.0f %%\n", a.GetConfidence()*100)
	}
	if a.GetUnsupportedLanguage() {
		fmt.Fprintln(w, "  in a language that is not read: a person has to read it and to answer; nobody has been written to")
	}
	if len(a.GetUnclear()) > 0 {
		fmt.Fprintf(w, "  unclear %s\n", list(a.GetUnclear()))
	}
	if len(a.GetMissing()) > 0 {
		fmt.Fprintf(w, "  missing %s\n", list(a.GetMissing()))
	}
	for _, c := range a.GetContradictions() {
		fmt.Fprintf(w, "  against the words: %s: claims %s; measured %s (%s)\n", c.About, c.Claimed, c.Measured, c.Source)
	}
	for _, c := range a.GetConfirmations() {
		fmt.Fprintf(w, "  borne out: %s: claims %s; seen %s (%s)\n", c.About, c.Claimed, c.Measured, c.Source)
	}
	for _, n := range a.GetNearMisses() {
		fmt.Fprintf(w, "  near miss: %s: stated: %s; needed: %s\n", n.Reason, n.Stated, n.Needed)
	}
}

// what is a case in a few words: its title, which it has of a reason, or what the
// first ticket is about.
func what(c *reviewv1.Case) string {
	if c.Title == "" && len(c.Tickets) > 0 {
		return c.Tickets[0].Subject
	}
	return c.Title
}

// joined are the words that are not empty, with a space between them.
func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
