package tenants

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Prune removes what was written on tickets that are resolved or closed and of
// which nothing was heard for so long, and says how many those are; unless doing,
// it only counts. A ticket keeps its fields, its revision and the ids of its
// events, so that one that is opened again goes on. What was quoted of it stays in
// CASES and NOTIFICATIONS for their 90 days, and sealed in the ledger.
func (w *Work) Prune(ctx context.Context, kept time.Duration, doing bool) (n int, err error) {
	before := w.Now().Add(-kept)
	var last bus.Raw
	subjects, err := w.Conn.Subjects(ctx, topology.Tickets, ">")
	if err != nil {
		return 0, err
	}
	for _, subject := range subjects {
		if last, err = w.Conn.Last(ctx, topology.Tickets, subject); err != nil {
			return n, err
		}
		m, ok := decoded(last, &intakev1.TicketChanged{})
		w.step(1)
		if last.Sequence == 0 || !ok || !closedBefore(m.GetTicket(), before) || !blank(m.GetTicket()) {
			continue
		}
		n++
		if !doing {
			continue
		}
		if err := w.prune(ctx, last, m); err != nil {
			return n, err
		}
	}
	return n, nil
}

func closedBefore(t *intakev1.Ticket, before time.Time) bool {
	h := t.GetHead()
	done := h.GetStatus() == ingressv1.Status_RESOLVED || h.GetStatus() == ingressv1.Status_CLOSED
	return done && h.GetLastEventAt() != nil && h.GetLastEventAt().AsTime().Before(before)
}

// blank takes out what people wrote, and says whether there was anything.
func blank(t *intakev1.Ticket) (had bool) {
	texts := []*string{&t.GetHead().Subject}
	for _, n := range t.GetNotes() {
		n.Truncated = n.Truncated || n.Text != ""
		texts = append(texts, &n.Text)
	}
	for _, r := range t.GetRequests() {
		r.Truncated = r.Truncated || r.Reason+r.Urgency != ""
		texts = append(texts, &r.Reason, &r.Urgency)
	}
	for _, text := range texts {
		had = had || *text != ""
		*text = ""
	}
	t.GetHead().Truncated = t.GetHead().GetTruncated() || had
	return had
}

// prune states the ticket without its texts, and deletes what was said with them.
// A ticket that changes meanwhile is left alone: it is not closed any more.
func (w *Work) prune(ctx context.Context, last bus.Raw, m *intakev1.TicketChanged) error {
	h := m.GetTicket().GetHead()
	_, err := w.Conn.Publish(ctx, bus.Event{
		Subject: last.Subject, ID: bus.ID("ticket_pruned", h.GetTenant(), h.GetTicket(), strconv.FormatUint(h.GetRevision(), 10)),
		Time: h.GetLastEventAt().AsTime(), ExpectLast: bus.Sequence(last.Sequence), Payload: m,
	})
	if errors.Is(err, bus.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	for stream, subject := range map[*topology.Stream]string{
		&topology.Tickets: last.Subject, &topology.Assessments: topology.AssessmentSubject(h.GetTenant(), h.GetTicket()),
		&topology.SecondReads: topology.SecondReadSubject(h.GetTenant(), h.GetTicket()),
	} {
		s, err := w.Conn.JS().Stream(ctx, stream.Name)
		if err != nil {
			return fmt.Errorf("look up stream %s: %w", stream.Name, err)
		}
		err = walk(ctx, w.Conn, place{stream: *stream, filters: []string{subject}}, func(raw bus.Raw) error {
			if stream.Name == topology.Tickets.Name && raw.Sequence > last.Sequence {
				return nil
			}
			if err := s.SecureDeleteMsg(ctx, raw.Sequence); err != nil && !gone(err) {
				return fmt.Errorf("delete message %d of stream %s: %w; try again", raw.Sequence, stream.Name, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
