package explain

import (
	"fmt"
	"strings"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
)

// A wording is how one reason is put into words.
type wording struct {
	// kinds are the signals that it reads.
	kinds []detect.Kind
	// over says that the threshold has to be passed, not met.
	over bool
	// things are what a value is a number of, by what the engine says it counts;
	// under "" where there is only one.
	things map[string]string
	// also is what else has to hold beside the number, onPlatform the same for the
	// platform's scope.
	also, onPlatform string
}

// words are the wordings of all reasons that monitoring raises. Their keys are
// those of policy §3, in its order.
var words = map[policy.ReasonID]wording{
	"auth_failures_over_100": {
		kinds: []detect.Kind{detect.KindAuthAttempt}, over: true,
		things:     map[string]string{"": "people whose latest log-in failed for a reason that is not theirs"},
		onPlatform: "they also have to be a share of those who tried",
	},
	"sso_unavailable": {
		kinds: []detect.Kind{detect.KindAuthAttempt, detect.KindProbe},
		things: map[string]string{
			"probers": "probers that see SSO down", "attempts": "failed log-ins by SSO", "people": "people who failed to log in by SSO",
		},
		also: "no log-in by SSO may have worked in the same window; probers have to be down for a while",
	},
	"reports_failing_24h": {
		kinds: []detect.Kind{detect.KindReportRun}, things: map[string]string{"": "report runs that failed"},
		also: "none may have succeeded in the same window, and the first run ever has to be as old as the window",
	},
	"uploads_failing_24h": {
		kinds: []detect.Kind{detect.KindFileUpload}, things: map[string]string{"": "file uploads that failed"},
		also: "none may have succeeded in the same window, and the first upload ever has to be as old as the window",
	},
	"ftp_denied": {
		kinds: []detect.Kind{detect.KindFTPSession}, things: map[string]string{"": "FTP sessions that were denied or blocked"},
		also: "none may have been let in within the same window; in the long one two have to lie hours apart",
	},
	"site_outage":                  down,
	"lxp_features_unavailable":     down,
	"career_mobility_unavailable":  down,
	"insights_unavailable":         down,
	"core_function_down":           down,
	"provider_content_missing":     missing,
	"provider_completions_missing": missing,
	"profile_discrepancy_100": {
		kinds:  []detect.Kind{detect.KindProfileAudit},
		things: map[string]string{"": "people whose profile is wrong by the latest audit"},
	},
	"security_breach": {
		kinds: []detect.Kind{detect.KindSecurityFinding}, things: map[string]string{"": "findings that are severe and sure enough"},
	},
	"program_launch_blocked": {
		kinds: []detect.Kind{detect.KindLaunch, detect.KindCondition}, things: map[string]string{"": "conditions that block the launch"},
		also: "the launch has to be near: some days before or after its start",
	},
	"stale_ticket_1w": {
		kinds: []detect.Kind{detect.KindTicket}, things: map[string]string{"": "hours since support last moved the ticket"},
		also: "the ticket has to be open, support's turn, and of a large population",
	},
}

var (
	down = wording{
		kinds:  []detect.Kind{detect.KindProbe},
		things: map[string]string{"": "probers that see it down", "regions": "regions that see it down"},
		also:   "the verdict has to last for a while, with at least two results; a core part counts as well where it is degraded and slow",
	}
	missing = wording{
		kinds:  []detect.Kind{detect.KindIntegrationSync},
		things: map[string]string{"": "minutes from the first to the last of the unbroken row of syncs without items"},
		also:   "items have to have been expected",
	}
)

func (w *wording) thing(counts string) string {
	if t, ok := w.things[counts]; ok {
		return t
	}
	if t, ok := w.things[""]; ok {
		return t
	}
	return counts
}

// line says what the threshold asks for.
func (w *wording) line(threshold int) string {
	if w.over {
		return fmt.Sprintf("more than %d", threshold)
	}
	return fmt.Sprintf("%d or more", threshold)
}

// met says that a value reached the line, or did not.
func (w *wording) met(value, threshold int, counts string) string {
	return fmt.Sprintf("%d %s; %s raise it", value, w.thing(counts), w.line(threshold))
}

// reads says whether a rule reads a signal for a condition's subject.
func (w *wording) reads(s *detect.Signal, t *Target) bool {
	if t.Scope != platform && s.Tenant != t.Scope && s.Kind != detect.KindCondition {
		return false
	}
	for _, k := range w.kinds {
		if k == s.Kind {
			return about(s, t.Subject)
		}
	}
	return false
}

// about says whether a signal is about a subject; empty is the whole scope.
func about(s *detect.Signal, subject string) bool {
	if subject == "" {
		return s.Kind != detect.KindProbe || s.Probe.Component == policy.ComponentSSO
	}
	switch s.Kind {
	case detect.KindProbe:
		return s.Probe.Component == subject
	case detect.KindIntegrationSync:
		return strings.HasPrefix(subject, s.Sync.Provider+"/")
	case detect.KindSecurityFinding:
		return s.Find.Finding == subject
	case detect.KindLaunch:
		return s.Launch.Program == subject
	case detect.KindTicket:
		return s.Ticket.Ticket == subject
	default:
		return s.Kind == detect.KindCondition
	}
}

// what says what a signal states.
func what(s *detect.Signal) string {
	switch s.Kind {
	case detect.KindAuthAttempt:
		return fmt.Sprintf("%s by %s: %s", s.Auth.User, methods[s.Auth.Method], outcome(s))
	case detect.KindReportRun:
		return fmt.Sprintf("report run %s: %s", s.Report.Run, [...]string{"unknown", "scheduled", "delivered", "failed"}[min(s.Report.State, 3)])
	case detect.KindFileUpload:
		return fmt.Sprintf("upload %s: %s", s.Upload.Upload, outcome(s))
	case detect.KindFTPSession:
		return fmt.Sprintf("session %s: %s", s.FTP.Session, outcome(s))
	case detect.KindProbe:
		return fmt.Sprintf("%s of %s: %s, %g ms", s.Probe.Prober, s.Probe.Component, [...]string{"unknown", "up", "degraded", "down"}[min(s.Probe.Status, 3)], s.Probe.LatencyMS)
	case detect.KindIntegrationSync:
		return fmt.Sprintf("sync of %s: %d present, %d expected", s.Sync.Provider, s.Sync.Present, s.Sync.Expected)
	case detect.KindProfileAudit:
		return fmt.Sprintf("audit %s: %d people with wrong data", s.Audit.Audit, s.Audit.Discrepant)
	case detect.KindSecurityFinding:
		return fmt.Sprintf("finding %s: %s, %s", s.Find.Finding, s.Find.Severity, [...]string{"unknown", "suspected", "confirmed", "resolved"}[min(s.Find.Status, 3)])
	case detect.KindLaunch:
		return fmt.Sprintf("launch of %s at %s", s.Launch.Program, stamp(s.Launch.StartsAt))
	case detect.KindTicket:
		return fmt.Sprintf("ticket %s, last moved by support at %s", s.Ticket.Ticket, stamp(s.Ticket.MovedAt))
	case detect.KindCondition:
		return fmt.Sprintf("%s of the platform %s", s.News.Reason, s.News.Change)
	default:
		return "nothing that a rule reads"
	}
}

var (
	methods  = [...]string{"an unknown method", "SSO", "password", "API"}
	failures = [...]string{"failed", "service unavailable", "time-out", "error", "bad credentials", "locked", "unknown user"}
)

// outcome says how an attempt ended.
func outcome(s *detect.Signal) string {
	switch {
	case s.Kind == detect.KindAuthAttempt && !s.Auth.OK:
		return failures[s.Auth.Failure]
	case s.Kind == detect.KindFileUpload && s.Upload.Invalid:
		return "not a valid file"
	case s.Kind == detect.KindFileUpload && !s.Upload.Accepted:
		return "failed"
	case s.Kind == detect.KindFTPSession && s.FTP.BadCredentials:
		return "bad credentials"
	case s.Kind == detect.KindFTPSession && !s.FTP.Allowed:
		return "denied or blocked"
	}
	return "worked"
}

const platform = "platform"

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// span says how long, without the zeros of Duration.String.
func span(d time.Duration) string {
	text := d.String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
