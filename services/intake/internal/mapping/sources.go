package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/source"
)

// sourceEntry is one source as the file has it.
type sourceEntry struct {
	Tokens   []string `yaml:"tokens"`
	Clients  []string `yaml:"clients"`
	Tenants  []string `yaml:"tenants"`
	Platform bool     `yaml:"platform"`
	Trust    string   `yaml:"trust"`
	Limits   limits   `yaml:"limits"`
}

// limits are those of one source; what is not said is as for all.
type limits struct {
	EventsPerSecond int `yaml:"events_per_second"`
	BytesPerSecond  int `yaml:"bytes_per_second"`
	TenantsPerHour  int `yaml:"tenants_per_hour"`
	TicketsPerHour  int `yaml:"tickets_per_hour"`
}

// A Producer is one source that states our own events, over /v1/… or NATS.
type Producer struct {
	// Source is who it is, without its tokens.
	source.Source
	// Tokens name where its tokens stand.
	Tokens []Reference
}

// anyTenant stands for every tenant.
const anyTenant = "*"

func (c *checker) producers(said map[string]sourceEntry) (all []Producer) {
	if len(said) > mostAccounts {
		c.wrong("$.sources", "there are %d sources; at most %d are read", len(said), mostAccounts)
		return nil
	}
	for _, name := range names(said) {
		all = append(all, c.producer("$.sources."+quoted(name), name, said[name]))
	}
	return all
}

func (c *checker) producer(path, name string, e sourceEntry) Producer {
	p := Producer{Source: source.Source{Name: name, Outside: e.Platform, Trust: source.Trust(e.Trust), Limits: limit.Limits(e.Limits)}}
	if name == "" || len(name) > 128 || strings.TrimSpace(name) != name {
		c.wrong(path, "source %.40q: a name has 1 to 128 bytes, without white space around it", name)
	}
	for _, n := range []int{e.Limits.EventsPerSecond, e.Limits.BytesPerSecond, e.Limits.TenantsPerHour, e.Limits.TicketsPerHour} {
		if n < 0 || n > 1<<31-1 {
			c.wrong(path+".limits", "%d is no limit: a whole number up to 2147483647; leave it out for what holds for all", n)
		}
	}
	p.Tokens = c.references(path+".tokens", e.Tokens)
	p.Clients = c.clients(path+".clients", e.Clients)
	p.Alone = len(p.Clients) > 0 && len(p.Tokens) == 0
	if p.All = slices.Contains(e.Tenants, anyTenant); !p.All {
		p.Tenants = e.Tenants
	}
	for i, tenant := range e.Tenants {
		if tenant != anyTenant {
			c.tenant(fmt.Sprintf("%s.tenants[%d]", path, i), tenant)
		}
	}
	if len(e.Tenants) == 0 && !e.Platform {
		c.wrong(path, `source %s speaks for nobody: say its tenants ("*" for all), or platform: true for signals of no tenant`, name)
	}
	p.Trust = c.trust(path+".trust", e.Trust)
	if p.Trust == source.Tenant && (p.All || p.Outside) {
		c.wrong(path+".trust", "source %s is a tenant's own: it names its tenants, and never speaks for all or for the platform", name)
	}
	return p
}

// trust is how far somebody is trusted; what is not said is the house's own.
func (c *checker) trust(path, said string) source.Trust {
	switch t := source.Trust(said); t {
	case "":
		return source.Platform
	case source.Platform, source.Tenant:
		return t
	}
	c.wrong(path, "there is no trust %q: platform (a monitor of the house) or tenant (a customer's own)", said)
	return source.Platform
}

// apart refuses a source that is a door's too: who has its token could speak as the door.
func (c *checker) apart(f *File) {
	for _, a := range f.Accounts {
		if slices.ContainsFunc(f.Producers, func(p Producer) bool { return p.Name == a.Source() }) {
			c.wrong("$.sources."+quoted(a.Source()), "%s is the source of door %s already: each has one of its own", a.Source(), a.Name)
		}
	}
}

// Sources are the sources with their tokens, as the places now say. The error names
// each place that is not there, and sources that share a token.
func (f *File) Sources(at Places) (*source.Book, error) {
	var all []source.Source
	var wrong []error
	for _, p := range f.Producers {
		s := p.Source
		for _, r := range p.Tokens {
			secret, err := at.of(r)
			if err != nil {
				wrong = append(wrong, fmt.Errorf("source %s: %w", p.Name, err))
			}
			s.Tokens = append(s.Tokens, secret)
		}
		all = append(all, s)
	}
	book, err := source.NewBook(all, f.trusts())
	return book, errors.Join(append(wrong, err)...)
}
