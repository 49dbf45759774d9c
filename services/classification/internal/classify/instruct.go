package classify

import "tocsin/services/classification/internal/text"

// mostInstructions is how many instructions to the machine are shown of a ticket.
const mostInstructions = 8

// foldInstructions keeps what the entry says to the machine. It was not read;
// leadership is shown it.
func (s *standing) foldInstructions(note string, body text.Body) {
	for _, c := range body.Cuts {
		if c.Kind == text.CutInstruction && len(s.instructions) < mostInstructions {
			s.instructions = append(s.instructions, noted{text.Statement{Given: true, Span: c.Span}, note})
		}
	}
}

// quoteInstructions shows what the notes say to the machine.
func (a *assessing) quoteInstructions() {
	for _, i := range a.words.instructions {
		a.quote(i.Span, Evidence{For: "instruction", Note: i.note, Weight: 1, Step: "instruction"})
	}
}
