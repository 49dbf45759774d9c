package source

import (
	"fmt"
	"slices"

	"tocsin/services/intake/internal/limit"
)

// Trust is whose word a signal is.
type Trust string

// How far a source is trusted.
const (
	// Platform is a monitor of the house's own.
	Platform Trust = "platform"
	// Tenant is a customer organisation that speaks for itself.
	Tenant Trust = "tenant"
)

// A Source is one producer.
type Source struct {
	// Name is the source that its events name.
	Name string
	// Tokens are bearer tokens; any one lets in. Without one it only comes by NATS.
	Tokens []string
	// Clients, if there are any, are names of whom a client's certificate has to have
	// one, beside a token; Alone says that it is enough, since no token was ever set.
	Clients []string
	Alone   bool
	// Tenants are those that it may speak for; All is every one.
	Tenants []string
	All     bool
	// Outside says that it may speak for no tenant: of the platform, seen from outside.
	Outside bool
	Trust   Trust
	// Limits are its own; what is zero is as for all.
	Limits limit.Limits
}

// A Problem is a field of an event by which it is not the source's to state.
type Problem struct{ Field, Reason string }

// May names what is wrong with an event of a source and a tenant, empty for none,
// that this source states; nil if it may.
func (s *Source) May(source, tenant string) []Problem {
	if s == nil {
		return nil
	}
	var all []Problem
	if source != s.Name {
		all = append(all, Problem{"source", fmt.Sprintf("%.128q is not yours to name; your token is of the source %q", source, s.Name)})
	}
	switch {
	case tenant == "" && !s.Outside:
		all = append(all, Problem{"tenant", fmt.Sprintf("is missing, and the source %q does not speak for the whole platform; name the tenant", s.Name)})
	case tenant != "" && !s.All && !slices.Contains(s.Tenants, tenant):
		all = append(all, Problem{"tenant", fmt.Sprintf("the source %q does not speak for %.128q; ask who keeps the doors' file to add it", s.Name, tenant)})
	}
	return all
}
