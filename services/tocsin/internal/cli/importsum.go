package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"tocsin/services/intake"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// printed prints events in place of sending them.
type printed struct {
	out  io.Writer
	json bool
}

// Take prints them as `tocsin doors test` does.
func (p printed) Take(_ context.Context, evs []*ingressv1.TicketEvent) (intake.ImportTaken, error) {
	for _, ev := range evs {
		line := tried{Ticket: event(ev)}
		if !p.json {
			fmt.Fprintln(p.out, line)
			continue
		}
		if err := json.NewEncoder(p.out).Encode(line); err != nil {
			return intake.ImportTaken{}, err
		}
	}
	return intake.ImportTaken{}, nil
}

// handed hands events over by HTTP. How many were known it is not told.
type handed struct{ server serverFlag }

// Take sends them as lines.
func (h handed) Take(ctx context.Context, evs []*ingressv1.TicketEvent) (intake.ImportTaken, error) {
	if len(evs) == 0 {
		return intake.ImportTaken{}, nil
	}
	var lines bytes.Buffer
	for _, ev := range evs {
		lines.Write(append(event(ev), '\n'))
	}
	answer, err := h.server.call(ctx, request{method: http.MethodPost, path: "/v1/tickets", body: lines.Bytes(), kind: "application/x-ndjson"})
	if err != nil {
		return intake.ImportTaken{}, err
	}
	var said struct {
		Accepted int `json:"accepted"`
		Rejected []struct {
			Field, Reason string
		} `json:"rejected"`
	}
	if err := readJSON(answer, &said); err != nil {
		return intake.ImportTaken{}, err
	}
	if len(said.Rejected) > 0 {
		return intake.ImportTaken{}, fmt.Errorf("%s refused %d of %d events, the first for %s: %s", h.server.Server, len(said.Rejected), len(evs),
			said.Rejected[0].Field, said.Rejected[0].Reason)
	}
	return intake.ImportTaken{Accepted: said.Accepted}, nil
}

// importSum is what became of the tickets, for scripts.
type importSum struct {
	Tickets   int `json:"tickets"`
	Unchanged int `json:"unchanged"`
	Events    int `json:"events"`
	Accepted  int `json:"accepted"`
	// Known were there; by HTTP that is not told.
	Known   int                   `json:"known"`
	Ignored []intake.ImportReason `json:"ignored"`
	Refused []intake.ImportReason `json:"refused"`
}

// print says what became of the tickets.
func (c *importCmd) print(out io.Writer, sum intake.ImportSum, state string) error {
	if c.json() {
		return json.NewEncoder(out).Encode(map[string]importSum{"summary": {
			sum.Tickets, sum.Unchanged, sum.Events, sum.Accepted, sum.Known, sum.Ignored.List(), sum.Refused.List(),
		}})
	}
	became := fmt.Sprintf("%d accepted, %d known already", sum.Accepted, sum.Known)
	if c.DryRun {
		became = "none sent"
	}
	fmt.Fprintf(out, "%d tickets, %d events: %s", sum.Tickets, sum.Events, became)
	if sum.Unchanged > 0 {
		fmt.Fprintf(out, "; %d tickets are as a run before had them (%s)", sum.Unchanged, state)
	}
	_, err := fmt.Fprintln(out)
	reasons(out, "refused", sum.Refused)
	reasons(out, "ignored", sum.Ignored)
	return err
}

// shownReasons is how many reasons are shown to people.
const shownReasons = 20

func reasons(out io.Writer, what string, of intake.ImportReasons) {
	list := of.List()
	for _, r := range list[:min(len(list), shownReasons)] {
		fmt.Fprintf(out, "%s %d × %s (first: %s)\n", what, r.Times, r.Why, r.First)
	}
	if rest := len(list) - shownReasons; rest > 0 {
		fmt.Fprintf(out, "and %d other reasons; --output json has them\n", rest)
	}
}
