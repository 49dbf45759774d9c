package grafana

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads a notification as signals, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	var b struct {
		alert.Group
		rule
	}
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, lenient.Reason(err))
	}
	switch {
	case b.Alerts != nil:
		signals, ignored, err := a.Alerts.Group(a.From("grafana"), b.Group, d.Received, unsure)
		if err != nil {
			return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
		}
		return webhook.Said{Signals: signals, Ignored: ignored}, nil
	case b.RuleName != "" || b.RuleID != "":
		return b.said(d, a), nil
	}
	return webhook.Said{}, fmt.Errorf("%w: it has neither alerts nor a ruleName; leave the contact point's payload as Grafana writes it", webhook.ErrBody)
}

// unsure is why it is not known whether what an alert is about works.
func unsure(f alert.Fired) string {
	if why := unevaluated[f.Labels["alertname"]]; why != "" {
		return fmt.Sprintf("the rule %.80q was not evaluated, %s; that is not known to be broken", f.Labels["rulename"], why)
	}
	reason := f.Annotations["grafana_state_reason"]
	if why := withdrawn[reason]; why != "" && f.Status == "resolved" {
		return fmt.Sprintf("it did not recover, %s; that is not known to work", why)
	}
	return ""
}

// rule is a body of legacy alerting, which speaks of one rule.
type rule struct {
	RuleName lenient.Text    `json:"ruleName"`
	RuleID   lenient.Text    `json:"ruleId"`
	OrgID    lenient.Text    `json:"orgId"`
	State    lenient.Text    `json:"state"`
	Tags     json.RawMessage `json:"tags"`
	Matches  json.RawMessage `json:"evalMatches"`
}

// said is what a body of legacy alerting says.
func (r rule) said(d webhook.Delivery, a webhook.Account) webhook.Said {
	at, state := alert.Heard(d.Received), strings.ToLower(string(r.State))
	al := alert.Alert{
		What: "rule", ID: "rule/" + string(r.OrgID) + "/" + string(r.RuleID), Name: string(r.RuleName), Labels: r.labels(), Changes: true,
	}
	if r.RuleID == "" || r.RuleID == "0" {
		al.ID = "rule/" + string(r.OrgID) + "/" + al.Name
	}
	_ = json.Unmarshal(d.Body, &al.Native) // it has been read once
	switch state {
	case alerting:
		al.StartedAt = at
	case ok:
		al.Ended, al.EndedAt = true, at
	default:
		return webhook.Ignored("rule %.80s: its state %.20q says neither that something is broken nor that it works", r.RuleName, state)
	}
	return a.One("grafana", al, d.Received)
}

// labels are the rule's tags, and those that all its matching series have.
func (r rule) labels() map[string]string {
	var matches []struct {
		Tags json.RawMessage `json:"tags"`
	}
	_ = json.Unmarshal(r.Matches, &matches) // of another shape: none
	labels := map[string]string{}
	for i, m := range matches {
		tags := texts(m.Tags)
		if i == 0 {
			labels = tags
		}
		maps.DeleteFunc(labels, func(name, value string) bool { return tags[name] != value })
	}
	maps.Copy(labels, texts(r.Tags))
	return labels
}

// texts are the plain values of an object.
func texts(raw json.RawMessage) map[string]string {
	var object map[string]lenient.Text
	_ = json.Unmarshal(raw, &object) // of another shape: none
	all := map[string]string{}
	for name, value := range object {
		all[name] = string(value)
	}
	return all
}
