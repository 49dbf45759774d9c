package email

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/mailtest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// news is what somebody is told on a ticket.
func news(audience, recipient string) *notificationv1.Notification {
	return &notificationv1.Notification{
		Id: "n-" + audience + "-" + recipient, Audience: audience, Recipient: recipient, Tenant: "acme", Case: "c-1", Ticket: "T-1",
		Kind: "approved", Language: "en", Title: "Ticket T-1: the escalation is approved", Body: "It is approved.",
	}
}

func TestEachPersonGetsTheirOwnMailAlone(t *testing.T) {
	s := mailtest.Serve(t)
	c := to(t, s, map[string]any{"to": []any{"{recipient}"}, "people": map[string]any{"carl": "Carl <carl@example.com>"}})
	for _, n := range []*notificationv1.Notification{news("csm", "carl"), news("requester", "rita@customer.example")} {
		if _, err := c.Deliver(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	mails := s.Took()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	for i, want := range []string{"carl@example.com", "rita@customer.example"} {
		other := []string{"rita@", "carl@"}[i]
		m := mails[i]
		if len(m.To) != 1 || !strings.Contains(m.To[0], want) || strings.Contains(string(m.Raw), other) {
			t.Errorf("mail %d went to %v:\n%s", i, m.To, m.Raw)
		}
		if m.Message.Header.Get("References") == "" || m.Message.Header.Get("Cc") != "" {
			t.Errorf("mail %d has the head %v", i, m.Message.Header)
		}
	}
	if c.Destination() != "{recipient}" {
		t.Errorf("the record would name %s", c.Destination())
	}
}

func TestWhoHasNoAddressIsNamedByIDAndRefusedForGood(t *testing.T) {
	s := mailtest.Serve(t)
	c := to(t, s, map[string]any{"to": []any{"{recipient}"}, "people": map[string]any{"carl": "carl@example.com"}})
	inside := news("leadership", "carl")
	several := proto.CloneOf(news("csm", "carl"))
	several.Case = ""
	for n, want := range map[*notificationv1.Notification]string{
		news("requester", "rita"):                            `no mail address is known of "rita"`,
		news("requester", ""):                                "it names nobody",
		news("requester", "Rita <rita@customer.example>"):    "no mail address is known",
		news("requester", "a@b.example\r\nBcc: c@d.example"): "no mail address is known",
		news("requester", "a@b.example, c@d.example"):        "no mail address is known",
		inside:  "for no one person",
		several: "for no one person",
	} {
		_, err := c.Deliver(t.Context(), n)
		var refused *channel.Refused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "carl@") {
			t.Errorf("%q: %v", n.GetRecipient(), err)
		}
	}
	if mails := s.Took(); len(mails) != 0 {
		t.Errorf("%d mails went out", len(mails))
	}
}

func TestSettingsForPeopleAreStrict(t *testing.T) {
	for want, with := range map[string]map[string]any{
		"stands alone": {"to": []any{"{recipient}", "chief@example.com"}},
		`"carl"`:       {"to": []any{"{recipient}"}, "people": map[string]any{"carl": "nowhere"}},
		"nobody reads": {"to": []any{"chief@example.com"}, "people": map[string]any{"carl": "carl@example.com"}},
	} {
		with["host"], with["from"] = "smtp.example.com", "tocsin@example.com"
		if _, err := Open(with); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "nowhere") {
			t.Errorf("%v: %v", with, err)
		}
	}
}
