package statuspage

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// read reads a delivery as signals, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	var b delivered
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, lenient.Reason(err))
	}
	r := reading{delivery: d, account: a}
	_ = json.Unmarshal(d.Body, &r.native) // it has been read once
	switch {
	case b.Update != nil:
		return r.update(*b.Update, b.Component), nil
	case b.Incident != nil && b.Incident.ID != "":
		return r.incident(*b.Incident), nil
	}
	return webhook.Said{}, fmt.Errorf("%w: it has neither an incident nor a component_update; subscribe this door to the page, by webhook", webhook.ErrBody)
}

// reading is one body on its way to signals. What the house's expressions see is the
// body, with the one component that is spoken of as "component".
type reading struct {
	delivery webhook.Delivery
	account  webhook.Account
	native   map[string]any
}

// update reads a change of one component.
func (r reading) update(u update, c component) webhook.Said {
	if c.ID == "" {
		c.ID = u.ComponentID
	}
	if u.NewStatus != "" {
		c.Status = u.NewStatus
	}
	at, err := u.CreatedAt.Time()
	if err != nil {
		return webhook.Ignored("component %.80s: component_update.created_at: %v", c.Name, err)
	}
	return r.component(c, at, true)
}

// incident reads an incident by its components, or where it names none by its impact.
func (r reading) incident(i incident) webhook.Said {
	status := word(i.Status)
	switch {
	case planned[status] || planned[word(i.Impact)] || i.ScheduledFor != "":
		return webhook.Ignored("incident %.80s: is planned maintenance, so nothing is broken", i.Name)
	case status == "postmortem":
		return webhook.Ignored("incident %.80s: is a report on what is over", i.Name)
	}
	at, changed := i.newest()
	if at.IsZero() {
		return webhook.Ignored("incident %.80s: it does not say when it was told", i.Name)
	}
	parts := i.parts(changed)
	if len(parts) == 0 {
		return r.whole(i, at)
	}
	var all []webhook.Said
	for _, c := range parts {
		all = append(all, r.component(c, at, over[status] || recovered(c, changed)))
	}
	return webhook.Join(all)
}

// recovered says whether the newest update made the component better.
func recovered(c component, changed []affected) bool {
	for _, one := range changed {
		if (one.Code == c.ID || one.Name == c.Name) && word(one.OldStatus) != "operational" {
			return true
		}
	}
	return false
}

// whole reads an incident that names no component.
func (r reading) whole(i incident, at time.Time) webhook.Said {
	al := alert.Alert{What: "incident", ID: string(i.ID), Name: string(i.Name), Native: r.native}
	if word(i.Status) == "resolved" {
		return r.said(al, receive.Up, at)
	}
	status := impacts[word(i.Impact)]
	if status == "" {
		return webhook.Ignored("incident %.80s: its impact %.40q says that nothing is broken", i.Name, i.Impact)
	}
	return r.said(al, status, at)
}

// component reads how a component is from then on. Where it is not known to have been
// worse, that it works is no news.
func (r reading) component(c component, at time.Time, worse bool) webhook.Said {
	status := statuses[word(c.Status)]
	switch {
	case planned[word(c.Status)]:
		return webhook.Ignored("component %.80s: is under planned maintenance, so it is not broken", c.Name)
	case status == "":
		return webhook.Ignored("component %.80s: its status %.40q is not known", c.Name, c.Status)
	case status == receive.Up && !worse:
		return webhook.Ignored("component %.80s: it is operational, the incident changed nothing of that", c.Name)
	}
	al := alert.Alert{What: "component", ID: string(c.ID), Name: string(c.Name), Native: maps.Clone(r.native)}
	if al.Native["component"] = map[string]any{"id": al.ID, "name": al.Name, "status": string(c.Status)}; al.ID == "" {
		al.ID = al.Name
	}
	return r.said(al, status, at)
}

// said is what is known to be of that status from that time on.
func (r reading) said(al alert.Alert, status receive.ProbeStatus, at time.Time) webhook.Said {
	al.Changes = true
	if status == receive.Up {
		al.Ended, al.EndedAt = true, at
	} else {
		al.StartedAt, al.Status = at, status
	}
	return r.account.One("statuspage", al, r.delivery.Received)
}
