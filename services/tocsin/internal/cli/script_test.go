package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rogpeppe/go-internal/testscript"

	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
)

// exits CODE COMMAND... runs the command, which ends with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &ended) || ended.ExitCode() != want {
		ts.Fatalf("%s: %v, want exit code %d\n%s%s", strings.Join(args[1:], " "), err, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// lines N FILE says that the file has so many lines, each one JSON object or text.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.Itoa(strings.Count(ts.ReadFile(args[1]), "\n")); got != args[0] {
		ts.Fatalf("%s has %s lines, want %s:\n%s", args[1], got, args[0], ts.ReadFile(args[1]))
	}
}

// rows reads a file of one JSON object a line.
func rows[T any](ts *testscript.TestScript, file string) []T {
	var all []T
	for line := range strings.Lines(ts.ReadFile(file)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var one T
		ts.Check(json.Unmarshal([]byte(line), &one))
		all = append(all, one)
	}
	return all
}

// ids FILE ID... says that these objects stand in the file, in this order.
func ids(ts *testscript.TestScript, _ bool, args []string) {
	var got []string
	for _, r := range rows[struct{ ID string }](ts, args[0]) {
		got = append(got, r.ID)
	}
	if !slices.Equal(got, args[1:]) {
		ts.Fatalf("%s holds %q, want %q", args[0], got, args[1:])
	}
}

// quoted NOTES ASSESSMENTS says that every quote stands in its note where it says.
func quoted(ts *testscript.TestScript, _ bool, args []string) {
	texts, quotes := map[string]string{}, 0
	for _, n := range rows[struct{ ID, Text string }](ts, args[0]) {
		texts[n.ID] = n.Text
	}
	type evidence struct {
		Quote      string
		Start, End int
	}
	for _, a := range rows[struct {
		ID       string
		Evidence []evidence
	}](ts, args[1]) {
		for _, e := range a.Evidence {
			quotes++
			if got := texts[a.ID][e.Start:e.End]; got != e.Quote {
				ts.Fatalf("%s: %q is quoted, but at %d to %d stands %q", a.ID, e.Quote, e.Start, e.End, got)
			}
		}
	}
	if quotes == 0 {
		ts.Fatalf("nothing is quoted")
	}
}

// replace FILE OLD NEW changes the first OLD; with no OLD it adds NEW as a last line.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	was := ts.ReadFile(args[0])
	now := was + args[2] + "\n"
	if args[1] != "" {
		now = strings.Replace(was, args[1], args[2], 1)
	}
	if now == was {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(now), 0o600))
}

// outage FILE writes an SSO outage of acme, as it happens now: a line that is
// no signal, somebody of globex who gets in, six people of acme who do not, and a ticket that says so.
func outage(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	fmt.Fprintln(&b, `{"id":"bad","source":"sso","auth_attempt":{"user":"u","method":"FAX"}}`)
	now := time.Now().UTC().Format(time.RFC3339Nano)
	fmt.Fprintf(&b, `{"id":"g1","source":"sso","tenant":"globex","occurred_at":%q,"auth_attempt":{"user":"g","method":"SSO","outcome":"SUCCESS"}}`+"\n", now)
	for user := range 6 {
		fmt.Fprintf(&b, `{"id":"a%d","source":"sso","tenant":"acme","occurred_at":%q,"auth_attempt":{"user":"u%[1]d","method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`+"\n\n", user, now)
	}
	fmt.Fprintf(&b, `{"id":"t1","source":"desk","tenant":"acme","ticket":"T-1","occurred_at":%q,"opened":{"subject":"Log-in","body":"Nobody can log in via SSO, 240 people in production. Please escalate, our launch is at noon.","requester":"kim@acme.example"}}`+"\n", now)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// poison sends a message that no reader understands.
func poison(ts *testscript.TestScript, _ bool, _ []string) {
	conn, err := nats.Connect(ts.Getenv("TOCSIN_NATS_URL"))
	ts.Check(err)
	defer conn.Close()
	_, err = conn.Request("ingress.v1.ticket.desk", []byte("not protobuf"), 10*time.Second)
	ts.Check(err)
}

// park CONSUMER parks a message that the consumer gave up.
func park(ts *testscript.TestScript, _ bool, args []string) {
	conn, err := nats.Connect(ts.Getenv("TOCSIN_NATS_URL"))
	ts.Check(err)
	defer conn.Close()
	_, err = conn.Request(topology.DeadLetterSubject(args[0]), nil, 10*time.Second)
	ts.Check(err)
}

// alone DIR COMMAND... runs the command beside a NATS server that keeps its streams
// in DIR, with no service on it.
func alone(ts *testscript.TestScript, _ bool, args []string) {
	bus, err := natsserver.Start(natsserver.Options{Addr: "127.0.0.1:0", Dir: ts.MkAbs(args[0])})
	ts.Check(err)
	defer func() { bus.Shutdown(); bus.WaitForShutdown() }()
	ts.Setenv("TOCSIN_NATS_URL", bus.ClientURL())
	ts.Check(ts.Exec(args[1], args[2:]...))
}
