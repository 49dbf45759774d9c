package cli

import (
	"tocsin/services/classification"

	"tocsin/pkg/run"
)

// policyFlag replaces the built-in policy.
type policyFlag struct {
	Policy string `type:"existingfile" help:"Policy file; the built-in one by default."`
}

type classifyCmd struct{ policyFlag }

func (classifyCmd) Help() string {
	return `Examples:
  echo '{"id":"n1","text":"Nobody can log in via SSO since 9. Please escalate, our launch is at noon."}' | tocsin classify
  tocsin classify --policy my-policy.yaml < notes.jsonl > assessments.jsonl`
}

// Run is `tocsin classify`.
func (c *classifyCmd) Run(s *streams) error {
	p, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	b := newBar(s.err, "notes")
	defer b.done()
	return classification.Classify(s.ctx, classification.NewMethod(p, nil), s.in, s.out, b.set)
}
