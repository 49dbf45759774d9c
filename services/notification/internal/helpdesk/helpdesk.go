package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"tocsin/pkg/ownmark"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/post"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// mostPages bounds how far a ticket is looked through.
const mostPages = 20

// Settings are those of a destination.
type Settings struct {
	// URL is where the helpdesk is, without the path of its API.
	URL string `json:"url"`
	// User and Token are who writes; what they are is the vendor's.
	User  string `json:"user"`
	Token string `json:"token"`
	// Source is what ticket events name the helpdesk by; empty is the vendor's name.
	Source string `json:"source"`
}

// A Vendor is what one helpdesk's API is like. Path is below the URL.
type Vendor struct {
	// Name is the channel's.
	Name string
	// Tickets is the form of a ticket's id in paths.
	Tickets *regexp.Regexp
	// Authorize is the Authorization header; its error says which setting is wrong.
	Authorize func(Settings) (string, error)
	// Write is the request that puts a note on its ticket.
	Write func(Note) (post.Request, error)
	// Written is the note's id in the answer to Write; empty where there is none.
	Written func(answer []byte) string
	// Look is the request for a page of what stands on a ticket, from 0; Read reads
	// its answer and says whether there are more.
	Look func(ticket string, page int) post.Request
	Read func(answer []byte) (notes []Standing, more bool, err error)
}

// A Note is what is to stand on a ticket.
type Note struct {
	Ticket string
	// Public says that the customer reads it.
	Public bool
	// Title is one line about it.
	Title string
	// Text is plain, in paragraphs, and signed.
	Text string
}

// A Standing is what stands on a ticket: its id and its words, as text or HTML.
type Standing struct{ ID, Text string }

// A Helpdesk is a channel that writes on the tickets of one helpdesk.
type Helpdesk struct {
	vendor  Vendor
	source  string
	address *post.Address
	header  http.Header
}

// Open returns what makes channels to a vendor's helpdesks.
func Open(v Vendor) channel.Open {
	return func(with map[string]any) (channel.Channel, error) {
		var set Settings
		if err := channel.Decode(with, &set); err != nil {
			return nil, err
		}
		address, err := post.To(set.URL)
		if err != nil || strings.ContainsAny(set.URL, "?#@") {
			return nil, errors.New("url: write https://host, without the API's path, a user or a query")
		}
		if set.Token == "" {
			return nil, errors.New("token is missing; name it as ${NAME}, so that it stands in the environment")
		}
		as, err := v.Authorize(set)
		if err != nil {
			return nil, err
		}
		return &Helpdesk{v, cmp.Or(set.Source, v.Name), address, http.Header{"Authorization": {as}}}, nil
	}
}

// Name is the vendor's.
func (h *Helpdesk) Name() string { return h.vendor.Name }

// Destination is the helpdesk's address.
func (h *Helpdesk) Destination() string { return h.address.String() }

// Once is false: a helpdesk takes a repeat as another note. Find looks for it.
func (h *Helpdesk) Once() bool { return false }

// Deliver writes n on its ticket once.
func (h *Helpdesk) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	if err := h.fits(n); err != nil {
		return channel.Answer{}, &channel.Refused{Err: err}
	}
	r, err := h.vendor.Write(noteOf(n))
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("write notification %s for %s: %w", n.GetId(), h.Name(), err)}
	}
	body, answer, err := h.do(ctx, r)
	if err != nil {
		return answer, err
	}
	answer.ID = h.vendor.Written(body)
	return answer, nil
}

// Find looks for n on its ticket.
func (h *Helpdesk) Find(ctx context.Context, n *notificationv1.Notification) (channel.Answer, bool, error) {
	if err := h.fits(n); err != nil {
		return channel.Answer{}, false, &channel.Refused{Err: err}
	}
	for page := range mostPages {
		body, answer, err := h.do(ctx, h.vendor.Look(n.GetTicket(), page))
		if err != nil {
			return answer, false, err
		}
		notes, more, err := h.vendor.Read(body)
		if err != nil {
			return channel.Answer{}, false, fmt.Errorf("look whether ticket %s of %s bears the note already: read the answer: %w; trying again may help", n.GetTicket(), h.address, err)
		}
		bears := func(s Standing) bool { return ownmark.Bears(s.Text, n.GetId()) }
		if i := slices.IndexFunc(notes, bears); i >= 0 {
			return channel.Answer{Text: "stands on the ticket already: not written again", ID: notes[i].ID}, true, nil
		}
		if !more {
			break
		}
	}
	return channel.Answer{}, false, nil
}

func (h *Helpdesk) do(ctx context.Context, r post.Request) ([]byte, channel.Answer, error) {
	r.Header = h.header
	return h.address.Do(ctx, r)
}

// fits says why n can not stand on a ticket of this helpdesk.
func (h *Helpdesk) fits(n *notificationv1.Notification) error {
	said := fmt.Sprintf("notification %s: ", n.GetId())
	switch {
	case !slices.Contains([]string{deliver.Requester, deliver.CSM, deliver.Agent}, n.GetAudience()):
		return fmt.Errorf("%sis for %s, who is told on no ticket; lead its route elsewhere", said, n.GetAudience())
	case n.GetTicket() == "":
		return errors.New(said + "names no ticket to write on; lead its route elsewhere")
	case n.GetSource() != h.source:
		return fmt.Errorf("%sis about ticket %s of %q, and this destination is %q; set sources of its route, or source of the destination", said, n.GetTicket(), n.GetSource(), h.source)
	case !h.vendor.Tickets.MatchString(n.GetTicket()):
		return fmt.Errorf("%sticket %q is no id of a ticket of %s", said, n.GetTicket(), h.Name())
	}
	return nil
}
