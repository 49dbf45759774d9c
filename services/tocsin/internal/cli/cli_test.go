package cli_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tocsin/services/tocsin/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tocsin": func() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

func TestTheCommandLineDoesWhatItSays(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"up": up, "down": down, "await": await, "alone": alone, "watched": watched,
			"outage": outage, "poison": poison, "park": park, "hook": hook, "helpdesk": helpdesk,
			"exits": exits, "lines": lines, "quoted": quoted, "ids": ids, "replace": replace, "cert": cert,
			"collector": collector, "keys": keys, "knock": knock, "dump": dump, "hides": hides, "get": get,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("USER", "lena") // whom the audit names
			env.Setenv("TZ", "UTC")
			return nil
		},
		Condition:           func(string) (bool, error) { return os.Geteuid() == 0, nil }, // [root]
		RequireExplicitExec: true,
	})
}
