package cli

import (
	"fmt"
	"os"

	"tocsin/services/monitoring"

	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

type explainCmd struct {
	policyFlag
	natsFlag
	formatFlag
	What   string `arg:"" help:"The id of a condition change, or scope[/reason[/subject]]: a tenant, or platform."`
	Replay string `type:"existingfile" help:"Explain a change of a replay of this file; needs no server."`
	Until  string `help:"Let time pass to here after the last event (RFC 3339)."`
	AsLive bool   `help:"With --replay: keep the file's order and apply the lateness."`
}

func (explainCmd) Help() string {
	return `Examples:
  tocsin explain da438eb73fe4e92d055221c80c7358f4
  tocsin explain acme
  tocsin explain acme/auth_failures_over_100 --output json
  tocsin explain --replay signals.jsonl da438eb73fe4e92d055221c80c7358f4

Of a change it says why: which signals, in which window, which value met which threshold,
at which instant, and what ended it. It runs the rules again over the signals that the bus
still holds, and compares with what was published. Of a scope it says how near each rule is
to being raised. Ids stand in what replay prints, in the evidence of a case, on the bus.`
}

// Run is `tocsin explain`.
func (c *explainCmd) Run(s *streams) error {
	replay := replayCmd{policyFlag: c.policyFlag, Until: c.Until, AsLive: c.AsLive}
	ropts, err := replay.options()
	if err != nil {
		return err
	}
	opts := monitoring.ExplainOptions{ReplayOptions: ropts, What: c.What, JSON: c.json()}
	opts.Assessing = func() func(*ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error) {
		return assess(ropts.Policy)
	}
	b := stages{s: s}
	defer b.clear()
	opts.Progress = b.set
	if c.Replay == "" {
		conn, err := c.connect(s.ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		return monitoring.Explain(s.ctx, conn, s.out, opts)
	}
	file, err := os.Open(c.Replay)
	if err != nil {
		return fmt.Errorf("open the signals: %w", err)
	}
	defer file.Close()
	return monitoring.ExplainReplay(s.ctx, file, s.out, opts)
}
