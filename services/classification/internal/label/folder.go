package label

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tocsin/pkg/policy"
)

// A Split divides writers into those whose notes a method learns from (train),
// those it is judged by while it changes (dev), and those that are looked at
// only for the final figure (test). No writer is in two parts.
type Split struct {
	Train []string `json:"train"`
	Dev   []string `json:"dev"`
	Test  []string `json:"test"`
}

// Parts lists what Part can be asked for; the caller may change the slice.
func Parts() []string { return []string{"train", "dev", "test", "all"} }

// ReadSplit reads split.json of a folder of labelled notes.
func ReadSplit(dir string) (Split, error) {
	var s Split
	path := filepath.Join(dir, "split.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("read the split: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%s: no split, as {\"train\":[…],\"dev\":[…],\"test\":[…]}: %w", path, err)
	}
	return s, nil
}

// Writers lists the writers of a part, of all three for "all".
func (s Split) Writers(part string) ([]string, error) {
	switch part {
	case "train":
		return s.Train, nil
	case "dev":
		return s.Dev, nil
	case "test":
		return s.Test, nil
	case "all":
		return slices.Concat(s.Train, s.Dev, s.Test), nil
	}
	return nil, fmt.Errorf("part %q is none of %s", part, strings.Join(Parts(), ", "))
}

// Part reads the notes of a part of a folder, writer by writer in the order of
// split.json: the file WRITER.jsonl holds the notes of that writer, and of
// nobody else. Labels are read by the policy.
func Part(p *policy.Policy, dir, part string) ([]Note, error) {
	split, err := ReadSplit(dir)
	if err != nil {
		return nil, err
	}
	writers, err := split.Writers(part)
	if err != nil {
		return nil, err
	}
	if len(writers) == 0 {
		return nil, fmt.Errorf("%s: nobody is in part %s", filepath.Join(dir, "split.json"), part)
	}
	var notes []Note
	for _, w := range writers {
		of, err := readWriter(p, filepath.Join(dir, w+".jsonl"), w)
		if err != nil {
			return nil, err
		}
		notes = append(notes, of...)
	}
	return notes, nil
}

// ReadFile reads the notes of one file, labelled by the policy; the error names it.
func ReadFile(p *policy.Policy, path string) (notes []Note, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if notes, err = ReadAll(p, f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return notes, nil
}

func readWriter(p *policy.Policy, path, writer string) ([]Note, error) {
	notes, err := ReadFile(p, path)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if n.Writer != writer {
			return nil, fmt.Errorf("%s: %s is of writer %q", path, n.ID, n.Writer)
		}
	}
	return notes, nil
}
