package certs

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Files are where certificate, key and authorities are, in PEM. The zero value is a
// server without TLS.
type Files struct {
	// Cert is the server's certificate, with those between it and its authority below it;
	// Key is its private key.
	Cert string `env:"TOCSIN_TLS_CERT"`
	Key  string `env:"TOCSIN_TLS_KEY"`
	// ClientCA are the authorities of clients' certificates; empty asks for none.
	ClientCA string `env:"TOCSIN_TLS_CLIENT_CA"`
}

// None says that there is no TLS.
func (f Files) None() bool { return f == Files{} }

// Scheme is that of the server's addresses: http or https.
func (f Files) Scheme() string {
	if f.None() {
		return "http"
	}
	return "https"
}

// held is what the files hold, byte for byte; a file that is not named holds nothing.
type held struct{ cert, key, clients string }

func (f Files) read() (held, error) {
	switch {
	case f.Cert == "" && f.Key == "":
		return held{}, errors.New("TOCSIN_TLS_CLIENT_CA is set and the server has no certificate of its own: set TOCSIN_TLS_CERT and TOCSIN_TLS_KEY too")
	case f.Cert == "" || f.Key == "":
		return held{}, errors.New("a certificate needs its key: set both TOCSIN_TLS_CERT and TOCSIN_TLS_KEY")
	}
	var h held
	for _, of := range []struct {
		setting, path string
		to            *string
	}{{"TOCSIN_TLS_CERT", f.Cert, &h.cert}, {"TOCSIN_TLS_KEY", f.Key, &h.key}, {"TOCSIN_TLS_CLIENT_CA", f.ClientCA, &h.clients}} {
		if of.path == "" {
			continue
		}
		data, err := os.ReadFile(of.path)
		if err != nil {
			return held{}, fmt.Errorf("read %s: %w", of.setting, err)
		}
		*of.to = string(data)
	}
	return h, nil
}

// state is what the files mean.
type state struct {
	config *tls.Config
	leaf   *x509.Certificate
	// authorities are those of clients.
	authorities []*x509.Certificate
}

// understand makes of the files' text what a handshake goes by. It refuses a pair that
// does not fit, and authorities of which one can not be read.
func (f Files) understand(h held) (*state, error) {
	pair, err := tls.X509KeyPair([]byte(h.cert), []byte(h.key))
	if err != nil {
		return nil, fmt.Errorf("certificate %s and key %s: %w", f.Cert, f.Key, err)
	}
	s := &state{leaf: pair.Leaf, config: &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"},
	}}
	if f.ClientCA == "" {
		return s, nil
	}
	if s.authorities, err = authorities([]byte(h.clients)); err != nil {
		return nil, fmt.Errorf("authorities of clients %s: %w", f.ClientCA, err)
	}
	s.config.ClientAuth, s.config.ClientCAs = tls.VerifyClientCertIfGiven, x509.NewCertPool()
	for _, a := range s.authorities {
		s.config.ClientCAs.AddCert(a)
	}
	return s, nil
}

// authorities are the certificates of a PEM text.
func authorities(text []byte) (all []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("it holds a %s, and is to hold certificates only", block.Type)
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of it: %w", len(all)+1, err)
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, errors.New("it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)")
	}
	return all, nil
}
