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
//	            none the account may name one for the alert's name, and an alert that
//	            is called like one of the policy's components ("Content Cards") is about it
//	tenant      the customer organisation; none is the whole platform
//	prober      who saw it, else whom the vendor names, else instance, else the alert's name
//	region      where it was seen from
//	severity    critical, error, page, high, P1, P2 … or none at all → DOWN; warning,
//	            minor, low, P3, P4 → DEGRADED; info, none, P5 say that nothing is broken
//	status      UP, DEGRADED or DOWN, instead of what the vendor or severity gives
//	latency_ms  how long an answer took
//	finding     security_finding: its id, else the alert's; its severity is low, medium,
//	            high, critical, or a word for one of them, its status SUSPECTED or CONFIRMED
//
// An alert that fires is a probe DOWN or DEGRADED at its start, and one more at each
// minute in which the monitor says so again: a prober that is heard of no more is
// soon not counted. An alert that has ended is a probe UP, or a finding RESOLVED.
//
// A vendor that tells changes only (Pingdom, PagerDuty …) looks twice before it says
// so: its alert is two results at its start, what was seen and what confirmed it. A
// delivery of it that comes late is thereby no news. While nothing more is told, the
// prober is counted for as long as any other that has fallen silent.
//
// It leaves to others how a vendor writes (its door) and the rules by which a signal
// is refused for its time (receive).
package alert
