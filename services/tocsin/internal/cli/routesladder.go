package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/services/notification"
)

// ladder says who would be called; nil is nobody, and needs no word.
func (f *routesFlags) ladder(w io.Writer, c *notification.Climb) error {
	switch {
	case c == nil:
		return nil
	case f.json():
		return json.NewEncoder(w).Encode(c)
	case c.Ladder == "":
		_, err := fmt.Fprintf(w, "no ladder: %s\n", strings.Join(c.Why, "; "))
		return err
	}
	fmt.Fprintf(w, "ladder %s, until somebody acknowledges:\n", c.Ladder)
	for _, t := range c.Turns {
		level := fmt.Sprintf("level %d", t.Level)
		if t.Level == 0 {
			level = "nobody acknowledged, told to"
		}
		if _, err := fmt.Fprintf(w, "  %s  %s: %s\n", t.At.UTC().Format(time.RFC3339), level, called(t)); err != nil {
			return err
		}
	}
	return nil
}

// called names whom a level calls.
func called(t notification.Turn) string {
	var all []string
	for _, who := range t.Called {
		name := who.Destination
		if who.Person != "" {
			name = fmt.Sprintf("%s (%s) at %s", who.Person, who.Schedule, who.Destination)
		}
		if who.Silenced != "" {
			name += " – silenced, waits: " + who.Silenced
		}
		all = append(all, name)
	}
	for _, schedule := range t.Absent {
		all = append(all, "nobody is on call for "+schedule)
	}
	return strings.Join(all, ", ")
}
