package desk

import (
	"fmt"
	"time"

	"tocsin/services/intake/internal/receive"
)

// A Ticket is a helpdesk's ticket as a delivery states it, in the vendor's words.
// What the delivery does not say is empty.
type Ticket struct {
	ID          string
	Subject     string
	Description string
	// Status is the vendor's words for it, the most particular first.
	Status   []string
	Priority string
	// Tags are in lower case.
	Tags []string
	// Organization is whose ticket it is, by the vendor's id; OrganizationName may
	// stand in the account's words in its place.
	Organization, OrganizationName string
	// Group is what the account may tell tickets without an organization apart by.
	Group string
	// Partial says that the delivery leaves out whose the ticket is: it may have an
	// organization, so that no default is taken.
	Partial   bool
	Requester string
	// Actor is who did what the delivery tells; empty is the helpdesk itself.
	Actor string
	// ActorKind is what the vendor says the actor is; empty where it does not.
	ActorKind receive.AuthorKind
	CSM       string
	CreatedAt time.Time
	// Components are those that the vendor has a field of its own for.
	Components []string
	// Fields are custom fields, by id or name.
	Fields map[string]string
	// Native is what the house's expressions see: the vendor's ticket, as JSON reads.
	Native map[string]any
}

// A Comment is one message on a ticket.
type Comment struct {
	// ID is the vendor's; the event is known by it.
	ID     string
	Author string
	// Staff says that the author works for the helpdesk; Machine that nobody wrote it;
	// CSM, which few helpdesks know, that a customer success manager did.
	Staff, Machine, CSM bool
	Text                string
	Public              bool
	At                  time.Time
}

// tenant is the organization's, else the group's, else the default; empty if there
// is none.
func (a Account) tenant(source string, t Ticket, m Mapped) string {
	if m.Tenant != "" {
		return m.Tenant
	}
	if t.Organization == "0" {
		t.Organization = ""
	}
	for _, named := range []string{t.Organization, t.OrganizationName} {
		if named != "" && a.Tenants[named] != "" {
			return a.Tenants[named]
		}
	}
	if organization := first(t.Organization, t.OrganizationName); organization != "" {
		return source + "-" + organization
	}
	if tenant := a.Tenants[t.Group]; t.Group != "" && tenant != "" {
		return tenant
	}
	if t.Partial {
		return ""
	}
	return a.DefaultTenant
}

// unowned says why the ticket has no tenant, and what to do.
func (t Ticket) unowned() string {
	switch {
	case t.Partial && t.Group != "":
		return fmt.Sprintf("the delivery does not say its organization; give %q a tenant, or map one", t.Group)
	case t.Partial:
		return "the delivery does not say its organization; have it sent too, or map a tenant"
	case t.Group != "":
		return fmt.Sprintf("has no organization; give it one, give %q a tenant, or set a default tenant", t.Group)
	}
	return "has no organization; give it one, or set a default tenant"
}
