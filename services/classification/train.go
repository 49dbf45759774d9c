package classification

import (
	"fmt"

	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/learn"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"

	"tocsin/pkg/policy"
)

// TrainOptions say what Train learns from.
type TrainOptions struct {
	Policy *policy.Policy
	// Paths are files of labelled notes, one JSON object a line, or folders of such files.
	Paths []string
	// Part is train, dev or test of folders that have a split.json; "all" or empty: every note.
	Part string
	// Progress, if not nil, hears how many steps of how many are done.
	Progress func(done, of int)
}

// Train learns a model from labelled notes; notes is how many they are. The same
// notes give the same model. It refuses notes that cannot be read, and labels
// that contradict themselves, with the name of the note. How sure it may be comes
// from models of four fifths of the writers, asked about the others. Of reasons that the
// operator added it learns nothing: they are found by their words.
func Train(opts TrainOptions) (m *Model, notes int, err error) {
	list, err := labelled(opts.Policy, opts.Paths, opts.Part)
	if err != nil {
		return nil, 0, err
	}
	for _, n := range list {
		if wrong := label.Check(opts.Policy, n); len(wrong) > 0 {
			return nil, 0, fmt.Errorf("the label of %s contradicts itself: %s", n.ID, wrong[0])
		}
	}
	steps := func(done, of int) {
		if opts.Progress != nil {
			opts.Progress(done, of+1)
		}
	}
	calibration := learn.Calibrate(opts.Policy, list, linear.Defaults, steps)
	m = learn.Train(text.NewVocabulary(opts.Policy), list, linear.Defaults)
	return m.Calibrated(calibration), len(list), nil
}
