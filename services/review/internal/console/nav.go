package console

import (
	"net/http"
	"net/url"

	"tocsin/services/review/internal/decide"
)

// A place is an entry of the navigation.
type place struct {
	Path, Text string
	Here       bool
}

// placesFor are the pages that a person may go to; here is the kind of the one
// that they are on.
func placesFor(l lang, p decide.Person, here string) []place {
	var places []place
	for _, to := range []struct {
		kind, path string
		role       decide.Role
	}{
		{"queue", "/", decide.Viewer},
		{"conditions", "/conditions", decide.Viewer},
		{"tickets", "/tickets", decide.Viewer},
		{"policy", "/policy", decide.Viewer},
		{"roster", "/roster", decide.Viewer},
		{"reports", "/reports", decide.Viewer},
		{"deliveries", "/deliveries", decide.Viewer},
		{"audit", "/audit", decide.Viewer},
	} {
		// Who is on duty is nobody's outside, and reports count over all tenants.
		if p.May(to.role) && !(to.kind == "roster" && p.Role == decide.CSM) && !(to.kind == "reports" && !p.SeesAll()) {
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
