package mapping

import (
	"maps"
	"slices"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"
)

// entry is one door as the file has it.
type entry struct {
	Vendor string `yaml:"vendor"`
	Source string `yaml:"source"`

	Secrets   []string `yaml:"secrets"`
	Tokens    []string `yaml:"tokens"`
	Passwords []string `yaml:"passwords"`
	Clients   []string `yaml:"clients"`

	Trust       string   `yaml:"trust"`
	OnlyTenants []string `yaml:"only_tenants"`
	Platform    bool     `yaml:"platform"`

	// Of helpdesks.
	Tenants       map[string]string           `yaml:"tenants"`
	DefaultTenant string                      `yaml:"default_tenant"`
	CSMs          []string                    `yaml:"csms"`
	OwnUsers      []string                    `yaml:"own_users"`
	Statuses      map[string]receive.Status   `yaml:"statuses"`
	Severities    map[string]receive.Severity `yaml:"severities"`
	Fields        map[string]string           `yaml:"fields"`
	RequestTags   []string                    `yaml:"request_tags"`

	// Of monitors: an alert's name has a component.
	Components map[string]string `yaml:"components"`

	Map expressions `yaml:"map"`
}

// expressions are those of one door.
type expressions struct {
	Ignore string `yaml:"ignore"`

	Tenant        string `yaml:"tenant"`
	Severity      string `yaml:"severity"`
	Environment   string `yaml:"environment"`
	AffectedUsers string `yaml:"affected_users"`
	Components    string `yaml:"components"`
	CSM           string `yaml:"csm"`

	Labels  map[string]string `yaml:"labels"`
	Signals []signal          `yaml:"signals"`
}

// signal is what an alert says where it is neither a probe nor a finding.
type signal struct {
	When   string            `yaml:"when"`
	Kind   string            `yaml:"kind"`
	Fields map[string]string `yaml:"fields"`
}

// A File says which doors there are, and which sources.
type File struct {
	// Accounts are in the order of their names.
	Accounts []*Account
	// Producers are who states our own events, in the order of their names.
	Producers []Producer
}

// Named is the account of that name; nil where there is none.
func (f *File) Named(name string) *Account {
	for _, a := range f.Accounts {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// An Account is one account of a vendor that has a door.
type Account struct {
	// Name is the last part of its path, and its source where it says none.
	Name string
	// Vendor is the door that reads it.
	Vendor string
	// Secrets, Tokens and Passwords name where who is let in stands: package
	// credential says what each is.
	Secrets, Tokens, Passwords []Reference
	// Clients are names of whom a client's certificate has to have one.
	Clients []string
	// Speaks is for whom it may speak; nil is a system of the house, for everybody.
	Speaks *source.Source

	said    entry
	desk    *deskMap
	monitor *monitorMap
}

// Source is whose the account's events are.
func (a *Account) Source() string {
	if a.said.Source != "" {
		return a.said.Source
	}
	return a.Name
}

// A Step is what one expression gave for one item.
type Step struct {
	// Name is the expression's in the file, as tenant or labels.component; Says is
	// the expression.
	Name string `json:"name"`
	Says string `json:"expression"`
	// Value is what it gave; nil is none.
	Value any `json:"value"`
	// Wrong is why it gave nothing that can be used; empty where it did.
	Wrong string `json:"wrong,omitempty"`
}

// Webhook is how the account is read. On, if not nil, hears of each expression; it
// is called by whoever reads.
func (a *Account) Webhook(on func(Step)) webhook.Account {
	out := webhook.Account{
		Source: a.Source(), Speaks: a.Speaks,
		Desk: desk.Account{
			Tenants: a.said.Tenants, DefaultTenant: a.said.DefaultTenant, CSMs: a.said.CSMs, OwnUsers: a.said.OwnUsers,
			Statuses: a.said.Statuses, Severities: a.said.Severities, Fields: a.said.Fields, RequestTags: a.said.RequestTags,
		},
		Alerts: alert.Account{Components: a.said.Components},
	}
	if a.desk != nil {
		out.Desk.Map = func(native map[string]any) (desk.Mapped, error) { return a.desk.of(native, on) }
	}
	if a.monitor != nil {
		out.Alerts.Map = func(native map[string]any) (alert.Mapped, error) { return a.monitor.of(native, on) }
	}
	return out
}

// names are the keys of a map, in order.
func names[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }
