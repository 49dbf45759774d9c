package pingdom

import (
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads a change of a check's state as a signal, or says why it is none.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	f, native, err := fields(d.Body)
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	name, id, state := f.First("checkname", "checkid", "check"), f.First("checkid", "check"), f.First("currentstate", "action")
	if id == "" || state == "" {
		return webhook.Said{}, fmt.Errorf("%w: it has no check_id or no current_state", webhook.ErrBody)
	}
	means, is := states[strings.ToUpper(string(state))]
	if !is {
		return webhook.Ignored("check %.80s: its state %.40q says neither that it works nor that it does not", name, state), nil
	}
	at, err := changed(f, d.Received)
	if err != nil {
		return webhook.Ignored("check %.80s: state_changed_timestamp: %v", name, err), nil
	}
	labels := alert.Tags(strings.Split(f["tags"], ",")...)
	if labels["severity"] == "" {
		labels["severity"] = f["importancelevel"]
	}
	if labels["region"] == "" {
		labels["region"] = f["firstprobelocation"]
	}
	al := alert.Alert{What: "check", ID: string(id), Name: string(name), Labels: labels, Changes: true, Native: native}
	if means == up {
		al.Ended, al.EndedAt = true, at
	} else {
		al.StartedAt = at
	}
	return a.One("pingdom", al, d.Received), nil
}

// fields are the body's, or those of the message that BeepManager puts into one.
func fields(body []byte) (lenient.Fields, map[string]any, error) {
	f, native, err := lenient.ReadFields(body)
	if err != nil || f["message"] == "" || f["checkid"]+f["check"] != "" {
		return f, native, err
	}
	return lenient.ReadFields([]byte(f["message"]))
}

// changed is when the state changed; where that is not told, when we heard of it.
func changed(f lenient.Fields, received time.Time) (time.Time, error) {
	at := f.First("statechangedtimestamp", "statechangedutctime")
	if at == "" {
		return alert.Heard(received), nil
	}
	return at.Time()
}
