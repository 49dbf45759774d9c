package intake

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/doors"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/mapping"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/certs"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A DoorListed is a door that is there.
type DoorListed struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor"`
	// Kind is helpdesk or monitor.
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Source string `json:"source"`
	// Signs says that the vendor signs what it delivers.
	Signs bool `json:"signs"`
	// Credentials name where the file says that who is let in stands; a door without
	// them and without Clients is closed.
	Credentials []string `json:"credentials"`
	// Clients are names of whom a client's certificate has to have one.
	Clients []string `json:"clients,omitempty"`
	// Trust and OnlyTenants are said of a door that does not speak for everybody;
	// Platform is whether it speaks for the platform too.
	Trust       string   `json:"trust,omitempty"`
	OnlyTenants []string `json:"only_tenants,omitempty"`
	Platform    bool     `json:"platform,omitempty"`
}

// Doors are those of a doors' file, and of the vendors of which it has none; the text
// may be empty. The error has line and column of what is wrong in it.
func Doors(text []byte) (all []DoorListed, err error) {
	file := &mapping.File{}
	if len(text) > 0 {
		if file, err = mapping.Read(text, vendors()); err != nil {
			return nil, err
		}
	}
	kinds := vendors()
	list := func(a *mapping.Account) {
		d, _ := doors.Named(a.Vendor)
		one := DoorListed{Name: a.Name, Vendor: a.Vendor, Kind: "monitor", Path: "/v1/hooks/" + a.Name, Source: a.Source(), Signs: d.Verify != nil, Credentials: []string{}}
		if slices.Contains(kinds.Helpdesks, a.Vendor) {
			one.Kind = "helpdesk"
		}
		for _, r := range a.References() {
			one.Credentials = append(one.Credentials, string(r))
		}
		one.Clients = a.Clients
		if s := a.Speaks; s != nil {
			one.Trust, one.OnlyTenants, one.Platform = string(s.Trust), s.Tenants, s.Outside
		}
		all = append(all, one)
	}
	for _, a := range file.Accounts {
		list(a)
	}
	for _, d := range doors.All() {
		if file.Named(d.Name) == nil {
			list(&mapping.Account{Name: d.Name, Vendor: d.Name})
		}
	}
	return all, nil
}

// CheckDoors says what is wrong in a doors' file, with line and column; nil if
// nothing is. Places of secrets that the file names and that are not there are given
// back: variables of the environment, and files, which are beside it in the folder.
func CheckDoors(text []byte, folder string, env func(string) (string, bool)) (missing []string, err error) {
	file, err := mapping.Read(text, vendors())
	if err != nil {
		return nil, err
	}
	for _, r := range file.References() {
		there := true
		if name := r.Variable(); name != "" {
			_, there = env(name)
		} else if _, err := os.Stat(beside(folder, r.File())); err != nil {
			there = false
		}
		if !there && !slices.Contains(missing, string(r)) {
			missing = append(missing, string(r))
		}
	}
	return missing, nil
}

// AskClients are the doors and sources of a doors' file that ask for a client's
// certificate; none of a file that is not understood.
func AskClients(text []byte) []string {
	file, err := mapping.Read(text, vendors())
	if err != nil {
		return nil
	}
	return file.AskClients()
}

// A Trial is a delivery that is read without a server.
type Trial struct {
	// Text is the doors' file, which lies in Folder; empty has none.
	Text   []byte
	Folder string
	// Door is an account of the file, or a vendor.
	Door   string
	Header http.Header
	Body   []byte
	// At is when it is received.
	At time.Time
}

// A DoorStep is what one expression gave.
type DoorStep = mapping.Step

// Tried is what would come of a delivery.
type Tried struct {
	Tickets []*ingressv1.TicketEvent
	Signals []*ingressv1.Signal
	// Ignored names what is left out, each with the reason; Kept are those of them
	// that a change of the file may mend.
	Ignored, Kept []string
	Steps         []DoorStep
	// Let says who the door would let in, and whether this delivery fits.
	Let string
}

// Try reads the delivery as its door would. Its error says why nothing of it is
// understood, or what is wrong in the file.
func (t Trial) Try(env func(string) (string, bool)) (out Tried, err error) {
	file := &mapping.File{}
	if len(t.Text) > 0 {
		if file, err = mapping.Read(t.Text, vendors()); err != nil {
			return Tried{}, err
		}
	}
	account := file.Named(t.Door)
	if account == nil {
		account = &mapping.Account{Name: t.Door, Vendor: t.Door}
	}
	vendor, known := doors.Named(account.Vendor)
	if !known {
		return Tried{}, fmt.Errorf("there is no door %q, in the file nor of a vendor; `tocsin doors list` shows those there are", t.Door)
	}
	delivery := webhook.Delivery{Header: t.Header, Body: t.Body, Received: t.At}
	out.Let = t.admits(account, vendor, delivery, env)
	how := account.Webhook(func(s mapping.Step) { out.Steps = append(out.Steps, s) })
	missed := func(reason string) { out.Kept = append(out.Kept, reason) }
	how.Desk.Missed, how.Alerts.Missed = missed, missed
	said, err := vendor.Read(delivery, how)
	if err != nil {
		return out, err
	}
	out.Ignored = said.Ignored
	in := events.Intake{Now: func() time.Time { return t.At }}
	out.Tickets = sound(said.Tickets, events.TicketEventMessage, within(account, in.CheckTicketEvent), &out)
	out.Signals = sound(said.Signals, events.SignalMessage, within(account, in.CheckSignal), &out)
	return out, nil
}

// within is check, and whether the event is of those for whom the account speaks.
func within[M interface {
	GetSource() string
	GetTenant() string
}](a *mapping.Account, check func(M) error) func(M) error {
	return func(m M) error {
		if err := check(m); err != nil {
			return err
		}
		return events.NotYours(a.Speaks.May(m.GetSource(), m.GetTenant()))
	}
}

// sound are the messages that are not refused; the others are named.
func sound[S any, M interface{ GetId() string }](said []S, message func(S) M, check func(M) error, out *Tried) (valid []M) {
	for _, one := range said {
		m := message(one)
		if err := check(m); err != nil {
			why := m.GetId() + ": " + err.Error()
			out.Ignored, out.Kept = append(out.Ignored, why), append(out.Kept, why)
			continue
		}
		valid = append(valid, m)
	}
	return valid
}

// admits says who the door lets in, and whether that fits the delivery.
func (t Trial) admits(a *mapping.Account, vendor webhook.Door, d webhook.Delivery, env func(string) (string, bool)) string {
	asked := "it asks for a bearer token or a password: " + vendor.Name + " signs nothing"
	if vendor.Verify != nil {
		asked = "it asks for the signature of " + vendor.Name + ", where a secret is set"
	}
	if len(a.Clients) > 0 {
		asked += ", and for a client's certificate of " + strings.Join(a.Clients, " or ")
		if len(a.References()) == 0 {
			return "not checked; it asks for a client's certificate of " + strings.Join(a.Clients, " or ")
		}
		d.Client = certs.Client{Encrypted: true, Names: a.Clients} // what a file can not show
	}
	if len(a.References()) == 0 {
		return "the door is closed until the file names who is let in; " + asked
	}
	set, err := a.Credentials(mapping.Places{Variable: env, File: func(path string) ([]byte, error) {
		return os.ReadFile(beside(t.Folder, path))
	}})
	switch {
	case err != nil:
		return fmt.Sprintf("not checked (%s); %s", strings.ReplaceAll(err.Error(), "\n", "; "), asked)
	case len(d.Header) == 0:
		return "not checked, since no --header is given; " + asked
	}
	if err := set.Admit(vendor, d); err != nil {
		return "this delivery would be refused: " + err.Error()
	}
	if len(a.Clients) > 0 {
		return "this delivery would be let in, with a client's certificate of " + strings.Join(a.Clients, " or ")
	}
	return "this delivery would be let in"
}
