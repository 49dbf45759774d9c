package grafana

import (
	"tocsin/services/intake/internal/webhook"
)

// Door reads what Grafana delivers.
func Door() webhook.Door {
	return webhook.Door{Name: "grafana", Verify: Verify, Stamp: stamp, Alike: true, Read: read}
}

// stamp is when the delivery was signed: another one for each notification.
func stamp(d webhook.Delivery) string { return d.Header.Get(TimestampHeader) }

// unevaluated are the names that Grafana gives to alerts of rules that it could not
// evaluate.
var unevaluated = map[string]string{
	"DatasourceNoData": "it has no data", "DatasourceError": "its data source failed",
}

// withdrawn are the reasons for which Grafana calls an alert resolved that did not
// recover.
var withdrawn = map[string]string{
	"MissingSeries": "its series is missing", "NoData": "it has no data", "Error": "its data source failed",
	"Paused": "its rule was paused", "Updated": "its rule was changed", "RuleDeleted": "its rule was removed",
}

// What the states of legacy alerting mean; others say nothing.
const (
	alerting = "alerting"
	ok       = "ok"
)
