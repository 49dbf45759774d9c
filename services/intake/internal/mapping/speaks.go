package mapping

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tocsin/services/intake/internal/source"
)

// speaks is for whom a door speaks; nil is a system of the house, which speaks for
// everybody.
func (c *checker) speaks(path string, a *Account, e entry) *source.Source {
	s := &source.Source{Name: a.Source(), Tenants: e.OnlyTenants, Outside: e.Platform, Trust: c.trust(path+".trust", e.Trust)}
	for i, tenant := range e.OnlyTenants {
		if tenant == anyTenant {
			c.wrong(fmt.Sprintf("%s.only_tenants[%d]", path, i), "a door without only_tenants speaks for everybody: leave it out, or name the tenants")
			continue
		}
		c.tenant(fmt.Sprintf("%s.only_tenants[%d]", path, i), tenant)
	}
	switch {
	case s.Trust == source.Tenant && (len(e.OnlyTenants) == 0 || e.Platform):
		c.wrong(path+".trust", "door %s is a tenant's own: only_tenants names for whom it speaks, and it never speaks for the platform", a.Name)
	case len(e.OnlyTenants) == 0 && e.Platform:
		c.wrong(path+".platform", "door %s speaks for everybody and for the platform already; platform is said beside only_tenants", a.Name)
	case len(e.OnlyTenants) == 0:
		return nil
	}
	return s
}

// tenantOf refuses a tenant that would be refused of each event, or of this door's.
func (c *checker) tenantOf(path, tenant string, only []string) {
	c.tenant(path, tenant)
	if len(only) > 0 && !slices.Contains(only, tenant) {
		c.wrong(path, "%q is not among the door's only_tenants", tenant)
	}
}

// trusts are those of the doors that are not the house's, by their source.
func (f *File) trusts() map[string]source.Trust {
	all := map[string]source.Trust{}
	for _, a := range f.Accounts {
		if a.Speaks != nil {
			all[a.Source()] = a.Speaks.Trust
		}
	}
	return all
}

var dnsName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// clients are names that certificates of clients may have: DNS names, in lower case as
// they are compared, and URIs.
func (c *checker) clients(path string, said []string) (all []string) {
	for i, name := range said {
		lower := strings.ToLower(name)
		uri, err := url.Parse(name)
		switch {
		case dnsName.MatchString(lower):
			all = append(all, lower)
		case err == nil && uri.Scheme != "" && uri.String() == name:
			all = append(all, name)
		default:
			c.wrong(fmt.Sprintf("%s[%d]", path, i), "%.80q is no name of a client's certificate: give a DNS name of it (monitor.acme.example, whole and without *) or a URI (spiffe://acme/monitor)", name)
		}
	}
	return all
}

// AskClients are the doors and sources that ask for a client's certificate.
func (f *File) AskClients() (all []string) {
	for _, a := range f.Accounts {
		if len(a.Clients) > 0 {
			all = append(all, "door "+a.Name)
		}
	}
	for _, p := range f.Producers {
		if len(p.Clients) > 0 {
			all = append(all, "source "+p.Name)
		}
	}
	return all
}
