package door

import (
	"context"
	"errors"
	"io"
	"net/http"

	"tocsin/services/intake/internal/doors/alertmanager"
	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/events"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Hooks are the vendors' webhooks. A vendor without credentials set is closed.
type Hooks struct {
	ZendeskSecret string
	Zendesk       zendesk.Settings
	Alertmanager  alertmanager.Settings
}

// maxHook is how large a vendor's body may be.
const maxHook = 1 << 20

// hooked is the answer to a vendor: what became of the delivery.
type hooked struct {
	Accepted int      `json:"accepted"`
	IDs      []string `json:"ids"`
	// Ignored names what was not taken, with a reason each.
	Ignored []string `json:"ignored"`
}

// mountHooks puts the vendors' paths on mux.
func (d *Door) mountHooks(mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/hooks/zendesk", d.zendesk)
	mux.HandleFunc("POST /v1/hooks/alertmanager", d.alertmanager)
	mux.HandleFunc("POST /v1/hooks/{source}", func(w http.ResponseWriter, r *http.Request) {
		problem("no-such-door", http.StatusNotFound, "there is no door for %q; there are zendesk and alertmanager", r.PathValue("source")).Write(w)
	})
}

func (d *Door) zendesk(w http.ResponseWriter, r *http.Request) {
	data, ok := d.delivered(w, r, d.Hooks.ZendeskSecret != "", "TOCSIN_ZENDESK_SECRET")
	if !ok {
		return
	}
	signed := zendesk.Delivery{Timestamp: r.Header.Get(zendesk.TimestampHeader), Signature: r.Header.Get(zendesk.SignatureHeader), Body: data}
	if err := zendesk.Verify(d.Hooks.ZendeskSecret, signed, d.Intake.Now()); err != nil {
		problem("unsigned", http.StatusUnauthorized, "%v", err).Write(w)
		return
	}
	said, ignored, err := d.Hooks.Zendesk.Parse(data)
	if err != nil {
		problem("not-understood", http.StatusBadRequest, "%v", err).Write(w)
		return
	}
	out := hooked{IDs: []string{}, Ignored: append([]string{}, ignored...)}
	var evs []*ingressv1.TicketEvent
	for _, e := range said {
		ev := events.TicketEventMessage(e)
		if err := d.Intake.CheckTicketEvent(ev); err != nil {
			if !out.ignore(ev.GetId(), err) {
				problemOf(err, d.Log).Write(w)
				return
			}
			continue
		}
		evs, out.IDs = append(evs, ev), append(out.IDs, ev.GetId())
	}
	d.answer(w, r, out, func(ctx context.Context) error { return d.Intake.TakeTicketEvents(ctx, evs) })
}

func (d *Door) alertmanager(w http.ResponseWriter, r *http.Request) {
	s := d.Hooks.Alertmanager
	data, ok := d.delivered(w, r, s.Token != "" || s.Password != "", "TOCSIN_ALERTMANAGER_TOKEN")
	if !ok {
		return
	}
	if err := s.Authorize(r.Header.Get("Authorization")); err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem("unauthorized", http.StatusUnauthorized, "%v", err).Write(w)
		return
	}
	said, ignored, err := s.Parse(data, d.Intake.Now())
	if err != nil {
		problem("not-understood", http.StatusBadRequest, "%v", err).Write(w)
		return
	}
	out := hooked{IDs: []string{}, Ignored: append([]string{}, ignored...)}
	var signals []*ingressv1.Signal
	for _, one := range said {
		sig := events.SignalMessage(one)
		if err := d.Intake.CheckSignal(sig); err != nil {
			if !out.ignore(sig.GetId(), err) {
				problemOf(err, d.Log).Write(w)
				return
			}
			continue
		}
		signals, out.IDs = append(signals, sig), append(out.IDs, sig.GetId())
	}
	d.answer(w, r, out, func(ctx context.Context) error { return d.Intake.Signals.Put(ctx, signals) })
}

// ignore names an event that is refused, so that the others are taken all the
// same: a vendor sends what it has and can not mend it. False: err is our own.
func (h *hooked) ignore(id string, err error) bool {
	var refused *forms.Refused
	if errors.As(err, &refused) {
		h.Ignored = append(h.Ignored, id+": "+refused.Error())
		return true
	}
	return false
}

// delivered reads a delivery, if the door is open.
func (d *Door) delivered(w http.ResponseWriter, r *http.Request, open bool, setting string) ([]byte, bool) {
	if !open {
		problem("door-closed", http.StatusForbidden, "this door has no credentials; set %s", setting).Write(w)
		return nil, false
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if err != nil {
		problemOf(errors.Join(errUnreadable, err), d.Log).Write(w)
		return nil, false
	}
	return data, true
}

// answer stores what was delivered and says what became of it.
func (d *Door) answer(w http.ResponseWriter, r *http.Request, out hooked, take func(context.Context) error) {
	if err := d.store(r, take); err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	out.Accepted = len(out.IDs)
	accepted(w, out)
}
