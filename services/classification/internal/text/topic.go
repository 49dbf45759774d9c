package text

import "tocsin/pkg/policy"

// A Topic is a kind of trouble that a note can state.
type Topic string

// The topics. From which number or duration on one of them is a reason of the
// policy is not known here. A reason that an operator added is a topic of its own.
const (
	TopicLaunch      Topic = "launch"      // a program cannot start
	TopicCore        Topic = "core"        // a core part fails, or anything is severely slow
	TopicSecurity    Topic = "security"    // a security breach
	TopicSite        Topic = "site"        // the site as a whole is down
	TopicSSO         Topic = "sso"         // the authentication service fails
	TopicLogin       Topic = "login"       // people cannot log in
	TopicLXP         Topic = "lxp"         // pathways, feeds, plans, content cards
	TopicCareer      Topic = "career"      // career mobility
	TopicFTP         Topic = "ftp"         // FTP access
	TopicReports     Topic = "reports"     // reports fail
	TopicUploads     Topic = "uploads"     // inbound file uploads fail
	TopicContent     Topic = "content"     // a provider's content is missing
	TopicCompletions Topic = "completions" // a provider's completion data is missing
	TopicProfile     Topic = "profile"     // profile data is wrong
	TopicInsights    Topic = "insights"    // Insights fails
	TopicSilence     Topic = "silence"     // nothing happens on the ticket
)

// reasons are the sixteen reasons of the policy with the meaning that their words have.
var reasons = map[policy.ReasonID]meaning{
	policy.ProgramLaunchBlocked:       launch,
	policy.CoreFunctionDown:           core,
	policy.SecurityBreach:             security,
	policy.SiteOutage:                 site,
	policy.SSOUnavailable:             sso,
	policy.LXPFeaturesUnavailable:     lxp,
	policy.CareerMobilityUnavailable:  career,
	policy.FTPDenied:                  ftp,
	policy.ReportsFailing24h:          report,
	policy.UploadsFailing24h:          upload,
	policy.AuthFailuresOver100:        login,
	policy.ProviderContentMissing:     content,
	policy.ProviderCompletionsMissing: completion,
	policy.ProfileDiscrepancy100:      profile,
	policy.InsightsUnavailable:        insights,
	policy.StaleTicket1w:              silence,
}

// subjectWords are the words for a thing, and the trouble that is read of it.
type subjectWords struct {
	means meaning
	topic Topic
}

// subjects are the things that trouble is read of, the general ones last.
var subjects = []subjectWords{
	{ftp, TopicFTP},
	{sso, TopicSSO},
	{completion, TopicCompletions},
	{report, TopicReports},
	{insights, TopicInsights},
	{lxp, TopicLXP},
	{career, TopicCareer},
	{profile, TopicProfile},
	{content, TopicContent},
	{upload, TopicUploads},
	{core, TopicCore},
	{login, TopicLogin},
	{site, TopicSite},
}
