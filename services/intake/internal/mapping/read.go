package mapping

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"tocsin/pkg/shallow"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

// Vendors are the names of the doors that there are.
type Vendors struct {
	Helpdesks, Monitors []string
	// Unsigned are those of them that sign nothing, so that a secret lets nobody in.
	Unsigned []string
}

func (v Vendors) all() []string { return append(slices.Clone(v.Helpdesks), v.Monitors...) }

const (
	// longestFile is how many bytes a file may have, and mostAccounts how many doors.
	longestFile  = 1 << 20
	mostAccounts = 1000
)

var nameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)

// Read reads a file. Its error is a *FileError with every problem that was found.
func Read(data []byte, vendors Vendors) (*File, error) {
	if p := shallow.Check(data, longestFile); p != nil {
		return nil, &FileError{[]Problem{{p.Line, p.Column, p.Text}}}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &FileError{[]Problem{{1, 1, "the file is empty; one without doors says doors: {}"}}}
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, located(err)
	}
	var said struct {
		Doors   map[string]entry       `yaml:"doors"`
		Sources map[string]sourceEntry `yaml:"sources"`
	}
	if err := yaml.UnmarshalWithOptions(data, &said, yaml.Strict()); err != nil {
		return nil, located(err)
	}
	env, err := environment()
	if err != nil {
		return nil, err
	}
	c := &checker{tree: tree, lines: strings.Split(string(data), "\n"), vendors: vendors, env: env}
	f := c.file(said.Doors)
	f.Producers = c.producers(said.Sources)
	c.apart(f)
	if len(c.found.Problems) > 0 {
		c.found.inOrder()
		return nil, &c.found
	}
	return f, nil
}

// A checker finds what is wrong in a file that can be read.
type checker struct {
	tree    *ast.File
	lines   []string
	vendors Vendors
	env     *cel.Env
	found   FileError
}

func (c *checker) file(doors map[string]entry) *File {
	f := &File{}
	if len(doors) > mostAccounts {
		c.wrong("$.doors", "there are %d doors; at most %d are read", len(doors), mostAccounts)
		return f
	}
	sources := map[string]string{}
	for _, name := range names(doors) {
		path := "$.doors." + quoted(name)
		if !nameForm.MatchString(name) {
			c.wrong(path, "door %q: a name has up to 64 lower-case letters, digits and dashes", name)
		}
		a := c.account(path, name, doors[name])
		if first, taken := sources[a.Source()]; taken {
			c.wrong(path+".source", "door %s has the source of door %s: each has one of its own", name, first)
		}
		sources[a.Source()] = name
		f.Accounts = append(f.Accounts, a)
	}
	return f
}

func (c *checker) account(path, name string, e entry) *Account {
	a := &Account{Name: name, Vendor: e.Vendor, said: e}
	if a.Vendor == "" {
		a.Vendor = name
	}
	a.Secrets = c.references(path+".secrets", e.Secrets)
	a.Tokens = c.references(path+".tokens", e.Tokens)
	a.Passwords = c.references(path+".passwords", e.Passwords)
	a.Clients = c.clients(path+".clients", e.Clients)
	a.Speaks = c.speaks(path, a, e)
	if slices.Contains(c.vendors.Unsigned, a.Vendor) && len(a.Secrets) > 0 {
		c.wrong(path+".secrets", "%s signs nothing, so that a secret lets nobody in: give tokens (bearer) or passwords (user:password)", a.Vendor)
	}
	switch {
	case slices.Contains(c.vendors.Helpdesks, a.Vendor):
		c.without(path, "helpdesk", map[string]bool{
			"components": len(e.Components) > 0, "map.labels": len(e.Map.Labels) > 0, "map.signals": len(e.Map.Signals) > 0,
		})
		c.desk(path, e)
		a.desk = c.deskMap(path+".map", e.Map)
	case slices.Contains(c.vendors.Monitors, a.Vendor):
		c.without(path, "monitor", map[string]bool{
			"tenants": len(e.Tenants) > 0, "default_tenant": e.DefaultTenant != "", "csms": len(e.CSMs) > 0, "own_users": len(e.OwnUsers) > 0,
			"statuses": len(e.Statuses) > 0, "severities": len(e.Severities) > 0, "fields": len(e.Fields) > 0, "request_tags": len(e.RequestTags) > 0,
			"map.tenant": e.Map.Tenant != "", "map.severity": e.Map.Severity != "", "map.environment": e.Map.Environment != "",
			"map.affected_users": e.Map.AffectedUsers != "", "map.components": e.Map.Components != "", "map.csm": e.Map.CSM != "",
		})
		a.monitor = c.monitorMap(path+".map", e.Map)
	case e.Vendor == "":
		c.wrong(path, "door %s: say its vendor: %s", name, strings.Join(c.vendors.all(), ", "))
	default:
		c.wrong(path+".vendor", "there is no vendor %q: %s", e.Vendor, strings.Join(c.vendors.all(), ", "))
	}
	return a
}

// without refuses what the other kind of door has.
func (c *checker) without(path, kind string, set map[string]bool) {
	for _, key := range names(set) {
		if set[key] {
			c.wrong(path+"."+key, "a %s has no %s", kind, key)
		}
	}
}

func (c *checker) references(path string, said []string) (all []Reference) {
	for i, text := range said {
		r := Reference(strings.TrimSpace(text))
		if !r.sound() { // it may be a secret: it is not said again
			c.wrong(path+"["+strconv.Itoa(i)+"]", "a secret does not stand in this file: say where it is, as $NAME of the environment or file:/path")
		}
		all = append(all, r)
	}
	return all
}

// desk checks the tables of a helpdesk.
func (c *checker) desk(path string, e entry) {
	for _, word := range names(e.Statuses) {
		c.among(path+".statuses."+quoted(word), "status", string(e.Statuses[word]), statuses)
	}
	for _, word := range names(e.Severities) {
		c.among(path+".severities."+quoted(word), "severity", string(e.Severities[word]), severities)
	}
	for _, field := range names(e.Fields) {
		c.among(path+".fields."+quoted(field), "fact", e.Fields[field], desk.Kinds())
	}
	for _, organization := range names(e.Tenants) {
		c.tenantOf(path+".tenants."+quoted(organization), e.Tenants[organization], e.OnlyTenants)
	}
	if e.DefaultTenant != "" {
		c.tenantOf(path+".default_tenant", e.DefaultTenant, e.OnlyTenants)
	}
}

// tenant refuses what would be refused of each event.
func (c *checker) tenant(path, tenant string) {
	if tenant == "platform" || tenant == "_" || tenant == "" || strings.TrimSpace(tenant) != tenant {
		c.wrong(path, "%q is no tenant: an id without white space around it, and neither platform nor _", tenant)
	}
}

func (c *checker) among(path, what, is string, of []string) {
	if !slices.Contains(of, is) {
		c.wrong(path, "there is no %s %q: %s", what, is, strings.Join(of, ", "))
	}
}

// The words that tables and expressions may give.
var (
	statuses = []string{
		string(receive.New), string(receive.Open), string(receive.InProgress), string(receive.AwaitingCustomer),
		string(receive.OnHold), string(receive.Resolved), string(receive.Closed),
	}
	severities   = []string{string(receive.SiteUnusable), string(receive.High), string(receive.Normal), string(receive.Low)}
	environments = []string{string(receive.Production), string(receive.Beta)}
)

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// quoted is a key as a path names it.
func quoted(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return "'" + strings.ReplaceAll(key, "'", `\'`) + "'"
}
