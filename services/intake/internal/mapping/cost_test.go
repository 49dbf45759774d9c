package mapping

import (
	"strings"
	"testing"
)

// TestOurOwnFunctionsCostWhatTheyRead is the promise that no delivery occupies the
// door for seconds, however long its texts and lists are.
func TestOurOwnFunctionsCostWhatTheyRead(t *testing.T) {
	many := make([]any, 5000)
	for i := range many {
		many[i] = "x"
	}
	long := map[string]any{"l": many, "text": strings.Repeat("ab ", 100<<10)}
	for _, says := range []string{
		`it.l.exists(x, lower(it.text) == x)`,
		`it.l.exists(x, size(split(it.text, " ")) == 1)`,
		`it.l.exists(x, extract(it.text, "(a|b)*c") == x)`,
	} {
		f := parse(t, `doors: {jira: {map: {ignore: '`+says+`'}}}`)
		if _, err := f.Accounts[0].Webhook(nil).Desk.Map(long); err == nil || !strings.Contains(err.Error(), "costs too much") {
			t.Errorf("%s: %v", says, err)
		}
	}
	usual := map[string]any{"text": strings.Repeat("words ", 10<<10)}
	for _, says := range []string{`lower(it.text) == "x"`, `extract(it.text, "(SITE|STANDORT)-([0-9]+)") == "x"`, `split(it.text, " ").exists(w, lower(w) == "sso")`} {
		f := parse(t, `doors: {jira: {map: {ignore: '`+says+`'}}}`)
		if _, err := f.Accounts[0].Webhook(nil).Desk.Map(usual); err != nil {
			t.Errorf("%s: %v", says, err)
		}
	}
}
