package cli

import (
	"encoding/json"
	"fmt"
	"net/url"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// speaking are the flags of all that a person does.
type speaking struct {
	serverFlag
	formatFlag
	As   string `help:"Your name, as the audit keeps it." env:"TOCSIN_PERSON,USER"`
	Note string `help:"Why; what the requester may read where the policy says so."`
}

// send sends an order to a path and prints the case as it then is.
func (f speaking) send(s *streams, path string, body map[string]any) error {
	if f.Note != "" {
		body["note"] = f.Note
	}
	var got caseAnswer
	if err := f.post(s.ctx, order{path: path, as: f.As, body: body}, &got); err != nil {
		return err
	}
	if err := f.print(s, got.Case); err != nil || len(got.Parted) == 0 {
		return err
	}
	return f.print(s, got.Parted)
}

// print prints where a case stands.
func (f speaking) print(s *streams, data json.RawMessage) error {
	if f.json() {
		return printJSON(s.out, data)
	}
	var one reviewv1.Case
	if err := read(data, &one); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is %s, version %d", one.Id, one.State, one.Version)
	if one.Eta != nil {
		fmt.Fprintf(s.out, ", ETA %s", clock(one.Eta))
	}
	if at := one.GetLastUpdate().GetTellsAt(); at != nil {
		fmt.Fprintf(s.out, "; an update waits until %s, or goes along with an ETA or the end", clock(at))
	}
	fmt.Fprintln(s.out)
	return nil
}

// acting are the flags of all that changes one case.
type acting struct {
	speaking
	ID      string `arg:"" help:"The case's id."`
	Version uint64 `help:"The version you saw; refused if the case has changed since."`
}

// do sends the order and prints the case as it then is.
func (a acting) do(s *streams, action string, body map[string]any) error {
	if a.Version > 0 {
		body["version"] = a.Version
	}
	return a.send(s, "/v1/cases/"+url.PathEscape(a.ID)+"/"+action, body)
}

// actingOnSome are the flags of what is done to one case or to several.
type actingOnSome struct {
	speaking
	IDs     []string `arg:"" name:"id" help:"The cases' ids."`
	Version uint64   `help:"The version you saw, of one case; refused if it has changed since."`
}

// do sends the order for each case. One that is refused hinders no other.
func (a actingOnSome) do(s *streams, action string, body map[string]any) error {
	if len(a.IDs) == 1 {
		return acting{a.speaking, a.IDs[0], a.Version}.do(s, action, body)
	}
	if a.Version > 0 {
		return wrongUsage("--version is that of one case, and there are %d", len(a.IDs))
	}
	if a.Note != "" {
		body["note"] = a.Note
	}
	orders := make([]map[string]any, len(a.IDs))
	for i, id := range a.IDs {
		orders[i] = map[string]any{"id": id, "action": action}
		for field, value := range body {
			orders[i][field] = value
		}
	}
	var got struct {
		Results []caseResult `json:"results"`
	}
	if err := a.post(s.ctx, order{path: "/v1/cases/several", as: a.As, body: map[string]any{"orders": orders}}, &got); err != nil {
		return err
	}
	refused := 0
	for _, r := range got.Results {
		if r.Refusal.Kind == "" {
			if err := a.print(s, r.Case); err != nil {
				return err
			}
			continue
		}
		refused++
		fmt.Fprintf(s.err, "%s is refused (%s): %s\n", r.ID, r.Refusal.Kind, r.Refusal.Detail)
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d were refused; the others are done", refused, len(a.IDs))
	}
	return nil
}

// caseResult is what became of one of several orders.
type caseResult struct {
	ID      string          `json:"id"`
	Case    json.RawMessage `json:"case"`
	Refusal struct {
		Kind   string `json:"kind"`
		Detail string `json:"detail"`
	} `json:"refusal"`
}

type resolveCmd struct{ acting }

func (resolveCmd) Help() string {
	return `Example:
  tocsin case resolve c-abc --note 'log-in works again since 10:40'`
}

// Run is `tocsin case resolve`.
func (c *resolveCmd) Run(s *streams) error { return c.do(s, "resolve", map[string]any{}) }

type closeCmd struct{ acting }

func (closeCmd) Help() string {
	return `Example:
  tocsin case close c-abc --note 'the customer confirms'`
}

// Run is `tocsin case close`.
func (c *closeCmd) Run(s *streams) error { return c.do(s, "close", map[string]any{}) }

type reopenCmd struct{ acting }

func (reopenCmd) Help() string {
	return `Example:
  tocsin case reopen c-abc --note 'it is back since noon'`
}

// Run is `tocsin case reopen`.
func (c *reopenCmd) Run(s *streams) error { return c.do(s, "reopen", map[string]any{}) }

type appealCmd struct{ acting }

func (appealCmd) Help() string {
	return `Example:
  tocsin case appeal c-abc --note 'the launch was moved to Monday'`
}

// Run is `tocsin case appeal`.
func (c *appealCmd) Run(s *streams) error { return c.do(s, "appeal", map[string]any{}) }

type withdrawCmd struct{ acting }

func (withdrawCmd) Help() string {
	return `Example:
  tocsin case withdraw c-abc --note 'the customer called: it works again'`
}

// Run is `tocsin case withdraw`.
func (c *withdrawCmd) Run(s *streams) error { return c.do(s, "withdraw", map[string]any{}) }
