package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/who"
)

// A route is one path of the API with what its document says of it: nothing is
// served that is not described.
type route struct {
	// pattern is the mux's: "GET /v1/cases/{id}".
	pattern string
	// says is what it does, in a sentence.
	says string
	// params are those of the query that it knows; others are refused.
	params []param
	// takes is a value of the type of the body; nil is none.
	takes any
	// gives is a value of the type of the answer: a message of review.v1, or a Go type.
	gives any
	serve func(http.ResponseWriter, *http.Request) error
}

// A param is a parameter of a query.
type param struct {
	name, says string
	// oneOf are the words that it takes, where those are all.
	oneOf []string
	// many says that it may stand several times, or have several words with commas between them.
	many bool
}

// routes are all paths of the API.
func (a *API) routes() []route {
	return slices.Concat(a.caseRoutes(), a.deliveryRoutes(), a.letterRoutes(), a.rejectedRoutes(), a.hearingRoutes(), a.previewRoutes(), a.arrangeRoutes(), a.conditionRoutes(), a.labelRoutes(), a.rosterRoutes(), a.muteRoutes(), a.auditRoutes())
}

// Mount puts the paths on mux.
func (a *API) Mount(mux *http.ServeMux) {
	a.service().Mount(mux, a.Gate)
	for _, r := range a.routes() {
		mux.Handle(r.pattern, a.behind(func(w http.ResponseWriter, req *http.Request) error {
			if err := r.knows(req); err != nil {
				return err
			}
			return r.serve(w, req)
		}))
	}
	for _, folder := range []string{"cases", "deliveries", "deadletters", "conditions", "labels", "mutes", "roster", "reports", "audit"} {
		mux.Handle("/v1/"+folder+"/{rest...}", a.behind(a.nowhere))
		mux.Handle("/v1/"+folder, a.behind(a.nowhere))
	}
	mux.Handle("GET /openapi.json", a.behind(document(append(a.routes(), beside()...))))
}

// behind serves h for those whom the gate lets in; what it refuses is a problem document.
func (a *API) behind(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return a.Gate.Only(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			a.refuse(w, err)
		}
	}), func(w http.ResponseWriter, r *http.Request) { a.refuse(w, who.Why(r.Context())) })
}

// knows refuses what the route does not know, and text that no id can be.
func (r *route) knows(req *http.Request) error {
	asked, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return badRequest("", "the address can not be read: %v", err)
	}
	for name, values := range asked {
		at := slices.IndexFunc(r.params, func(p param) bool { return p.name == name })
		switch {
		case at < 0 && len(r.params) == 0:
			return badRequest(name, "there is no parameter %q, nor any other here", name)
		case at < 0:
			return badRequest(name, "there is no parameter %q; there are %s", name, strings.Join(r.names(), ", "))
		case len(values) > 1 && !r.params[at].many:
			return badRequest(name, "%s stands %d times; say it once", name, len(values))
		}
		for _, value := range values {
			if !sound(value) {
				return badRequest(name, "%s is no UTF-8, or holds a NUL character", name)
			}
		}
	}
	if !sound(req.URL.Path) {
		return badRequest("", "the path is no UTF-8, or holds a NUL character")
	}
	return nil
}

func (r *route) names() []string {
	names := make([]string, len(r.params))
	for i, p := range r.params {
		names[i] = p.name
	}
	return names
}

// sound says that a text can be kept and compared by any database.
func sound(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// nowhere answers for paths that are not there, and for methods that a path does not have.
func (a *API) nowhere(w http.ResponseWriter, req *http.Request) error {
	var allowed []string
	probe := http.NewServeMux()
	for _, r := range a.routes() {
		probe.HandleFunc(r.pattern, func(http.ResponseWriter, *http.Request) {})
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := &http.Request{Method: method, URL: req.URL, Host: req.Host}
		if _, pattern := probe.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return problem.New("no-such-path", http.StatusNotFound, "there is nothing at %s", fmt.Sprintf("%.128q", req.URL.Path))
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return problem.New("no-such-method", http.StatusMethodNotAllowed, "%.16q is not done here, but %s", req.Method, strings.Join(allowed, ", "))
}
