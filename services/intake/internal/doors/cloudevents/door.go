package cloudevents

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads any vendor's CloudEvents.
func Door() webhook.Door { return webhook.Door{Name: "cloudevents", Read: read} }
