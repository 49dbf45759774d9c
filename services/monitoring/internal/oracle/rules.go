package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A whole is all there is to judge from: the signals in the order of a replay,
// and when the clock ends.
type whole struct {
	rules   policy.Rules
	signals []detect.Signal
	end     time.Time
}

// asIs asks a rule as it is; tests may ask it more often.
func asIs(r rule) rule { return r }

// told is what is stated of every condition: of those that rest on signals
// alone, then of the launches that those block.
func (w whole) told(asked func(rule) rule) []stated {
	var all []stated
	for _, scope := range scopes(w.signals) {
		for _, r := range rulesOf(w.rules, scope, w.signals) {
			all = append(all, w.follow(r, asked)...)
		}
	}
	conditions := slices.Clone(all)
	inTurn(conditions, w.signals)
	for _, scope := range scopes(w.signals) {
		for _, r := range launchesOf(w.rules, scope, w.signals, conditions) {
			all = append(all, w.follow(r, asked)...)
		}
	}
	return all
}

// follow is what is stated of one condition; nothing where its reason is off.
func (w whole) follow(r scopedRule, asked func(rule) rule) []stated {
	if w.rules.Off[policy.ReasonID(r.reason)] {
		return nil
	}
	r.rule = asked(r.rule)
	return follow(r, w.rules.Flapping, keep(w.signals, r.rule.reads), w.end)
}

// rulesOf are the rules that rest on signals alone, in one scope, each with
// the subjects that the signals name there.
func rulesOf(rules policy.Rules, scope string, signals []detect.Signal) []scopedRule {
	all := []scopedRule{
		{"auth_failures_over_100", scope, "", authFailures{rules.AuthFailures, wide(scope)}},
		{"sso_unavailable", scope, "", sso{rules.SSO, wide(scope)}},
		{"reports_failing_24h", scope, "", deliveries{rules.Reports, wide(scope), detect.KindReportRun}},
		{"uploads_failing_24h", scope, "", deliveries{rules.Uploads, wide(scope), detect.KindFileUpload}},
		{"ftp_denied", scope, "", ftp{rules.FTP, wide(scope)}},
		{"profile_discrepancy_100", scope, "", profiles{rules.Profiles, narrow(scope)}},
	}
	named := keep(signals, narrow(scope).holds)
	all = append(all, componentsOf(rules, scope, named)...)
	all = append(all, providersOf(rules, scope, named)...)
	all = append(all, findingsOf(rules, scope, named)...)
	return append(all, ticketsOf(rules, scope, named)...)
}

// wide is a scope of a rule that holds for the platform too: there it holds
// the signals of all tenants and those that name none.
type wide string

func (scope wide) holds(s detect.Signal) bool { return scope == Platform || s.Tenant == string(scope) }

// narrow is a scope of the other rules: the platform's holds only signals that
// name no tenant.
type narrow string

func (scope narrow) holds(s detect.Signal) bool {
	if scope == Platform {
		return s.Tenant == ""
	}
	return s.Tenant == string(scope)
}

func scopes(signals []detect.Signal) []string {
	all := []string{Platform}
	for _, s := range signals {
		if s.Tenant != "" && !slices.Contains(all, s.Tenant) {
			all = append(all, s.Tenant)
		}
	}
	return all
}

// subjects are the different subjects that the signals of one kind name.
func subjects(signals []detect.Signal, kind detect.Kind, of func(detect.Signal) string) []string {
	var all []string
	for _, s := range signals {
		if s.Kind == kind && !slices.Contains(all, of(s)) {
			all = append(all, of(s))
		}
	}
	return all
}
