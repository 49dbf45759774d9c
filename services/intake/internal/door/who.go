package door

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/certs"
	"tocsin/pkg/forms"
	"tocsin/pkg/gate"
)

// allowed lets a request through if it has the token of the house or of a source, or
// none is asked. Next learns who it is.
func (d *Door) allowed(next func(http.ResponseWriter, *http.Request, *source.Source)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := d.who(r)
		if err == nil && who == nil && d.Token == "" {
			err = strange(r)
		}
		switch {
		case errors.Is(err, credential.ErrClient):
			problem("client-certificate", http.StatusUnauthorized, "%v", err).Write(w)
		case errors.Is(err, errSite):
			problem("another-site", http.StatusForbidden, "%v", err).Write(w)
		case errors.Is(err, errHost):
			problem("another-host", http.StatusMisdirectedRequest, "%v", err).Write(w)
		case err != nil:
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem("unauthorized", http.StatusUnauthorized, "%v", err).Write(w)
		default:
			next(w, r, who)
		}
	}
}

// Why a request is refused that nobody is asked a token for.
var (
	errSite = errors.New("a page of another site sent this with somebody's browser; set a token if it is to")
	errHost = errors.New("nobody is asked for a token here, so that from this machine only its own names are served (localhost, 127.0.0.1, [::1]): " +
		"any other may be a stranger's page that points here. Send it to one of these, or set a token")
	errToken = errors.New("send the producer's token as Authorization: Bearer …")
)

// strange refuses what a stranger's page may have sent through the browser of somebody
// who reaches us, where no token is asked: one of another site, and one whose own name
// was made to point here.
func strange(r *http.Request) error {
	if new(http.CrossOriginProtection).Check(r) != nil {
		return errSite
	}
	if gate.FromHere(r) && !gate.Near(r) {
		return errHost
	}
	if origin, err := url.Parse(r.Header.Get("Origin")); r.Header.Get("Origin") != "" && (err != nil || !gate.Loopback(origin.Hostname())) {
		return errSite // its site has the name by which we were asked
	}
	return nil
}

// who sends a request; nil is the house, which is anybody as long as it asks nobody.
func (d *Door) who(r *http.Request) (*source.Source, error) {
	scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		shown = r.Header.Get(credential.TokenHeader)
	}
	book, client := d.Sources.Now(), certs.Of(r.TLS, d.Intake.Now())
	if s := book.Shown(shown); s != nil {
		return s, credential.Known(s.Clients, client)
	}
	if s := book.Client(client.Names); s != nil && shown == "" {
		return s, nil
	}
	if d.Token == "" && book.Empty() || d.Token != "" && source.Same(shown, d.Token) {
		return nil, nil
	}
	return nil, errToken
}

// errNotYours says that events are well, and not the sender's to state. It hides the
// refusal from who keeps what may be tried again: somebody else's name is not mended.
type errNotYours struct{ problems []forms.Problem }

func (e *errNotYours) Error() string { return (&forms.Refused{Problems: e.problems}).Error() }

// yours refuses all events if one is not who's to state.
func yours[M any](who *source.Source, evs []M, data []byte, batch string) error {
	if who == nil {
		return nil
	}
	out := &errNotYours{}
	array := batch != "" || len(evs) > 1 || bytes.HasPrefix(bytes.TrimSpace(data), []byte("["))
	for i, ev := range evs {
		var refused *forms.Refused
		if !errors.As(claim(who, ev), &refused) {
			continue
		}
		for _, p := range refused.Problems {
			if array {
				p.Field = fmt.Sprintf("%s[%d].%s", batch, i, p.Field)
			}
			out.problems = append(out.problems, p)
		}
		if len(out.problems) >= mostNamed {
			break
		}
	}
	if len(out.problems) == 0 {
		return nil
	}
	return out
}

// mostNamed is how many problems an answer names of events that are somebody else's.
const mostNamed = 100

// claim refuses an event that is not who's to state.
func claim(who *source.Source, ev any) error {
	said := ev.(interface {
		GetSource() string
		GetTenant() string
	})
	return events.NotYours(who.May(said.GetSource(), said.GetTenant()))
}
