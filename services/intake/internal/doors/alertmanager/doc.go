// Package alertmanager reads the webhook of Prometheus' Alertmanager, version 4,
// as signals: what its labels say is in package alert.
//
// An alert's name is its alertname, its id the fingerprint, or a hash of its labels
// where an old Alertmanager sends none. latency_ms may be an annotation too. Alerts
// that Alertmanager left out (truncatedAlerts) are named.
//
// While an alert fires, a probe is said again at each minute in which Alertmanager
// repeats it; so set repeat_interval to 5 minutes for the receiver.
//
// Alertmanager signs nothing: it shows a bearer token, or a user and password.
package alertmanager
