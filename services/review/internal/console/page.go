package console

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// A page is what every page shows around its body.
type page struct {
	L      lang
	Title  string
	Person string // who is signed in; empty on the sign-in page
	Path   string // of this page, for the other language
	Assets string // where scripts and style are
	Kind   string // queue, case, or empty; tells the scripts what to keep live
	Fresh  string // the address of what the scripts swap in
	Places []place
	Body   any

	query url.Values // of its address, but for the language
}

func (c *Console) page(w http.ResponseWriter, r *http.Request, kind string) page {
	l, by := langOf(w, r), who.Of(r.Context())
	return page{
		L: l, Person: by.ID, Path: r.URL.Path, Places: placesFor(l, by, kind), query: queryOf(r),
		Assets: "/assets/" + c.assets.hash, Kind: kind, Fresh: r.URL.Path + "?fragment=1",
	}
}

// asks says whether the page's address has the parameter.
func asks(r *http.Request, name string) bool { return r.URL.Query().Get(name) != "" }

// write renders a template whole before it sends anything, so that a mistake in
// it is an error and not half a page.
func (c *Console) write(w http.ResponseWriter, status int, name string, data any) {
	var out bytes.Buffer
	if err := c.pages.ExecuteTemplate(&out, name, data); err != nil {
		c.Log.Error("a page can not be written", "page", name, "error", err)
		http.Error(w, "this page can not be shown; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w)
}

// A trouble is a page that could not be shown, and why.
type trouble struct {
	Status      int
	Title, Hint string
}

// fail shows what a reader of cases answered instead of cases.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := c.page(w, r, "")
	t := trouble{http.StatusServiceUnavailable, p.L.say("error.title"), p.L.say("error.ledger")}
	if errors.Is(err, ledger.ErrNotFound) {
		t = trouble{http.StatusNotFound, p.L.say("case.none"), p.L.say("case.none.hint")}
	} else if errors.Is(err, ledger.ErrCursor) {
		t = trouble{http.StatusNotFound, p.L.say("list.nopage"), p.L.say("list.nopage.hint")}
	} else if !errors.Is(r.Context().Err(), context.Canceled) { // the reader is still there
		c.Log.ErrorContext(r.Context(), "a page can not read cases", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", "5")
	}
	p.Title, p.Body = t.Title, t
	c.write(w, t.Status, "error.html", p)
}

// toSignIn sends somebody unknown to the sign-in page, and back afterwards.
//
// A link from another site, such as a chat, comes without our strict cookies.
// Such a visitor is asked to come again from here, which sends them.
func (c *Console) toSignIn(w http.ResponseWriter, r *http.Request) {
	why := who.Why(r.Context())
	switch {
	case asks(r, "fragment"): // a script asks, and goes to the sign-in page itself
		refuse(w, r)
		return
	case errors.Is(why, who.ErrUnknown), errors.Is(why, who.ErrOver):
	case isAway(why) && r.Method == http.MethodPost:
		c.sound(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.Log.ErrorContext(r.Context(), "nobody can be let in", "error", why)
			c.again(w, r, langOf(w, r).say("wrong.away"))
		})).ServeHTTP(w, r)
		return
	case isAway(why):
		c.fail(w, r, why)
		return
	default:
		c.keptOut(w, r, why)
		return
	}
	if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		p := c.page(w, r, "")
		p.Title, p.Body = p.L.say("signin.back"), r.URL.RequestURI()
		c.write(w, http.StatusOK, "again.html", p)
		return
	}
	to := "/"
	if r.Method == http.MethodGet {
		to = r.URL.RequestURI()
	}
	http.Redirect(w, r, "/signin?to="+url.QueryEscape(to), http.StatusSeeOther)
}

// isAway says that nobody was let in since the ledger could not be asked.
func isAway(why error) bool {
	status, _ := whyOut(why)
	return status == http.StatusServiceUnavailable
}

// refuse answers scripts, which then go to the sign-in page.
func refuse(w http.ResponseWriter, r *http.Request) {
	status, _ := whyOut(who.Why(r.Context()))
	http.Error(w, who.Why(r.Context()).Error(), status)
}
