package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake"
)

// longestBody is how much of stdin is read as one body: what a door takes.
const longestBody = 1 << 20

type doorsTestCmd struct {
	doorsFlag
	formatFlag
	Door   string    `required:"" help:"A door of the file, or a vendor."`
	Header []string  `sep:"none" short:"H" help:"A header of the delivery, as 'X-Signature: …'; may be given again."`
	At     time.Time `help:"When it is received, as 2026-11-20T09:00:00Z; now by default."`
}

func (doorsTestCmd) Help() string {
	return `Examples:
  tocsin doors test --door zendesk < body.json
  tocsin doors test --door grafana --file doors.yaml < body.json
  tocsin doors test --door jira --file doors.yaml --header 'X-Hub-Signature: sha256=…' < body.json
  tocsin doors test --door zendesk --output json < body.json | jq -c '.ticket // empty'

Nothing is sent. It ends with 1 where nothing of the body is understood.`
}

// tried is one line of what comes out, as JSON; one of its fields is set.
type tried struct {
	Ticket  json.RawMessage `json:"ticket,omitempty"`
	Signal  json.RawMessage `json:"signal,omitempty"`
	Ignored string          `json:"ignored,omitempty"`
	// Kept says that what is ignored would be kept, to be tried again.
	Kept       bool             `json:"kept,omitempty"`
	Expression *intake.DoorStep `json:"expression,omitempty"`
	Sender     string           `json:"sender,omitempty"`
}

// Run is `tocsin doors test`.
func (c *doorsTestCmd) Run(s *streams) error {
	text, err := c.read()
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(s.in, longestBody+1))
	switch {
	case err != nil:
		return err
	case len(body) > longestBody:
		return fmt.Errorf("the body is over %d bytes; a door takes no more", longestBody)
	}
	trial := intake.Trial{Text: text, Folder: filepath.Dir(c.File), Door: c.Door, Header: http.Header{}, Body: body, At: c.At}
	if trial.At.IsZero() {
		trial.At = time.Now()
	}
	for _, h := range c.Header {
		name, value, is := strings.Cut(h, ":")
		if !is {
			return wrongUsage("--header %q: give it as 'Name: value'", h)
		}
		trial.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	out, err := trial.Try(os.LookupEnv)
	if err != nil {
		return inFile(c.File, err)
	}
	if err := c.print(s.out, out); err != nil {
		return err
	}
	if len(out.Tickets)+len(out.Signals) == 0 {
		return errors.New("nothing of it becomes an event")
	}
	return nil
}

func (c *doorsTestCmd) print(w io.Writer, out intake.Tried) error {
	var lines []tried
	for i := range out.Steps {
		lines = append(lines, tried{Expression: &out.Steps[i]})
	}
	for _, ev := range out.Tickets {
		lines = append(lines, tried{Ticket: event(ev)})
	}
	for _, sig := range out.Signals {
		lines = append(lines, tried{Signal: event(sig)})
	}
	kept := map[string]bool{}
	for _, why := range out.Kept {
		kept[why] = true
	}
	for _, why := range out.Ignored {
		lines = append(lines, tried{Ignored: why, Kept: kept[why]})
	}
	lines = append(lines, tried{Sender: out.Let})
	for _, l := range lines {
		if !c.json() {
			fmt.Fprintln(w, l)
			continue
		}
		if err := json.NewEncoder(w).Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// String is the line for people.
func (t tried) String() string {
	switch {
	case t.Expression != nil && t.Expression.Wrong != "":
		return fmt.Sprintf("map.%s fails: %s\n    %s", t.Expression.Name, t.Expression.Wrong, t.Expression.Says)
	case t.Expression != nil:
		value, err := json.Marshal(t.Expression.Value)
		if err != nil || t.Expression.Value == nil {
			value = []byte("nothing")
		}
		return fmt.Sprintf("map.%s = %s\n    %s", t.Expression.Name, value, t.Expression.Says)
	case t.Ticket != nil:
		return "ticket   " + string(t.Ticket)
	case t.Signal != nil:
		return "signal   " + string(t.Signal)
	case t.Kept:
		return "ignored  " + t.Ignored + " (would be kept, to be tried again)"
	case t.Ignored != "":
		return "ignored  " + t.Ignored
	}
	return "sender   " + t.Sender
}

// event is one in the form in which producers send it.
func event(m proto.Message) json.RawMessage {
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil
	}
	var line json.RawMessage
	if compact, err := json.Marshal(json.RawMessage(data)); err == nil { // its own spaces are not the same each time
		line = compact
	}
	return line
}
