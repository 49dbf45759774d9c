package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"time"

	"tocsin/pkg/certs"
)

// tlsFlags are the files of a server's certificate.
type tlsFlags struct {
	TLSCert     string `name:"tls-cert" env:"TOCSIN_TLS_CERT" help:"File of the server's certificate, in PEM. With it HTTP is spoken by TLS, and not in plain; a change counts at once."`
	TLSKey      string `name:"tls-key" env:"TOCSIN_TLS_KEY" help:"File of its private key."`
	TLSClientCA string `name:"tls-client-ca" env:"TOCSIN_TLS_CLIENT_CA" help:"File of the authorities whose clients are believed, where a door asks for a client's certificate."`
}

func (f tlsFlags) files() certs.Files {
	return certs.Files{Cert: f.TLSCert, Key: f.TLSKey, ClientCA: f.TLSClientCA}
}

// lookAtCertificates says when those end that the files hold and that the server shows.
func (c *doctorCmd) lookAtCertificates(ctx context.Context, d *doctor) {
	ends, err := c.files().Ends()
	if err != nil {
		d.finds(wrong, "certificates", err.Error(), "Mend the files; those that were understood before count until then, and after a restart none do.")
	}
	for _, e := range ends {
		d.ends("certificates", e, time.Now())
	}
	at, err := url.Parse(c.Server)
	if err != nil || at.Scheme != "https" {
		return
	}
	if at.Port() == "" {
		at.Host = net.JoinHostPort(at.Hostname(), "443")
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	// Nothing is sent and nothing believed: only what it shows is looked at, which one
	// that is over or unknown shows too.
	asks := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // as said
	conn, err := asks.DialContext(ctx, "tcp", at.Host)
	if err != nil {
		return // lookAtServer says it
	}
	defer conn.Close()
	for _, leaf := range conn.(*tls.Conn).ConnectionState().PeerCertificates[:1] {
		d.ends("certificate of the server", certs.End{What: "what it shows", At: leaf.NotAfter}, time.Now())
	}
}

// ends says whether a certificate is over, or soon will be.
func (d *doctor) ends(check string, e certs.End, now time.Time) {
	says, left := fmt.Sprintf("%s ends at %s", e.What, e.At.UTC().Format(time.DateTime)), e.At.Sub(now)
	switch {
	case left <= 0:
		d.finds(wrong, check, says+", which is over", "Get another and put it in its place; it is taken up without a restart.")
	case left <= certs.Soon:
		d.finds(look, check, fmt.Sprintf("%s, in %.1f days", says, left.Hours()/24), "Get another and put it in its place; it is taken up without a restart.")
	default:
		d.fine(check, "%s", says)
	}
}
