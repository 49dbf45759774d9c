package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	reviewv1 "tocsin/proto/gen/review/v1"
)

type caseCmd struct {
	List        caseListCmd `cmd:"" help:"List cases: those to decide first, then those under way, then those that ended."`
	Show        caseShowCmd `cmd:"" help:"Show one case with its evidence, audit and what was told."`
	Approve     approveCmd  `cmd:"" help:"Approve cases, with an ETA where there is one."`
	Deny        denyCmd     `cmd:"" help:"Deny cases, on a ground of the policy or with a note."`
	ETA         etaCmd      `cmd:"" name:"eta" help:"Give the estimated time of resolution, or move it with a note."`
	RequestInfo askCmd      `cmd:"" help:"Ask those who asked."`
	Resolve     resolveCmd  `cmd:"" help:"Say that the trouble is over."`
	Close       closeCmd    `cmd:"" help:"End a case for good."`
	Reopen      reopenCmd   `cmd:"" help:"Begin another round."`
	Appeal      appealCmd   `cmd:"" help:"Ask leadership to look at a denial again."`
	Withdraw    withdrawCmd `cmd:"" help:"Say that those who asked took it back."`
	Ack         ackCmd      `cmd:"" help:"Say that you have seen it, so that nobody else is called."`
	Claim       claimCmd    `cmd:"" help:"Take care of the decision."`
	Release     releaseCmd  `cmd:"" help:"Leave the decision to others."`
	Assign      assignCmd   `cmd:"" help:"Say which technician works on it."`
	Update      updateCmd   `cmd:"" help:"Tell those who asked how it goes."`
	Open        openCmd     `cmd:"" help:"Open a case by hand."`
	Merge       mergeCmd    `cmd:"" help:"Have a case go on in another."`
	Split       splitCmd    `cmd:"" help:"Make a case of its own of a part of a case."`
}

func (caseCmd) Help() string {
	return `Examples:
  tocsin case list --state pending_review,needs_info
  tocsin case approve c-abc --eta 2h --note 'whole tenant locked out'`
}

type caseListCmd struct {
	serverFlag
	formatFlag
	State  []string `xor:"which" help:"Only these states, as pending_review,needs_info; by default all but closed and merged."`
	All    bool     `xor:"which" help:"Closed and merged ones too."`
	Tenant string   `help:"Only this tenant; platform for all together."`
	Limit  int      `default:"50" help:"At most so many."`
}

// phases are the states of cases in the order in which lists show them: nobody has
// decided, somebody works on it, it ended, it is over for good.
var phases = [][]string{
	{"detected", "needs_info", "pending_review"},
	{"approved", "in_progress"},
	{"denied", "resolved", "withdrawn", "expired"},
	{"closed", "merged"},
}

func (caseListCmd) Help() string {
	return `Within each of these the most urgent case comes first, then the one that hits most people.

Examples:
  tocsin case list
  tocsin case list --all
  tocsin case list --tenant acme --state pending_review
  tocsin case list --output json | jq .id`
}

// lasting are the states of a case that somebody may still act on.
func lasting() [][]string { return phases[:len(phases)-1] }

// wanted are the states to list, by phases.
func (c *caseListCmd) wanted() [][]string {
	switch {
	case c.All:
		return phases
	case len(c.State) == 0:
		return lasting()
	}
	wanted := make([][]string, len(phases))
	for _, state := range c.State { // what is no state stands first, and is refused
		at := max(0, slices.IndexFunc(phases, func(s []string) bool { return slices.Contains(s, state) }))
		wanted[at] = append(wanted[at], state)
	}
	return slices.DeleteFunc(wanted, func(s []string) bool { return len(s) == 0 })
}

// list asks for one phase after the other until there are as many as are wanted.
func (c *caseListCmd) list(s *streams) (casePage, error) {
	var all casePage
	for _, states := range c.wanted() {
		left := c.Limit - len(all.Cases)
		q := url.Values{"limit": {fmt.Sprint(max(left, 1))}, "state": {strings.Join(states, ",")}}
		if c.Tenant != "" {
			q.Set("tenant", c.Tenant)
		}
		var page casePage
		if err := c.get(s.ctx, "/v1/cases?"+q.Encode(), &page); err != nil {
			return all, err
		}
		if all.Next = page.Next; left <= 0 && len(page.Cases) > 0 {
			all.Next = "more"
		} else {
			all.Cases = append(all.Cases, page.Cases...)
		}
		if all.Next != "" {
			break
		}
	}
	return all, nil
}

// Run is `tocsin case list`.
func (c *caseListCmd) Run(s *streams) error {
	if c.Limit < 1 {
		return wrongUsage("--limit %d: ask for one case at least", c.Limit)
	}
	page, err := c.list(s)
	if err != nil {
		return err
	}
	if c.json() {
		for _, raw := range page.Cases {
			if err := printJSON(s.out, raw); err != nil {
				return err
			}
		}
		return nil
	}
	if len(page.Cases) == 0 {
		fmt.Fprintln(s.out, "There is no such case.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CASE\tSTATE\tRECOMMENDED\tTENANT\tPEOPLE\tTICKETS\tDECIDE BY\tWHAT")
	for _, raw := range page.Cases {
		var one reviewv1.Case
		if err := read(raw, &one); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", one.Id, one.State, one.Recommendation, one.Tenant,
			people(&one), len(one.Tickets), clock(one.DecisionDueAt), what(&one))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if page.Next != "" {
		fmt.Fprintln(s.out, "There are more; ask for them with --limit.")
	}
	return nil
}

func people(c *reviewv1.Case) string {
	if c.People == nil {
		return "unknown"
	}
	return fmt.Sprint(c.GetPeople())
}

func clock(t *timestamppb.Timestamp) string {
	if t == nil {
		return "-"
	}
	return onClock(t.AsTime())
}

// onClock is a time as lists show it.
func onClock(t time.Time) string { return t.Local().Format("Jan 2 15:04") }

type caseShowCmd struct {
	serverFlag
	formatFlag
	ID string `arg:"" help:"The case's id."`
}

func (caseShowCmd) Help() string {
	return `Examples:
  tocsin case show c-abc
  tocsin case show c-abc --output json | jq .audit`
}

// Run is `tocsin case show`.
func (c *caseShowCmd) Run(s *streams) error {
	if c.json() {
		return c.raw(s, "/v1/cases/"+url.PathEscape(c.ID))
	}
	var got caseFile
	if err := c.get(s.ctx, "/v1/cases/"+url.PathEscape(c.ID), &got); err != nil {
		return err
	}
	return got.print(s.out)
}

// eta reads a time, or a duration from now.
func eta(text string) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return time.Now().Add(d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, wrongUsage("--eta %q is neither a duration, as 2h, nor an RFC 3339 time", text)
	}
	return t, nil
}

type approveCmd struct {
	actingOnSome
	ETA        string `name:"eta" help:"Estimated time of resolution: 2h, or an RFC 3339 time."`
	Technician string `help:"The roster's id of who works on it; any name while the roster is empty."`
}

func (approveCmd) Help() string {
	return `Examples:
  tocsin case approve c-abc --eta 2h --note 'whole tenant locked out'
  tocsin case approve c-abc c-def c-ghi --technician tina`
}

// Run is `tocsin case approve`.
func (c *approveCmd) Run(s *streams) error {
	body := map[string]any{}
	if c.ETA != "" {
		at, err := eta(c.ETA)
		if err != nil {
			return err
		}
		body["eta"] = at
	}
	if c.Technician != "" {
		body["technician"] = c.Technician
	}
	return c.do(s, "approve", body)
}

type denyCmd struct {
	actingOnSome
	Ground string `help:"small_audience, beta_only, technicians_active or awaiting_customer; or say why with --note."`
}

func (denyCmd) Help() string {
	return `Examples:
  tocsin case deny c-abc c-def --ground beta_only
  tocsin case deny c-abc --note 'solved by the customer meanwhile'`
}

// Run is `tocsin case deny`.
func (c *denyCmd) Run(s *streams) error {
	if c.Ground == "" && c.Note == "" {
		return wrongUsage("say why: --ground small_audience, beta_only, technicians_active or awaiting_customer, or --note in words of your own")
	}
	return c.do(s, "deny", map[string]any{"ground": c.Ground})
}

type etaCmd struct {
	acting
	ETA string `name:"eta" required:"" help:"2h, or an RFC 3339 time."`
}

func (etaCmd) Help() string {
	return `Those who asked are told when, also while nobody has decided. Who moves it says why with --note.

Examples:
  tocsin case eta c-abc --eta 2h
  tocsin case eta c-abc --eta 2026-11-20T18:00:00Z --note 'the vendor restores a copy'`
}

// Run is `tocsin case eta`.
func (c *etaCmd) Run(s *streams) error {
	at, err := eta(c.ETA)
	if err != nil {
		return err
	}
	return c.do(s, "eta", map[string]any{"eta": at})
}

type askCmd struct {
	acting
	Question string `required:"" help:"What you want to know."`
}

func (askCmd) Help() string {
	return `Example:
  tocsin case request-info c-abc --question 'How many people are locked out, and since when?'`
}

// Run is `tocsin case request-info`.
func (c *askCmd) Run(s *streams) error {
	return c.do(s, "request-info", map[string]any{"note": c.Question})
}
