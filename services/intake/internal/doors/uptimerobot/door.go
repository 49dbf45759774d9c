package uptimerobot

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads what UptimeRobot delivers.
func Door() webhook.Door { return webhook.Door{Name: "uptimerobot", Read: read} }

// What UptimeRobot's alert types mean.
const (
	up   = "up"
	down = "down"
)

// types are the alert types that say something, by number and by word.
var types = map[string]string{
	"1": down, "down": down, "2": up, "up": up,
}
