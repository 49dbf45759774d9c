package screen

import (
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// waits has somebody write an approval, of which nothing that was asked is answered yet.
func waits(t *testing.T, d *desk, notes string) (s *terminal, asked tea.Cmd) {
	s = sit(t, d)
	s.press("a", "tab", notes)
	m, cmd := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.m = m.(Model)
	return s, cmd
}

func TestWhatIsShownBeforeADecisionIsOfTheDecision(t *testing.T) {
	d := someDesk()
	s, asked := waits(t, d, "one")
	s.press("esc", " and two")
	m, _ := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.m = m.(Model)
	s.do(asked) // the answer to what was asked before
	s.press("enter")
	if len(d.orders) != 0 {
		t.Errorf("sent %+v, and its words were never shown", d.orders)
	}
}

func TestAnAnswerThatComesLateOpensNoForm(t *testing.T) {
	d := someDesk()
	s, _ := waits(t, d, "one")
	d.refuse = errors.New("somebody was first")
	answer := s.m.send(s.m.form.order)
	s.press("esc", "esc", "d", "tab", "other words")
	s.do(answer)
	s.shows("other words", "c-late, approve: somebody was first")
}

func TestWhoPressesTwiceSendsOnce(t *testing.T) {
	d := someDesk()
	s, asked := waits(t, d, "one")
	s.do(asked)
	m, first := s.m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.m = m.(Model)
	s.press("enter")
	s.do(first)
	if len(d.orders) != 1 {
		t.Errorf("sent %+v", d.orders)
	}
}
