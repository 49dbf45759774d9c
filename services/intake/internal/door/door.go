package door

import (
	"bufio"
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/events"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Door serves the producers' paths.
type Door struct {
	Intake events.Intake
	// Token, if not empty, is what producers must send as a bearer token.
	Token string
	// Hooks are the vendors' doors; Follow changes them.
	Hooks Hooks
	Log   *slog.Logger

	follows atomic.Pointer[Hooks]
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
	mux.HandleFunc("POST /v1/hooks/{source}", d.hook)
}

// allowed lets a request through if it has the token, or none is asked.
func (d *Door) allowed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if d.Token != "" && (!strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare([]byte(given), []byte(d.Token)) != 1) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem("unauthorized", http.StatusUnauthorized, "send the producer's token as Authorization: Bearer …").Write(w)
			return
		}
		next(w, r)
	}
}

func (d *Door) tickets(w http.ResponseWriter, r *http.Request) {
	take := func(r *http.Request, evs []*ingressv1.TicketEvent) error {
		return d.store(r, func(ctx context.Context) error { return d.Intake.TakeTicketEvents(ctx, evs) })
	}
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
	serve(d, w, r, form[ingressv1.TicketEvent, *ingressv1.TicketEvent]{d.Intake.AdmitTicketEvent, protobuf, event, take})
}

func (d *Door) signals(w http.ResponseWriter, r *http.Request) {
	take := func(r *http.Request, signals []*ingressv1.Signal) error {
		return d.store(r, func(ctx context.Context) error { return d.Intake.Signals.Put(ctx, signals) })
	}
	protobuf := func(data []byte) ([]*ingressv1.Signal, error) {
		signals, err := forms.Signals(data)
		if err != nil {
			return nil, err
		}
		return d.checkAll(signals)
	}
	serve(d, w, r, form[ingressv1.Signal, *ingressv1.Signal]{d.Intake.AdmitSignal, protobuf, events.ValidSignalsOf, take})
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
	check    func(M) error // after the schema
	protobuf func([]byte) ([]M, error)
	event    func(cloudevent.Event) ([]M, error) // all or none of it, held against the schema
	take     func(*http.Request, []M) error
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
	case mode == cloudevent.None && kind == typeNDJSON:
		res, err := readLines[T, M](bufio.NewReaderSize(r.Body, bufferOf(r)), f.check, func(evs []M) error { return f.take(r, evs) })
		if err != nil {
			problemOf(err, d.Log).Write(w)
			return
		}
		accepted(w, res)
		return
	case mode == cloudevent.None && kind != typeJSON && kind != typeProtobuf:
		problem("content-type", http.StatusUnsupportedMediaType, "%q is not read here; send %s, %s, %s or a CloudEvent", kind, typeJSON, typeNDJSON, typeProtobuf).Write(w)
		return
	}
	r, evs, err := f.whole(w, r, mode)
	if err == nil {
		err = f.take(r, evs)
	}
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	ids := make([]string, len(evs))
	for i, ev := range evs {
		ids[i] = any(ev).(interface{ GetId() string }).GetId()
	}
	accepted(w, map[string]any{"accepted": len(ids), "ids": ids})
}

// whole reads a request of a bounded size, and refuses all of it if one event is refused.
func (f form[T, M]) whole(w http.ResponseWriter, r *http.Request, mode cloudevent.Mode) (*http.Request, []M, error) {
	if mode != cloudevent.None {
		return f.ofCloudEvents(w, r, mode)
	}
	data, err := body(w, r)
	if err != nil {
		return r, nil, err
	}
	var evs []M
	if contentType(r) == typeProtobuf {
		evs, err = f.protobuf(data)
	} else {
		evs, err = readJSON[T, M](data, f.check)
	}
	return r, evs, err
}

// accepted answers 202: all that is named is on disk.
func accepted(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(v)
}
