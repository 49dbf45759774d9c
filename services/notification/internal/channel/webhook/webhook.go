// Package webhook posts notifications to one HTTP address, signed as Standard
// Webhooks says (standardwebhooks.com).
//
// Each request carries the notification's id as webhook-id, the time of the
// attempt as webhook-timestamp, and a signature over both and the body. The
// body is the same in every attempt:
//
//	{"type":"notification.approved","timestamp":"2026-11-20T09:41:07Z","data":{…}}
//
// A receiver that drops ids it has seen gets each notification exactly once.
// Answers are read so:
//
//	2xx                             taken
//	408, 425, 429, 5xx, no answer   tried again, no sooner than Retry-After asks
//	any other                       refused for good
//
// Redirects are followed within the host, where they keep the method; one that
// leads elsewhere is a refusal, since the signature was meant for this host.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/form"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Timeout is how long one attempt may take.
const Timeout = 10 * time.Second

// maxWait bounds what a Retry-After may ask for.
const maxWait = time.Hour

// Webhook is a channel to one address.
type Webhook struct {
	address *url.URL
	signer  *standardwebhooks.Webhook
	client  *http.Client
}

// New returns the channel to address. The secret is "whsec_" and at least 24
// bytes in base64, shared with the receiver.
func New(address, secret string) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("webhook address %q: write https://host/path", address)
	}
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(secret) < len("whsec_")+32 {
		return nil, fmt.Errorf("webhook secret: write whsec_ and at least 24 random bytes in base64, as from: echo whsec_$(openssl rand -base64 32)")
	}
	return &Webhook{address: u, signer: signer, client: &http.Client{Timeout: Timeout, CheckRedirect: stay}}, nil
}

// Open returns the channel that a destination's settings describe: url and secret.
func Open(with map[string]any) (channel.Channel, error) {
	var set struct {
		URL    string `json:"url"`
		Secret string `json:"secret"`
	}
	if err := channel.Decode(with, &set); err != nil {
		return nil, err
	}
	return New(set.URL, set.Secret)
}

// stay follows a redirect only within the scheme and host, and only as a POST.
func stay(next *http.Request, made []*http.Request) error {
	first := made[0]
	if next.Method != first.Method || next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme || len(made) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// Name is "webhook".
func (w *Webhook) Name() string { return "webhook" }

// Destination is the address without path and query, which may be secret.
func (w *Webhook) Destination() string { return w.address.Scheme + "://" + w.address.Host }

// Once is true: the receiver gets the notification's id as webhook-id.
func (w *Webhook) Once() bool { return true }

// Deliver posts n once.
func (w *Webhook) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	body, err := payload(n)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: err}
	}
	req, err := w.request(ctx, n.GetId(), body)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: err}
	}
	resp, err := w.client.Do(req)
	if err != nil {
		// The error of the client names the whole address.
		if e, ok := err.(*url.Error); ok { //nolint:errorlint // Do promises this type
			err = e.Err
		}
		return channel.Answer{Text: err.Error()}, fmt.Errorf("post to %s: %w; trying again may help", w.Destination(), err)
	}
	defer resp.Body.Close()
	answer := channel.Answer{Text: said(resp)}
	return answer, w.verdict(resp, answer)
}

func (w *Webhook) request(ctx context.Context, id string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("post to %s: %w", w.Destination(), err)
	}
	now := time.Now()
	signature, err := w.signer.Sign(id, now, body)
	if err != nil {
		return nil, fmt.Errorf("sign notification %s: %w", id, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

func payload(n *notificationv1.Notification) ([]byte, error) {
	data, err := form.JSON(n)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
	}{"notification." + n.GetKind(), n.GetAt().AsTime(), data})
}

// verdict says what the answer means.
func (w *Webhook) verdict(resp *http.Response, a channel.Answer) error {
	code := resp.StatusCode
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		err := fmt.Errorf("%s answers %s; trying again may help", w.Destination(), a.Text)
		if after := retryAfter(resp); after > 0 {
			return &channel.Busy{After: after, Err: err}
		}
		return err
	}
	return &channel.Refused{Err: fmt.Errorf("%s answers %s; no retry mends that: look at the receiver, then retry the dead letter", w.Destination(), a.Text)}
}

// said is the status with the beginning of the body.
func said(resp *http.Response) string {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	return strings.ToValidUTF8(strings.TrimSpace(resp.Status+" "+strings.Join(strings.Fields(string(body)), " ")), "")
}

// retryAfter reads seconds or a date; 0 where there is none.
func retryAfter(resp *http.Response) time.Duration {
	h := resp.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(h); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), maxWait)
	}
	if at, err := http.ParseTime(h); err == nil {
		return min(max(time.Until(at), 0), maxWait)
	}
	return 0
}
