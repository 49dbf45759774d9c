// Package mailtest is a mail server for tests: it answers as RFC 5321, 3207 and
// 4954 say, or as a test wants it to, and keeps what it takes.
package mailtest

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

// User and Password are what the server wants to hear, if anything.
const (
	User     = "tocsin"
	Password = "hunter2 & co"
)

// A Server listens on 127.0.0.1.
type Server struct {
	Port int
	// CA is a file with the certificate that vouches for it.
	CA string
	// TLS is nil where the server has none; Implicit begins with it.
	TLS      *tls.Config
	Implicit bool

	done chan struct{}

	mu    sync.Mutex
	says  map[string]string
	mails []Mail
}

// A Mail is one that the server took.
type Mail struct {
	// From and To are the arguments of MAIL and RCPT.
	From string
	To   []string
	// Raw is the whole mail, with lines that end in LF; Message is the same, read.
	Raw     []byte
	Message *mail.Message
	// At is when the server took it.
	At time.Time
}

// Serve starts a server that ends with the test; change, if given, may set it up first.
func Serve(t testing.TB, change ...func(*Server)) *Server {
	t.Helper()
	s := &Server{done: make(chan struct{}), says: map[string]string{}}
	s.Certify(t, "127.0.0.1")
	for _, c := range change {
		c(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
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

// Certify gives the server a certificate for a host, signed by itself.
func (s *Server) Certify(t testing.TB, host string) {
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
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	s.CA = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.CA, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Set lets the server answer a command otherwise than usual, or as usual again
// where the answer is empty. Commands are "GREETING", a verb as "RCPT" or a whole
// line as "RCPT TO:<a@b>", and "." for the end of a mail. For an answer, "hang"
// says nothing, "half" breaks off, and "drop" ends the connection; "lost", for the
// end of a mail, takes it and ends the connection.
func (s *Server) Set(command, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says[command] = answer
}

// Took are the mails that it took, in their order.
func (s *Server) Took() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// A talk is one connection.
type talk struct {
	*Server
	line       net.Conn
	text       *textproto.Conn
	sealed, in bool
	now        Mail
}

func (s *Server) talk(line net.Conn) {
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
	c := &talk{Server: s, line: line}
	if s.Implicit {
		c.line, c.sealed = tls.Server(line, s.TLS), true
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
	case "drop", "lost":
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
		} else if c.TLS != nil {
			lines = append(lines, "STARTTLS")
		}
		return c.answer(verb, "250-"+strings.Join(lines, "\r\n250-")+"\r\n250 HELP")
	case "STARTTLS":
		if !c.answer(verb, "220 2.0.0 ready") {
			return false
		}
		c.line, c.sealed = tls.Server(c.line, c.TLS), true
		c.text = textproto.NewConn(c.line)
		return true
	case "AUTH":
		want := base64.StdEncoding.EncodeToString([]byte("\x00" + User + "\x00" + Password))
		if c.in = strings.TrimPrefix(rest, "PLAIN ") == want; !c.in {
			return c.answer(verb, "535 5.7.8 authentication failed")
		}
		return c.answer(verb, "235 2.7.0 hello")
	case "MAIL":
		c.now = Mail{From: rest}
		return c.answer(said, "250 2.1.0 ok")
	case "RCPT":
		c.now.To = append(c.now.To, rest)
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
	if end == "" || end == "lost" {
		c.now.Raw, c.now.At = raw, time.Now()
		if c.now.Message, err = mail.ReadMessage(bytes.NewReader(raw)); err != nil {
			return c.answer("", "554 5.6.0 "+err.Error())
		}
		c.mu.Lock()
		c.mails = append(c.mails, c.now)
		c.mu.Unlock()
	}
	return c.answer(".", "250 2.0.0 queued as 4711")
}
