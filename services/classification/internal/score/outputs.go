package score

import (
	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// The outputs that are no kind of trouble.
const (
	request = "request" // escalation or priority is asked for
	urgent  = "urgency" // a why is given
	trouble = "trouble" // something is said to be wrong now
	worked  = "worked"  // support is at work on it
	awaited = "awaited" // support waits for the customer
	part    = "part"    // the trouble is only a part, too few, too short
)

// topics are the kinds of trouble that the model knows, with the reason of the
// policy that stands for each in the labels.
var topics = []struct {
	topic  text.Topic
	reason string
}{
	{text.TopicLaunch, "program_launch_blocked"},
	{text.TopicCore, "core_function_down"},
	{text.TopicSecurity, "security_breach"},
	{text.TopicSite, "site_outage"},
	{text.TopicSSO, "sso_unavailable"},
	{text.TopicLXP, "lxp_features_unavailable"},
	{text.TopicCareer, "career_mobility_unavailable"},
	{text.TopicFTP, "ftp_denied"},
	{text.TopicReports, "reports_failing_24h"},
	{text.TopicUploads, "uploads_failing_24h"},
	{text.TopicLogin, "auth_failures_over_100"},
	{text.TopicContent, "provider_content_missing"},
	{text.TopicCompletions, "provider_completions_missing"},
	{text.TopicProfile, "profile_discrepancy_100"},
	{text.TopicInsights, "insights_unavailable"},
	{text.TopicSilence, "stale_ticket_1w"},
}

// Reason is the reason of the policy that stands for a topic in labels, or "".
func Reason(topic text.Topic) policy.ReasonID {
	for _, t := range topics {
		if t.topic == topic {
			return policy.ReasonID(t.reason)
		}
	}
	return ""
}

// Outputs are what a model scores, in the order of its file.
func Outputs() []string {
	out := []string{request, urgent, trouble, worked, awaited, part}
	for _, t := range topics {
		out = append(out, string(t.topic))
	}
	return out
}
