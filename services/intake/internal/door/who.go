package door

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/forms"
)

// allowed lets a request through if it has the token of the house or of a source, or
// none is asked. Next learns who it is.
func (d *Door) allowed(next func(http.ResponseWriter, *http.Request, *source.Source)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, in := d.who(r)
		if !in {
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem("unauthorized", http.StatusUnauthorized, "send the producer's token as Authorization: Bearer …").Write(w)
			return
		}
		if who == nil && d.Token == "" && new(http.CrossOriginProtection).Check(r) != nil {
			problem("another-site", http.StatusForbidden, "a page of another site sent this with somebody's browser; set a token if it is to").Write(w)
			return
		}
		next(w, r, who)
	}
}

// who sends a request; nil is the house, which is anybody as long as it asks nobody.
func (d *Door) who(r *http.Request) (_ *source.Source, in bool) {
	scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		shown = r.Header.Get(credential.TokenHeader)
	}
	book := d.Sources.Now()
	if s := book.Shown(shown); s != nil {
		return s, true
	}
	if d.Token == "" {
		return nil, book.Empty()
	}
	return nil, source.Same(shown, d.Token)
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
