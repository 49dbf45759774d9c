package score

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"tocsin/services/classification/internal/linear"
)

// tiny is a model that was learned from nothing.
func tiny() *Model { return New(linear.Train(Outputs(), nil, linear.Defaults)) }

func curved() *Calibration {
	return &Calibration{By: map[string]Curve{"eligible": {Slope: 0.5, Offset: 1}}, Else: Curve{Slope: 2, Offset: -0.25}}
}

func TestAModelIsReadAsItWasWritten(t *testing.T) {
	for _, m := range []*Model{tiny(), tiny().Calibrated(curved())} {
		file := m.Bytes()
		again, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Bytes(), file) || again.Name() != m.Name() || !strings.HasPrefix(m.Name(), "sha256:") {
			t.Errorf("%s was written, %s is read", m.Name(), again.Name())
		}
		for _, sure := range []float64{0, 0.3, 0.97, 1} {
			if got, want := again.Confidence("eligible", sure), m.Confidence("eligible", sure); got != want {
				t.Errorf("%v becomes %v, and before it was written %v", sure, got, want)
			}
		}
	}
	if tiny().Name() == tiny().Calibrated(curved()).Name() {
		t.Error("two models that say different things have one name")
	}
}

func TestAFileOfNumbersAloneIsRead(t *testing.T) {
	old := tiny().linear.Bytes()
	m, err := Read(old)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name() != nameOf(old) || m.Confidence("eligible", 0.5) != 0.5 {
		t.Errorf("%s says %v", m.Name(), m.Confidence("eligible", 0.5))
	}
}

func TestAModelOfAnotherVersionIsRefusedWithWhatToDo(t *testing.T) {
	good := tiny().Calibrated(curved()).Bytes()
	headed := func(rest string) string { return heading + fileForm + " " + checksum([]byte(rest)) + "\n" + rest }
	other := linear.Train([]string{"request"}, nil, linear.Defaults).Bytes()
	for _, c := range []struct{ name, file, want string }{
		{"of other outputs", string(other), "`tocsin train`"},
		{"of other features", headed(`{"features":0}` + "\n" + string(tiny().linear.Bytes())), "`tocsin train`"},
		{"of a later form", heading + "2 0\n", "`tocsin train`"},
		{"of something else", "PK\x03\x04", "not a model"},
		{"of nothing", "", "not a model"},
		{"without an end", string(good[:len(good)-1]), "not whole"},
		{"without numbers", string(good[:bytes.LastIndexByte(good[:200], '\n')]), "not whole"},
		{"with another letter", strings.Replace(string(good), "0.5", "0.6", 1), "not whole"},
		{"with a curve that falls", headed(`{"features":1,"calibration":{"else":{"slope":-1,"offset":0}}}` + "\n" + string(tiny().linear.Bytes())), "not whole"},
	} {
		if _, err := Read([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a model %s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestACurveBendsConfidenceByTheRecommendation(t *testing.T) {
	m := tiny().Calibrated(curved())
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-9 }
	if got := m.Confidence("eligible", 0.5); !near(got, linear.Probability(1)) {
		t.Errorf("its own curve says %v", got)
	}
	if got := m.Confidence("needs_info", 0.5); !near(got, linear.Probability(-0.25)) {
		t.Errorf("the curve of the others says %v", got)
	}
	if m.Confidence("eligible", 1) != 1 || m.Confidence("eligible", 0.9999) >= 1 {
		t.Error("what a form decides is certain, and nothing else")
	}
	last := 0.0
	for i := range 100 {
		c := m.Confidence("needs_info", float64(i)/100)
		if c < last {
			t.Fatalf("it falls at %d", i)
		}
		last = c
	}
}

func FuzzReadRefusesOrReadsWhatItWrites(f *testing.F) {
	f.Add(tiny().Bytes())
	f.Add(tiny().Calibrated(curved()).Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		if m, err := Read(file); err == nil {
			if again, err := Read(m.Bytes()); err != nil || again.Name() != m.Calibrated(m.calibration).Name() {
				t.Errorf("what was read is written as something else: %v", err)
			}
		}
	})
}
