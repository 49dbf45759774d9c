// Package post makes one HTTP request to an address outside the house and says
// what its answer means, the same for every channel that speaks HTTP:
//
//	2xx                             taken
//	408, 425, 429, 5xx, no answer   tried again, no sooner than Retry-After asks
//	any other                       refused for good
//
// The status counts, even where the answer breaks off behind it. A certificate
// that does not hold is no answer: nothing was sent, and it may be renewed.
// Redirects are followed within the host, where they keep the method; one that
// leads elsewhere is a refusal, since what is sent was meant for this host.
//
// Path and query of an address may be secret and stand in no error, no answer
// and no record.
package post

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/services/notification/internal/channel"
)

// Timeout is how long one attempt may take.
const Timeout = 10 * time.Second

const (
	// maxWait bounds what a Retry-After may ask for.
	maxWait = time.Hour
	// idle is how many connections to one host are kept for the next request.
	idle = 32
)

// An Address is where one destination takes requests. It is safe for concurrent use.
type Address struct {
	url    *url.URL
	client *http.Client
}

// To returns the address. It is https, or http where the network in between is trusted.
func To(address string) (*Address, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("url: write https://host/path")
	}
	return &Address{url: u, client: &http.Client{Timeout: Timeout, CheckRedirect: stay, Transport: transport()}}, nil
}

// transport is one destination's own, so that one which hangs holds no connection of another.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: Timeout}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   idle,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   Timeout,
		ExpectContinueTimeout: time.Second,
	}
}

// stay follows a redirect only within the scheme and host, and only as a POST.
func stay(next *http.Request, made []*http.Request) error {
	first := made[0]
	if next.Method != first.Method || next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme || len(made) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// String is the address without path and query.
func (a *Address) String() string { return a.url.Scheme + "://" + a.url.Host }

// JSON posts body once, with what header adds.
func (a *Address) JSON(ctx context.Context, header http.Header, body []byte) (channel.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url.String(), bytes.NewReader(body))
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("post to %s: %w", a, bare(err))}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	resp, err := a.client.Do(req)
	if err != nil {
		err = bare(err)
		return channel.Answer{Text: err.Error()}, fmt.Errorf("post to %s: %w; trying again may help", a, err)
	}
	defer resp.Body.Close()
	answer := channel.Answer{Text: said(resp)}
	return answer, a.verdict(resp, answer)
}

// bare is err without the address, which an error of the client names whole.
func bare(err error) error {
	var named *url.Error
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}

// verdict says what the answer means.
func (a *Address) verdict(resp *http.Response, said channel.Answer) error {
	code := resp.StatusCode
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		err := fmt.Errorf("%s answers %s; trying again may help", a, said.Text)
		if after := retryAfter(resp); after > 0 {
			return &channel.Busy{After: after, Err: err}
		}
		return err
	}
	return &channel.Refused{Err: fmt.Errorf("%s answers %s; no retry mends that: look at the receiver, then retry the dead letter", a, said.Text)}
}

// said is the status with the beginning of the body.
func said(resp *http.Response) string {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	return strings.TrimSpace(resp.Status + " " + strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "")), " "))
}

// retryAfter reads seconds or a date; 0 where there is none.
func retryAfter(resp *http.Response) time.Duration {
	h := resp.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(h); err == nil {
		return time.Duration(min(max(seconds, 0), int(maxWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(h); err == nil {
		return min(max(time.Until(at), 0), maxWait)
	}
	return 0
}
