// Package webhook says what a vendor's door is: what it is given, what it gives,
// and what the house tells it.
//
// It promises nothing itself. A door lives in internal/doors, in a package of its
// own, and keeps what the suite in doors/doortest asks: it touches no network, no
// clock and no state, so that a delivery gives the same events with the same ids
// however often it comes; each thing that a delivery says becomes an event or is
// named under Ignored with the reason and what to do; no body makes it panic.
package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/certs"
)

// ErrBody says that a body is none that the door reads. Its text says what was
// expected. Sending the same again does not help.
var ErrBody = errors.New("body not understood")

// ErrUnsigned says that a delivery is not shown to come from the vendor's account,
// or not now. Sending the same again does not help.
var ErrUnsigned = errors.New("delivery refused")

// ErrUntimely says that a delivery is signed with the secret, but not now: its time is
// outside of the window, or none that is understood. It is an ErrUnsigned.
var ErrUntimely = fmt.Errorf("%w", ErrUnsigned)

// MostMissed and MostMissedBytes are how many refused lines or records of one body are
// kept as they came, where the others were taken.
const (
	MostMissed      = 100
	MostMissedBytes = 256 << 10
)

// A Delivery is one request of a vendor, as it came.
type Delivery struct {
	Header http.Header
	// Body is byte for byte what was sent, unpacked where it came packed.
	Body []byte
	// Received is when it came.
	Received time.Time
	// Client is who is at the other end of the connection, as far as TLS says.
	Client certs.Client
}

// Said is what a delivery says.
type Said struct {
	Tickets []receive.TicketEvent
	Signals []receive.Signal
	// Ignored names what is left out, each with the reason.
	Ignored []string
}

// An Account is how one account of a vendor is read: what the house knows of it
// and the vendor does not say. The zero value works.
type Account struct {
	// Source is the source of the events; the door's name if empty. Two accounts
	// of a vendor need two.
	Source string
	// Speaks is for whom its events may speak, and how far they are trusted; nil is a
	// system of the house, which speaks for everybody.
	Speaks *source.Source
	// Desk is for helpdesks.
	Desk desk.Account
	// Alerts is for monitors.
	Alerts alert.Account
}

// From is the source of the account's events at the door of that name.
func (a Account) From(door string) string {
	if a.Source == "" {
		return door
	}
	return a.Source
}

// An Answer is the body of a 200.
type Answer struct {
	ContentType string
	Body        []byte
}

// A Door reads the deliveries of one vendor.
type Door struct {
	// Name is the vendor's, and the last part of the path: /v1/hooks/<name>.
	Name string
	// Verify says whether a delivery was signed with the secret, now (ErrUnsigned);
	// nil where the vendor signs nothing.
	Verify func(d Delivery, secret string) error
	// ID is the delivery's own id, by which one that comes again is known; empty
	// where it has none. Nil is a vendor that gives none.
	ID func(d Delivery) string
	// Stamp is the time that was signed with the body, as it stands in the delivery;
	// empty where none was. Nil is a vendor that signs none.
	Stamp func(d Delivery) string
	// Alike says that the vendor may send the same bytes again to say that something
	// lasts: without an id or a stamp no repeat of a delivery is known by its body.
	Alike bool
	// Counted says that each attempt at a delivery is counted in its body, so that by its
	// id alone it is known; else another body under the same id is refused.
	Counted bool
	// Answer is what the vendor asks to hear when a delivery was taken in, where it
	// must be more than any 2xx; nil where it is not.
	Answer func(d Delivery) *Answer
	// Read is what a delivery says. Errors are ErrBody.
	Read func(d Delivery, a Account) (Said, error)
}
