package desk

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/services/intake/internal/receive"
)

// An Account says how one account of a helpdesk is read. The zero value works.
type Account struct {
	// Tenants gives an organization's id, or its name, its tenant; one that is not
	// here is "<source>-<organization>". For tickets without an organization a group
	// of the vendor's (a project, a team) may stand here as well.
	Tenants map[string]string
	// DefaultTenant is the tenant of tickets that have neither; if empty, they are
	// ignored.
	DefaultTenant string
	// CSMs are the ids of the users who are CSMs.
	CSMs []string
	// OwnUsers are the ids of the users that this house writes notes as: what they
	// say and set is a machine's.
	OwnUsers []string
	// Statuses gives a status, by its id or name, another meaning than the door's.
	Statuses map[string]receive.Status
	// Severities gives a priority another severity than the door's.
	Severities map[string]receive.Severity
	// Fields says which custom field, by its id or name, is one of [Kinds].
	Fields map[string]string
	// RequestTags are the tags that ask for an escalation when they are added; a
	// CSM's is a flag. "escalation_requested" if empty.
	RequestTags []string
	// Map says what the house's own expressions make of a ticket, by what the
	// vendor says of it; nil says nothing.
	Map func(native map[string]any) (Mapped, error)
	// Missed hears of what is left out because the account does not say what it
	// means, each with the reason; nil hears nothing. It changes nothing.
	Missed func(reason string)
}

// missed is a reason that the account's words would mend.
func (a Account) missed(reason string) string {
	if a.Missed != nil {
		a.Missed(reason)
	}
	return reason
}

// Mapped is what the house's expressions make of a ticket. What is empty is left
// as the vendor has it.
type Mapped struct {
	Tenant        string
	Severity      receive.Severity
	Environment   receive.Environment
	AffectedUsers *uint32
	Components    []string
	CSM           string
	// Ignore leaves the ticket out, for this reason.
	Ignore string
}

func (m Mapped) facts() receive.Facts {
	return receive.Facts{Severity: m.Severity, Environment: m.Environment, AffectedUsers: m.AffectedUsers}
}

// Words are what a vendor's words mean, in lower case.
type Words struct {
	Statuses   map[string]receive.Status
	Severities map[string]receive.Severity
}

// status is what the first of the words means that is known; the account's own
// words go before.
func (a Account) status(w Words, said ...string) receive.Status {
	for _, word := range said {
		if status := named(a.Statuses, word); status != "" {
			return status
		}
	}
	for _, word := range said {
		if status := w.Statuses[strings.ToLower(strings.TrimSpace(word))]; status != "" {
			return status
		}
	}
	return ""
}

// severity is empty for a priority that is not set or not known.
func (a Account) severity(w Words, priority string) receive.Severity {
	if severity := named(a.Severities, priority); severity != "" {
		return severity
	}
	return w.Severities[strings.ToLower(strings.TrimSpace(priority))]
}

// named finds a word as it stands, or in lower case.
func named[T ~string](in map[string]T, word string) T {
	if found := in[word]; found != "" {
		return found
	}
	return in[strings.ToLower(word)]
}

// actor is the kind of who did something to the ticket. Nobody is the helpdesk
// itself; of whom the vendor says nothing the requester is a customer and another
// one an agent.
func (a Account) actor(t Ticket) receive.AuthorKind {
	switch {
	case t.Actor == "" || slices.Contains(a.OwnUsers, t.Actor):
		return receive.System
	case slices.Contains(a.CSMs, t.Actor):
		return receive.CSM
	case t.ActorKind != "":
		return t.ActorKind
	case t.Actor == t.Requester:
		return receive.Customer
	}
	return receive.Agent
}

// author is the kind of who wrote a comment; one of whom nothing is said is a customer.
func (a Account) author(c Comment) receive.AuthorKind {
	switch {
	case c.Machine || c.Author != "" && slices.Contains(a.OwnUsers, c.Author):
		return receive.System
	case c.CSM || c.Author != "" && slices.Contains(a.CSMs, c.Author):
		return receive.CSM
	case c.Staff:
		return receive.Agent
	}
	return receive.Customer
}

// requests says whether one of the tags asks for an escalation.
func (a Account) requests(tags []string) bool {
	asking := a.RequestTags
	if len(asking) == 0 {
		asking = []string{"escalation_requested"}
	}
	return slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(asking, tag) })
}

// tagged reads environment, affected users and components from tags. Where tags
// disagree the environment is unknown and the smaller number stands.
func tagged(tags []string) (facts receive.Facts, components []string) {
	for _, tag := range tags {
		if environment := environment(strings.TrimPrefix(tag, "env_")); environment != "" {
			if facts.Environment != "" && facts.Environment != environment {
				environment = "?"
			}
			facts.Environment = environment
		}
		count, found := strings.CutPrefix(tag, "affected_users_")
		if !found {
			count, found = strings.CutPrefix(tag, "affected_")
		}
		if n := people(count); found && n != nil && (facts.AffectedUsers == nil || *n < *facts.AffectedUsers) {
			facts.AffectedUsers = n
		}
		if component, found := strings.CutPrefix(tag, "component_"); found && component != "" {
			components = append(components, component)
		}
	}
	if facts.Environment == "?" {
		facts.Environment = ""
	}
	return facts, components
}

func environment(s string) receive.Environment {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "production", "prod", "live":
		return receive.Production
	case "beta":
		return receive.Beta
	}
	return ""
}

// people is a plain number of people, nil if s is none.
func people(s string) *uint32 {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 32)
	if err != nil {
		return nil
	}
	count := uint32(n)
	return &count
}

func severityNamed(s string) receive.Severity {
	severity := receive.Severity(strings.ToUpper(s))
	if slices.Contains([]receive.Severity{receive.SiteUnusable, receive.High, receive.Normal, receive.Low}, severity) {
		return severity
	}
	return ""
}
