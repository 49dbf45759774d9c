package score

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"

	"tocsin/services/classification/internal/linear"
)

// heading begins a model's file; after it come its form, the sum of the rest, a
// line of JSON, and the numbers. A file of the numbers alone is read as well.
const heading = "tocsin model "

// fileForm is the form of the file, and featureForm that of the features: by
// another form a model's weights would be those of something else.
const (
	fileForm    = "1"
	featureForm = 2
)

// beside is what a file says beside its numbers.
type beside struct {
	Features    int          `json:"features"`
	Calibration *Calibration `json:"calibration,omitempty"`
	From        string       `json:"from,omitempty"`
}

// Read reads a model that Bytes wrote. It refuses a file that is not whole, and
// one that another version of the program made, and says what to do.
func Read(file []byte) (*Model, error) {
	said, numbers, err := open(file)
	if err != nil {
		return nil, err
	}
	l, err := linear.Read(numbers)
	if err != nil {
		return nil, err
	}
	if said.Features != featureForm || !slices.Equal(l.Outputs(), Outputs()) {
		return nil, errOtherVersion
	}
	m := New(l)
	m.calibration, m.from = said.Calibration, said.From
	m.name = sync.OnceValue(func() string { return nameOf(file) })
	return m, nil
}

var errOtherVersion = errors.New("another version of this program made the model, and its weights mean something else: " +
	"make it again from the same labelled notes with `tocsin train`")

// open takes a file apart.
func open(file []byte) (said beside, numbers []byte, err error) {
	rest, headed := bytes.CutPrefix(file, []byte(heading))
	if !headed {
		return beside{Features: featureForm}, file, nil
	}
	first, rest, _ := bytes.Cut(rest, []byte("\n"))
	form, sum, _ := strings.Cut(string(first), " ")
	if form != fileForm {
		return said, nil, errOtherVersion
	}
	if sum != checksum(rest) {
		return said, nil, errors.New("the model is not whole: its checksum is another")
	}
	line, numbers, _ := bytes.Cut(rest, []byte("\n"))
	if err := json.Unmarshal(line, &said); err != nil {
		return said, nil, fmt.Errorf("the model is not whole: %w", err)
	}
	return said, numbers, said.Calibration.check()
}

// Bytes is the model as a file: the same model gives the same bytes.
func (m *Model) Bytes() []byte {
	said, _ := json.Marshal(beside{featureForm, m.calibration, m.from}) // these numbers can always be written
	rest := slices.Concat(said, []byte("\n"), m.linear.Bytes())
	return append([]byte(heading+fileForm+" "+checksum(rest)+"\n"), rest...)
}

func checksum(data []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(data)) }

// From is the digest of what the model was learned from; empty where its file does
// not say.
func (m *Model) From() string { return m.from }

// Name is "sha256:" and the hash of the model's file in hex: two models of one
// name say the same of every note.
func (m *Model) Name() string { return m.name() }

func nameOf(file []byte) string {
	sum := sha256.Sum256(file)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Learned is a model of what was learned from the examples, without a calibration.
func Learned(examples []linear.Example, s linear.Settings) *Model {
	m := New(linear.Train(Outputs(), examples, s))
	m.from = linear.Digest(examples)
	return m
}

// New is a model of numbers, without a calibration.
func New(l *linear.Model) *Model {
	m := &Model{linear: l, at: map[string]int{}}
	for i, name := range l.Outputs() {
		m.at[name] = i
	}
	m.name = sync.OnceValue(func() string { return nameOf(m.Bytes()) })
	return m
}
