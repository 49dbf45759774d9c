package statuspage

import (
	"strings"

	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Statuspage delivers.
func Door() webhook.Door { return webhook.Door{Name: "statuspage", Read: read} }

// statuses are what a component's status means; what is planned is none of them.
var statuses = map[string]receive.ProbeStatus{
	"operational": receive.Up, "degradedperformance": receive.Degraded, "partialoutage": receive.Degraded,
	"minoroutage": receive.Degraded, "majoroutage": receive.Down,
}

// impacts are what an incident's impact means.
var impacts = map[string]receive.ProbeStatus{
	"minor": receive.Degraded, "major": receive.Down, "critical": receive.Down,
}

// planned are the words for maintenance, of components and of incidents.
var planned = map[string]bool{
	"undermaintenance": true, "maintenance": true, "scheduled": true, "inprogress": true, "verifying": true, "completed": true,
}

// over are the statuses of an incident in which what was broken works again.
var over = map[string]bool{"resolved": true, "monitoring": true}

// word is a status as the tables above have it.
func word[T ~string](said T) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(string(said)))
}
