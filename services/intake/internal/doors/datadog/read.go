package datadog

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// empty is a variable that Datadog did not fill in.
var empty = regexp.MustCompile(`^\$[A-Z_]+(\[[^\]]*\])?$`)

// wrap is the object within which some put all of it.
const wrap = "metadata"

// read reads a notification as a signal, or says why it is none.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	f, native, err := lenient.ReadFields(d.Body)
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	maps.DeleteFunc(f, func(_, v string) bool { return empty.MatchString(v) })
	for name, value := range maps.Clone(f) {
		if inner, is := strings.CutPrefix(name, wrap); is && f[inner] == "" {
			f[inner] = value
		}
	}
	n := notice{Fields: f, title: titled(string(f.First("eventtitle", "title", "alerttitle"))), native: native}
	if n.at, err = n.when(d.Received); err != nil {
		return webhook.Ignored("monitor %.80s: its date: %v", n.name(), err), nil
	}
	al, why := n.alert()
	switch {
	case why != nil:
		return webhook.Said{Ignored: []string{al.Why(why)}}, nil
	case al.ID == "" && n.First("eventtype", "eventtitle", "title", "alerttype") != "":
		return webhook.Ignored("event %.80s: it says no transition of a monitor", al.Name), nil
	case al.ID == "":
		return webhook.Said{}, fmt.Errorf("%w: it has neither an alert_transition nor a title; send the payload that this door asks for", webhook.ErrBody)
	}
	return a.One("datadog", al, d.Received), nil
}

// notice is one notification on its way to an alert.
type notice struct {
	lenient.Fields
	title  title
	at     time.Time
	native map[string]any
}

// when is when it happened; where that is not told, when we heard of it.
func (n notice) when(received time.Time) (time.Time, error) {
	at := n.First("date", "dateposix", "lastupdated", "lastupdatedposix", "timestamp")
	if at == "" {
		return alert.Heard(received), nil
	}
	return at.Time()
}

// name is the monitor's.
func (n notice) name() string {
	for _, name := range []string{titled(n.Fields["alerttitle"]).name, n.title.name, n.Fields["monitorname"], n.Fields["alertid"]} {
		if name != "" {
			return name
		}
	}
	return string(n.First("monitorid", "id"))
}

// alert is what the notification is of, and why it says nothing, if it does not. One
// without an id is not understood.
func (n notice) alert() (al alert.Alert, why error) {
	al = alert.Alert{Name: n.name(), Labels: n.labels(), Changes: true, Native: n.native}
	switch {
	case n.Fields["securitysignalid"] != "":
		n.finding(&al)
	case n.Fields["incidentpublicid"] != "":
		n.incident(&al)
	default:
		why = n.monitor(&al)
	}
	if al.Ended {
		al.EndedAt = n.at
	} else {
		al.StartedAt = n.at
	}
	return al, why
}

func (n notice) monitor(al *alert.Alert) error {
	al.What = "monitor"
	said := string(n.First("alerttransition", "transition"))
	if said == "" {
		said = n.title.transition
	}
	means := transitionNamed(said, string(n.First("alerttype", "type")))
	switch {
	case n.title.test:
		return errors.New("a test of its notification, nothing is broken")
	case means == silent:
		return errors.New("it has no data; that is not known to be broken")
	case means == unknown && said != "":
		return fmt.Errorf("its transition %.40q says neither that something is broken nor that it works", said)
	case means == unknown:
		return nil
	case means == warned:
		al.Status = receive.Degraded
	case means == recovered:
		al.Ended = true
	}
	scope := n.scope()
	al.ID = string(n.First("alertcyclekey", "alertid", "monitorid", "aggregkey"))
	if n.Fields["alertcyclekey"] == "" {
		al.ID = strings.Trim(first(al.ID, al.Name)+" "+scope, " ")
	}
	al.Prober = strings.Trim(al.Name+" "+scope, " ")
	return nil
}

func (n notice) finding(al *alert.Alert) {
	al.What, al.ID = "security signal", "security/"+n.Fields["securitysignalid"]
	al.Name = string(n.First("securitysignaltitle", "securityrulename", "securitysignalid"))
	al.Labels["tocsin_kind"], al.Labels["finding"] = "security_finding", n.Fields["securitysignalid"]
	if severity := n.Fields["securitysignalseverity"]; severity != "" {
		al.Labels["severity"] = severity
	}
}

func (n notice) incident(al *alert.Alert) {
	al.What, al.ID = "incident", "incident/"+n.Fields["incidentpublicid"]
	al.Name = string(n.First("incidenttitle", "title", "incidentpublicid"))
	status := strings.ToLower(n.Fields["incidentstatus"])
	al.Ended = status == "resolved" || status == "stable" || status == "completed"
	if severity := n.Fields["incidentseverity"]; alert.Severity(severity) {
		al.Labels["severity"] = severity
	}
}

// scope is the group of the monitor, or the host, of which the notification is; it is
// empty where that is the whole.
func (n notice) scope() string {
	return strings.Trim(first(string(n.First("alertscope", "scopes", "scope")), n.title.scope, n.Fields["hostname"]), "* ")
}

// labels are the tags, those of the scope, and the priority where no tag says the
// severity. $PRIORITY is an event's, normal or low, and says nothing of an alert.
func (n notice) labels() map[string]string {
	labels := alert.Tags(strings.Split(n.Fields["tags"]+","+n.scope(), ",")...)
	for _, said := range []string{n.Fields["alertpriority"], n.Fields["priority"], n.Fields["severity"], n.title.priority} {
		if labels["severity"] == "" && priority.MatchString(said) {
			labels["severity"] = said
		}
	}
	return labels
}

// first is the first that is not empty.
func first(all ...string) string {
	for _, one := range all {
		if one != "" {
			return one
		}
	}
	return ""
}
