package classification

import (
	"errors"
	"fmt"
	"strings"

	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/learn"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"

	"tocsin/pkg/policy"
)

// Train learns a model from labelled notes: files, one JSON object a line, or
// folders of such files, of which part is train, dev or test ("all" or empty:
// every note). notes is how many they are. The same notes give the same model. It refuses notes that cannot
// be read, and labels that contradict themselves, with the name of the note.
func Train(paths []string, part string) (m *Model, notes int, err error) {
	list, err := labelled(paths, part)
	if err != nil {
		return nil, 0, err
	}
	if len(list) == 0 {
		return nil, 0, errors.New("there are no labelled notes in " + strings.Join(paths, ", "))
	}
	for _, n := range list {
		if wrong := label.Check(n); len(wrong) > 0 {
			return nil, 0, fmt.Errorf("the label of %s contradicts itself: %s", n.ID, wrong[0])
		}
	}
	return learn.Train(text.NewVocabulary(policy.Default()), list, linear.Defaults), len(list), nil
}
