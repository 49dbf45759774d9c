package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// What a custom field may be, in [Account.Fields].
const (
	Severity      = "severity"
	Environment   = "environment"
	AffectedUsers = "affected_users"
	Components    = "components"
	// Organization is whose ticket it is, in place of the vendor's own field.
	Organization = "organization"
	// CSM is the id of the customer's CSM.
	CSM = "csm"
	// Escalation asks for an escalation while it is set to anything but no; what it
	// says is the reason.
	Escalation = "escalation"
	// CSMFlag is Escalation for a field that none but CSMs set.
	CSMFlag = "csm_flag"
)

// Kinds are all that a custom field may be.
func Kinds() []string {
	return []string{Severity, Environment, AffectedUsers, Components, Organization, CSM, Escalation, CSMFlag}
}

// named is the ticket with what the account's fields say of whose it is.
func (a Account) named(t Ticket) Ticket {
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		value := strings.TrimSpace(t.Fields[name])
		if value == "" {
			continue
		}
		switch a.Fields[name] {
		case Organization:
			if value != t.Organization {
				t.Organization, t.OrganizationName = value, ""
			}
		case CSM:
			t.CSM = value
		}
	}
	return t
}

// field reads the facts that a custom field says, by its id or name.
func (a Account) field(w Words, name, value string) (facts receive.Facts, components []string) {
	switch a.Fields[name] {
	case Severity:
		facts.Severity = a.severity(w, value)
		if facts.Severity == "" {
			facts.Severity = severityNamed(value)
		}
	case Environment:
		facts.Environment = environment(strings.TrimPrefix(value, "env_"))
	case AffectedUsers:
		facts.AffectedUsers = people(value)
	case Components:
		for _, c := range strings.Split(value, ",") {
			if c = strings.TrimSpace(c); c != "" {
				components = append(components, c)
			}
		}
	}
	return facts, components
}

// escalation says whether one of the fields asks for an escalation, and why.
func (a Account) escalation(fields map[string]string) (reason string, asks bool) {
	return a.asking(fields, Escalation)
}

// flag says whether one of the fields is a CSM's flag, and why.
func (a Account) flag(fields map[string]string) (reason string, flags bool) {
	return a.asking(fields, CSMFlag)
}

func (a Account) asking(fields map[string]string, kind string) (reason string, is bool) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if a.Fields[name] == kind && set(fields[name]) {
			return why(fields[name]), true
		}
	}
	return "", false
}

// set says whether the value of a field that asks is more than a no.
func set(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "", "no", "none", "false", "off", "0", "nein", "-":
		return false
	}
	return true
}

// why is the reason that the value of a field gives; a mere yes gives none.
func why(value string) string {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "yes", "true", "on", "1", "ja", "x":
		return ""
	}
	return strings.TrimSpace(value)
}

// Field tells of a custom field that was set, by its id or name.
func (r *Telling) Field(id string, at time.Time, name, value string) {
	switch kind := r.account.Fields[name]; {
	case kind == Organization:
		r.Ignore("belongs to another organization now; what comes from now on goes to tenant %s", r.tenant)
	case kind == Escalation && set(value):
		r.Asked(id, at, why(value))
	case kind == CSMFlag && set(value):
		csm := r.ticket.CSM
		if slices.Contains(r.account.CSMs, r.ticket.Actor) || csm == "" {
			csm = r.ticket.Actor
		}
		r.Say(id+"/flagged", at, receive.Flagged{CSM: first(r.mapped.CSM, csm), Reason: why(value)})
	case kind == Escalation || kind == CSMFlag:
		r.Ignore("field %.60s was taken back; what was asked for stands until it is decided", name)
	default:
		facts, _ := r.account.field(r.words, name, value)
		r.Facts(id, at, facts, fmt.Sprintf("field %.60s = %.40q", name, value))
	}
}

// Fields tells of each of the ticket's fields that the account names, as set by what
// the delivery tells; under gives each an id.
func (r *Telling) Fields(under func(name string) string, at time.Time) {
	for _, name := range slices.Sorted(maps.Keys(r.ticket.Fields)) {
		if kind := r.account.Fields[name]; kind != "" && kind != Organization && kind != CSM {
			r.Field(under(name), at, name, r.ticket.Fields[name])
		}
	}
}
