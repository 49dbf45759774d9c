package door

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tocsin/services/intake/internal/credential"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/certs"
)

// A Hook is one vendor's account that delivers by webhook.
type Hook struct {
	Door    webhook.Door
	Account webhook.Account
	// Lets is who is let in; empty is a door that is closed.
	Lets credential.Set
	// Setting is what opens the door, for who finds it closed.
	Setting string
}

// Hooks are the vendors' webhooks, by the last part of their path.
type Hooks map[string]Hook

// Follow goes by other hooks from the next delivery on.
func (d *Door) Follow(h Hooks) { d.follows.Store(&h) }

// now are the hooks by which a delivery is taken.
func (d *Door) now() Hooks {
	if h := d.follows.Load(); h != nil {
		return *h
	}
	return d.Hooks
}

// maxHook is how large a vendor's body may be.
const maxHook = 1 << 20

// hooked is the answer to a vendor: what became of the delivery.
type hooked struct {
	Accepted int      `json:"accepted"`
	IDs      []string `json:"ids"`
	// Ignored names what was not taken, with a reason each.
	Ignored []string `json:"ignored"`
	// Spooled is how many of the accepted wait on a disk of intake until the bus is back.
	Spooled int `json:"spooled,omitempty"`
}

// hook takes one delivery of a vendor.
func (d *Door) hook(w http.ResponseWriter, r *http.Request) {
	hooks := d.now()
	hook, is := hooks[r.PathValue("source")]
	if !is {
		problem("no-such-door", http.StatusNotFound, "there is no door %.40q; the address ends in a vendor's name or that of a door of the doors' file (tocsin doors list)",
			r.PathValue("source")).Write(w)
		return
	}
	delivery, ok := d.delivered(w, r, hook)
	if !ok {
		return
	}
	name := hook.known(r.PathValue("source"), delivery)
	before, other := d.Intake.Deliveries.Known(r.Context(), name)
	if other {
		d.Log.Warn("a delivery came under the id of one that was taken, with another body; nothing of it is stored", "door", name.Door, "id", name.ID)
		problem("another-delivery", http.StatusConflict, "%s: a delivery of the id %.80q was taken before, with another body; nothing of this one is stored: send it with an id of its own",
			hook.Door.Name, name.ID).Write(w)
		return
	}
	got, err := d.measured(name.Door, hook, delivery)
	switch {
	case errors.Is(err, webhook.ErrBody):
		d.keep(r, d.rejected(hook, name.Door, delivery, got, []string{err.Error()}))
		problem("not-understood", http.StatusBadRequest, "%s: %v", hook.Door.Name, err).Write(w)
		return
	case err == nil && before: // it is answered as it was
		got.missed = nil
	case err == nil:
		got.out.Spooled, err = d.store(r, got.once(name, delivery.Received))
	}
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	if len(got.missed) > 0 {
		d.keep(r, d.rejected(hook, name.Door, delivery, got, got.missed))
	}
	got.out.Accepted = len(got.out.IDs)
	answered(w, hook.Door, delivery, got.out)
}

// known is what the delivery is known by when it comes again; nothing where it is not
// signed, for who shows a token may send what it likes.
func (h Hook) known(name string, delivery webhook.Delivery) events.Delivery {
	v := events.Delivery{Door: name, Body: delivery.Body, Alike: h.Door.Alike, Counted: h.Door.Counted}
	if !h.Lets.BySignature(h.Door) {
		v.Alike = true
		return v
	}
	if h.Door.ID != nil {
		v.ID = h.Door.ID(delivery)
	}
	if h.Door.Stamp != nil {
		v.Stamp = h.Door.Stamp(delivery)
	}
	return v
}

// once are the events of a delivery, which becomes known when they are stored. One of
// which something may be taken yet, when the doors' file is mended, does not become known.
func (got reading) once(name events.Delivery, received time.Time) *events.Lot {
	l := got.lot()
	if len(got.missed) == 0 {
		l.Receipt = name.Receipt(received)
	}
	return l
}

// answered says to a vendor what became of the delivery, or what it asks to hear.
func answered(w http.ResponseWriter, door webhook.Door, delivery webhook.Delivery, out hooked) {
	if door.Answer != nil {
		if answer := door.Answer(delivery); answer != nil {
			saysSpooled(w, out.Spooled)
			w.Header().Set("Content-Type", answer.ContentType)
			_, _ = w.Write(answer.Body)
			return
		}
	}
	accepted(w, out)
}

// delivered reads a delivery, if the door is open to who sends it.
func (d *Door) delivered(w http.ResponseWriter, r *http.Request, hook Hook) (webhook.Delivery, bool) {
	if hook.Lets.Empty() {
		problem("door-closed", http.StatusForbidden, "this door has no credentials; set %s", hook.Setting).Write(w)
		return webhook.Delivery{}, false
	}
	if packing := r.Header.Get("Content-Encoding"); packing != "" && packing != "identity" {
		problemOf(fmt.Errorf("Content-Encoding %.40q %w", packing, errPacking), d.Log).Write(w)
		return webhook.Delivery{}, false
	}
	r.Body = &paced{ReadCloser: r.Body, control: http.NewResponseController(w)}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if err != nil {
		problemOf(errors.Join(errUnreadable, err), d.Log).Write(w)
		return webhook.Delivery{}, false
	}
	delivery := webhook.Delivery{Header: r.Header, Body: data, Received: d.Intake.Now(), Client: certs.Of(r.TLS, d.Intake.Now())}
	switch err := hook.Lets.Admit(hook.Door, delivery); {
	case errors.Is(err, webhook.ErrUnsigned):
		problem("unsigned", http.StatusUnauthorized, "%s: %v", hook.Door.Name, err).Write(w)
		return webhook.Delivery{}, false
	case errors.Is(err, credential.ErrClient):
		problem("client-certificate", http.StatusUnauthorized, "%s: %v", hook.Door.Name, err).Write(w)
		return webhook.Delivery{}, false
	case err != nil:
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem("unauthorized", http.StatusUnauthorized, "%s: %v", hook.Door.Name, err).Write(w)
		return webhook.Delivery{}, false
	}
	return delivery, true
}
