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
	part    = "part"    // the trouble is only a part
	some    = "some"    // there is trouble of a kind that the policy knows
)

// A known is a kind of trouble that the model knows: the reason of the policy
// that stands for it in labels, and how likely it must be to be taken as stated.
type known struct {
	topic  text.Topic
	reason policy.ReasonID
	stated float64
}

// least is how likely a kind of trouble must be to be taken for being the likeliest.
// A breach and an outage open a case even where nobody asks.
func (k known) least() float64 {
	if k.topic == text.TopicSite || k.topic == text.TopicSecurity {
		return grave
	}
	return slightest
}

// even is where yes and no are alike; few is where what stands beside something
// louder is heard: by cross-validation over writers. The others were set by hand,
// watching part dev of the notes.
const (
	even = 0.5
	few  = 0.3
	// slightest and grave are from where the likeliest kind of trouble is believed.
	slightest, grave = 0.15, 0.35
	// almost is where a launch in danger is heard beside the trouble that endangers it.
	almost = 0.45
	// Where the rules find no part, it takes this much to call a trouble one, and
	// more where they find all of it.
	strong, loud = 0.85, 0.9
	// A request is heard from here on where the rules hear it too, and where they do not.
	heard, unheard = 0.4, 0.85
)

// topics are the kinds of trouble. Silence on a ticket and a launch in danger
// stand beside another trouble, which speaks louder.
var topics = []known{
	{text.TopicLaunch, policy.ProgramLaunchBlocked, almost},
	{text.TopicCore, policy.CoreFunctionDown, even},
	{text.TopicSecurity, policy.SecurityBreach, even},
	{text.TopicSite, policy.SiteOutage, even},
	{text.TopicSSO, policy.SSOUnavailable, even},
	{text.TopicLXP, policy.LXPFeaturesUnavailable, even},
	{text.TopicCareer, policy.CareerMobilityUnavailable, even},
	{text.TopicFTP, policy.FTPDenied, even},
	{text.TopicReports, policy.ReportsFailing24h, even},
	{text.TopicUploads, policy.UploadsFailing24h, even},
	{text.TopicLogin, policy.AuthFailuresOver100, even},
	{text.TopicContent, policy.ProviderContentMissing, even},
	{text.TopicCompletions, policy.ProviderCompletionsMissing, even},
	{text.TopicProfile, policy.ProfileDiscrepancy100, even},
	{text.TopicInsights, policy.InsightsUnavailable, even},
	{text.TopicSilence, policy.StaleTicket1w, few},
}

// Reason is the reason of the policy that stands for a topic in labels, or "".
func Reason(topic text.Topic) policy.ReasonID {
	for _, t := range topics {
		if t.topic == topic {
			return t.reason
		}
	}
	return ""
}

// Outputs are what a model scores, in the order of its file.
func Outputs() []string {
	out := []string{request, urgent, trouble, worked, awaited, part, some}
	for _, t := range topics {
		out = append(out, string(t.topic))
	}
	return out
}
