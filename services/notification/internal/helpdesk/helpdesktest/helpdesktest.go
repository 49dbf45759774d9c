// Package helpdesktest is the conformance suite of the channels that write on
// tickets, and the server that it and other tests have in a helpdesk's place.
package helpdesktest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tocsin/pkg/ownmark"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Written is a note as the helpdesk has it.
type Written struct {
	ID     int
	Ticket string
	// Text is as it was sent: HTML, or markup of the vendor's own.
	Text   string
	Public bool
}

// A Vendor is a helpdesk's API, as its documentation describes it.
type Vendor struct {
	// Source is what ticket events name it by, Ticket a ticket of it.
	Source, Ticket string
	// Open returns a channel to the address.
	Open func(t testing.TB, address string) channel.Channel
	// Read reads a request that writes a note, or says why the vendor does not take it.
	Read func(r *http.Request, body []byte) (Written, error)
	// Says answers that the note is written.
	Says func(w http.ResponseWriter, n Written)
	// List answers a request for what stands on a ticket, oldest first in list, or
	// says why the vendor does not take it.
	List func(w http.ResponseWriter, r *http.Request, list []Written) error
	// Shown is what people read of a note's text; an error if any of it is markup
	// that is not the channel's own.
	Shown func(text string) (string, error)
	// Closed is the status and the words with which it refuses a ticket that is closed.
	Closed int
	Why    string
}

// Note is a notification for the requester of the vendor's ticket.
func (v Vendor) Note(id string) *notificationv1.Notification {
	n := channeltest.Notification(id)
	n.Audience, n.Ticket, n.Source, n.Recipient = "requester", v.Ticket, v.Source, "rita"
	return n
}

// A Server stands in a helpdesk's place.
type Server struct {
	Address string
	vendor  Vendor
	mu      sync.Mutex
	notes   []Written
	asked   []string
	sent    []byte // the last body
	answer  func(w http.ResponseWriter, r *http.Request) bool
}

// Serve starts a helpdesk below a path that may stand in no record.
func (v Vendor) Serve(t testing.TB) *Server {
	s := &Server{vendor: v}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.Address = server.URL + "/" + hidden
	return s
}

// hidden is a part of each address; it may stand in no error, no answer and no record.
const hidden = "hidden-path"

// Notes are those that were written, oldest first.
func (s *Server) Notes() []Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

// Put has somebody write on the ticket.
func (s *Server) Put(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, Written{len(s.notes) + 1, s.vendor.Ticket, text, true})
}

// Asked are the requests that were made, as "GET /path".
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Answer has f answer requests from now on where it returns true; nil ends that.
func (s *Server) Answer(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Says has it answer every request with a status and a body, and takes nothing.
func (s *Server) Says(status int, body string) {
	s.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	})
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.sent = append(s.asked, r.Method+" "+r.URL.Path), body
	if s.answer != nil && s.answer(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.Method == http.MethodGet {
		if err := s.vendor.List(w, r, s.notes); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
		return
	}
	n, err := s.vendor.Read(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n.ID = len(s.notes) + 1
	s.notes = append(s.notes, n)
	s.vendor.Says(w, n)
}

// overHTTP is the vendor as the suite of all channels over HTTP knows it.
func (v Vendor) overHTTP() channeltest.Vendor {
	return channeltest.Vendor{
		Open: func(t *testing.T, address string) channel.Channel { return v.Open(t, address) },
		Read: func(r *http.Request, body []byte) (string, error) {
			n, err := v.Read(r, body)
			if err != nil {
				return "", err
			}
			return idOf(n.Text), nil
		},
		Says: func(w http.ResponseWriter) { v.Says(w, Written{ID: 7, Ticket: v.Ticket, Text: "x"}) },
		Note: v.Note,
	}
}

// idOf is the id that the suite gave the notification of a note.
func idOf(text string) string {
	for _, id := range strings.Split("1abcdefgh", "") {
		if ownmark.Ours(text) && ownmark.Bears(text, "n-"+id) {
			return "n-" + id
		}
	}
	return "none"
}

// Page cuts a list as a request's query asks.
func Page(list []Written, start, limit string, most int) ([]Written, bool) {
	from, _ := strconv.Atoi(start)
	n, err := strconv.Atoi(limit)
	if err != nil || n > most {
		n = most
	}
	from = min(from, len(list))
	to := min(from+n, len(list))
	return list[from:to], to == len(list)
}

// Golden holds the body that is sent for a notification, with what change adds,
// against testdata/<name>.golden.
func Golden(t *testing.T, v Vendor, name string, change func(*notificationv1.Notification)) {
	t.Helper()
	s := v.Serve(t)
	n := v.Note("n-1")
	change(n)
	if _, err := v.Open(t, s.Address).Deliver(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	channeltest.Golden(t, name, s.sent)
}
