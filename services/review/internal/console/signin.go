package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"tocsin/services/review/internal/who"
)

// longestName is how many characters the name that a person gives may have.
const longestName = 60

// A welcome is the sign-in page: the ways in that are open.
type welcome struct {
	Provider bool   // somebody else proves who people are
	Token    bool   // leadership's token is asked for
	Code     string // of a one-time link
	Far      bool   // nobody can sign in from there
	Link     bool   // people of this machine sign in by a link
	Name     string
	To       string
	Wrong    string
	// In is who is signed in.
	In string
}

func (c *Console) askWho(w http.ResponseWriter, r *http.Request) {
	form := welcome{To: r.URL.Query().Get("to"), Code: r.URL.Query().Get("code")}
	if p, err := c.Gate.Person(r); err == nil {
		form.In, form.Name = p.ID, p.ID
	}
	c.welcome(w, r, http.StatusOK, form)
}

func (c *Console) welcome(w http.ResponseWriter, r *http.Request, status int, form welcome) {
	p := c.page(w, r, "")
	form.To, form.Token, form.Provider, form.Link = local(form.To), c.Gate.Token != "", c.Gate.Provider != nil, c.Gate.Links != nil
	if form.Link = form.Link && !c.Gate.Shut; !form.Link {
		form.Code = ""
	}
	if form.Far = c.Gate.Shut || !form.Token && !form.Provider && !form.Link; form.Far {
		status = http.StatusForbidden
	}
	p.Title, p.Body = p.L.say("signin.title"), form
	c.write(w, status, "signin.html", p)
}

// signIn opens a session for who shows leadership's token, or comes by a link.
func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	form := welcome{Name: strings.TrimSpace(r.PostFormValue("name")), To: r.PostFormValue("to"), Code: r.PostFormValue("code")}
	if !who.Named(form.Name) || utf8.RuneCountInString(form.Name) > longestName {
		form.Wrong = langOf(w, r).say("signin.noname", longestName)
		c.welcome(w, r, http.StatusUnprocessableEntity, form)
		return
	}
	var err error
	if form.Code != "" {
		err = c.Gate.OpenByLink(w, r, form.Code, form.Name)
	} else {
		err = c.Gate.OpenByToken(w, r, strings.TrimSpace(r.PostFormValue("token")), form.Name)
	}
	if err == nil {
		http.Redirect(w, r, local(form.To), http.StatusSeeOther)
		return
	}
	status, word := whyOut(err)
	if status == http.StatusServiceUnavailable {
		c.fail(w, r, err)
		return
	}
	if errors.Is(err, who.ErrToken) || errors.Is(err, who.ErrLink) {
		status = http.StatusForbidden
	}
	form.Wrong, form.Code = langOf(w, r).say(word), ""
	c.welcome(w, r, status, form)
}

// toProvider sends the browser to the provider.
func (c *Console) toProvider(w http.ResponseWriter, r *http.Request) {
	at, err := c.Gate.StartProvider(w, r, local(r.URL.Query().Get("to")))
	if err != nil {
		c.keptOut(w, r, err)
		return
	}
	http.Redirect(w, r, at, http.StatusSeeOther)
}

// fromProvider opens a session for who comes back from the provider with proof.
func (c *Console) fromProvider(w http.ResponseWriter, r *http.Request) {
	to, err := c.Gate.FinishProvider(w, r)
	if err != nil {
		c.keptOut(w, r, err)
		return
	}
	http.Redirect(w, r, local(to), http.StatusSeeOther)
}

// signOut ends the session, or all of the person's, and leads on to the provider
// where that can sign them out too. A form may not lead to another site, so a page
// does.
func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	if err := c.Gate.End(w, r, r.PostFormValue("everywhere") != ""); err != nil {
		c.fail(w, r, err)
		return
	}
	if c.Gate.Provider != nil {
		if at := c.Gate.Provider.Leave(); at != "" {
			p := c.page(w, r, "")
			w.Header().Set("Refresh", "0; url="+at)
			p.Title, p.Body = p.L.say("signin.leave"), at
			c.write(w, http.StatusOK, "leave.html", p)
			return
		}
	}
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}

// keptOut shows why somebody is not let in.
func (c *Console) keptOut(w http.ResponseWriter, r *http.Request, err error) {
	status, word := whyOut(err)
	p := c.page(w, r, "")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	c.Log.WarnContext(r.Context(), "somebody was not let in", "error", err)
	p.Title = p.L.say("signin.out")
	p.Body = trouble{status, p.Title, p.L.say(word)}
	c.write(w, status, "out.html", p)
}

// whyOut is the status of the answer to who is not let in, and what is said.
func whyOut(err error) (status int, word string) {
	for _, one := range []struct {
		err    error
		status int
		word   string
	}{
		{who.ErrRole, http.StatusForbidden, "signin.norole"},
		{who.ErrProof, http.StatusForbidden, "signin.noproof"},
		{who.ErrAway, http.StatusServiceUnavailable, "signin.away"},
		{who.ErrClosed, http.StatusForbidden, "signin.far"},
		{who.ErrTries, http.StatusTooManyRequests, "signin.tries"},
		{who.ErrLink, http.StatusForbidden, "signin.badlink"},
		{who.ErrReads, http.StatusForbidden, "signin.reads"},
		{who.ErrToken, http.StatusUnauthorized, "signin.wrong"},
		{who.ErrOver, http.StatusUnauthorized, "signin.over"},
		{who.ErrUnknown, http.StatusUnauthorized, "signin.over"},
	} {
		if errors.Is(err, one.err) {
			return one.status, one.word
		}
	}
	return http.StatusServiceUnavailable, "error.ledger"
}

// local is an address of this console, whatever somebody wrote into a link.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
