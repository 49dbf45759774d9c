package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A Cases reads cases.
type Cases interface {
	// Cases is one page of the cases that q asks for.
	Cases(ctx context.Context, q ledger.Query) (ledger.Page, error)
	// Case is the case as it now is.
	Case(ctx context.Context, id string) (decide.Case, error)
	// CasesOf are the cases that conditions belong to, by the conditions' ids.
	CasesOf(ctx context.Context, conditions ...string) (map[string]string, error)
}

// A History reads what became of a case.
type History interface {
	// Audit is the transitions of a case, oldest first.
	Audit(ctx context.Context, caseID string) ([]ledger.AuditRow, error)
	// Deliveries are the attempts to tell somebody of the case, oldest first.
	Deliveries(ctx context.Context, caseID string) ([]ledger.Delivery, error)
}

// API serves cases, how the conditions stand, and what leadership teaches.
type API struct {
	Cases   Cases
	History History
	Outlook Outlook
	Labels  Labels
	Archive Archive
	Desk    desk.Desk
	Gate    who.Gate
	Policy  *policy.Policy
	Log     *slog.Logger
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

func (a *API) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// Mount puts the paths on mux.
func (a *API) Mount(mux *http.ServeMux) {
	handle := func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
		mux.Handle(pattern, a.Gate.Only(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				a.refuse(w, err)
			}
		}), func(w http.ResponseWriter, _ *http.Request) { a.refuse(w, who.ErrUnknown) }))
	}
	handle("GET /v1/cases", a.list)
	handle("GET /v1/cases/{id}", a.show)
	handle("GET /v1/conditions", a.conditions)
	handle("GET /v1/cases/{id}/labels", a.labelsOf)
	handle("POST /v1/cases/{id}/labels", a.correct)
	handle("GET /v1/labels", a.labels)
	handle("GET /v1/labels/{id}", a.label)
	for _, action := range desk.Actions() {
		handle("POST /v1/cases/{id}/"+string(action), func(w http.ResponseWriter, r *http.Request) error { return a.act(w, r, action) })
	}
}

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	page, err := a.Cases.Cases(r.Context(), q)
	if err != nil {
		return err
	}
	out := struct {
		Cases []json.RawMessage `json:"cases"`
		Next  string            `json:"next,omitempty"`
	}{Cases: []json.RawMessage{}, Next: page.Next}
	for _, c := range page.Cases {
		data, err := encode(events.Case(a.Policy, c))
		if err != nil {
			return err
		}
		out.Cases = append(out.Cases, data)
	}
	return write(w, out)
}

// query reads what the caller asks for.
func query(r *http.Request) (ledger.Query, error) {
	v := r.URL.Query()
	q := ledger.Query{Tenant: v.Get("tenant"), Cursor: v.Get("cursor")}
	for _, states := range v["state"] {
		for s := range strings.SplitSeq(states, ",") {
			q.States = append(q.States, decide.State(s))
		}
	}
	switch order := v.Get("order"); order {
	case "", "impact":
	case "time":
		q.Order = ledger.ByTime
	default:
		return q, badRequest("order", "%q is neither impact nor time", order)
	}
	var err error
	q.Limit, err = limitOf(v.Get("limit"))
	return q, err
}

// limitOf reads how many are asked for; 0 is the usual number.
func limitOf(asked string) (int, error) {
	if asked == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > 500 {
		return 0, badRequest("limit", "%q is not a number from 1 to 500", asked)
	}
	return n, nil
}

func (a *API) show(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	c, err := a.Cases.Case(r.Context(), id)
	if err != nil {
		return err
	}
	audit, err := a.History.Audit(r.Context(), id)
	if err != nil {
		return err
	}
	told, err := a.History.Deliveries(r.Context(), id)
	if err != nil {
		return err
	}
	data, err := encode(events.Case(a.Policy, c))
	if err != nil {
		return err
	}
	out := struct {
		Case       json.RawMessage   `json:"case"`
		Audit      []json.RawMessage `json:"audit"`
		Deliveries []delivery        `json:"deliveries"`
	}{data, []json.RawMessage{}, []delivery{}}
	for _, row := range audit {
		data, err := encode(events.AuditEntry(row))
		if err != nil {
			return err
		}
		out.Audit = append(out.Audit, data)
	}
	for _, d := range told {
		out.Deliveries = append(out.Deliveries, deliveryOf(d))
	}
	return write(w, out)
}

// delivery is one attempt to tell somebody, as the API shows it.
type delivery struct {
	Notification string    `json:"notification"`
	Audience     string    `json:"audience"`
	Recipient    string    `json:"recipient,omitempty"`
	Kind         string    `json:"kind"`
	Channel      string    `json:"channel"`
	Destination  string    `json:"destination,omitempty"`
	Outcome      string    `json:"outcome"`
	Attempt      uint32    `json:"attempt"`
	At           time.Time `json:"at"`
	Answer       string    `json:"answer,omitempty"`
}

func deliveryOf(d ledger.Delivery) delivery {
	return delivery{d.Notification, d.Audience, d.Recipient, d.Kind, d.Channel, d.Destination, d.Outcome, d.Attempt, d.At, d.Answer}
}

// order is the body of an action.
type order struct {
	Version uint64          `json:"version"`
	Note    string          `json:"note"`
	Ground  policy.GroundID `json:"ground"`
	ETA     time.Time       `json:"eta"`
}

// maxOrder bounds the body of an action.
const maxOrder = 64 << 10

func (a *API) act(w http.ResponseWriter, r *http.Request, action desk.Action) error {
	var o order
	if err := strict(http.MaxBytesReader(w, r.Body, maxOrder), &o); err != nil {
		return badRequest("", "not an order, as {\"version\":1,\"note\":\"…\"}: %v", err)
	}
	c, err := a.Desk.Do(r.Context(), r.PathValue("id"), desk.Order{
		Action: action, By: who.Of(r.Context()), Key: r.Header.Get("Idempotency-Key"),
		Version: o.Version, Note: o.Note, Ground: o.Ground, ETA: o.ETA,
	})
	if err != nil {
		return err
	}
	data, err := encode(events.Case(a.Policy, c))
	if err != nil {
		return err
	}
	return write(w, map[string]json.RawMessage{"case": data})
}

// strict reads JSON into v, which has every field that is there.
func strict(body io.Reader, v any) error {
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// encode is a message's JSON with the schema's own field names.
func encode(m proto.Message) (json.RawMessage, error) {
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return data, nil
}

func write(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
