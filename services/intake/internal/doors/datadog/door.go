package datadog

import (
	"strings"

	"tocsin/services/intake/internal/webhook"
)

// Door reads what Datadog delivers.
func Door() webhook.Door { return webhook.Door{Name: "datadog", Read: read} }

// A transition is what a notification says that happened to a monitor.
type transition int

const (
	unknown transition = iota
	triggered
	warned
	silent
	recovered
)

// transitions are Datadog's words for it, by what is in them, the first that fits.
var transitions = []struct {
	word  string
	means transition
}{
	{"recover", recovered},
	{"resolved", recovered},
	{"no data", silent},
	{"nodata", silent},
	{"warn", warned},
	{"trigger", triggered},
}

// types are the alert types ($ALERT_TYPE), for notifications without a transition and
// for those that only say that it is one once more.
var types = map[string]transition{
	"error": triggered, "warning": warned, "success": recovered, "alert": triggered, "ok": recovered,
}

// transitionNamed is what a transition's words mean, or a type's.
func transitionNamed(said, kind string) transition {
	said = strings.ToLower(said)
	for _, t := range transitions {
		if strings.Contains(said, t.word) {
			return t.means
		}
	}
	for _, word := range []string{said, strings.ToLower(kind)} {
		if means := types[word]; means != unknown {
			return means
		}
	}
	if strings.Contains(said, "renotify") {
		return triggered
	}
	return unknown
}
