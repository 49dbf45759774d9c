package door_test

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors/salesforce"
	"tocsin/services/intake/internal/outage"
	"tocsin/services/intake/internal/webhook"
)

// sent is the answer to a body, and what it says.
func (h *house) sent(t *testing.T, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(said)
}

// Whoever sends events hears how many of them lie on a disk of intake only: in the answer,
// or in a header where its form is the sender's.
func TestEveryAnswerSaysWhatLiesOnADiskOnly(t *testing.T) {
	soap, err := os.ReadFile("../doors/salesforce/testdata/outbound_case.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, away := range []bool{true, false} {
		h := open(t, withZendesk, func(d *door.Door) {
			d.Hooks["salesforce"] = door.Hook{
				Door: salesforce.Door(), Lets: credential.Set{Tokens: []string{"sf"}}, Account: webhook.Account{Desk: desk.Account{DefaultTenant: "acme"}},
			}
			if !away {
				return
			}
			k, err := outage.Open(outage.Settings{Dir: t.TempDir(), Bytes: 1 << 20}, d.Intake, slog.New(slog.DiscardHandler)) // which sees no bus, for it does not run
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = k.Close() })
			d.Spool = k
		})
		for _, tt := range []struct {
			path, kind, body string
			headers          []string
			field, header    int
		}{
			{"/v1/tickets", jsonType, "[" + note("1", "T-1") + "," + note("2", "T-1") + "]", nil, 2, 0},
			{"/v1/tickets", ndjsonType, note("3", "T-1") + "\nnone\n" + note("4", "T-1"), nil, 2, 0},
			{"/v1/signals", jsonType, upload("1"), nil, 1, 0},
			{"/v1/hooks/zendesk", jsonType, commented, signed(commented, signingSecret, now), 2, 0},
			{"/v1/hooks/salesforce", "text/xml", strings.ReplaceAll(string(soap), "T10:00:00", "T09:10:00"), bearer("sf"), 0, 5},
			{"/v1/logs", jsonType, logged("tocsin.component=sso", "tocsin.component=site"), nil, 0, 2},
			{"/v1/logs", jsonType, logged("of=nothing"), nil, 0, 0},
		} {
			res, body := h.sent(t, tt.path, tt.body, append([]string{"Content-Type", tt.kind}, tt.headers...)...) //nolint:bodyclose // sent has read and closed it
			field, header := "", ""
			if away && tt.field > 0 {
				field = `"spooled":` + strconv.Itoa(tt.field)
			}
			if away && tt.header > 0 {
				header = strconv.Itoa(tt.header)
			}
			if res.StatusCode >= 300 || !strings.Contains(body, field) || field == "" && strings.Contains(body, "spooled") ||
				res.Header.Get("Tocsin-Spooled") != header {
				t.Errorf("away %v, %s %.40s: %d %s, header %q; want %s, header %q", away, tt.path, tt.body, res.StatusCode, body, res.Header.Get("Tocsin-Spooled"), field, header)
			}
		}
	}
}
