package cli

import "strings"

type claimCmd struct{ acting }

func (claimCmd) Help() string {
	return `Another leader may take the case over, and anybody may decide; the claim ends with the decision.

Example:
  tocsin case claim c-abc`
}

// Run is `tocsin case claim`.
func (c *claimCmd) Run(s *streams) error { return c.do(s, "claim", map[string]any{}) }

type ackCmd struct{ actingOnSome }

func (ackCmd) Help() string {
	return `Once for each round of a case: a second time is refused and says who was first. The case still waits
for a decision, and its deadlines stay. Who claims, decides, asks or gives an ETA has seen it too.

Examples:
  tocsin case ack c-abc
  tocsin case ack c-abc c-def`
}

// Run is `tocsin case ack`.
func (c *ackCmd) Run(s *streams) error { return c.do(s, "acknowledge", map[string]any{}) }

type releaseCmd struct{ acting }

func (releaseCmd) Help() string {
	return `Example:
  tocsin case release c-abc`
}

// Run is `tocsin case release`.
func (c *releaseCmd) Run(s *streams) error { return c.do(s, "release", map[string]any{}) }

type assignCmd struct {
	acting
	Technician string `help:"The roster's id of who works on it, or any name while the roster is empty; without one nobody does any more."`
}

func (assignCmd) Help() string {
	return `Examples:
  tocsin case assign c-abc --technician tina
  tocsin case assign c-abc --note 'her shift is over'`
}

// Run is `tocsin case assign`.
func (c *assignCmd) Run(s *streams) error {
	return c.do(s, "assign", map[string]any{"technician": c.Technician})
}

type updateCmd struct{ acting }

func (updateCmd) Help() string {
	return `The note goes to those who asked as it stands. When they should hear again counts from then.

Example:
  tocsin case update c-abc --note 'the vendor restores a copy; log-in works for half of you'`
}

// Run is `tocsin case update`.
func (c *updateCmd) Run(s *streams) error { return c.do(s, "update", map[string]any{}) }

type openCmd struct {
	speaking
	Tenant string   `arg:"" help:"The customer organisation; platform for all together."`
	Reason string   `help:"A reason of the policy, as sso_unavailable."`
	Ticket []string `placeholder:"TENANT/TICKET" help:"A ticket that belongs to no case; may be said several times."`
}

func (openCmd) Help() string {
	return `Examples:
  tocsin case open acme --note 'their CIO called: nobody gets in'
  tocsin case open acme --reason sso_unavailable --ticket acme/T-1 --note 'their CIO called'`
}

// Run is `tocsin case open`.
func (c *openCmd) Run(s *streams) error {
	tickets, err := tickets(c.Ticket)
	if err != nil {
		return err
	}
	return c.send(s, "/v1/cases", map[string]any{"tenant": c.Tenant, "reason": c.Reason, "tickets": tickets})
}

type mergeCmd struct {
	acting
	Into string `arg:"" help:"The case that it goes on in, which keeps its decision."`
}

func (mergeCmd) Help() string {
	return `Only a case that nobody has decided can go on in another. Nobody is told.

Example:
  tocsin case merge c-abc c-def --note 'the same outage'`
}

// Run is `tocsin case merge`.
func (c *mergeCmd) Run(s *streams) error { return c.do(s, "merge", map[string]any{"into": c.Into}) }

type splitCmd struct {
	acting
	Ticket    []string `placeholder:"TENANT/TICKET" help:"A ticket that goes; may be said several times."`
	Condition []string `help:"A condition that goes, by its id; may be said several times."`
}

func (splitCmd) Help() string {
	return `The new case waits for a decision of its own; what is left keeps its. Nobody is told.
Facts do not bring the two together again.

Example:
  tocsin case split c-abc --ticket acme/T-2 --note 'another trouble than the log-in'`
}

// Run is `tocsin case split`.
func (c *splitCmd) Run(s *streams) error {
	tickets, err := tickets(c.Ticket)
	if err != nil {
		return err
	}
	return c.do(s, "split", map[string]any{"tickets": tickets, "conditions": c.Condition})
}

// ticketRef names a ticket to the server.
type ticketRef struct {
	Tenant string `json:"tenant"`
	Ticket string `json:"ticket"`
}

// tickets reads tickets as acme/T-1; the ticket's id may hold slashes, the tenant's none.
func tickets(names []string) ([]ticketRef, error) {
	refs := make([]ticketRef, len(names))
	for i, name := range names {
		tenant, ticket, found := strings.Cut(name, "/")
		if !found || tenant == "" || ticket == "" {
			return nil, wrongUsage("--ticket %q is not TENANT/TICKET, as acme/T-1", name)
		}
		refs[i] = ticketRef{tenant, ticket}
	}
	return refs, nil
}
