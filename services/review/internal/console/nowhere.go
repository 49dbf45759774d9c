package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"tocsin/services/review/internal/problem"
)

// nowhere answers for addresses that nothing else on mux answers for: with a page
// for browsers, a problem document under /v1, and a word for other programs. An
// address of a page with a slash too many leads to the page.
func (c *Console) nowhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if methods := methodsOf(mux, r.URL); len(methods) > 0 {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(problem.New("no-such-path", http.StatusNotFound, "there is nothing at %.128q", r.URL.Path))
			return
		}
		short := url.URL{Path: strings.TrimRight(r.URL.Path, "/"), RawQuery: r.URL.RawQuery}
		if short.Path != r.URL.Path && len(methodsOf(mux, &short)) > 0 {
			http.Redirect(w, r, short.String(), http.StatusPermanentRedirect)
			return
		}
		if !strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Error(w, "there is nothing here", http.StatusNotFound)
			return
		}
		l := langOf(w, r)
		c.unsound(w, r, trouble{http.StatusNotFound, l.say("nowhere.title"), l.say("nowhere.hint")})
	}
}

// methodsOf are the methods for which something on mux answers at the address,
// but for what answers everywhere.
func methodsOf(mux *http.ServeMux, at *url.URL) []string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if _, pattern := mux.Handler(&http.Request{Method: method, URL: at}); pattern != "/" && pattern != "" {
			methods = append(methods, method)
		}
	}
	return methods
}
