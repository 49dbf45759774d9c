// Package grafana reads what Grafana's webhook contact points deliver as signals:
// what labels say is in package alert.
//
//	unified alerting (Grafana 8 and later)  as Alertmanager's: an alert's name is its
//	                                        alertname, its id the fingerprint
//	firing, resolved                        DOWN or DEGRADED; UP
//	DatasourceNoData, DatasourceError       the rule could not be evaluated: that is not
//	                                        known to be broken, and named
//	resolved for a missing series, a pause, those rules say no more of it, which is not
//	  a change or removal of the rule       known to work, and is named
//	legacy alerting (up to 8)               one alert by ruleName; ruleId and orgId are its id
//	alerting, ok                            DOWN or DEGRADED; UP
//	no_data, pending, paused, unknown       named
//	tags; those of all evalMatches          labels
//
// A legacy body tells no time: a change is at the minute in which we heard of it.
//
// Grafana 12 signs where the contact point has an HMAC signature: the header
// X-Grafana-Alerting-Signature is HMAC-SHA256 of the body in hex. With "timestamp
// header" set to X-Grafana-Alerting-Timestamp, which is recommended, it is that of the
// time in seconds, a colon and the body, and a delivery is taken within five minutes,
// once. Without it nothing tells a delivery that somebody sends again from an alert that goes on firing.
// Leave both names as they are here. Without a secret it shows a bearer token, or a
// user and password (authorization header credentials, basic authentication).
//
// An alert that goes on firing is said again at each notification: set the
// notification policy's repeat interval to 5 minutes.
package grafana
