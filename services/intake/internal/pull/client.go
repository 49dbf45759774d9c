package pull

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Settings say how a helpdesk is reached.
type Settings struct {
	// URL is its address, without a path behind it where its API has one of its own.
	URL string
	// Auth puts the credentials on a request.
	Auth func(*http.Request)
	// TLS says whose certificates are trusted; nil is the machine's.
	TLS *tls.Config
	// Rate is how many requests a second are made at most; 5 if zero.
	Rate float64
	// Wait waits; nil is the clock.
	Wait func(ctx context.Context, d time.Duration) error
	// Told hears what is waited for, in a sentence; nil hears nothing.
	Told func(string)
}

// A Client asks a helpdesk's API. It may be used by several at once.
type Client struct {
	set  Settings
	http *http.Client
	pace *pace
}

// NewClient returns one for the settings. Its error says what is wrong with the URL.
func NewClient(set Settings) (*Client, error) {
	u, err := url.Parse(set.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%q is no address of a helpdesk; write it as https://acme.zendesk.com", set.URL)
	}
	if u.User != nil {
		return nil, errors.New("leave credentials out of the address; they come by the environment or a file")
	}
	set.URL = strings.TrimRight(set.URL, "/")
	if set.Rate <= 0 {
		set.Rate = 5
	}
	if set.Wait == nil {
		set.Wait = wait
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig, transport.MaxIdleConnsPerHost = set.TLS, askers
	client := &http.Client{Transport: transport, Timeout: answerWithin, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != u.Host || r.URL.Scheme != u.Scheme {
			return fmt.Errorf("%w to %s://%s; give that as its address, if that is right", errMoved, r.URL.Scheme, r.URL.Host)
		}
		return nil
	}}
	return &Client{set: set, http: client, pace: &pace{every: time.Duration(float64(time.Second) / set.Rate)}}, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

const (
	// answerWithin is how long one answer may take, its body included.
	answerWithin = time.Minute
	// largest is the largest answer that is read.
	largest = 64 << 20
	// attempts is how often a request is made that fails in a way that may mend itself.
	attempts = 7
	// refusals is how often in a row a helpdesk may say that it is asked too often.
	refusals = 30
)

// A StatusError is an answer that is no success.
type StatusError struct {
	Code int
	// Says is what the helpdesk says of it.
	Says string
}

func (e *StatusError) Error() string {
	switch e.Code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("the helpdesk refuses the credentials (%d%s): check the user and the token, and that it may read all tickets", e.Code, e.Says)
	case http.StatusNotFound:
		return fmt.Sprintf("the helpdesk has no such thing (404%s): check its address", e.Says)
	case http.StatusTooManyRequests:
		return "the helpdesk keeps saying that it is asked too often (429); try again later, or with a lower rate"
	}
	return fmt.Sprintf("the helpdesk answered %d%s", e.Code, e.Says)
}

// Get reads what a path gives as JSON.
func (c *Client) Get(ctx context.Context, path string, query url.Values, into any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.ask(ctx, request{http.MethodGet, path, nil}, into)
}

// Search asks with a body for what changes nothing.
func (c *Client) Search(ctx context.Context, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.ask(ctx, request{http.MethodPost, path, raw}, into)
}

type request struct {
	method, path string
	body         []byte
}

// ask makes a request until it has an answer that counts.
func (c *Client) ask(ctx context.Context, r request, into any) error {
	for failed, refused := 0, 0; ; {
		if err := c.set.Wait(ctx, c.pace.turn(time.Now())); err != nil {
			return err
		}
		raw, rest, err := c.once(ctx, r)
		var status *StatusError
		switch {
		case err == nil:
			return decoded(raw, into)
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &status) && status.Code == http.StatusTooManyRequests:
			if refused++; refused == refusals {
				return err
			}
			c.pace.pause(time.Now(), max(rest, time.Second))
			c.tell("the helpdesk is asked too often; it goes on in %v", max(rest, time.Second))
		case mends(err):
			if failed++; failed == attempts {
				return fmt.Errorf("%w (tried %d times)", err, attempts)
			}
			rest = max(rest, backoff(failed))
			c.tell("%v; it is tried again in %v", err, rest)
			if err := c.set.Wait(ctx, rest); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (c *Client) tell(format string, args ...any) {
	if c.set.Told != nil {
		c.set.Told(fmt.Sprintf(format, args...))
	}
}

// backoff doubles with each failure, and is never twice the same.
func backoff(failed int) time.Duration {
	return time.Duration((0.75 + rand.Float64()/2) * float64(time.Second<<(failed-1)))
}

// mends says whether trying again may help.
func mends(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Code >= 500 || status.Code == http.StatusRequestTimeout
	}
	var failed *url.Error
	var unknown *net.DNSError
	return errors.As(err, &failed) && !errors.Is(err, errMoved) && (!errors.As(err, &unknown) || !unknown.IsNotFound)
}

// errMoved is a redirection to another host: it would be given the credentials.
var errMoved = errors.New("it sends on")

// once makes a request. Rest is for how long the helpdesk asks to be left alone.
func (c *Client) once(ctx context.Context, r request) (raw []byte, rest time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.set.URL+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.set.Auth(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, 0, unreached(c.set.URL, err)
	}
	defer resp.Body.Close()
	now := time.Now()
	c.pace.learn(resp.Header, now)
	raw, err = io.ReadAll(io.LimitReader(resp.Body, largest+1))
	switch {
	case err != nil:
		return nil, 0, &url.Error{Op: "read the answer of", URL: c.set.URL, Err: err}
	case len(raw) > largest:
		return nil, 0, fmt.Errorf("the answer to %s is over %d bytes", path(r), largest)
	case resp.StatusCode/100 != 2:
		rest, _ = retryAfter(resp.Header, now)
		return nil, rest, &StatusError{resp.StatusCode, says(raw)}
	}
	return raw, 0, nil
}

// unreached says why a helpdesk was not reached.
func unreached(address string, err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return fmt.Errorf("the certificate of %s is not trusted: %w; if it is of an authority of your own, give that by --ca", address, certificate)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return &url.Error{Op: "reach", URL: address, Err: err}
}

// decoded reads an answer as JSON.
func decoded(raw []byte, into any) error {
	if len(raw) > 0 && raw[0] == '<' {
		return errors.New("the helpdesk answers with a page and no data: check its address, and that the user may use the API")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the helpdesk's answer is not as expected: %w", err)
	}
	return nil
}

// says is what an answer says in words, as far as that is short.
func says(raw []byte) string {
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return ""
	}
	for _, name := range []string{"description", "message", "errorMessages", "error", "code"} {
		var text string
		var list []string
		if json.Unmarshal(all[name], &list) == nil && len(list) > 0 {
			text = list[0]
		}
		if text != "" || json.Unmarshal(all[name], &text) == nil && text != "" {
			return fmt.Sprintf(", %.200q", text)
		}
	}
	return ""
}

// path is a request's path without what is asked for.
func path(r request) string { p, _, _ := strings.Cut(r.path, "?"); return p }
