// Package otlp reads log records of OpenTelemetry as signals: the body of OTLP/HTTP's
// /v1/logs, in protobuf or JSON.
//
// A record says a signal by attributes. Each is looked for at the record, then at its
// scope, then at its resource.
//
//	tocsin.kind            the kind of signal: auth_attempt, report_run, file_upload,
//	                       ftp_session, probe, integration_sync, profile_audit,
//	                       security_finding, launch. Without it the event's name, as
//	                       tocsin.auth_attempt
//	tocsin.<kind>.<field>  the field of that name in the signal's JSON form, as
//	                       tocsin.auth_attempt.user; of a record whose body is a map,
//	                       its members are fields too
//	tocsin.tenant          the customer organisation; none is the whole platform
//	tocsin.source          the source; else the account's, else service.name
//	tocsin.id              the signal's id; else log.record.uid, else a hash of the
//	                       record, which is the same when an exporter tries again
//	tocsin.component       without a kind: a probe of that component, by the severity
//	                       (error → DOWN, warning → DEGRADED) or tocsin.status; the
//	                       other names are those of package alert
//
// It occurred at the record's time, else when it was observed. What other records mean
// is said by the account's expressions, which see resource, scope, attributes, body,
// severity, severity_text, event_name and time.
//
// Most logs say nothing of ours: they are counted, and not listed one by one. Metrics
// and spans are refused as a whole.
package otlp
