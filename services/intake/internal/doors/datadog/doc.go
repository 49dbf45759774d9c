// Package datadog reads what Datadog's webhooks integration delivers as signals: what
// tags say is in package alert.
//
//	Triggered, Re-Triggered, Renotify    DOWN, or DEGRADED by a tag severity or a priority P3, P4
//	Warn, Re-Warn                        DEGRADED
//	Recovered                            UP
//	No Data, Re-No Data                  not known to be broken, and named; so is a test
//	a security signal                    a finding, SUSPECTED, by its id and severity
//	an incident                          DOWN or DEGRADED by its severity; UP once it is resolved or stable
//
// The body is the customer's. Ours, as payload of the webhook, not encoded as form:
//
//	{"alert_id": "$ALERT_ID", "alert_cycle_key": "$ALERT_CYCLE_KEY", "alert_title": "$ALERT_TITLE",
//	 "alert_transition": "$ALERT_TRANSITION", "alert_type": "$ALERT_TYPE", "alert_priority": "$ALERT_PRIORITY",
//	 "alert_scope": "$ALERT_SCOPE", "date": "$DATE", "hostname": "$HOSTNAME", "tags": "$TAGS",
//	 "id": "$ID", "event_type": "$EVENT_TYPE", "event_title": "$EVENT_TITLE",
//	 "security_signal_id": "$SECURITY_SIGNAL_ID", "security_signal_severity": "$SECURITY_SIGNAL_SEVERITY",
//	 "security_signal_title": "$SECURITY_SIGNAL_TITLE", "incident_public_id": "$INCIDENT_PUBLIC_ID",
//	 "incident_title": "$INCIDENT_TITLE", "incident_severity": "$INCIDENT_SEVERITY", "incident_status": "$INCIDENT_STATUS"}
//
// Others are read too: names in any spelling (alertId, ALERT_ID), within an object
// ({"metadata": {…}}), as a form, and Datadog's own payload, of which the title says the
// transition: "[Triggered on {host:a}] Login fails". What Datadog did not fill in
// ("$ALERT_ID") counts as not there.
//
// An alert is known by its cycle key, else by its monitor and scope; each notification
// of it stands at its own date. Name the component by a tag of the monitor,
// component:sso. The prober is the monitor, for each scope.
//
// Datadog signs nothing: give the webhook custom headers, {"Authorization": "Bearer …"},
// or a user and password.
package datadog
