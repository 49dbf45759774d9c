package door_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/salesforce"
	"tocsin/services/intake/internal/webhook"
)

func TestAVendorHearsWhatItAsksToHearOnceItsTicketIsStored(t *testing.T) {
	h := open(t, func(d *door.Door) {
		d.Hooks["salesforce"] = door.Hook{
			Door: salesforce.Door(), Lets: credential.Set{Passwords: []string{"sf:pass"}},
			Account: webhook.Account{Desk: desk.Account{Tenants: map[string]string{"001000000000003AAA": "acme"}}},
		}
	})
	body, err := os.ReadFile("../doors/salesforce/testdata/outbound_case.xml")
	if err != nil {
		t.Fatal(err)
	}
	// The case was changed at ten; the clock of these tests stands before.
	message := strings.ReplaceAll(string(body), "T10:00:00", "T09:10:00")
	for password, want := range map[string]int{"wrong": http.StatusUnauthorized, "pass": http.StatusOK} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/v1/hooks/salesforce", strings.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "text/xml; charset=UTF-8")
		req.SetBasicAuth("sf", password)
		answer, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != want || strings.Contains(string(said), "<Ack>true</Ack>") != (want == http.StatusOK) {
			t.Errorf("%d: %s", answer.StatusCode, said)
		}
	}
	if got := h.ticket(t, "acme", "500000000000042AAA"); got.Head.Subject != "Reports stay away" {
		t.Errorf("%v", got)
	}
}
