package flowtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/ownmark"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// echo is what a ticket's requester was told last, come back through the helpdesk
// as a note of somebody's. Alone it may move nothing: no condition, no case,
// nobody is told. With words of their own it is an answer that quotes it.
func (s *story) echo(st step) error {
	note := step{args: append([]string{st.arg(0), st.arg(1), "note"}, st.args[2:]...), fields: st.fields}
	told, err := s.p.told(st.arg(0), st.arg(1))
	if err != nil {
		return err
	}
	ours := ownmark.Sign(told.GetBody(), "Reference of this message", told.GetId())
	if own := st.arg(3); own != "" {
		note.args[4] = own + "\n\n> " + strings.ReplaceAll(ours, "\n", "\n> ")
		return s.ticket(note)
	}
	note.args = append(note.args, ours)
	if err := s.settled(st); err != nil {
		return err
	}
	before, err := s.p.moved()
	if err != nil {
		return err
	}
	if err := errors.Join(s.ticket(note), s.settled(st)); err != nil {
		return err
	}
	after, err := s.p.moved()
	if err == nil && before != after {
		err = fmt.Errorf("it moved something: from %s to %s", before, after)
	}
	return err
}

// told is what the requester of a ticket was told last.
func (p *Program) told(tenant, ticket string) (*notificationv1.Notification, error) {
	var last *notificationv1.Notification
	err := p.read(topology.Notifications, func(raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if err := proto.Unmarshal(raw.Data, n); err != nil {
			return err
		}
		if n.GetAudience() == "requester" && n.GetTenant() == tenant && n.GetTicket() == ticket {
			last = n
		}
		return nil
	})
	if err == nil && last == nil {
		err = errors.New("the requester was told nothing")
	}
	return last, err
}

// moved is how much was found, decided and told so far.
func (p *Program) moved() (string, error) {
	var b strings.Builder
	for _, s := range []topology.Stream{topology.Cases, topology.Notifications} {
		last, err := p.Conn.LastSequence(context.Background(), s)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %d ", s.Name, last)
	}
	conditions := 0
	err := p.read(topology.Conditions, func(raw bus.Raw) error {
		if strings.HasPrefix(raw.Subject, strings.TrimSuffix(topology.AllConditions, "*.*.*")) {
			conditions++
		}
		return nil
	})
	fmt.Fprintf(&b, "%s %d", topology.Conditions.Name, conditions)
	return b.String(), err
}
