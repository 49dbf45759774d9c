package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tocsin/services/classification"
)

// notesFlag says which labelled notes are meant.
type notesFlag struct {
	Files []string `arg:"" name:"file" help:"Files of labelled notes, one JSON object a line, or folders of such files."`
	Part  string   `enum:"train,dev,test,all" default:"all" help:"Of a folder with a split.json: the notes of these writers only (train, dev, test, all)."`
}

// present says which file or folder is not there.
func (f notesFlag) present() error {
	for _, file := range f.Files {
		if _, err := os.Stat(file); err != nil {
			return wrongUsage("%v", err)
		}
	}
	return nil
}

type evalCmd struct {
	policyFlag
	modelFlag
	formatFlag
	notesFlag
	Compare string `type:"existingfile" placeholder:"MODEL" help:"Another model that tocsin train wrote, to be set against the one in use on the same notes."`
	HTML    string `name:"html" placeholder:"FILE" help:"Write a web page with plots as well."`
	Errors  int    `default:"-1" help:"How many of the worst errors, and of the notes that another model reads otherwise, to show; 20 by default, none of part test."`
}

func (evalCmd) Help() string {
	return `Examples:
  tocsin eval my-notes.jsonl
  tocsin eval my-notes.jsonl --html eval.html
  tocsin eval my-notes.jsonl --output json | jq .recommendation
  tocsin eval my-notes.jsonl --compare my.model --html eval.html
  tocsin eval --part dev services/classification/notes

Assesses notes that people have labelled and says how far the assessments agree. A line is
{"id":"n1","text":"…","label":{"language":"en","is_escalation_request":true,"recommendation":"eligible",
 "reasons":["sso_unavailable"],"denials":[],"missing":[],"facts":{"affected_users":240,"duration_hours":5,
 "environment":"production","urgency_given":true,"reason_given":true}}}
and may say author_kind, writer, difficulty (plain or hard) and why it is hard.

With --compare another model reads the same notes, and the comparison is printed: a is the model in use
(--model, or the one that the program carries), b the other. JSON and the page say it beside the figures of a.`
}

// Run is `tocsin eval`.
func (c *evalCmd) Run(s *streams) error {
	if err := c.present(); err != nil {
		return err
	}
	m, err := method(c.policyFlag, c.modelFlag)
	if err != nil {
		return err
	}
	against, err := c.contender()
	if err != nil {
		return err
	}
	b := newBar(s.err, "notes")
	evaluation, err := classification.Evaluate(s.ctx, classification.EvaluateOptions{
		Method: m, Name: c.name(), Against: against,
		Paths: c.Files, Part: c.Part, Mistakes: c.Errors,
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

// name is what the model in use is called in a comparison.
func (c *evalCmd) name() string {
	if c.Model == "" {
		return "the carried model"
	}
	return filepath.Base(c.Model)
}

// contender is the model to compare with, by the same policy; without a method
// where none is asked for.
func (c *evalCmd) contender() (classification.Contender, error) {
	if c.Compare == "" {
		return classification.Contender{}, nil
	}
	m, err := method(c.policyFlag, modelFlag{Model: c.Compare})
	return classification.Contender{Name: filepath.Base(c.Compare), Method: m}, err
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
