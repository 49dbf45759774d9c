package gate

import (
	"net/http/httptest"
	"testing"
)

func TestWhoIsLetIn(t *testing.T) {
	for _, c := range []struct {
		name, token, from, host, bearer, cookie string
		want                                    bool
	}{
		{"this machine", "", "127.0.0.1:5", "127.0.0.1:8080", "", "", true},
		{"this machine by name", "", "[::1]:5", "localhost:8080", "", "", true},
		{"another machine", "", "10.1.2.3:5", "127.0.0.1:8080", "", "", false},
		{"a stranger's name for this machine", "", "127.0.0.1:5", "evil.example", "", "", false},
		{"no token", "secret", "127.0.0.1:5", "localhost", "", "", false},
		{"wrong token", "secret", "127.0.0.1:5", "localhost", "Secret", "", false},
		{"token", "secret", "10.1.2.3:5", "tocsin.example", "secret", "", true},
		{"cookie", "secret", "10.1.2.3:5", "tocsin.example", "", "secret", true},
		{"wrong bearer beside the right cookie", "secret", "10.1.2.3:5", "tocsin.example", "x", "secret", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://"+c.host+"/", nil)
			r.RemoteAddr = c.from
			if c.bearer != "" {
				r.Header.Set("Authorization", "Bearer "+c.bearer)
			}
			if c.cookie != "" {
				r.Header.Set("Cookie", TokenCookie+"="+c.cookie)
			}
			if got := (Gate{Token: c.token}).Admits(r); got != c.want {
				t.Errorf("admitted = %v", got)
			}
		})
	}
}
