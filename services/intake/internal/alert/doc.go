// Package alert says as signals what monitors' alerts mean: what all monitors have
// in common, said once.
//
// A door reads its vendor's body into [Alert]s; an [Account] makes signals of each.
// It promises that the same alert gives the same signals with the same ids however
// often it is delivered in a minute, and that an alert which says nothing is named
// with the reason.
//
// An alert says what it means by labels; "tocsin_<name>" is read before "<name>".
// What the account's expressions say goes before both.
//
//	kind        probe (if there is none) or security_finding; by the account's
//	            expressions any kind of signal
//	component   what is probed: site, sso, pathways … or any core part; where there is
//	            none the account may name one for the alert's name
//	tenant      the customer organisation; none is the whole platform
//	prober      who saw it, else instance, else the alert's name
//	region      where it was seen from
//	severity    critical, error, page, high … or none at all → DOWN; warning, minor,
//	            low → DEGRADED; info and none say that nothing is broken
//	status      UP, DEGRADED or DOWN, instead of what severity gives
//	latency_ms  how long an answer took
//	finding     security_finding: its id, else the alert's; its severity is low, medium
//	            (or warning), high, critical, its status SUSPECTED or CONFIRMED
//
// An alert that fires is a probe DOWN or DEGRADED at its start, and one more at each
// minute in which the monitor says so again: a prober that is heard of no more is
// soon not counted. An alert that has ended is a probe UP, or a finding RESOLVED.
//
// It leaves to others how a vendor writes (its door) and the rules by which a signal
// is refused for its time (receive).
package alert
