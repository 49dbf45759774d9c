package door

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

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
	// Spool keeps events while the bus is away; nil does not.
	Spool Spool
	Log   *slog.Logger

	follows atomic.Pointer[Hooks]
	kept    budgets
}

// A Spool stores events while the bus is away, too.
type Spool interface {
	// Take stores a lot: on the bus, or on a disk of our own until the bus is back; of
	// the latter it says how many events those are. When it returns, all is on disk.
	Take(ctx context.Context, l *events.Lot) (spooled int, err error)
}

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
		name: "tickets", check: d.Intake.AdmitTicketEvent, protobuf: protobuf, event: event,
		lot: func(evs []*ingressv1.TicketEvent) *events.Lot { return &events.Lot{Tickets: evs, Named: true} },
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
		name: "signals", batch: "signals", check: d.Intake.AdmitSignal, protobuf: protobuf, event: events.ValidSignalsOf,
		lot: func(evs []*ingressv1.Signal) *events.Lot { return &events.Lot{Signals: evs} },
	}
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
		var r *forms.Refused
		if !errors.As(err, &r) {
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
	lot      func([]M) *events.Lot
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
	err := claim(f.who, m)
	var refused *forms.Refused
	if errors.As(err, &refused) {
		return errors.Join(err, &errNotYours{refused.Problems})
	}
	return err
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
	var l *events.Lot
	spooled := 0
	if err == nil {
		l = f.lot(evs)
		spooled, err = d.store(r, l)
	}
	if err != nil {
		d.keepRefused(r, f.name, f.who, data, err)
		problemOf(err, d.Log).Write(w)
		return
	}
	accepted(w, taken{Accepted: len(evs), IDs: idsOf(evs), Spooled: spooled, Contradicted: l.Contradicted})
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
	var contradicted []string
	res, err := readLines[T, M](bufio.NewReaderSize(r.Body, size), check, func(evs []M) (int, error) {
		if err := meter.Wait(r.Context(), len(evs), 0); err != nil {
			return 0, err
		}
		l := f.lot(evs)
		spooled, err := d.store(r, l)
		contradicted = append(contradicted, l.Contradicted...)
		return spooled, err
	})
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	res.Contradicted = contradicted[:min(len(contradicted), maxRejected)]
	d.keepLines(r, f.name, f.who, &res)
	accepted(w, res)
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
