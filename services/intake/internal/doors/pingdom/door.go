package pingdom

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Pingdom delivers.
func Door() webhook.Door { return webhook.Door{Name: "pingdom", Read: read} }

// What Pingdom's words for a state mean.
const (
	up   = "up"
	down = "down"
)

// states are those that say something; of uptime checks, transactions and BeepManager.
var states = map[string]string{
	"UP": up, "SUCCESS": up, "SUCCESSFUL": up, "NOTIFY_OF_CLOSE": up,
	"DOWN": down, "FAILING": down, "FAILED": down, "FAILURE": down, "ASSIGN": down,
}
