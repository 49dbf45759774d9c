package uptimerobot

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads a change of a monitor's state as a signal, or says why it is none.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	f, native, err := lenient.ReadFields(d.Body)
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	maps.DeleteFunc(f, func(_, v string) bool { return len(v) > 2 && v[0] == '*' && v[len(v)-1] == '*' })
	name := string(f.First("monitorfriendlyname", "monitorname", "friendlyname", "name", "monitorurl", "url", "monitorid", "id"))
	kind, word := f.First("alerttype", "type"), f.First("alerttypefriendlyname", "alertname", "status", "event", "state")
	if name == "" || kind == "" && word == "" {
		return webhook.Said{}, fmt.Errorf("%w: it names no monitor or no alertType; the body that this door asks for has both", webhook.ErrBody)
	}
	means := types[string(kind)]
	if means == "" {
		means = types[strings.ToLower(string(word))]
	}
	if means == "" {
		return webhook.Ignored("monitor %.80s: %s", name, other(kind, word, f)), nil
	}
	at, err := when(f, d.Received)
	if err != nil {
		return webhook.Ignored("monitor %.80s: alertDateTime: %v", name, err), nil
	}
	al := alert.Alert{
		What: "monitor", ID: string(f.First("monitorid", "id")), Name: name, Labels: alert.Tags(tags(f)...), Changes: true, Native: native,
	}
	if al.ID == "" {
		al.ID = name
	}
	if means == up {
		al.Ended, al.EndedAt = true, at
	} else {
		al.StartedAt = at
	}
	return a.One("uptimerobot", al, d.Received), nil
}

// other says what an alert is that is neither down nor up.
func other(kind, word lenient.Text, f lenient.Fields) string {
	if kind == "3" || strings.Contains(strings.ToLower(string(word)), "expir") {
		if days := f.First("sslexpirydaysleft", "domainexpirydaysleft"); days != "" {
			return fmt.Sprintf("what expires in %.10s days breaks nothing yet", days)
		}
		return "what expires breaks nothing yet"
	}
	if word == "" {
		word = kind
	}
	return fmt.Sprintf("its alert type %.40q says neither down (1) nor up (2)", word)
}

// tags are the body's, and the labels that it names as fields of their own.
func tags(f lenient.Fields) []string {
	all := strings.Split(string(f.First("tags", "monitortags")), ",")
	for _, label := range []string{"component", "tenant", "region", "severity"} {
		all = append(all, label+":"+f[label])
	}
	return all
}

// when is when the state changed; where that is not told, when we heard of it.
func when(f lenient.Fields, received time.Time) (time.Time, error) {
	at := f.First("alertdatetime", "datetime", "timestamp")
	if at == "" {
		return alert.Heard(received), nil
	}
	return at.Time()
}
