package otlp

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads log records; where they are answered as OTLP asks is /v1/logs.
func Door() webhook.Door {
	return webhook.Door{Name: "otlp", Read: func(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
		logs, err := Read(d, a)
		if err != nil {
			return webhook.Said{}, err
		}
		return webhook.Said{Signals: logs.Signals, Ignored: logs.Reasons()}, nil
	}}
}
