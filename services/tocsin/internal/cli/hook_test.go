package cli_test

import (
	"io"
	"net/http"
	"os"
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

// get PATH FILE writes what the server answers to the file.
func get(ts *testscript.TestScript, _ bool, args []string) {
	resp, err := http.Get(ts.Getenv("TOCSIN_SERVER_URL") + args[0])
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}
