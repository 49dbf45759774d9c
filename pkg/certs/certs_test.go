package certs

import (
	"bytes"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/certs/certstest"
)

// A site is a listener's certificates in files, and what was logged of them.
type site struct {
	*Keeper
	files    Files
	at, soon time.Time
	log      bytes.Buffer
	house    *certstest.Authority
}

func open(t *testing.T, ends time.Duration) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{house: certstest.New(t, "house"), at: time.Now()}
	s.soon = s.at.Add(ends)
	s.files = Files{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), ClientCA: filepath.Join(dir, "clients.pem")}
	s.house.Server(t, s.soon, "127.0.0.1").Write(t, s.files.Cert, s.files.Key)
	certstest.Put(t, s.files.ClientCA, s.house.PEM)
	var err error
	if s.Keeper, err = Open(s.files, slog.New(slog.NewTextHandler(&s.log, nil))); err != nil {
		t.Fatal(err)
	}
	return s
}

// shake is a handshake with a client: what each end knows of the other.
func (s *site) shake(t *testing.T, client *tls.Config) (shown string, who Client, err error) {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	server, ended := tls.Server(far, s.Config()), make(chan error, 1)
	go func() {
		err := server.Handshake()
		if err == nil {
			_, err = server.Write([]byte{1}) // by TLS 1.3 a client learns late that it is refused
		} else {
			far.Close()
		}
		ended <- err
	}()
	client.ServerName = "127.0.0.1"
	c := tls.Client(near, client)
	_, err = c.Read(make([]byte, 1))
	if err = errors.Join(err, <-ended); err != nil {
		return "", Client{}, err
	}
	state := server.ConnectionState()
	return c.ConnectionState().PeerCertificates[0].NotAfter.String(), Of(&state, s.at), nil
}

func far(d time.Duration) time.Time { return time.Now().Add(d) }

func TestAChangedCertificateCountsFromTheNextHandshakeOn(t *testing.T) {
	s := open(t, 30*24*time.Hour)
	first, _, err := s.shake(t, s.house.Dial(t))
	if err != nil {
		t.Fatal(err)
	}
	next := s.house.Server(t, far(60*24*time.Hour), "127.0.0.1")
	certstest.Put(t, s.files.Cert, next.Cert) // and its key a moment later
	s.look(s.at)
	certstest.Put(t, s.files.Key, next.Key)
	s.look(s.at)
	if again, _, err := s.shake(t, s.house.Dial(t)); err != nil || again != first {
		t.Errorf("what stood there at one look counts: %q, %v", again, err)
	}
	s.look(s.at)
	if again, _, err := s.shake(t, s.house.Dial(t)); err != nil || again == first {
		t.Errorf("the new certificate does not count: %q, %v", again, err)
	}
	if got := s.log.String(); strings.Contains(got, "ERROR") || !strings.Contains(got, "certificates have changed") {
		t.Error(got)
	}
}

func TestABadChangeIsRefusedOnceAndTheOneBeforeStays(t *testing.T) {
	s := open(t, 30*24*time.Hour)
	first, _, _ := s.shake(t, s.house.Dial(t))
	good, err := os.ReadFile(s.files.Cert)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := os.ReadFile(s.files.Key)
	for name, bad := range map[string][]byte{
		"no PEM": []byte("nonsense"), "another's key": s.house.Server(t, far(time.Hour), "127.0.0.1").Cert,
		"over": s.house.Server(t, far(-time.Minute), "127.0.0.1").Cert, "empty": nil,
	} {
		t.Run(name, func(t *testing.T) {
			s.log.Reset()
			certstest.Put(t, s.files.Cert, bad)
			for range 4 {
				s.look(s.at)
			}
			if n := strings.Count(s.log.String(), "the one before stays"); n != 1 || !strings.Contains(s.log.String(), s.files.Cert) {
				t.Errorf("said %d times:\n%s", n, s.log.String())
			}
			if strings.Contains(s.log.String(), strings.Split(string(key), "\n")[1]) {
				t.Error("the key is logged")
			}
			if again, _, err := s.shake(t, s.house.Dial(t)); err != nil || again != first {
				t.Errorf("the one before does not stay: %q, %v", again, err)
			}
		})
	}
	s.log.Reset()
	if err := os.Remove(s.files.Cert); err != nil {
		t.Fatal(err)
	}
	s.look(s.at)
	s.look(s.at)
	certstest.Put(t, s.files.Cert, good)
	s.look(s.at)
	s.look(s.at)
	if n := strings.Count(s.log.String(), "\n"); n != 1 {
		t.Errorf("a file that is away and comes back is said %d times:\n%s", n, s.log.String())
	}
}

func TestAClientsCertificateIsVerifiedIfItIsShown(t *testing.T) {
	s, stranger := open(t, 30*24*time.Hour), certstest.New(t, "stranger")
	names := []string{"Monitor.acme.example", "spiffe://acme/monitor"}
	for _, tt := range []struct {
		name  string
		shows []certstest.Pair
		in    bool
		want  []string
	}{
		{"none", nil, true, nil},
		{"ours", []certstest.Pair{s.house.Client(t, far(time.Hour), names...)}, true, []string{"monitor.acme.example", "spiffe://acme/monitor"}},
		{"a URI like a DNS name", []certstest.Pair{s.house.Client(t, far(time.Hour), "x:", "y")}, true, []string{"y", "x:"}},
		{"over", []certstest.Pair{s.house.Client(t, far(-time.Minute), names...)}, false, nil},
		{"a server's", []certstest.Pair{s.house.Server(t, far(time.Hour), names...)}, false, nil},
		{"another authority's", []certstest.Pair{stranger.Client(t, far(time.Hour), names...)}, false, nil},
	} {
		client := s.house.Dial(t, tt.shows...)
		if len(client.Certificates) > 0 { // also one that the server did not ask for
			client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &client.Certificates[0], nil }
		}
		_, who, err := s.shake(t, client)
		if (err == nil) != tt.in || !slices.Equal(who.Names, tt.want) || tt.in && !who.Encrypted {
			t.Errorf("%s: %+v, %v", tt.name, who, err)
		}
	}
}

// With the same session a client would come in by what was verified then.
func TestAnAuthorityThatIsTakenAwayCountsNoMore(t *testing.T) {
	s, other := open(t, 30*24*time.Hour), certstest.New(t, "other")
	client := s.house.Dial(t, s.house.Client(t, far(time.Hour), "monitor"))
	client.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	for range 2 {
		if _, who, err := s.shake(t, client); err != nil || len(who.Names) != 1 {
			t.Fatalf("%+v, %v", who, err)
		}
	}
	certstest.Put(t, s.files.ClientCA, append(slices.Clone(other.PEM), s.house.PEM...)) // both: overlap
	s.look(s.at)
	s.look(s.at)
	for _, a := range []*certstest.Authority{s.house, other} {
		if _, who, err := s.shake(t, s.house.Dial(t, a.Client(t, far(time.Hour), "monitor"))); err != nil || len(who.Names) != 1 {
			t.Errorf("while both count: %+v, %v", who, err)
		}
	}
	certstest.Put(t, s.files.ClientCA, other.PEM)
	s.look(s.at)
	s.look(s.at)
	// Who knows which authorities are asked for shows none; who insists is refused.
	if _, who, err := s.shake(t, client); err != nil || who.Names != nil {
		t.Errorf("by a session of before: %+v, %v", who, err)
	}
	client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &client.Certificates[0], nil }
	if _, who, err := s.shake(t, client); err == nil {
		t.Errorf("let in as %+v", who)
	}
}

func TestAConnectionThatOutlivesItsCertificateIsNobodys(t *testing.T) {
	s := open(t, 30*24*time.Hour)
	s.at = far(2 * time.Hour)
	_, who, err := s.shake(t, s.house.Dial(t, s.house.Client(t, far(time.Hour), "monitor")))
	if err != nil || !who.Encrypted || who.Names != nil {
		t.Errorf("%+v, %v", who, err)
	}
}

func TestOldProtocolsAreNotSpoken(t *testing.T) {
	s := open(t, 30*24*time.Hour)
	client := s.house.Dial(t)
	client.MinVersion, client.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if _, _, err := s.shake(t, client); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

func TestANearEndIsSaidOnceADay(t *testing.T) {
	s := open(t, 13*24*time.Hour)
	s.look(s.at.Add(time.Hour))
	s.look(s.at.Add(25 * time.Hour))
	if n := strings.Count(s.log.String(), "near its end"); n != 2 {
		t.Errorf("said %d times:\n%s", n, s.log.String())
	}
}

func TestFilesThatDoNotGoTogetherAreRefused(t *testing.T) {
	s := open(t, -time.Hour) // one that is over is served at a start
	key, none := s.files.Key, Files{}
	if k, err := Open(none, nil); k != nil || err != nil || none.Scheme() != "http" || s.files.Scheme() != "https" {
		t.Errorf("no files: %v, %v", k, err)
	}
	for _, tt := range []struct {
		files Files
		says  string
	}{
		{Files{Cert: s.files.Cert}, "set both TOCSIN_TLS_CERT and TOCSIN_TLS_KEY"},
		{Files{ClientCA: s.files.ClientCA}, "TOCSIN_TLS_CLIENT_CA is set and the server has no certificate"},
		{Files{Cert: "nowhere", Key: key}, "read TOCSIN_TLS_CERT: open nowhere"},
		{Files{Cert: s.files.Cert, Key: s.files.Cert}, "certificate " + s.files.Cert},
		{Files{Cert: s.files.Cert, Key: key, ClientCA: key}, "it holds a PRIVATE KEY"},
		{Files{Cert: s.files.Cert, Key: key, ClientCA: os.DevNull}, "it holds no certificate"},
	} {
		_, err := Open(tt.files, nil)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v, want %q", tt.files, err, tt.says)
		}
		if _, err := tt.files.Ends(); err == nil {
			t.Errorf("%+v has ends", tt.files)
		}
	}
	if ends, err := s.files.Ends(); err != nil || len(ends) != 2 || ends[0].At.After(s.at) || !strings.Contains(ends[1].What, "CN=house") {
		t.Errorf("%+v, %v", ends, err)
	}
}
