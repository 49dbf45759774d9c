package who

import (
	"net/http"
	"time"
)

// Secure says that the browser came over TLS, here or at a proxy before us.
func Secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// A cookie of a secure site is bound to it: no other host, and no page without
// TLS, can set one of that name.
func cookieName(r *http.Request, name string) string {
	if Secure(r) {
		return "__Host-" + name
	}
	return name
}

const sessionName = "tocsin_session"

// sessionID is the id that the browser has; empty where it has none.
func sessionID(r *http.Request) string {
	c, err := r.Cookie(cookieName(r, sessionName))
	if err != nil {
		return ""
	}
	return c.Value
}

func sessionCookie(r *http.Request, id string, lasts time.Duration) *http.Cookie {
	return cookie(r, sessionName, id, lasts)
}

// cookie is one that lasts so long, or is gone where that is negative.
func cookie(r *http.Request, name, value string, lasts time.Duration) *http.Cookie {
	age := int(lasts.Seconds())
	if age <= 0 {
		age = -1
	}
	return &http.Cookie{
		Name: cookieName(r, name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteStrictMode,
	}
}
