// Package uptimerobot reads the webhook of an UptimeRobot alert contact as probes:
// what tags say is in package alert.
//
//	alertType 1, Down                the monitor is DOWN
//	alertType 2, Up                  it is UP
//	alertType 3, SSL expiry          nothing is broken yet, and is named; so is all else
//
// The body is the customer's. Ours, as POST value, sent as JSON:
//
//	{"monitorID": "*monitorID*", "monitorURL": "*monitorURL*", "monitorFriendlyName": "*monitorFriendlyName*",
//	 "alertType": "*alertType*", "alertTypeFriendlyName": "*alertTypeFriendlyName*", "alertDetails": "*alertDetails*",
//	 "alertDuration": "*alertDuration*", "alertDateTime": "*alertDateTime*", "tags": "component:sso"}
//
// Others are read too: names in any spelling (monitor_url), within objects
// ({"monitor": {"id": …}}), or as a form. What UptimeRobot did not fill in counts as
// not there. A monitor is known by its id, else by its name, else by its address.
// Without alertDateTime a change is at the minute in which we heard of it, so an
// attempt that comes a minute later is told as a change of its own.
//
// UptimeRobot tells changes only, when other places have confirmed them. It signs
// nothing: let it send an Authorization header, or a user and password in the address.
package uptimerobot
