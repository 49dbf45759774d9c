// Package alertmanager reads the webhook of Prometheus' Alertmanager, version 4,
// as signals.
//
// It promises that a notification gives the same signals with the same ids however
// often it is delivered in a minute, that every alert becomes a signal or is named
// with the reason why not, and that what Alertmanager left out is named too. It
// never touches HTTP, a clock or the network.
//
// An alert says what it means by labels; "tocsin_<name>" is read before "<name>":
//
//	kind        probe (if there is none) or security_finding
//	component   what is probed: site, sso, pathways … or any core part; where there is
//	            none the settings may name one for the alertname
//	tenant      the customer organisation; none is the whole platform
//	prober      who saw it, else instance, else alertname
//	region      where it was seen from
//	severity    critical, error, page, high … or none at all → DOWN; warning, minor,
//	            low → DEGRADED; info and none say that nothing is broken
//	status      UP, DEGRADED or DOWN, instead of what severity gives
//	latency_ms  how long an answer took; also as an annotation
//	finding     security_finding: its id, else the alert's fingerprint; its severity is
//	            low, medium (or warning), high, critical, its status SUSPECTED or CONFIRMED
//
// An alert that fires is a probe DOWN or DEGRADED at its start, and one more at each
// minute in which Alertmanager says so again: a prober that is heard of no more is
// soon not counted. So set repeat_interval to 5 minutes for the receiver. An alert
// that is resolved is a probe UP, or a finding RESOLVED, at its end.
//
// It leaves to others the rules by which a signal is refused for its time (receive)
// and the way from here to the bus.
package alertmanager
