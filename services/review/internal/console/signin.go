package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/services/review/internal/who"
)

const (
	// longestName is how many characters a person's name may have.
	longestName = 60
	// signedIn is how long a browser remembers who signed in.
	signedIn = 30 * 24 * time.Hour
	// longestForm is how many bytes a form may have.
	longestForm = 64 << 10
)

// A welcome is the sign-in form.
type welcome struct {
	Token bool // whether a token is asked for
	Far   bool // nobody can sign in from there
	Name  string
	To    string
	Wrong string
}

func (c *Console) askWho(w http.ResponseWriter, r *http.Request) {
	form := welcome{To: r.URL.Query().Get("to")}
	if p, err := c.Gate.Person(r); err == nil {
		form.Name = p.ID
	}
	c.welcome(w, r, http.StatusOK, form)
}

func (c *Console) welcome(w http.ResponseWriter, r *http.Request, status int, form welcome) {
	p := c.page(w, r, "")
	form.To, form.Token = local(form.To), c.Gate.Token != ""
	if form.Far = !form.Token && !c.Gate.Admits(r); form.Far {
		status = http.StatusForbidden
	}
	p.Title, p.Body = p.L.say("signin.title"), form
	c.write(w, status, "signin.html", p)
}

// signIn sets the cookies that who reads. They are out of reach of scripts and
// of other sites.
func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	form := welcome{Name: strings.TrimSpace(r.PostFormValue("name")), To: r.PostFormValue("to")}
	l, token := langOf(w, r), strings.TrimSpace(r.PostFormValue("token"))
	switch {
	case !named(form.Name):
		form.Wrong = l.say("signin.noname", longestName)
		c.welcome(w, r, http.StatusUnprocessableEntity, form)
		return
	case c.Gate.Token != "" && !c.Gate.Fits(token):
		form.Wrong = l.say("signin.wrong")
		c.welcome(w, r, http.StatusForbidden, form)
		return
	case c.Gate.Token == "" && !c.Gate.Admits(r):
		c.welcome(w, r, http.StatusForbidden, form)
		return
	}
	http.SetCookie(w, cookie(r, who.NameCookie, url.PathEscape(form.Name)))
	if c.Gate.Token != "" {
		http.SetCookie(w, cookie(r, who.TokenCookie, token))
	}
	http.Redirect(w, r, local(form.To), http.StatusSeeOther)
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{who.NameCookie, who.TokenCookie} {
		gone := cookie(r, name, "")
		gone.MaxAge = -1
		http.SetCookie(w, gone)
	}
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}

func cookie(r *http.Request, name, value string) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(signedIn.Seconds()),
		HttpOnly: true, Secure: secure(r), SameSite: http.SameSiteStrictMode,
	}
}

// named says that a person can be called so.
func named(name string) bool {
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= longestName &&
		strings.IndexFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) < 0
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
