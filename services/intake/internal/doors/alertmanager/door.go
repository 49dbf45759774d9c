package alertmanager

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Alertmanager delivers.
func Door() webhook.Door { return webhook.Door{Name: "alertmanager", Read: read} }
