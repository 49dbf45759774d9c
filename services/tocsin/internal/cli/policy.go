package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"tocsin/pkg/policy"
	"tocsin/pkg/run"
)

type policyCmd struct {
	Check policyCheckCmd `cmd:"" help:"Validate a policy file, with line and column."`
	Show  policyShowCmd  `cmd:"" help:"Print a policy for people, or the built-in file to copy."`
	Diff  policyDiffCmd  `cmd:"" help:"Compare two policy files."`
}

func (policyCmd) Help() string {
	return `Examples:
  tocsin policy show --raw > my-policy.yaml
  tocsin policy check my-policy.yaml
  tocsin up --policy my-policy.yaml`
}

type policyCheckCmd struct {
	formatFlag
	File string `arg:"" type:"existingfile" help:"The policy file."`
}

func (policyCheckCmd) Help() string {
	return `Example:
  tocsin policy check my-policy.yaml`
}

// Run is `tocsin policy check`.
func (c *policyCheckCmd) Run(s *streams) error {
	p, err := policy.Load(c.File)
	if err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(map[string]string{"file": c.File, "policy": p.Version})
	}
	_, err = fmt.Fprintf(s.out, "%s is a valid policy: %s\n", c.File, p.Version)
	return err
}

type policyShowCmd struct {
	formatFlag
	File string `arg:"" optional:"" type:"existingfile" help:"The policy file; the built-in one by default."`
	Raw  bool   `help:"Print the file itself, to copy and change."`
}

func (policyShowCmd) Help() string {
	return `Examples:
  tocsin policy show
  tocsin policy show --raw > my-policy.yaml
  tocsin policy show --output json | jq -r 'select(.path == "version").value'`
}

// Run is `tocsin policy show`.
func (c *policyShowCmd) Run(s *streams) error {
	if c.Raw {
		data := policy.Builtin()
		if c.File != "" {
			var err error
			if data, err = os.ReadFile(c.File); err != nil {
				return err
			}
		}
		_, err := s.out.Write(data)
		return err
	}
	p, err := run.Policy(c.File)
	if err != nil {
		return err
	}
	if !c.json() {
		return policy.Write(s.out, p)
	}
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	for _, v := range policy.Values(p) {
		if err := enc.Encode(map[string]string{"path": v.Path, "value": v.Text}); err != nil {
			return err
		}
	}
	return nil
}

type policyDiffCmd struct {
	formatFlag
	A string `arg:"" type:"existingfile" help:"The policy as it was."`
	B string `arg:"" type:"existingfile" help:"The policy as it would be."`
}

func (policyDiffCmd) Help() string {
	return `Example:
  tocsin policy show --raw > before.yaml
  tocsin policy diff before.yaml my-policy.yaml`
}

// Run is `tocsin policy diff`.
func (c *policyDiffCmd) Run(s *streams) error {
	a, err := policy.Load(c.A)
	if err != nil {
		return err
	}
	b, err := policy.Load(c.B)
	if err != nil {
		return err
	}
	if c.json() {
		return writeDiff(s.out, policy.Values(a), policy.Values(b))
	}
	for _, line := range policy.Diff(a, b) {
		if _, err := io.WriteString(s.out, line+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// changedValue is a value that two policies do not share; null where one has none.
type changedValue struct {
	Path   string  `json:"path"`
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// writeDiff writes what b changes in a, what was removed last.
func writeDiff(w io.Writer, a, b []policy.Value) error {
	before := map[string]string{}
	for _, v := range a {
		before[v.Path] = v.Text
	}
	var changed []changedValue
	for _, v := range b {
		switch old, had := before[v.Path]; {
		case !had:
			changed = append(changed, changedValue{Path: v.Path, After: &v.Text})
		case old != v.Text:
			changed = append(changed, changedValue{Path: v.Path, Before: &old, After: &v.Text})
		}
		delete(before, v.Path)
	}
	for _, v := range a {
		if _, gone := before[v.Path]; gone {
			changed = append(changed, changedValue{Path: v.Path, Before: &v.Text})
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, c := range changed {
		if err := enc.Encode(c); err != nil {
			return err
		}
	}
	return nil
}
