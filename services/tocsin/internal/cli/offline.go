package cli

import (
	"fmt"

	"tocsin/services/classification"

	"tocsin/pkg/run"
)

// policyFlag replaces the built-in policy.
type policyFlag struct {
	Policy string `type:"existingfile" help:"Policy file; the built-in one by default."`
}

// modelFlag replaces the model that the program carries.
type modelFlag struct {
	Model string `type:"existingfile" help:"A model that tocsin train wrote; the one that the program carries by default."`
}

// method is the one that the flags ask for.
func method(p policyFlag, m modelFlag) (*classification.Method, error) {
	pol, err := run.Policy(p.Policy)
	if err != nil {
		return nil, err
	}
	model, err := m.read()
	if err != nil {
		return nil, err
	}
	return classification.NewMethod(pol, model), nil
}

// read is nil where the program's own is asked for.
func (m modelFlag) read() (*classification.Model, error) {
	if m.Model == "" {
		return nil, nil
	}
	model, err := classification.ReadModelFile(m.Model)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	return model, nil
}

type classifyCmd struct {
	policyFlag
	modelFlag
	Why bool `help:"Say of evidence which words and rules the model went by, in log-odds (because)."`
}

func (classifyCmd) Help() string {
	return `Examples:
  echo '{"id":"n1","text":"Nobody can log in via SSO since 9. Please escalate, our launch is at noon."}' | tocsin classify
  tocsin classify --policy my-policy.yaml < notes.jsonl > assessments.jsonl
  tocsin classify --model my.model < notes.jsonl
  tocsin classify --why < notes.jsonl`
}

// Run is `tocsin classify`.
func (c *classifyCmd) Run(s *streams) error {
	m, err := method(c.policyFlag, c.modelFlag)
	if err != nil {
		return err
	}
	b := newBar(s.err, "notes")
	defer b.done()
	return classification.Classify(s.ctx, m, s.in, s.out, classification.ClassifyOptions{Why: c.Why, Progress: b.set})
}
