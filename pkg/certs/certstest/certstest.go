// Package certstest makes authorities and certificates for tests.
//
// What it makes is good for the hour around a test, is known to nobody else, and lies
// in folders that end with the test.
package certstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// T is the test, or the script, that ends where a certificate can not be made.
type T interface {
	Helper()
	Fatal(args ...any)
}

// An Authority signs certificates.
type Authority struct {
	// PEM is its own certificate.
	PEM  []byte
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// New is an authority of its own.
func New(t T, name string) *Authority {
	t.Helper()
	a := &Authority{}
	a.cert = &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotAfter: time.Now().Add(time.Hour),
	}
	a.PEM, a.key = sign(t, a.cert, nil)
	block, _ := pem.Decode(a.PEM)
	var err error
	if a.cert, err = x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	return a
}

// A Pair is a certificate with its key, both in PEM.
type Pair struct{ Cert, Key []byte }

// Server is a certificate for servers of these names, IP addresses among them, that is
// over at ends.
func (a *Authority) Server(t T, ends time.Time, names ...string) Pair {
	t.Helper()
	return a.pair(t, ends, x509.ExtKeyUsageServerAuth, names)
}

// Client is a certificate for a client of these names, URIs among them, that is over
// at ends.
func (a *Authority) Client(t T, ends time.Time, names ...string) Pair {
	t.Helper()
	return a.pair(t, ends, x509.ExtKeyUsageClientAuth, names)
}

func (a *Authority) pair(t T, ends time.Time, use x509.ExtKeyUsage, names []string) Pair {
	t.Helper()
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: "common." + names[0]}, NotAfter: ends,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else if uri, err := url.Parse(name); err == nil && strings.Contains(name, ":") {
			c.URIs = append(c.URIs, uri)
		} else {
			c.DNSNames = append(c.DNSNames, name)
		}
	}
	cert, key := sign(t, c, a)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return Pair{cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}
}

// sign makes a certificate that an authority has signed, or itself where there is none.
func sign(t T, c *x509.Certificate, by *Authority) ([]byte, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		by = &Authority{cert: c, key: key}
	}
	c.SerialNumber, c.NotBefore = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, c, by.cert, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key
}

// Write puts the pair into files.
func (p Pair) Write(t T, cert, key string) {
	t.Helper()
	Put(t, cert, p.Cert)
	Put(t, key, p.Key)
}

// Put writes a file as who rotates a secret does: whole, in the old one's place.
func Put(t T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// Dial is how a client asks that believes the authority and shows the pairs that it has.
func (a *Authority) Dial(t T, shows ...Pair) *tls.Config {
	t.Helper()
	c := &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	c.RootCAs.AddCert(a.cert)
	for _, p := range shows {
		pair, err := tls.X509KeyPair(p.Cert, p.Key)
		if err != nil {
			t.Fatal(err)
		}
		c.Certificates = append(c.Certificates, pair)
	}
	return c
}
