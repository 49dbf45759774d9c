package notification

import (
	"maps"
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/email"
	"tocsin/services/notification/internal/channel/freshdesk"
	"tocsin/services/notification/internal/channel/jira"
	"tocsin/services/notification/internal/channel/pagerduty"
	"tocsin/services/notification/internal/channel/slack"
	"tocsin/services/notification/internal/channel/teams"
	"tocsin/services/notification/internal/channel/webhook"
	"tocsin/services/notification/internal/channel/zammad"
	"tocsin/services/notification/internal/channel/zendesk"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/route"
)

// channels are the kinds of destinations that a file of routes may name.
func channels() map[string]channel.Open {
	return map[string]channel.Open{
		"email":     email.Open,
		"freshdesk": freshdesk.Open,
		"jira":      jira.Open,
		"pagerduty": pagerduty.Open,
		"slack":     slack.Open,
		"teams":     teams.Open,
		"webhook":   webhook.Open,
		"zammad":    zammad.Open,
		"zendesk":   zendesk.Open,
	}
}

// helpdesks are the channels that write on tickets.
func helpdesks() []string { return []string{"freshdesk", "jira", "zammad", "zendesk"} }

// known is what a file of routes may name.
func known(p *policy.Policy) route.Known {
	k := route.Known{Channels: slices.Sorted(maps.Keys(channels())), Helpdesks: helpdesks(), Reasons: p.ReasonIDs()}
	for _, kind := range deliver.Kinds() {
		k.Kinds = append(k.Kinds, string(kind))
	}
	k.Kinds = append(k.Kinds, string(deliver.MuteEnded))
	return k
}
