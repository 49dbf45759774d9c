package console

import (
	"net/http"
	"net/url"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/duty"
)

// A place is an entry of the navigation.
type place struct {
	Path, Text string
	Here       bool
}

// placesFor are the pages that a person may go to; here is the kind of the one
// that they are on.
func placesFor(l lang, p decide.Person, here string) []place {
	if !p.May(decide.Viewer) {
		return nil
	}
	var places []place
	for _, to := range []struct {
		kind, path string
		may        bool
	}{
		{"queue", "/", true},
		{"conditions", "/conditions", true},
		{"tickets", "/tickets", true},
		{"policy", "/policy", true},
		{"roster", "/roster", duty.Inside(p)},
		{"reports", "/reports", p.SeesAll()}, // they count over all tenants
		{"deliveries", "/deliveries", true},
		{"mutes", "/mutes", p.May(decide.Agent)},
		{"audit", "/audit", true},
	} {
		if to.may {
			places = append(places, place{to.path, l.say("nav." + to.kind), to.kind == here})
		}
	}
	return places
}

// Other is the address of the page in the other language.
func (p page) Other() string {
	q := url.Values{}
	for name, values := range p.query {
		q[name] = values
	}
	q.Set("lang", p.L.say("lang.other.code"))
	return p.Path + "?" + q.Encode()
}

// queryOf is what the address of a page asks for, but for its language, and for
// what was done just before.
func queryOf(r *http.Request) url.Values {
	if r.Method != http.MethodGet {
		return nil
	}
	q := r.URL.Query()
	q.Del("lang")
	q.Del("done")
	return q
}
