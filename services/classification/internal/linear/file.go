package linear

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// magic begins a model's file, and says its form.
const magic = "tocsin linear 1\n"

// maxFile is the longest file, unpacked, that is read, in bytes.
const maxFile = 64 << 20

// header is what a file says before its numbers.
type header struct{ Outputs, Keys uint32 }

// Bytes is the model as a file: the same model gives the same bytes.
func (m *Model) Bytes() []byte {
	var raw bytes.Buffer
	put := func(v any) { _ = binary.Write(&raw, binary.LittleEndian, v) } // a buffer takes everything
	put(header{uint32(len(m.outputs)), uint32(len(m.keys))})
	for _, name := range m.outputs {
		put(uint8(len(name)))
		raw.WriteString(name)
	}
	put(m.bias)
	put(m.scale)
	put(m.keys)
	column := make([]int16, len(m.keys))
	for o := range m.outputs {
		for i := range column {
			column[i] = int16(m.At(i).step(o))
		}
		put(column)
	}
	var file bytes.Buffer
	file.WriteString(magic)
	// Stored, not packed: it is for the checksum, and unpacking took half of a start.
	z, _ := gzip.NewWriterLevel(&file, gzip.NoCompression)
	_, _ = z.Write(raw.Bytes())
	_ = z.Close()
	return file.Bytes()
}

// Read reads a file that Bytes made. It refuses what is not whole.
func Read(file []byte) (*Model, error) {
	packed, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok {
		return nil, errors.New("not a model: it does not begin as a file that `tocsin train` writes")
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack the model: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("unpack the model: %w", err)
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("the model is longer than %d MB", maxFile>>20)
	}
	m, err := decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("the model is not whole: %w", err)
	}
	m.index()
	return m, nil
}

func decode(raw *bytes.Reader) (*Model, error) {
	var h header
	if err := binary.Read(raw, binary.LittleEndian, &h); err != nil {
		return nil, err
	}
	if h.Outputs == 0 || h.Outputs > 1024 || uint64(h.Keys)*(4+uint64(h.Outputs)) > uint64(raw.Len()) {
		return nil, fmt.Errorf("it states %d outputs and %d features, which %d bytes cannot hold", h.Outputs, h.Keys, raw.Len())
	}
	m := &Model{
		outputs: make([]string, h.Outputs), bias: make([]float32, h.Outputs), scale: make([]float32, h.Outputs),
		keys: make([]Key, h.Keys), weights: make([]uint64, int(h.Keys)*packed(int(h.Outputs))),
	}
	for i := range m.outputs {
		n, err := raw.ReadByte()
		if err != nil {
			return nil, err
		}
		name := make([]byte, n)
		if _, err := io.ReadFull(raw, name); err != nil {
			return nil, err
		}
		m.outputs[i] = string(name)
	}
	for _, into := range []any{m.bias, m.scale, m.keys} {
		if err := binary.Read(raw, binary.LittleEndian, into); err != nil {
			return nil, err
		}
	}
	if err := m.decodeWeights(raw); err != nil {
		return nil, err
	}
	return m, m.check()
}

func (m *Model) decodeWeights(raw *bytes.Reader) error {
	column := make([]int16, len(m.keys))
	for o := range m.outputs {
		if err := binary.Read(raw, binary.LittleEndian, column); err != nil {
			return err
		}
		for i, w := range column {
			m.At(i).set(o, w)
		}
	}
	if raw.Len() > 0 {
		return fmt.Errorf("%d bytes too many", raw.Len())
	}
	return nil
}

// check refuses numbers that no training makes.
func (m *Model) check() error {
	for i := 1; i < len(m.keys); i++ {
		if m.keys[i-1] >= m.keys[i] {
			return errors.New("its features are out of order")
		}
	}
	unsound := func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }
	if slices.ContainsFunc(m.bias, unsound) || slices.ContainsFunc(m.scale, unsound) {
		return errors.New("a number in it is none")
	}
	return nil
}
