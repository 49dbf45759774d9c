// Package email sends notifications as mail, through a mail server (SMTP).
//
// A mail is multipart: the words as plain text, and the same as HTML. Mails of
// one case are one conversation: each refers to the same mail, which was never
// sent, so that their order does not matter. A requester's is of their ticket.
// Programs that go by the subject alone show them apart.
//
// It can not be exactly once. A mail server takes a mail as often as it is
// offered; where its answer is lost, the mail is offered again, under the same
// Message-ID and the same but for its date. Some stores drop the repeat by that,
// none has to.
//
// Answers are read so:
//
//	2xx to the mail                      taken: the server answers for it now
//	4xx, no answer, no TLS, wrong        tried again, no sooner than the answer asks
//	certificate                          ("greylisted for 300 seconds")
//	5xx before the mail is offered       tried again: it is about us (530, 535), and
//	                                     what waits is sent when the settings are right
//	5xx to the mail or its sender        refused for good
//	5xx to some recipients               taken for the others; the answer names them
//	5xx to all of them                   refused for good
//
// Where to is {recipient}, a mail goes to the one person that its notification is
// for: to the address that people has for their id, or to their id where that is an
// address. One who has none is refused for good, by id. A message of several, or
// for leadership, is refused: it would tell one person what another is told.
//
// Recipients of one destination are told together: while the server puts one
// of them off, all wait. Whoever must not wait for another is a destination of
// their own.
package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Timeout is how long one attempt may take. Mail servers may hold back their
// greeting for some seconds to keep out those who do not wait.
const Timeout = 30 * time.Second

// Settings are what a destination's with may say.
type Settings struct {
	// Host is the mail server; Port is 587, or 465 where TLS is implicit.
	Host string `json:"host"`
	Port int    `json:"port"`
	// TLS is "starttls", which is also what empty means; "implicit", from the
	// first byte on; or "none", which sends in the clear and takes no password.
	TLS string `json:"tls"`
	// CA is a file of certificates (PEM) to trust instead of the system's.
	CA string `json:"ca"`
	// User and Password are both set, or neither.
	User     string `json:"user"`
	Password string `json:"password"`
	// From is who it is from, as "Tocsin <tocsin@example.com>"; To is who gets it.
	From string   `json:"from"`
	To   []string `json:"to"`
	// People are mail addresses by the id of a person in the helpdesk, for {recipient}.
	People map[string]string `json:"people"`
	// ReplyTo, if set, is where answers go.
	ReplyTo string `json:"reply_to"`
}

// What TLS may be.
const (
	starttls = "starttls"
	implicit = "implicit"
	none     = "none"
)

// Email is a channel to one or more mailboxes.
type Email struct {
	settings Settings
	from     *mail.Address
	to       []*mail.Address          // empty where it is whoever a notification is for
	people   map[string]*mail.Address // by id
	replyTo  *mail.Address            // nil for none
	tls      *tls.Config
}

// Open returns the channel that a destination's settings describe.
func Open(with map[string]any) (channel.Channel, error) {
	var s Settings
	if err := channel.Decode(with, &s); err != nil {
		return nil, err
	}
	return New(s)
}

// New returns the channel. Its error names all settings that are missing or wrong.
func New(s Settings) (*Email, error) {
	e := &Email{settings: s}
	var wrong []error
	wrong = append(wrong, e.server()...)
	address := func(name, text string) *mail.Address {
		a, err := mail.ParseAddress(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("setting %q: %q is no mail address: write name@host", name, text))
		}
		return a
	}
	e.from = address("from", s.From)
	if len(s.To) == 0 {
		wrong = append(wrong, errors.New(`setting "to": name at least one mail address`))
	}
	if slices.Contains(s.To, recipient) {
		wrong = append(wrong, e.openPeople()...)
	} else {
		if s.People != nil {
			wrong = append(wrong, fmt.Errorf("setting \"people\": nobody reads it; it is for to: [%q]", recipient))
		}
		for _, to := range s.To {
			e.to = append(e.to, address("to", to))
		}
	}
	if s.ReplyTo != "" {
		e.replyTo = address("reply_to", s.ReplyTo)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return e, nil
}

// server reads the settings of the mail server and says what is wrong with them.
func (e *Email) server() []error {
	s := &e.settings
	var wrong []error
	if s.Host == "" || strings.ContainsAny(s.Host, ":/ ") {
		wrong = append(wrong, fmt.Errorf("setting \"host\": %q is no host: write it alone, as smtp.example.com; the port is a setting of its own", s.Host))
	}
	switch s.TLS {
	case "":
		s.TLS = starttls
	case starttls, implicit, none:
	default:
		wrong = append(wrong, fmt.Errorf("setting \"tls\": %q is none of starttls, implicit, none", s.TLS))
	}
	switch {
	case s.Port < 0 || s.Port > 65535:
		wrong = append(wrong, fmt.Errorf("setting \"port\": %d is none", s.Port))
	case s.Port == 0 && s.TLS == implicit:
		s.Port = 465
	case s.Port == 0:
		s.Port = 587
	}
	switch {
	case (s.User == "") != (s.Password == ""):
		wrong = append(wrong, errors.New(`settings "user" and "password": set both or neither`))
	case s.User != "" && s.TLS == none:
		wrong = append(wrong, errors.New(`setting "tls": none sends the password in the clear; write starttls or implicit`))
	}
	e.tls = &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.CA != "" {
		pem, err := os.ReadFile(s.CA)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("setting \"ca\": %w", err))
		} else if e.tls.RootCAs = x509.NewCertPool(); !e.tls.RootCAs.AppendCertsFromPEM(pem) {
			wrong = append(wrong, fmt.Errorf("setting \"ca\": %s holds no certificate in PEM", s.CA))
		}
	}
	return wrong
}

// Name is "email".
func (e *Email) Name() string { return "email" }

// Destination is the mailboxes.
func (e *Email) Destination() string {
	if e.people != nil {
		return recipient
	}
	all := make([]string, len(e.to))
	for i, to := range e.to {
		all[i] = to.Address
	}
	return strings.Join(all, ", ")
}

// Once is false: whoever gets a mail twice is told twice.
func (e *Email) Once() bool { return false }

// Deliver sends n once.
func (e *Email) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	e, err := e.forOne(n)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: err}
	}
	written, err := e.compose(n, time.Now())
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("write notification %s as mail: %w", n.GetId(), err)}
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel() // hangs up, whatever was said
	said, err := e.talk(ctx, written)
	return channel.Answer{Text: said}, err
}

// address is the server's.
func (e *Email) address() string {
	return net.JoinHostPort(e.settings.Host, strconv.Itoa(e.settings.Port))
}
