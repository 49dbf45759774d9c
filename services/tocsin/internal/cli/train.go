package cli

import (
	"fmt"
	"os"

	"tocsin/services/classification"

	"tocsin/pkg/run"
)

type trainCmd struct {
	policyFlag
	notesFlag
	Out string `required:"" placeholder:"FILE" help:"Where to write the model."`
}

func (trainCmd) Help() string {
	return `Examples:
  tocsin train --part train services/classification/notes --out my.model
  tocsin train --part train services/classification/notes our-notes.jsonl --out our.model
  tocsin eval our-notes.jsonl --compare our.model

Learns the model that reads notes from notes that people have labelled (tocsin eval --help shows their
form). The same notes give the same model. It is put to work with --model, after a comparison.`
}

// Run is `tocsin train`.
func (c *trainCmd) Run(s *streams) error {
	if err := c.present(); err != nil {
		return err
	}
	p, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	b := newBar(s.err, "parts")
	m, notes, err := classification.Train(classification.TrainOptions{
		Policy: p, Paths: c.Files, Part: c.Part,
		Progress: func(done, of int) { b.of = of; b.set(done) },
	})
	b.clear()
	if err != nil {
		return err
	}
	file := m.Bytes()
	if err := os.WriteFile(c.Out, file, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%d notes gave a model of %d features (%d kB): %s\n", notes, m.Features(), len(file)>>10, c.Out)
	return nil
}
