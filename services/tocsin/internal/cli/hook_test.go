package cli_test

import (
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// hook DOOR FILE delivers the file as a vendor would, with $DESK_TOKEN.
func hook(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodPost, ts.Getenv("TOCSIN_SERVER_URL")+"/v1/hooks/"+args[0], strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+ts.Getenv("DESK_TOKEN"))
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if resp.StatusCode != http.StatusAccepted {
		ts.Fatalf("%s: %s", args[0], resp.Status)
	}
}
