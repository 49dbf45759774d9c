package console

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"
)

// longestForm is how many bytes a form may have.
const longestForm = 64 << 10

// sound lets through what can be read and kept: an address and a form of text, the
// form no longer than one of ours can be. Of any other nothing is done; a ledger
// would refuse it half-way, or keep what nobody can read again.
func (c *Console) sound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := langOf(w, r)
		if !text(r.URL.Path) || !texts(r.URL.Query()) {
			c.unsound(w, r, trouble{http.StatusBadRequest, l.say("error.title"), l.say("error.notext")})
			return
		}
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		var large *http.MaxBytesError
		switch err := r.ParseForm(); {
		case errors.As(err, &large):
			c.unsound(w, r, trouble{http.StatusRequestEntityTooLarge, l.say("error.title"), l.say("error.long", l.Number(longestNote))})
		case err != nil || !texts(r.PostForm):
			c.unsound(w, r, trouble{http.StatusBadRequest, l.say("error.title"), l.say("error.notext")})
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// unsound says what is wrong with what was sent, and that nothing came of it.
func (c *Console) unsound(w http.ResponseWriter, r *http.Request, t trouble) {
	p := c.page(w, r, "")
	p.Path, p.query = "/", nil // this address is none to come back to
	p.Title, p.Body = t.Title, t
	c.write(w, t.Status, "error.html", p)
}

// text says that a ledger can keep it: PostgreSQL takes no NUL, and nothing but UTF-8.
func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func texts(fields map[string][]string) bool {
	for name, values := range fields {
		if !text(name) {
			return false
		}
		for _, value := range values {
			if !text(value) {
				return false
			}
		}
	}
	return true
}
