package email

import (
	"errors"
	"fmt"
	"net/mail"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// recipient in Settings.To is whoever a notification is for.
const recipient = "{recipient}"

// openPeople reads who has which address.
func (e *Email) openPeople() []error {
	var wrong []error
	if len(e.settings.To) > 1 {
		wrong = append(wrong, fmt.Errorf("setting \"to\": %s stands alone: nobody reads in copy what another is told", recipient))
	}
	e.people = map[string]*mail.Address{}
	for id, text := range e.settings.People {
		a, err := mail.ParseAddress(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("setting \"people\": the address of %q is none: write name@host", id))
		}
		e.people[id] = a
	}
	return wrong
}

// forOne is the channel to the mailbox of whoever n is for; e itself where its
// mailboxes are named. Its error holds an id and no address.
func (e *Email) forOne(n *notificationv1.Notification) (*Email, error) {
	if e.people == nil {
		return e, nil
	}
	id := n.GetRecipient()
	switch {
	case n.GetAudience() == "leadership" || n.GetCase() == "":
		return nil, fmt.Errorf("it is for no one person, and goes to nobody's mailbox: a route to %s is for requester, csm or agent", recipient)
	case id == "":
		return nil, errors.New("it names nobody: the helpdesk did not say who the ticket's " + n.GetAudience() + " is")
	}
	to := e.people[id]
	if to == nil {
		own, err := mail.ParseAddress(id)
		if err != nil || own.Address != id {
			return nil, fmt.Errorf("no mail address is known of %q: add it to people of the destination", id)
		}
		to = own
	}
	one := *e
	one.to = []*mail.Address{to}
	return &one, nil
}
