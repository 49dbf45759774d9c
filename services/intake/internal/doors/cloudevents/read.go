package cloudevents

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// read reads what was delivered, in whichever mode, and names what of it says nothing.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	all, bad, err := events(d)
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w", webhook.ErrBody, err)
	}
	out := webhook.Said{Ignored: bad}
	if len(all)+len(bad) == 0 {
		out.Ignored = append(out.Ignored, "no event in the batch")
	}
	seen := map[string]bool{}
	for _, ce := range all {
		al := alertOf(ce, d)
		if strings.HasPrefix(ce.Type(), "tocsin.") {
			out.Ignored = append(out.Ignored, fmt.Sprintf("event %.80s: the type %.80q is ours; send it to /v1/signals or /v1/tickets", ce.ID(), ce.Type()))
			continue
		}
		// Heard when it happened: it is said once, not again while it lasts.
		signals, err := a.Alerts.Signals(a.From("cloudevents"), al, al.StartedAt)
		if err != nil {
			out.Ignored = append(out.Ignored, fmt.Sprintf("event %.80s of type %.80s: %v", ce.ID(), ce.Type(), err))
		}
		if len(signals) > 0 && !seen[al.ID] {
			seen[al.ID] = true
			signals[0].ID = al.ID
			out.Signals = append(out.Signals, signals[0])
		}
	}
	return out, nil
}

// events are those that were delivered; bad names those of a batch that are none.
func events(d webhook.Delivery) (all []cloudevent.Event, bad []string, err error) {
	mode, err := cloudevent.ModeOf(d.Header)
	if err != nil {
		return nil, nil, err
	}
	if body := bytes.TrimSpace(d.Body); mode == cloudevent.None && bytes.HasPrefix(body, []byte("[")) {
		mode = cloudevent.Batch // the content type was left out
	}
	var ce cloudevent.Event
	switch mode {
	case cloudevent.Binary:
		ce, err = cloudevent.FromHeader(d.Header, d.Body, "application/json")
	case cloudevent.Batch:
		return batch(d.Body)
	default:
		ce, err = cloudevent.FromJSON(d.Body)
	}
	return []cloudevent.Event{ce}, nil, err
}

func batch(body []byte) (all []cloudevent.Event, bad []string, err error) {
	parts, err := cloudevent.Split(body)
	for n, part := range parts {
		ce, err := cloudevent.FromJSON(part)
		if err != nil {
			bad = append(bad, fmt.Sprintf("event %d of the batch: %v", n+1, err))
			continue
		}
		all = append(all, ce)
	}
	return all, bad, err
}

// alertOf is the event as all monitors' are read.
func alertOf(ce cloudevent.Event, d webhook.Delivery) alert.Alert {
	labels, native := map[string]string{}, map[string]any{}
	for name, value := range ce.Attributes {
		native[name] = value
	}
	if data := dataOf(ce); data != nil {
		native["data"] = data
	}
	if ce.JSON() {
		var members map[string]lenient.Text
		if json.Unmarshal(ce.Data, &members) == nil {
			for name, value := range members {
				if value != "" {
					labels[name] = string(value)
				}
			}
		}
	}
	extensions := maps.Clone(ce.Attributes)
	for _, core := range []string{"id", "source", "type", "subject", "time", "specversion", "datacontenttype", "dataschema"} {
		delete(extensions, core)
	}
	maps.Copy(labels, extensions)
	switch status := strings.ToUpper(labels["status"]); {
	case labels["tocsin_status"] != "":
	case status == "UP" || status == "DEGRADED" || status == "DOWN":
		labels["tocsin_status"] = status
	case labels["severity"] == "":
		labels["severity"] = "none"
	}
	al := alert.Alert{ID: identity(ce), Name: ce.Type(), Labels: labels, StartedAt: ce.Time, Native: native}
	if ce.Time.IsZero() {
		al.StartedAt = d.Received.UTC()
	}
	return al
}

// dataOf are the data as the expressions see them: JSON as JSON reads, others as text.
func dataOf(ce cloudevent.Event) any {
	var data any
	if ce.JSON() && json.Unmarshal(ce.Data, &data) == nil {
		return data
	}
	if len(ce.Data) == 0 {
		return nil
	}
	return string(ce.Data)
}

// identity is what an event is known by; a hash where it is too long for an id.
func identity(ce cloudevent.Event) string {
	id := strings.TrimSpace(ce.Source() + "/" + ce.ID())
	if len(id) <= 256 {
		return id
	}
	hash := sha256.Sum256([]byte(ce.Source() + "\x00" + ce.ID()))
	return hex.EncodeToString(hash[:16])
}
