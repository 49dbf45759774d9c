package doortest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/services/intake/internal/webhook"
)

// folder is where real deliveries lie on some machines, from a door's package; they
// are not ours to keep here.
const folder = "../../../../../../shared/data/payloads"

// Payload is a real body, or a file of test vectors; where it does not lie here, the
// test says so and is skipped.
func Payload(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Skipf("NOT CHECKED against real deliveries, for they do not lie here: %v", err)
	}
	return raw
}

// Payloads reads every real body of a vendor (zendesk, jira …): each gives an event or
// a reason. It logs what became of each.
func Payloads(t *testing.T, vendorName string, door webhook.Door, account webhook.Account) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(folder, vendorName, "*"))
	if len(files) == 0 {
		t.Skipf("NOT CHECKED against real deliveries of %s, for they do not lie here", vendorName)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body := read(t, file)
			var recorded struct{ Payload string } // a delivery with its headers, or a body as it is
			if json.Unmarshal(body, &recorded) == nil && strings.HasPrefix(recorded.Payload, "{") {
				body = []byte(recorded.Payload)
			}
			said, err := hold(t, door, account, body)
			t.Logf("%d ticket events, %d signals\n%s", len(said.Tickets), len(said.Signals), Print(said, err))
		})
	}
}
