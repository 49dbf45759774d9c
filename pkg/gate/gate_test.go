package gate

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

func TestWhoIsLetIn(t *testing.T) {
	for _, c := range []struct {
		name, token, from, host, header, value string
		want                                   bool
	}{
		{"this machine", "", "127.0.0.1:5", "127.0.0.1:8080", "", "", true},
		{"this machine by name", "", "[::1]:5", "localhost:8080", "", "", true},
		{"another machine", "", "10.1.2.3:5", "127.0.0.1:8080", "", "", false},
		{"a stranger's name for this machine", "", "127.0.0.1:5", "evil.example", "", "", false},
		{"a page", "", "127.0.0.1:5", "localhost", "Sec-Fetch-Site", "same-origin", false},
		{"a page of another site", "", "127.0.0.1:5", "localhost", "Origin", "https://evil.example", false},
		{"a browser that says little", "", "127.0.0.1:5", "localhost", "User-Agent", "Mozilla/5.0 (X11)", false},
		{"somebody with a cookie", "", "127.0.0.1:5", "localhost", "Cookie", "tocsin=x", false},
		{"a proxy on this machine", "", "127.0.0.1:5", "localhost", "X-Forwarded-For", "10.1.2.3", false},
		{"no token", "secret", "127.0.0.1:5", "localhost", "", "", false},
		{"wrong token", "secret", "127.0.0.1:5", "localhost", "Authorization", "Bearer Secret", false},
		{"no bearer", "secret", "127.0.0.1:5", "localhost", "Authorization", "secret", false},
		{"token", "secret", "10.1.2.3:5", "tocsin.example", "Authorization", "Bearer secret", true},
		{"token as a cookie", "secret", "10.1.2.3:5", "tocsin.example", "Cookie", "tocsin_token=secret", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://"+c.host+"/", nil)
			r.RemoteAddr = c.from
			if c.header != "" {
				r.Header.Set(c.header, c.value)
			}
			if got := (Gate{Token: c.token}).Admits(r); got != c.want {
				t.Errorf("admitted = %v", got)
			}
		})
	}
}

func TestNoTokenFitsAGateWithoutOne(t *testing.T) {
	if (Gate{}).Fits("") {
		t.Error("an empty token fits")
	}
}

func TestTheKeeperAtTheDoorIsAskedInTheGatesPlace(t *testing.T) {
	door := &Door{}
	g, r := Gate{Token: "secret", Door: door}, httptest.NewRequest("GET", "/", nil)
	if g.Admits(r) {
		t.Error("without a token it was let in")
	}
	door.Keep(func(*http.Request) bool { return true })
	if !g.Admits(r) {
		t.Error("the keeper was not asked")
	}
}

// A process of this test's own account is let in over either protocol; the
// same addresses without a socket between them are not.
func TestAProcessOfThisAccountIsLetIn(t *testing.T) {
	for _, network := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", network)
		if err != nil {
			t.Logf("%s: %v", network, err)
			continue
		}
		s := &httptest.Server{Listener: l, Config: &http.Server{ConnContext: OfConn, Handler: (Gate{}).Only(http.NotFoundHandler())}}
		s.Start()
		resp, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: answered %d as uid %d", network, resp.StatusCode, os.Getuid())
		}
		if sameAccount("127.0.0.1:1", l.Addr().String()) && len(table()) > 0 {
			t.Errorf("%s: a socket that is not there was let in", network)
		}
		s.Close()
	}
}

// table is the kernel's table of sockets; empty where there is none.
func table() []byte {
	data, _ := os.ReadFile("/proc/net/tcp")
	return data
}
