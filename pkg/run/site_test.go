package run

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/pkg/certs"
	"tocsin/pkg/certs/certstest"
)

// A pipeline is a listener in memory, whose connections buffer nothing.
type pipeline struct {
	conns chan net.Conn
	over  chan struct{}
	once  sync.Once
}

func (p *pipeline) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.over:
		return nil, net.ErrClosed
	}
}

func (p *pipeline) Close() error { p.once.Do(func() { close(p.over) }); return nil }

func (p *pipeline) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipeline) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	p.conns <- far
	return near, nil
}

// within serves h in a bubble of time of its own while f asks.
func within(t *testing.T, h http.Handler, f func(p *pipeline)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &pipeline{conns: make(chan net.Conn), over: make(chan struct{})}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- Site{Handler: h, Log: slog.New(slog.DiscardHandler)}.serve(ctx, p)
		}()
		f(p)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A large answer is more than any buffer between holds.
type large struct{ became error }

func (l *large) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	_, l.became = w.Write(make([]byte, 16<<20))
}

// givenUp waits until the answer has failed, and says after how long it has.
func (l *large) givenUp(t *testing.T) {
	t.Helper()
	begun := time.Now()
	for l.became == nil && time.Since(begun) < time.Hour {
		synctest.Wait()
		<-time.After(time.Second)
	}
	if took := time.Since(begun); took < takenWithin || took > takenWithin+2*time.Second {
		t.Errorf("%v after %v", l.became, took)
	}
}

func TestWhoDoesNotReadIsGivenUp(t *testing.T) {
	answer := &large{}
	within(t, answer, func(p *pipeline) {
		c, _ := p.dial(t.Context(), "", "")
		defer c.Close()
		_, _ = c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
		answer.givenUp(t)
	})
}

// get asks by HTTP/2, or else by HTTP/1.1; done closes what it asked by.
func (p *pipeline) get(t *testing.T, http2 bool) (resp *http.Response, done func()) {
	t.Helper()
	speaks := new(http.Protocols)
	speaks.SetHTTP1(!http2)
	speaks.SetUnencryptedHTTP2(http2)
	wire := &http.Transport{Protocols: speaks, DialContext: p.dial}
	resp, err := wire.RoundTrip(&http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: "x"}, Header: http.Header{}})
	if err != nil {
		t.Fatal(err)
	}
	return resp, wire.CloseIdleConnections
}

func TestAStreamOfHTTP2ThatNobodyReadsIsGivenUp(t *testing.T) {
	answer := &large{}
	within(t, answer, func(p *pipeline) {
		resp, done := p.get(t, true)
		defer done()
		defer resp.Body.Close()
		answer.givenUp(t)
	})
}

// A stream that says something now and then is read for as long as it likes, and so is
// a large answer by who reads slowly; by HTTP/1.1 and HTTP/2 alike.
func TestWhoReadsSlowlyOrWaitsIsServed(t *testing.T) {
	for _, early := range []bool{false, true} {
		words := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			out := http.NewResponseController(w)
			for range 3 {
				_ = out.SetWriteDeadline(time.Now().Add(time.Second))
				_, _ = io.WriteString(w, "word")
				if err := out.Flush(); err != nil {
					t.Error(err)
				}
				<-time.After(time.Hour)
			}
			_ = out.SetWriteDeadline(time.Time{})
			_, _ = w.Write(make([]byte, 8<<20))
		})
		within(t, words, func(p *pipeline) {
			resp, done := p.get(t, early)
			defer done()
			defer resp.Body.Close()
			var err error
			n, piece := 0, make([]byte, 4<<20)
			for err == nil {
				var some int
				some, err = io.ReadFull(resp.Body, piece)
				n += some
				<-time.After(takenWithin - time.Second)
			}
			if n != 12+8<<20 {
				t.Errorf("HTTP/2 %v: read %d bytes: %v", early, n, err)
			}
		})
	}
}

func TestAConnectionOnWhichNothingIsAskedEnds(t *testing.T) {
	within(t, http.NotFoundHandler(), func(p *pipeline) {
		for _, tt := range []struct {
			says string
			ends time.Duration
		}{{"", headWithin}, {"GET / HTTP/1.1\r\nHos", headWithin}, {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", idleWithin}} {
			c, _ := p.dial(t.Context(), "", "")
			_, _ = c.Write([]byte(tt.says))
			begun := time.Now()
			_, _ = io.Copy(io.Discard, c)
			if got := time.Since(begun); got != tt.ends {
				t.Errorf("%q: ended after %v, want %v", tt.says, got, tt.ends)
			}
		}
	})
}

// said keeps what is logged.
type kept struct {
	mu sync.Mutex
	bytes.Buffer
}

func (k *kept) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.Buffer.Write(b)
}

func (k *kept) text() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.String()
}

func TestWithACertificateOnlyTLSIsSpoken(t *testing.T) {
	house, dir, log := certstest.New(t, "house"), t.TempDir(), &kept{}
	files := certs.Files{Cert: filepath.Join(dir, "cert"), Key: filepath.Join(dir, "key"), ClientCA: filepath.Join(dir, "clients")}
	house.Server(t, time.Now().Add(time.Hour), "127.0.0.1").Write(t, files.Cert, files.Key)
	certstest.Put(t, files.ClientCA, house.PEM)
	shown, err := certs.Open(files, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("no")
		}
		_, _ = io.WriteString(w, r.Proto+" "+strings.Join(certs.Of(r.TLS, time.Now()).Names, " "))
	})
	ctx, stop := context.WithCancel(t.Context())
	up, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- Site{Addr: "127.0.0.1:0", Handler: who, Certs: shown, Listening: func(a net.Addr) { up <- a }, Log: slog.New(slog.NewTextHandler(log, nil))}.Serve(ctx)
	}()
	addr := (<-up).String()
	for _, early := range []bool{false, true} {
		wire := &http.Transport{TLSClientConfig: house.Dial(t, house.Client(t, time.Now().Add(time.Hour), "monitor.acme.example")), ForceAttemptHTTP2: early}
		if !early {
			wire.TLSClientConfig.NextProtos = []string{"http/1.1"}
		}
		resp, err := (&http.Client{Transport: wire}).Get("https://" + addr)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[early] + " monitor.acme.example"; string(body) != want {
			t.Errorf("%q, want %q", body, want)
		}
		_, _ = (&http.Client{Transport: wire}).Get("https://" + addr + "/panic")
		wire.CloseIdleConnections()
	}
	resp, err := http.Get("http://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("in plain it answers %d", resp.StatusCode)
	}
	if c, err := tls.Dial("tcp", addr, &tls.Config{MinVersion: tls.VersionTLS12}); err == nil { // who does not believe us
		t.Error("believed", c.Close())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := log.text(); strings.Count(got, "level=ERROR msg=\"http: panic") == 0 || !strings.Contains(got, "level=INFO msg=\"http: TLS handshake error") {
		t.Error(got)
	}
	if _, err := os.Stat(files.Cert); err != nil {
		t.Error(err)
	}
}
