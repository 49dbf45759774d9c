package chat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Settings say whom to ask.
type Settings struct {
	// URL is the base of the endpoint's addresses, such as https://api.example/v1.
	URL string
	// Model is the model's name as the endpoint knows it.
	Model string
	// Key is sent as a bearer token; empty sends none.
	Key string
	// Timeout is how long one answer may take.
	Timeout time.Duration
	// LimitField is how the endpoint calls the bound of an answer's tokens:
	// max_completion_tokens if empty, or max_tokens, as older servers do.
	LimitField string
}

// A Client asks one model. It is safe for concurrent use.
type Client struct {
	settings Settings
	address  string
	http     *http.Client
	// now is the clock; times of Retry-After are held against it.
	now func() time.Time
}

// maxHeaders is how many bytes of headers an endpoint may send.
const maxHeaders = 64 << 10

// New checks the settings and makes a client. All that is wrong is said at once.
func New(s Settings) (*Client, error) {
	address, err := addressOf(s.URL)
	errs := []error{err}
	if s.Model == "" {
		errs = append(errs, errors.New("no model is named"))
	}
	if s.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("a timeout of %s", s.Timeout))
	}
	if strings.ContainsFunc(s.Key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		errs = append(errs, errors.New("the key has a character that no header can carry"))
	}
	switch s.LimitField {
	case "":
		s.LimitField = "max_completion_tokens"
	case "max_completion_tokens", "max_tokens":
	default:
		errs = append(errs, fmt.Errorf("the token limit is called %q: max_completion_tokens or max_tokens", s.LimitField))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: maxHeaders,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 10 * time.Second,
		DialContext:  (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		MaxIdleConns: 2, IdleConnTimeout: time.Minute,
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{settings: s, address: address, http: &http.Client{Transport: transport, CheckRedirect: stay}, now: time.Now}, nil
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// addressOf checks the base and makes it the address of chat completions.
func addressOf(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return "", errors.New("the address is no URL such as https://api.example/v1") // which may hold a password
	}
	switch {
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("the address has a user, a query or a fragment; the key has a setting of its own")
	case u.Scheme == "http" && !Loopback(base):
		return "", fmt.Errorf("the address http://%s is not encrypted; plain HTTP is for this machine only", u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("the address has the scheme %q; https is asked for", u.Scheme)
	}
	return strings.TrimSuffix(u.String(), "/") + "/chat/completions", nil
}

// Loopback says whether an address is on this machine: by number, or as
// localhost and by no other name.
func Loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}

// do sends one request; the caller closes its answer.
func (c *Client) do(ctx context.Context, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "tocsin")
	if c.settings.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.settings.Key)
	}
	return c.http.Do(r)
}
