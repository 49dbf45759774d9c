// Package pagerduty reads PagerDuty's webhooks as probes: an incident says that what
// its service runs does not work. What severities mean is in package alert.
//
//	incident.triggered, reopened                        DOWN or DEGRADED
//	incident.priority_updated, urgency_updated,
//	         service_updated, while it is open          the same again, as it now is
//	incident.resolved                                   UP
//	pagey.ping                                          a test that arrived, and is named
//	all others (acknowledged, annotated, escalated …)   change nothing here, and are named
//
// A service's name is its alert's: map it in the settings, or call it like a
// component. The severity is the incident's priority where its name is one (P1, SEV-2,
// High), else its urgency: high is DOWN, low is DEGRADED.
//
// Version 3 is {"event": …}. Older ones, {"messages": …} of versions 2 and 1, are read
// with the same meaning, but no secret signs them: only credentials in a header do.
//
// PagerDuty signs with X-PagerDuty-Signature, "v1=" and HMAC-SHA256 of the body in
// hex; while a secret is replaced there are several, and any one of them does. It
// signs no time: a delivery that comes again is known by the event's id, which is
// within what was signed.
//
// In PagerDuty: Integrations, Generic Webhooks (v3), New Webhook.
package pagerduty
