package mapping

import (
	"tocsin/services/intake/internal/receive"
)

// field is one field of a kind of signal.
type field struct {
	want
	// needed says that no signal is taken without it.
	needed bool
}

func text(words ...string) field   { return field{want{is: word, words: words}, false} }
func needed(words ...string) field { return field{want{is: word, words: words}, true} }

type kindTable map[string]map[string]field

// kinds are the kinds of signal with their fields, in the words of the wire.
var kinds = kindTable{
	"auth_attempt": {
		"user": needed(), "method": needed("SSO", "PASSWORD", "API"), "outcome": needed("SUCCESS", "FAILURE"),
		"failure": text("SERVICE_UNAVAILABLE", "TIMEOUT", "ERROR", "BAD_CREDENTIALS", "LOCKED", "UNKNOWN_USER"),
	},
	"report_run": {
		"run": needed(), "report": text(), "state": needed("SCHEDULED", "DELIVERED", "FAILED"), "stage": text("PROCESS", "DELIVER"),
		"due_at": {want{is: moment}, false},
	},
	"file_upload": {
		"upload": needed(), "outcome": needed("ACCEPTED", "FAILED"), "failure": text("INVALID_FILE", "PROCESSING", "STORAGE"),
	},
	"ftp_session": {
		"session": needed(), "outcome": needed("ALLOWED", "DENIED", "BLOCKED"),
		"failure": text("BAD_CREDENTIALS", "PERMISSION", "NETWORK", "SERVER_ERROR"),
	},
	"probe": {
		"component": needed(), "prober": needed(), "region": text(), "status": needed("UP", "DEGRADED", "DOWN"),
		"latency_ms": {want{is: number}, false},
	},
	"integration_sync": {
		"provider": needed(), "kind": needed("CONTENT", "COMPLETIONS", "REQUIRED_LEARNING"),
		"expected": {want{is: count}, false}, "present": {want{is: count}, true},
	},
	"profile_audit": {
		"audit": needed(), "discrepant_users": {want{is: list}, false}, "discrepant_count": {want{is: count}, false},
	},
	"security_finding": {
		"finding": needed(), "severity": needed("LOW", "MEDIUM", "HIGH", "CRITICAL"), "status": needed("SUSPECTED", "CONFIRMED", "RESOLVED"),
	},
	"launch": {
		"program": needed(), "starts_at": {want{is: moment}, true}, "audience": {want{is: count}, false},
	},
}

// make is a signal's kind of its fields. What is missing or wrong is found where
// signals are checked.
func (kindTable) make(kind string, f map[string]value) receive.Kind {
	switch kind {
	case "auth_attempt":
		return receive.AuthAttempt{User: f["user"].word, Method: f["method"].word, Outcome: f["outcome"].word, Failure: f["failure"].word}
	case "report_run":
		return receive.ReportRun{
			Run: f["run"].word, Report: f["report"].word, State: f["state"].word, Stage: f["stage"].word, DueAt: f["due_at"].at,
		}
	case "file_upload":
		return receive.FileUpload{Upload: f["upload"].word, Outcome: f["outcome"].word, Failure: f["failure"].word}
	case "ftp_session":
		return receive.FTPSession{Session: f["session"].word, Outcome: f["outcome"].word, Failure: f["failure"].word}
	case "probe":
		return receive.Probe{
			Component: f["component"].word, Prober: f["prober"].word, Region: f["region"].word,
			Status: receive.ProbeStatus(f["status"].word), LatencyMS: f["latency_ms"].number,
		}
	case "integration_sync":
		return receive.IntegrationSync{
			Provider: f["provider"].word, Kind: f["kind"].word, Expected: f["expected"].count, Present: f["present"].count,
		}
	case "profile_audit":
		return receive.ProfileAudit{
			Audit: f["audit"].word, DiscrepantUsers: f["discrepant_users"].list, DiscrepantCount: f["discrepant_count"].count,
		}
	case "security_finding":
		return receive.SecurityFinding{Finding: f["finding"].word, Severity: f["severity"].word, Status: f["status"].word}
	case "launch":
		return receive.Launch{Program: f["program"].word, StartsAt: f["starts_at"].at, Audience: f["audience"].count}
	}
	return nil
}
