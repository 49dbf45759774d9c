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
// What its answers mean is said by package post.
package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/form"
	"tocsin/services/notification/internal/post"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Webhook is a channel to one address.
type Webhook struct {
	address *post.Address
	signer  *standardwebhooks.Webhook
}

// New returns the channel to address. The secret is "whsec_" and at least 24
// bytes in base64, shared with the receiver.
func New(address, secret string) (*Webhook, error) {
	to, err := post.To(address)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(secret) < len("whsec_")+32 {
		return nil, fmt.Errorf("webhook secret: write whsec_ and at least 24 random bytes in base64, as from: echo whsec_$(openssl rand -base64 32)")
	}
	return &Webhook{address: to, signer: signer}, nil
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
	w, err := New(set.URL, set.Secret)
	if err != nil {
		return nil, err // not w: a nil *Webhook is a channel that is not nil
	}
	return w, nil
}

// Name is "webhook".
func (w *Webhook) Name() string { return "webhook" }

// Destination is the address without path and query, which may be secret.
func (w *Webhook) Destination() string { return w.address.String() }

// Once is true: the receiver gets the notification's id as webhook-id.
func (w *Webhook) Once() bool { return true }

// Deliver posts n once.
func (w *Webhook) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	body, err := payload(n)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: err}
	}
	now := time.Now()
	signature, err := w.signer.Sign(n.GetId(), now, body)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("sign notification %s: %w", n.GetId(), err)}
	}
	header := http.Header{}
	header.Set(standardwebhooks.HeaderWebhookID, n.GetId())
	header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return w.address.JSON(ctx, header, body)
}

// payload is the envelope around the notification's form, which is one line without
// blanks by itself.
func payload(n *notificationv1.Notification) ([]byte, error) {
	data, err := form.JSON(n)
	if err != nil {
		return nil, err
	}
	kind, err := json.Marshal("notification." + n.GetKind())
	if err != nil {
		return nil, err
	}
	at, err := n.GetAt().AsTime().MarshalJSON()
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`{"type":`), kind, []byte(`,"timestamp":`), at, []byte(`,"data":`), data, []byte(`}`)), nil
}
