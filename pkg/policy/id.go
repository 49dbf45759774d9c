package policy

import "slices"

// ReasonID names one of the sixteen reasons for an escalation, or one that an
// operator added. The ids are part of what the system says (events, APIs,
// files) and never change, also where an operator changes the number that an
// id carries.
type ReasonID string

// The reasons, in the policy's order.
const (
	ProgramLaunchBlocked       ReasonID = "program_launch_blocked"
	CoreFunctionDown           ReasonID = "core_function_down"
	SecurityBreach             ReasonID = "security_breach"
	SiteOutage                 ReasonID = "site_outage"
	SSOUnavailable             ReasonID = "sso_unavailable"
	LXPFeaturesUnavailable     ReasonID = "lxp_features_unavailable"
	CareerMobilityUnavailable  ReasonID = "career_mobility_unavailable"
	FTPDenied                  ReasonID = "ftp_denied"
	ReportsFailing24h          ReasonID = "reports_failing_24h"
	UploadsFailing24h          ReasonID = "uploads_failing_24h"
	AuthFailuresOver100        ReasonID = "auth_failures_over_100"
	ProviderContentMissing     ReasonID = "provider_content_missing"
	ProviderCompletionsMissing ReasonID = "provider_completions_missing"
	ProfileDiscrepancy100      ReasonID = "profile_discrepancy_100"
	InsightsUnavailable        ReasonID = "insights_unavailable"
	StaleTicket1w              ReasonID = "stale_ticket_1w"
)

// ReasonIDs lists the sixteen reasons in the policy's order; the caller may
// change the slice. Those of a policy file are Policy.ReasonIDs.
func ReasonIDs() []ReasonID {
	return []ReasonID{
		ProgramLaunchBlocked, CoreFunctionDown, SecurityBreach, SiteOutage,
		SSOUnavailable, LXPFeaturesUnavailable, CareerMobilityUnavailable, FTPDenied,
		ReportsFailing24h, UploadsFailing24h, AuthFailuresOver100, ProviderContentMissing,
		ProviderCompletionsMissing, ProfileDiscrepancy100, InsightsUnavailable, StaleTicket1w,
	}
}

// GroundID names one of the four grounds on which leadership may deny.
type GroundID string

// The grounds, in the policy's order.
const (
	SmallAudience     GroundID = "small_audience"
	BetaOnly          GroundID = "beta_only"
	TechniciansActive GroundID = "technicians_active"
	AwaitingCustomer  GroundID = "awaiting_customer"
)

// GroundIDs lists the grounds in the policy's order; the caller may change the
// slice.
func GroundIDs() []GroundID {
	return []GroundID{SmallAudience, BetaOnly, TechniciansActive, AwaitingCustomer}
}

// MissingID names one thing that a request may lack and its requester is
// asked for.
type MissingID string

// What may be missing, in the order in which it is asked.
const (
	MissingReason        MissingID = "reason"         // no reason of the policy can be identified
	MissingUrgency       MissingID = "urgency"        // it does not say why it is urgent
	MissingWho           MissingID = "who"            // which groups of people are hit
	MissingAffectedUsers MissingID = "affected_users" // how many are
	MissingSince         MissingID = "since"          // when it began
	MissingWhere         MissingID = "where"          // in which part and environment it shows
)

// MissingIDs lists what may be missing in the order in which it is asked; the
// caller may change the slice.
func MissingIDs() []MissingID {
	return []MissingID{
		MissingReason, MissingUrgency, MissingWho,
		MissingAffectedUsers, MissingSince, MissingWhere,
	}
}

// Severity is the severity of a security finding, as its monitor rates it.
type Severity string

// The severities, rising.
const (
	SeverityLow      Severity = "low"
	SeverityMedium   Severity = "medium"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical"
)

// AtLeast says whether s is as severe as floor or more. An unknown severity
// is below all others.
func (s Severity) AtLeast(floor Severity) bool {
	order := s.choices()
	return slices.Index(order, string(s)) >= slices.Index(order, string(floor))
}

// Priority says how soon leadership should decide a case.
type Priority string

// The priorities, falling.
const (
	PriorityCritical Priority = "critical"
	PriorityHigh     Priority = "high"
	PriorityNormal   Priority = "normal"
)

// Priorities lists the priorities, the most pressing first; the caller may
// change the slice.
func Priorities() []Priority {
	return []Priority{PriorityCritical, PriorityHigh, PriorityNormal}
}

// choices are what the file may write where a value of the type stands.
func (GroundID) choices() []string  { return texts(GroundIDs()) }
func (MissingID) choices() []string { return texts(MissingIDs()) }
func (Priority) choices() []string  { return texts(Priorities()) }
func (Severity) choices() []string {
	return texts([]Severity{SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical})
}

func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
