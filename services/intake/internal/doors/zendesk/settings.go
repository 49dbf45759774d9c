package zendesk

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/services/intake/internal/receive"
)

// Settings say how one Zendesk account is read. The zero value works.
type Settings struct {
	// Source is the source of the events; "zendesk" if empty. Two accounts need two.
	Source string
	// Tenants gives an organization's id its tenant; one that is not here is
	// "zendesk-<organization_id>".
	Tenants map[string]string
	// DefaultTenant is the tenant of tickets without an organization; if empty,
	// they are ignored.
	DefaultTenant string
	// CSMs are the ids of the users who are CSMs.
	CSMs []string
	// OwnUsers are the ids of the users that this house writes notes as: what they
	// say and set is a machine's.
	OwnUsers []string
	// Statuses gives the id of a custom status its status.
	Statuses map[string]receive.Status
	// Severities gives a priority (urgent, high, normal, low) another severity.
	Severities map[string]receive.Severity
	// Fields says which custom field, by its id, is "severity", "environment" or
	// "affected_users".
	Fields map[string]string
	// RequestTags are the tags that ask for an escalation when they are added; a
	// CSM's is a flag. "escalation_requested" if empty.
	RequestTags []string
}

func (s Settings) source() string {
	if s.Source == "" {
		return "zendesk"
	}
	return s.Source
}

// tenant is the organization's tenant; empty if there is none.
func (s Settings) tenant(organization string) string {
	if organization == "" || organization == "0" {
		return s.DefaultTenant
	}
	if tenant := s.Tenants[organization]; tenant != "" {
		return tenant
	}
	return "zendesk-" + organization
}

// severity is empty for a priority that is not set or not known.
func (s Settings) severity(priority string) receive.Severity {
	priority = strings.ToLower(priority)
	if severity := s.Severities[priority]; severity != "" {
		return severity
	}
	switch priority {
	case "urgent":
		return receive.SiteUnusable
	case "high":
		return receive.High
	case "normal":
		return receive.Normal
	case "low":
		return receive.Low
	}
	return ""
}

// status is that of the custom status if it is mapped, else that of Zendesk's
// own; empty for one that is not known.
func (s Settings) status(own, custom string) receive.Status {
	if status := s.Statuses[custom]; status != "" {
		return status
	}
	switch strings.ToLower(own) {
	case "new":
		return receive.New
	case "open":
		return receive.Open
	case "pending":
		return receive.AwaitingCustomer
	case "hold", "on-hold", "on hold":
		return receive.OnHold
	case "solved":
		return receive.Resolved
	case "closed", "deleted", "archived", "scrubbed":
		return receive.Closed
	}
	return ""
}

// actor is the kind of who did something to a ticket of the requester. Zendesk
// itself is "-1".
func (s Settings) actor(id, requester string) receive.AuthorKind {
	switch {
	case id == "" || id == "0" || id == "-1" || slices.Contains(s.OwnUsers, id):
		return receive.System
	case slices.Contains(s.CSMs, id):
		return receive.CSM
	case id == requester:
		return receive.Customer
	}
	return receive.Agent
}

// author is the kind of who wrote a comment; one of whom nothing is said is a customer.
func (s Settings) author(id string, staff bool) receive.AuthorKind {
	switch {
	case id == "-1" || id != "" && slices.Contains(s.OwnUsers, id):
		return receive.System
	case id != "" && slices.Contains(s.CSMs, id):
		return receive.CSM
	case staff:
		return receive.Agent
	}
	return receive.Customer
}

// requests says whether one of the tags asks for an escalation.
func (s Settings) requests(tags []string) bool {
	asking := s.RequestTags
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

// field reads a custom field that the settings name; false if it says nothing.
func (s Settings) field(id, value string) (receive.Facts, bool) {
	var facts receive.Facts
	switch s.Fields[id] {
	case "severity":
		facts.Severity = s.severity(value)
		if facts.Severity == "" {
			facts.Severity = severityNamed(value)
		}
	case "environment":
		facts.Environment = environment(strings.TrimPrefix(value, "env_"))
	case "affected_users":
		facts.AffectedUsers = people(value)
	}
	return facts, facts != receive.Facts{}
}

func severityNamed(s string) receive.Severity {
	severity := receive.Severity(strings.ToUpper(s))
	if slices.Contains([]receive.Severity{receive.SiteUnusable, receive.High, receive.Normal, receive.Low}, severity) {
		return severity
	}
	return ""
}
