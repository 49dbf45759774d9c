package notification_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/pkg/natstest"
	"tocsin/services/notification"
	"tocsin/services/notification/internal/channel/mailtest"
)

func TestABurstIsOneMailHoweverOftenTheServerPutsItOff(t *testing.T) {
	conn := natstest.Connect(t)
	server := mailtest.Serve(t)
	server.Set("RCPT", "450 4.2.0 Greylisted for 1 second")
	t.Setenv("MAIL_PASSWORD", mailtest.Password)
	path := filepath.Join(t.TempDir(), "routes.yaml")
	err := os.WriteFile(path, fmt.Appendf(nil, `
destinations:
  chief:
    channel: email
    with: {host: 127.0.0.1, port: %d, ca: %q, user: %s, password: "${MAIL_PASSWORD}", from: Tocsin <tocsin@example.com>, to: [chief@example.com]}
routes:
  - {name: burst, to: [chief], when: {audience: [leadership]}, group: {by: [tenant], wait: 1s}}
`, server.Port, server.CA, mailtest.User), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "chief")
	for _, id := range []string{"c-1", "c-2", "c-3"} {
		publish(t, conn, id, of(id, "acme", "sso_unavailable"))
	}
	await(t, "an attempt that was put off", func() bool { return fates(t, conn, "chief")["failed"] > 0 })
	server.Set("RCPT", "")
	await(t, "the record of the mail", func() bool { return fates(t, conn, "chief")["sent"] > 0 })
	mails := server.Took()
	if len(mails) != 1 {
		t.Fatalf("the server took %d mails", len(mails))
	}
	m := mails[0]
	if text := string(m.Raw); !strings.Contains(m.Message.Header.Get("Subject"), "3 cases") || strings.Contains(text, mailtest.Password) || m.Message.Header.Get("References") != "" {
		t.Errorf("the mail is\n%s", text)
	}
}

func TestPeopleAreWrittenToByThemselvesAndWhoHasNoAddressIsParked(t *testing.T) {
	conn := natstest.Connect(t)
	server := mailtest.Serve(t)
	path := filepath.Join(t.TempDir(), "routes.yaml")
	err := os.WriteFile(path, fmt.Appendf(nil, `
destinations:
  people:
    channel: email
    with: {host: 127.0.0.1, port: %d, ca: %q, from: tocsin@example.com, to: ["{recipient}"], people: {rita: rita@customer.example}}
routes:
  - {name: outside, to: [people], when: {audience: [requester, csm]}}
`, server.Port, server.CA), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "people")
	c := of("c-1", "acme", "sso_unavailable")
	c.Case.Tickets[0].Requester, c.Case.Tickets[0].Csm = "rita", "carl"
	publish(t, conn, "c-1", c)
	await(t, "a mail and a refusal", func() bool {
		got := fates(t, conn, "people")
		return got["sent"] == 1 && got["parked"] == 1
	})
	if mails := server.Took(); len(mails) != 1 || len(mails[0].To) != 1 || !strings.Contains(mails[0].To[0], "rita@customer.example") {
		t.Errorf("the server took %v", mails)
	}
	for _, r := range records(t, conn, "people") {
		if r.GetOutcome() == "parked" && (r.GetRecipient() != "carl" || !strings.Contains(r.GetAnswer(), `no mail address is known of "carl"`)) {
			t.Errorf("parked: %v", r)
		}
	}
}
