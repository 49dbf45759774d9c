package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"tocsin/services/classification"
)

type evalCmd struct {
	policyFlag
	modelFlag
	formatFlag
	Files  []string `arg:"" name:"file" help:"Files of labelled notes, one JSON object a line, or folders of such files."`
	Part   string   `enum:"train,dev,test,all" default:"all" help:"Of a folder with a split.json: the notes of these writers only (train, dev, test, all)."`
	HTML   string   `name:"html" placeholder:"FILE" help:"Write a web page with plots as well."`
	Errors int      `default:"-1" help:"How many of the worst errors to show; 20 by default, none of part test."`
}

func (evalCmd) Help() string {
	return `Examples:
  tocsin eval my-notes.jsonl
  tocsin eval my-notes.jsonl --html eval.html
  tocsin eval my-notes.jsonl --output json | jq .recommendation
  tocsin eval --part dev services/classification/notes

Assesses notes that people have labelled and says how far the assessments agree. A line is
{"id":"n1","text":"…","label":{"language":"en","is_escalation_request":true,"recommendation":"eligible",
 "reasons":["sso_unavailable"],"denials":[],"missing":[],"facts":{"affected_users":240,"duration_hours":5,
 "environment":"production","urgency_given":true,"reason_given":true}}}
and may say author_kind, writer, difficulty (plain or hard) and why it is hard.`
}

// Run is `tocsin eval`.
func (c *evalCmd) Run(s *streams) error {
	for _, file := range c.Files {
		if _, err := os.Stat(file); err != nil {
			return wrongUsage("%v", err)
		}
	}
	m, err := method(c.policyFlag, c.modelFlag)
	if err != nil {
		return err
	}
	b := newBar(s.err, "notes")
	evaluation, err := classification.Evaluate(s.ctx, classification.EvaluateOptions{
		Method: m, Paths: c.Files, Part: c.Part, Mistakes: c.Errors,
		Progress: func(done, of int) { b.of = of; b.set(done) },
	})
	b.clear()
	if err != nil {
		return err
	}
	if n := len(evaluation.Doubts); n > 0 {
		fmt.Fprintf(s.err, "%d labels contradict themselves, the first is %s\n", n, evaluation.Doubts[0])
	}
	write := evaluation.WriteText
	if c.json() {
		write = evaluation.WriteJSON
	}
	if err := write(s.out); err != nil || c.HTML == "" {
		return err
	}
	if err := writeFile(c.HTML, evaluation.WritePage); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "the page is %s\n", c.HTML)
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
