package uptimerobot

import (
	"strings"
	"testing"

	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/webhook"
)

func TestAFormSaysWhatTheSameAsJSONSays(t *testing.T) {
	form := "monitorID=7900002&monitorURL=https%3A%2F%2Fid.example&monitorFriendlyName=SSO&alertType=2&alertDateTime=1795165740&alertDuration=*alertDuration*"
	object := `{"monitorID":7900002,"monitorURL":"https://id.example","monitorFriendlyName":"SSO","alertType":2,"alertDateTime":"1795165740"}`
	got, want := said(t, form), said(t, object)
	if got != want || !strings.Contains(got, `"Status":"UP"`) {
		t.Errorf("the form says\n%s\nthe object\n%s", got, want)
	}
}

func said(t *testing.T, body string) string {
	t.Helper()
	said, err := Door().Read(webhook.Delivery{Body: []byte(body), Received: doortest.Received}, webhook.Account{})
	return doortest.Print(said, err)
}
