package door

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Door serves the producers' paths.
type Door struct {
	Intake events.Intake
	// Token, if not empty, is what producers must send as a bearer token.
	Token string
	// Sources are producers with tokens of their own; nil knows none.
	Sources *source.Register
	// Limits and Room are what one of them may ask; nil is no limit.
	Limits *limit.Keeper
	Room   *limit.Room
	// Hooks are the vendors' doors; Follow changes them.
	Hooks Hooks
	// Shelf keeps what was not taken; nil keeps nothing.
	Shelf Shelf
	// Deliveries know which signed deliveries were taken; nil knows none.
	Deliveries *events.Deliveries
	Log        *slog.Logger

	follows atomic.Pointer[Hooks]
	kept    budgets
}

// storeWithin is how long storing may take before the producer is told to try again.
const storeWithin = 10 * time.Second

// maxBatch is how many signals one SignalBatch may have.
const maxBatch = 10000

// Mount puts the paths on mux.
func (d *Door) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/tickets", d.allowed(d.tickets))
	mux.HandleFunc("POST /v1/signals", d.allowed(d.signals))
	mux.HandleFunc("POST /v1/logs", saysStatus(d.allowed(d.logs)))
	mux.HandleFunc("POST /v1/hooks/{source}", d.roomy(d.hook))
}

func (d *Door) tickets(w http.ResponseWriter, r *http.Request, who *source.Source) {
	serve(d, w, r, d.ticketForm().of(who))
}

func (d *Door) signals(w http.ResponseWriter, r *http.Request, who *source.Source) {
	serve(d, w, r, d.signalForm().of(who))
}

func (d *Door) ticketForm() form[ingressv1.TicketEvent, *ingressv1.TicketEvent] {
	protobuf := func(data []byte) ([]*ingressv1.TicketEvent, error) {
		ev := &ingressv1.TicketEvent{}
		if err := forms.Protobuf(data, ev); err != nil {
			return nil, err
		}
		return []*ingressv1.TicketEvent{ev}, d.Intake.AdmitTicketEvent(ev)
	}
	event := func(ce cloudevent.Event) ([]*ingressv1.TicketEvent, error) {
		ev, err := events.TicketEventOf(ce)
		return []*ingressv1.TicketEvent{ev}, err
	}
	return form[ingressv1.TicketEvent, *ingressv1.TicketEvent]{
		name: "tickets", check: d.Intake.AdmitTicketEvent, protobuf: protobuf, event: event, take: d.Intake.TakeTicketEvents,
	}
}

func (d *Door) signalForm() form[ingressv1.Signal, *ingressv1.Signal] {
	protobuf := func(data []byte) ([]*ingressv1.Signal, error) {
		signals, err := forms.Signals(data)
		if err != nil {
			return nil, err
		}
		return d.checkAll(signals)
	}
	return form[ingressv1.Signal, *ingressv1.Signal]{
		name: "signals", batch: "signals", check: d.Intake.AdmitSignal, protobuf: protobuf, event: events.ValidSignalsOf, take: d.Intake.Signals.Put,
	}
}

// store lets take store within its time. While the bus is away it is not asked:
// the producer hears of it at once.
func (d *Door) store(r *http.Request, take func(context.Context) error) error {
	if err := d.Intake.Tickets.Conn.Up(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	return take(ctx)
}

// checkAll refuses the whole batch if one signal is refused.
func (d *Door) checkAll(signals []*ingressv1.Signal) ([]*ingressv1.Signal, error) {
	if len(signals) == 0 || len(signals) > maxBatch {
		return nil, forms.Refuse("signals", "has %d signals; give 1 to %d", len(signals), maxBatch)
	}
	refused := &forms.Refused{}
	for i, s := range signals {
		if len(refused.Problems) >= maxRejected {
			break
		}
		err := d.Intake.CheckSignal(s)
		if err == nil {
			continue
		}
		r, ok := err.(*forms.Refused)
		if !ok {
			return nil, err
		}
		for _, p := range r.Problems {
			refused.Problems = append(refused.Problems, forms.Problem{Field: "signals" + path(i, p.Field), Reason: p.Reason})
		}
	}
	if len(refused.Problems) > 0 {
		return nil, refused
	}
	return signals, nil
}

// form is how one kind of event is read, checked and stored.
type form[T any, M message[T]] struct {
	name     string // the last part of the path
	batch    string // the field of the events in a message of protobuf; empty: it is one event
	who      *source.Source
	check    func(M) error // after the schema
	protobuf func([]byte) ([]M, error)
	event    func(cloudevent.Event) ([]M, error) // all or none of it, held against the schema
	take     func(context.Context, []M) error
}

// of is the form as somebody sends it.
func (f form[T, M]) of(who *source.Source) form[T, M] {
	f.who = who
	return f
}

// checkLine is check of one line of many, which may be somebody else's.
func (f form[T, M]) checkLine(m M) error {
	if err := f.check(m); err != nil || f.who == nil {
		return err
	}
	return claim(f.who, m)
}

// serve answers one request with events of one kind.
func serve[T any, M message[T]](d *Door, w http.ResponseWriter, r *http.Request, f form[T, M]) {
	kind := contentType(r)
	r = traced(r)
	mode, err := cloudevent.ModeOf(r.Header)
	switch {
	case err != nil:
		problem("content-type", http.StatusUnsupportedMediaType, "%v", err).Write(w)
		return
	case mode == cloudevent.None && kind != typeJSON && kind != typeProtobuf && kind != typeNDJSON:
		problem("content-type", http.StatusUnsupportedMediaType, "%q is not read here; send %s, %s, %s or a CloudEvent", kind, typeJSON, typeNDJSON, typeProtobuf).Write(w)
		return
	}
	meter, name := d.meterOf(f.who)
	if err := received(w, r); err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	if mode == cloudevent.None && kind == typeNDJSON {
		f.lines(d, w, r, meter)
		return
	}
	data, leave, err := d.bounded(r, name, maxBody, func() ([]byte, error) { return body(w, r) })
	defer leave()
	if err == nil {
		err = meter.Bytes(len(data))
	}
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	r, evs, err := f.whole(r, data, mode)
	if err == nil {
		err = named(meter, evs)
	}
	if err == nil {
		err = d.store(r, func(ctx context.Context) error { return f.take(ctx, evs) })
	}
	if err != nil {
		d.keepRefused(r, f.name, f.who, data, err)
		problemOf(err, d.Log).Write(w)
		return
	}
	accepted(w, map[string]any{"accepted": len(evs), "ids": idsOf(evs)})
}

// lines takes NDJSON as fast as its source may send.
func (f form[T, M]) lines(d *Door, w http.ResponseWriter, r *http.Request, meter *limit.Meter) {
	check := func(m M) error {
		if err := f.checkLine(m); err != nil {
			return err
		}
		return nameOf(meter, m)
	}
	size := bufferOf(r)
	r.Body = &metered{r.Body, r.Context(), meter}
	res, err := readLines[T, M](bufio.NewReaderSize(r.Body, size), check, func(evs []M) error {
		if err := meter.Wait(r.Context(), len(evs), 0); err != nil {
			return err
		}
		return d.store(r, func(ctx context.Context) error { return f.take(ctx, evs) })
	})
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	accepted(w, res)
}

// idsOf are the ids of events, in their order.
func idsOf[M any](evs []M) []string {
	ids := make([]string, len(evs))
	for i, ev := range evs {
		ids[i] = any(ev).(interface{ GetId() string }).GetId()
	}
	return ids
}

// whole reads a body, and refuses all of it if one event is refused. The request it
// returns is of the trace that the body names.
func (f form[T, M]) whole(r *http.Request, data []byte, mode cloudevent.Mode) (*http.Request, []M, error) {
	var evs []M
	var err error
	switch {
	case mode == cloudevent.Structured || mode == cloudevent.Batch:
		if err = limit.Shape(data); err != nil {
			return r, nil, err
		}
		r, evs, err = f.ofCloudEvents(r, data, mode)
	case mode != cloudevent.None:
		r, evs, err = f.ofCloudEvents(r, data, mode)
	case contentType(r) == typeProtobuf:
		evs, err = f.protobuf(data)
	default:
		if err = limit.Shape(data); err == nil {
			evs, err = readJSON[T, M](data, f.check)
		}
	}
	if err == nil {
		err = f.yours(r, data, evs)
	}
	return r, evs, err
}

// yours refuses all of a body if one event is not the sender's to state.
func (f form[T, M]) yours(r *http.Request, data []byte, evs []M) error {
	batch := ""
	if contentType(r) == typeProtobuf {
		batch = f.batch
	}
	return yours(f.who, evs, data, batch)
}

// accepted answers 202: all that is named is on disk.
func accepted(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(v)
}
