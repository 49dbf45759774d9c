package salesforce

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// A record is an object with those of its fields that are said.
type record struct {
	// kind is Case, CaseComment, EmailMessage, or another one that is left out.
	kind   string
	fields map[string]string
	// change is how it came to be; nil where only its state is said.
	change *change
	native map[string]any
}

type change struct {
	kind string // CREATE, UPDATE, DELETE, UNDELETE
	key  string // of the transaction, with its place in it
	by   string
	at   time.Time
}

// event is a captured change or a platform event, in one of its envelopes.
type event struct {
	Payload json.RawMessage `json:"payload"`
	Data    *event          `json:"data"`
	Detail  *event          `json:"detail"`
}

// payload is what the innermost envelope holds.
func (e *event) payload() json.RawMessage {
	for range 4 {
		switch {
		case len(e.Payload) > 0:
			return e.Payload
		case e.Data != nil:
			e = e.Data
		case e.Detail != nil:
			e = e.Detail
		default:
			return nil
		}
	}
	return nil
}

type header struct {
	Entity  string         `json:"entityName"`
	Records []lenient.Text `json:"recordIds"`
	Kind    string         `json:"changeType"`
	Key     string         `json:"transactionKey"`
	Number  lenient.Text   `json:"sequenceNumber"`
	At      lenient.Text   `json:"commitTimestamp"`
	By      string         `json:"commitUser"`
}

// changes are the records of an event, one for each id.
func changes(body []byte) ([]record, error) {
	if all := objects(body); len(all) > 0 {
		return all, nil
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("%w: %w; send an outbound message, an event or the template", webhook.ErrBody, lenient.Reason(err))
	}
	raw := e.payload()
	var said struct {
		Header *header `json:"ChangeEventHeader"`
	}
	native, members := map[string]any{}, map[string]json.RawMessage{}
	if json.Unmarshal(raw, &members) != nil || json.Unmarshal(raw, &native) != nil {
		return nil, fmt.Errorf("%w: it has no payload of an event, nor is it a record with its attributes; send one of these, or the template", webhook.ErrBody)
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return nil, fmt.Errorf("%w: its ChangeEventHeader: %w", webhook.ErrBody, err)
	}
	if said.Header == nil {
		return platform(members, native)
	}
	h := said.Header
	at, err := h.At.Time()
	if err != nil {
		return nil, fmt.Errorf("%w: commitTimestamp %w", webhook.ErrBody, err)
	}
	if len(h.Records) == 0 || len(h.Records) > most {
		return nil, fmt.Errorf("%w: it is about %d records; 1 to %d are read", webhook.ErrBody, len(h.Records), most)
	}
	var all []record
	for _, id := range h.Records {
		fields := flat(members)
		fields["Id"] = string(id)
		all = append(all, record{
			kind: strings.TrimSuffix(h.Entity, "ChangeEvent"), fields: fields, native: native,
			change: &change{kind: strings.TrimPrefix(h.Kind, "GAP_"), key: h.Key + "/" + string(h.Number), by: h.By, at: at},
		})
	}
	return all, nil
}

// platform is an event of one's own that carries a case's fields, with "__c" or without.
func platform(members map[string]json.RawMessage, native map[string]any) ([]record, error) {
	fields := map[string]string{}
	for name, value := range flat(members) {
		fields[strings.TrimSuffix(name, "__c")] = value
		fields[name] = value
	}
	if fields["Id"] == "" {
		fields["Id"] = fields["CaseId"]
	}
	if fields["LastModifiedDate"] == "" {
		fields["LastModifiedDate"] = fields["CreatedDate"]
		delete(fields, "CreatedDate") // the event's, not the case's
	}
	if !strings.HasPrefix(fields["Id"], casePrefix) {
		return nil, fmt.Errorf("%w: its payload has neither a ChangeEventHeader nor the id of a case (CaseId__c)", webhook.ErrBody)
	}
	return []record{{kind: "Case", fields: fields, native: native}}, nil
}

// flat are the members as text, those of objects with the object's name before theirs.
func flat(members map[string]json.RawMessage) map[string]string {
	all := map[string]string{}
	for name, raw := range members {
		var inner map[string]json.RawMessage
		if len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &inner) == nil {
			for within, value := range inner {
				all[name+"."+within] = lenient.Plain(value)
			}
			continue
		}
		all[name] = lenient.Plain(raw)
	}
	return all
}
