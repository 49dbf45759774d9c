package certs

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"time"
)

// A Client is who is at the other end of a connection, as far as TLS says. The zero
// value came without TLS.
type Client struct {
	// Encrypted says that the connection is TLS that ends here. What a proxy says of
	// one that ended there is nobody's proof.
	Encrypted bool
	// Names are those of the certificate that the client has shown and proven: its DNS
	// names in lower case, and its URIs as they stand. Empty: it showed none, or it is over.
	Names []string
}

// Of says who a connection's client is at a time. State is nil without TLS.
func Of(state *tls.ConnectionState, now time.Time) Client {
	if state == nil {
		return Client{}
	}
	c := Client{Encrypted: true}
	if len(state.VerifiedChains) == 0 || len(state.VerifiedChains[0]) == 0 {
		return c
	}
	if leaf := state.VerifiedChains[0][0]; !now.After(leaf.NotAfter) { // a connection may outlive it
		c.Names = names(leaf)
	}
	return c
}

// names are those that a certificate's authority has vouched for. One that looks like
// the other kind is none: what an authority may say of the two is bounded apart.
func names(of *x509.Certificate) (all []string) {
	for _, dns := range of.DNSNames {
		if !strings.ContainsAny(dns, ":/") {
			all = append(all, strings.ToLower(dns))
		}
	}
	for _, uri := range of.URIs {
		if uri.Scheme != "" {
			all = append(all, uri.String())
		}
	}
	return all
}

// An End is when a certificate ends.
type End struct {
	// What says which one it is, with its file.
	What string
	At   time.Time
}

// Ends are when the certificate and each authority of clients end, as the files now
// are. The error says what is wrong with them; without files there is nothing.
func (f Files) Ends() ([]End, error) {
	if f.None() {
		return nil, nil
	}
	h, err := f.read()
	if err != nil {
		return nil, err
	}
	s, err := f.understand(h)
	if err != nil {
		return nil, err
	}
	all := []End{{"the server's certificate (" + f.Cert + ")", s.leaf.NotAfter}}
	for _, a := range s.authorities {
		all = append(all, End{"the clients' authority " + a.Subject.String() + " (" + f.ClientCA + ")", a.NotAfter})
	}
	return all, nil
}
