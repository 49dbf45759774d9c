package intake

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/mapping"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/pull/helpdesk"
	"tocsin/services/intake/internal/pull/table"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// An Import asks a helpdesk for the tickets that are open, and hands over what they say
// under the ids by which its door would tell of them.
type Import struct {
	// Vendor is zendesk, jira, zammad, freshdesk, or csv.
	Vendor string
	// URL is the helpdesk's address; Table is what is read in its place for csv.
	URL   string
	Table io.Reader
	// User and Token let us in, as the vendor asks for.
	User, Token string
	// CA is what certificates are checked by, in PEM, besides the machine's authorities.
	CA []byte
	// PlainHTTP allows an address without encryption that is not this machine's.
	PlainHTTP bool
	// Rate is how many requests a second are made at most; 5 if zero.
	Rate float64
	// Since leaves out tickets that nobody touched since; zero leaves none out.
	Since time.Time
	// Query narrows the list down in the vendor's own words.
	Query string
	// Doors is the doors' file; empty has none. Door is an account of it, or a vendor;
	// empty is the vendor's. Settings are those of a vendor's door that no file has.
	Doors    []byte
	Door     string
	Settings Config
	// State is a file that remembers what was done; empty remembers nothing.
	State string
	// To is where events are handed over.
	To ImportTo
	// Progress hears how many tickets are done, and of how many; 0 is not known.
	Progress func(done, of int)
	// Told hears what is waited for, in a sentence.
	Told func(string)
}

// An ImportTo is where an import hands events over.
type ImportTo interface {
	// Take returns when the events are on disk; how many are news, and how many were
	// known already.
	Take(ctx context.Context, evs []*ingressv1.TicketEvent) (ImportTaken, error)
}

// ImportTaken says what became of events.
type ImportTaken = pull.Taken

// ImportSum is what became of the tickets.
type ImportSum = pull.Sum

// ImportReasons are why things were left out or refused, and how often.
type ImportReasons = pull.Reasons

// ImportReason is one of them.
type ImportReason = pull.Reason

// importable are the vendors whose tickets can be imported, and csv.
func importable() []string { return []string{"zendesk", "jira", "zammad", "freshdesk", "csv"} }

// Run asks for all tickets. What it returns counts in any case; after an error the same
// import goes on where it was.
func (i Import) Run(ctx context.Context) (sum ImportSum, err error) {
	account, err := i.account()
	if err != nil {
		return sum, err
	}
	desk, err := i.desk(account)
	if err != nil {
		return sum, err
	}
	run := pull.Run{Desk: desk, Progress: i.Progress}
	if i.State != "" {
		if run.Journal, err = pull.OpenJournal(i.State, i.of(account)); err != nil {
			return sum, err
		}
		defer run.Journal.Close()
	}
	in := events.Intake{Now: time.Now}
	run.Check = func(ev receive.TicketEvent) error {
		m := events.TicketEventMessage(ev)
		if err := in.CheckTicketEvent(m); err != nil {
			return err
		}
		return events.NotYours(account.Speaks.May(m.GetSource(), m.GetTenant()))
	}
	run.Take = func(ctx context.Context, evs []receive.TicketEvent) (pull.Taken, error) {
		all := make([]*ingressv1.TicketEvent, len(evs))
		for n, ev := range evs {
			all[n] = events.TicketEventMessage(ev)
		}
		return i.To.Take(ctx, all)
	}
	return run.All(ctx)
}

// of says whose tickets they are: what is remembered of others does not count.
func (i Import) of(a webhook.Account) string {
	return i.Vendor + " " + i.URL + " " + a.From(i.Vendor) + " " + i.Query
}

// account is how the vendor's words are read: by the door of that name in the file, or
// else by the settings that the vendor's own door has.
func (i Import) account() (a webhook.Account, err error) {
	name := i.Door
	if name == "" {
		name = i.Vendor
	}
	if len(i.Doors) > 0 {
		file, err := mapping.Read(i.Doors, vendors())
		if err != nil {
			return a, err
		}
		if named := file.Named(name); named != nil {
			if named.Vendor != i.Vendor && i.Vendor != "csv" {
				return a, fmt.Errorf("door %s is of %s and not of %s; name another by --door", name, named.Vendor, i.Vendor)
			}
			return named.Webhook(nil), nil
		}
	}
	hook, known := i.Settings.hooks()[name]
	switch {
	case name == "csv":
		return a, nil
	case !known:
		return a, fmt.Errorf("there is no door %q, in the file nor of a vendor; `tocsin doors list` shows those there are", name)
	case name != i.Vendor && i.Vendor != "csv":
		return a, fmt.Errorf("door %s is not of %s; name another by --door", name, i.Vendor)
	}
	a = hook.Account
	a.Source = name
	return a, nil
}

// desk is the helpdesk that is asked.
func (i Import) desk(a webhook.Account) (pull.Helpdesk, error) {
	if i.Vendor == "csv" {
		return table.Desk(i.Table, table.Source{Account: a, Name: "csv"})
	}
	set := pull.Settings{URL: i.URL, Rate: i.Rate, Told: i.Told}
	which := helpdesk.Options{Account: a, Since: i.Since, Query: i.Query}
	makes := map[string]func(*pull.Client, helpdesk.Options) pull.Helpdesk{
		"zendesk": helpdesk.Zendesk, "jira": helpdesk.Jira, "zammad": helpdesk.Zammad, "freshdesk": helpdesk.Freshdesk,
	}
	auths := map[string]func(user, token string) func(*http.Request){
		"zendesk": helpdesk.ZendeskAuth, "jira": helpdesk.JiraAuth, "zammad": helpdesk.ZammadAuth, "freshdesk": helpdesk.FreshdeskAuth,
	}
	if makes[i.Vendor] == nil {
		return nil, fmt.Errorf("there is no import of %q; there are %v", i.Vendor, importable())
	}
	if i.Token == "" {
		return nil, errors.New("a token is missing")
	}
	var err error
	if set.TLS, err = i.trust(); err != nil {
		return nil, err
	}
	set.Auth = auths[i.Vendor](i.User, i.Token)
	client, err := pull.NewClient(set)
	if err != nil {
		return nil, err
	}
	return makes[i.Vendor](client, which), nil
}

// trust says whose certificates count, and refuses to send a token in the clear.
func (i Import) trust() (*tls.Config, error) {
	if u, err := url.Parse(i.URL); err == nil && u.Scheme == "http" && !i.PlainHTTP {
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("%s would get the token unencrypted; write https://, or allow it by --plain-http", i.URL)
		}
	}
	if len(i.CA) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(i.CA) {
		return nil, errors.New("the file of authorities holds no certificate in PEM")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}
