package otlp

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
)

// fields are what a record says of a kind of signal, by their names in the JSON form.
type fields struct {
	of  map[string]any
	bad []string // what is wrong with those that were asked for
}

// kindOf is the signal's kind of that name with these fields. What a kind must say is
// not asked here.
func kindOf(name string, said map[string]any) (receive.Kind, error) {
	f := fields{of: maps.Clone(said)}
	var kind receive.Kind
	switch name {
	case "auth_attempt":
		kind = receive.AuthAttempt{User: f.text("user"), Method: f.word("method"), Outcome: f.word("outcome"), Failure: f.word("failure")}
	case "report_run":
		kind = receive.ReportRun{Run: f.text("run"), Report: f.text("report"), State: f.word("state"), Stage: f.word("stage"), DueAt: f.time("due_at")}
	case "file_upload":
		kind = receive.FileUpload{Upload: f.text("upload"), Outcome: f.word("outcome"), Failure: f.word("failure")}
	case "ftp_session":
		kind = receive.FTPSession{Session: f.text("session"), Outcome: f.word("outcome"), Failure: f.word("failure")}
	case "probe":
		kind = receive.Probe{
			Component: f.text("component"), Prober: f.text("prober"), Region: f.text("region"),
			Status: receive.ProbeStatus(f.word("status")), LatencyMS: f.number("latency_ms"),
		}
	case "integration_sync":
		kind = receive.IntegrationSync{Provider: f.text("provider"), Kind: f.word("kind"), Expected: f.count("expected"), Present: f.count("present")}
	case "profile_audit":
		kind = receive.ProfileAudit{Audit: f.text("audit"), DiscrepantUsers: f.list("discrepant_users"), DiscrepantCount: f.count("discrepant_count")}
	case "security_finding":
		kind = receive.SecurityFinding{Finding: f.text("finding"), Severity: f.word("severity"), Status: f.word("status")}
	case "launch":
		kind = receive.Launch{Program: f.text("program"), StartsAt: f.time("starts_at"), Audience: f.count("audience")}
	default:
		return nil, fmt.Errorf("there is no signal of kind %.40q", name)
	}
	for _, rest := range slices.Sorted(maps.Keys(f.of)) {
		f.bad = append(f.bad, fmt.Sprintf("%s has no field %.40q", name, rest))
	}
	if len(f.bad) > 0 {
		return nil, fmt.Errorf("%s: %s", name, strings.Join(f.bad, "; "))
	}
	return kind, nil
}

// take is a field's value; nil if it was not said.
func (f *fields) take(name string) any {
	v := f.of[name]
	delete(f.of, name)
	return v
}

func (f *fields) wrong(name, want string) {
	f.bad = append(f.bad, name+" is not "+want)
}

func (f *fields) text(name string) string {
	v := f.take(name)
	t := text(v)
	if v != nil && v != "" && t == "" {
		f.wrong(name, "a text")
	}
	return t
}

// word is one of the contract's, in whatever case.
func (f *fields) word(name string) string { return strings.ToUpper(f.text(name)) }

func (f *fields) number(name string) float64 {
	t := f.text(name)
	if t == "" {
		return 0
	}
	n, err := strconv.ParseFloat(t, 64)
	if err != nil {
		f.wrong(name, "a number")
	}
	return n
}

func (f *fields) count(name string) *uint32 {
	if _, said := f.of[name]; !said {
		return nil
	}
	n := f.number(name)
	if n < 0 || n > math.MaxUint32 || n != math.Trunc(n) {
		f.wrong(name, "a whole number that is not negative")
		return nil
	}
	whole := uint32(n)
	return &whole
}

func (f *fields) list(name string) (all []string) {
	switch v := f.take(name).(type) {
	case nil:
	case []any:
		for _, each := range v {
			all = append(all, text(each))
		}
	default:
		f.wrong(name, "a list")
	}
	return all
}

func (f *fields) time(name string) time.Time {
	t := f.text(name)
	if t == "" {
		return time.Time{}
	}
	at, err := lenient.Text(t).Time()
	if err != nil {
		f.wrong(name, "a time")
	}
	return at
}
