package webhook

import (
	"net/http"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"
)

func TestAWebhookIsAChannelOverHTTP(t *testing.T) {
	channeltest.RunHTTP(t, channeltest.Vendor{
		Open: func(t *testing.T, address string) channel.Channel { return to(t, address) },
		Read: func(r *http.Request, body []byte) (string, error) {
			verifier, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				return "", err
			}
			return r.Header.Get(standardwebhooks.HeaderWebhookID), verifier.Verify(body, r.Header)
		},
		Says: func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) },
	})
}
