package email

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// password is what the server wants to hear.
const password = "hunter2 & co"

// A server is a mail server as RFC 5321, 3207 and 4954 describe one.
type server struct {
	port int
	// ca is a file with the certificate that vouches for it.
	ca string

	tls      *tls.Config
	implicit bool
	done     chan struct{}

	mu sync.Mutex
	// says are its answers other than the usual, by the command: "GREETING",
	// "RCPT TO:<a@b>", "DATA", "MAIL", and "." for the end of a mail. "hang"
	// answers nothing, and "drop" ends the connection.
	says  map[string]string
	mails []received
}

// received is a mail that the server took.
type received struct {
	from string
	to   []string
	raw  []byte
	mail *mail.Message
}

// serve starts a server; change, if given, may set it up first.
func serve(t testing.TB, change ...func(*server)) *server {
	t.Helper()
	s := &server{done: make(chan struct{}), says: map[string]string{}}
	s.certify(t, "127.0.0.1")
	for _, c := range change {
		c(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	var conversations sync.WaitGroup
	conversations.Go(func() {
		for {
			line, err := l.Accept()
			if err != nil {
				return
			}
			conversations.Go(func() { s.talk(line) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); close(s.done); conversations.Wait() })
	return s
}

// certify gives the server a certificate for a host, signed by itself.
func (s *server) certify(t testing.TB, host string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	s.ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// set lets the server answer something other than the usual; "" unsets it.
func (s *server) set(command, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says[command] = answer
}

func (s *server) took() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

// A talk is one connection.
type talk struct {
	*server
	line       net.Conn
	text       *textproto.Conn
	sealed, in bool
	now        received
}

func (s *server) talk(line net.Conn) {
	defer line.Close()
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-s.done:
			_ = line.Close()
		case <-over:
		}
	}()
	c := &talk{server: s, line: line}
	if s.implicit {
		c.line, c.sealed = tls.Server(line, s.tls), true
	}
	c.text = textproto.NewConn(c.line)
	for more := c.answer("GREETING", "220 mail.example.com ESMTP"); more; {
		said, err := c.text.ReadLine()
		more = err == nil && c.hear(said)
	}
}

// answer says the usual, or what is set for one of the commands; false ends the connection.
func (c *talk) answer(command, usual string) bool {
	c.mu.Lock()
	verb, _, _ := strings.Cut(command, " ")
	for _, as := range []string{command, verb} {
		if said := c.says[as]; said != "" {
			usual = said
			break
		}
	}
	c.mu.Unlock()
	switch usual {
	case "hang":
		_, _ = io.Copy(io.Discard, c.line) // until the caller leaves
		return false
	case "drop":
		return false
	case "half":
		_, _ = io.WriteString(c.line, "25")
		return false
	}
	return c.text.PrintfLine("%s", usual) == nil && !strings.HasPrefix(usual, "221")
}

// hear takes one command.
func (c *talk) hear(said string) bool {
	verb, rest, _ := strings.Cut(said, " ")
	switch verb = strings.ToUpper(verb); verb {
	case "EHLO":
		lines := []string{"mail.example.com", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}
		if c.sealed {
			lines = append(lines, "AUTH LOGIN PLAIN")
		} else if c.tls != nil {
			lines = append(lines, "STARTTLS")
		}
		return c.answer(verb, "250-"+strings.Join(lines, "\r\n250-")+"\r\n250 HELP")
	case "STARTTLS":
		if !c.answer(verb, "220 2.0.0 ready") {
			return false
		}
		c.line, c.sealed = tls.Server(c.line, c.tls), true
		c.text = textproto.NewConn(c.line)
		return true
	case "AUTH":
		want := base64.StdEncoding.EncodeToString([]byte("\x00tocsin\x00" + password))
		if c.in = strings.TrimPrefix(rest, "PLAIN ") == want; !c.in {
			return c.answer(verb, "535 5.7.8 authentication failed")
		}
		return c.answer(verb, "235 2.7.0 hello")
	case "MAIL":
		c.now = received{from: rest}
		return c.answer(said, "250 2.1.0 ok")
	case "RCPT":
		c.now.to = append(c.now.to, rest)
		return c.answer(said, "250 2.1.5 ok")
	case "DATA":
		return c.answer(verb, "354 go on") && c.take()
	case "QUIT":
		return c.answer(verb, "221 2.0.0 bye")
	}
	return c.answer(verb, "250 2.0.0 ok")
}

// take reads a mail to its end, and keeps it if that is what it answers.
func (c *talk) take() bool {
	c.mu.Lock()
	refused := c.says["DATA"] != ""
	end := c.says["."]
	c.mu.Unlock()
	if refused {
		return true
	}
	raw, err := c.text.ReadDotBytes()
	if err != nil {
		return false
	}
	if end == "" {
		c.now.raw = raw
		if c.now.mail, err = mail.ReadMessage(bytes.NewReader(raw)); err != nil {
			return c.answer("", "554 5.6.0 "+err.Error())
		}
		c.mu.Lock()
		c.mails = append(c.mails, c.now)
		c.mu.Unlock()
	}
	return c.answer(".", "250 2.0.0 queued as 4711")
}
