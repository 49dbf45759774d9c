package screen

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// A kind says what a field of a form holds.
type kind uint8

const (
	note kind = iota
	eta
	ground
)

// An act is an action that a key begins, and what it asks for.
type act struct {
	key, action, title string
	fields             []kind
	noteLabel          string
	needs              kind // must not be empty, if it is among the fields and mustHave
	mustHave           bool
}

// acts are all of them, in the order in which help lists them.
func acts() []act {
	return []act{
		{key: "a", action: "approve", title: "Approve", fields: []kind{eta, note}, noteLabel: "Note (optional)"},
		{key: "d", action: "deny", title: "Deny", fields: []kind{ground, note}, noteLabel: "Note (needed without a ground)"},
		{key: "i", action: "request-info", title: "Ask for information", fields: []kind{note}, noteLabel: "Question", needs: note, mustHave: true},
		{key: "e", action: "eta", title: "Give or move the ETA", fields: []kind{eta, note}, noteLabel: "Why (needed when it is moved)", needs: eta, mustHave: true},
		{key: "u", action: "update", title: "Update the requester", fields: []kind{note}, noteLabel: "What happened", needs: note, mustHave: true},
		{key: "s", action: "resolve", title: "Say that it is resolved", fields: []kind{note}, noteLabel: "What happened (optional)"},
		{key: "o", action: "reopen", title: "Reopen", fields: []kind{note}, noteLabel: "Why", needs: note, mustHave: true},
		{key: "y", action: "acknowledge", title: "Say that you have seen it"},
		{key: "c", action: "claim", title: "Take care of the decision"},
	}
}

// A form is an order being written.
type form struct {
	act     act
	order   Order // as it was last read; its case and version stay
	title   string
	inputs  []textinput.Model // one for each field; a ground's is not used
	focus   int
	ground  int
	grounds []Ground
	wrong   string
	// letters are what would be told, where that is known; seen says that the answer
	// is there, sent that the order is on its way.
	letters           []Letter
	seen, known, sent bool
}

// A Ground is a reason to deny.
type Ground struct{ ID, Title string }

func newForm(a act, of row, grounds []Ground) form {
	f := form{act: a, title: of.title, grounds: append([]Ground{{"", "none: the note says why"}}, grounds...)}
	f.order = Order{Case: of.id, Version: of.version, Action: a.action}
	for _, k := range a.fields {
		in := input("")
		in.CharLimit = 4000
		if k == eta {
			in.Placeholder = "2h, 45m, or 2026-11-20T18:00:00Z"
		}
		f.inputs = append(f.inputs, in)
	}
	for i, g := range f.grounds {
		for _, held := range of.grounds {
			if g.ID == held && f.ground == 0 {
				f.ground = i
			}
		}
	}
	f.to(0)
	return f
}

// input is a field whose cursor stands still.
func input(prompt string) textinput.Model {
	in := textinput.New()
	in.Prompt = prompt
	styles := in.Styles()
	styles.Cursor.Blink = false
	in.SetStyles(styles)
	return in
}

// to moves the focus to a field.
func (f *form) to(n int) tea.Cmd {
	if len(f.inputs) == 0 {
		return nil
	}
	f.focus = (n + len(f.inputs)) % len(f.inputs)
	var cmd tea.Cmd
	for i := range f.inputs {
		if i == f.focus {
			cmd = f.inputs[i].Focus()
		} else {
			f.inputs[i].Blur()
		}
	}
	return cmd
}

// typed takes a key that belongs to the focused field.
func (f *form) typed(msg tea.KeyPressMsg) tea.Cmd {
	if len(f.inputs) == 0 {
		return nil
	}
	if f.act.fields[f.focus] == ground {
		switch msg.String() {
		case "left", "h":
			f.ground = (f.ground + len(f.grounds) - 1) % len(f.grounds)
		case "right", "l", "space":
			f.ground = (f.ground + 1) % len(f.grounds)
		}
		return nil
	}
	var cmd tea.Cmd
	f.inputs[f.focus], cmd = f.inputs[f.focus].Update(msg)
	return cmd
}

// read makes the order of what was typed; false, and wrong says why, where it is none yet.
func (f *form) read(now time.Time) (Order, bool) {
	o := f.order
	f.wrong = ""
	for i, k := range f.act.fields {
		text := strings.TrimSpace(f.inputs[i].Value())
		if text == "" && f.act.mustHave && f.act.needs == k {
			f.wrong = f.label(k) + " is needed."
			f.to(i)
			return o, false
		}
		switch k {
		case note:
			o.Note = text
		case ground:
			o.Ground = f.grounds[f.ground].ID
		case eta:
			at, err := parseETA(text, now)
			if err != nil {
				f.wrong = err.Error()
				f.to(i)
				return o, false
			}
			o.ETA = at
		}
	}
	if o.Action == "deny" && o.Ground == "" && o.Note == "" {
		f.wrong = "Choose a ground, or say in the note why."
		return o, false
	}
	return o, true
}

func (f *form) label(k kind) string {
	switch k {
	case eta:
		return "ETA"
	case ground:
		return "Ground"
	}
	return f.act.noteLabel
}

// parseETA reads a duration from now or an instant; empty is none.
func parseETA(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if d, dErr := time.ParseDuration(text); dErr == nil {
		at, err = now.Add(d), nil
	}
	if err != nil {
		return at, fmt.Errorf("%q is neither a duration, as 2h, nor an RFC 3339 time", text)
	}
	if !at.After(now) {
		return at, fmt.Errorf("%s is not later than now", text)
	}
	return at, nil
}
