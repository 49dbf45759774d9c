// Package cloudevents reads other vendors' CloudEvents 1.0 as signals: in headers,
// structured, or in a batch. What labels say is in package alert; ours are sent to
// /v1/tickets and /v1/signals instead.
//
//	extension attributes      labels: component, tenant, region, severity …
//	data, a JSON object       its texts, numbers and booleans are labels too, where no
//	                          extension has the name
//	status                    UP, DEGRADED or DOWN, as an extension or in the data
//	time                      when it happened; else when we heard of it
//	type                      the alert's name, for the account's components
//	source and id             the event, however often it is delivered
//
// An event says what it says once. One that names neither a severity nor a status
// says that nothing is broken; what other types mean is said by the account's
// expressions, which see all attributes and data.
//
// CloudEvents are not signed: the sender shows a bearer token, or a user and password.
package cloudevents
