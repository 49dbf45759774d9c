package rejected

import (
	"bytes"
	"context"
	"strings"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A Query asks for deliveries, oldest first. What is empty asks for all.
type Query struct {
	Door string
	// Text stands in a reason, in the body, or is a tenant, whatever its case.
	Text string
	// After is the number of the last one of the page before.
	After uint64
	// Limit is at most so many; 0 is all.
	Limit int
}

// atOnce is how many are read at once.
const atOnce = 100

// List is what is kept and asked for.
func List(ctx context.Context, conn *bus.Conn, q Query) (list []Delivery, err error) {
	err = Each(ctx, conn, q, func(d Delivery) error {
		list = append(list, d)
		return nil
	})
	return list, err
}

// Each hands over what is kept and asked for, oldest first, until on fails.
func Each(ctx context.Context, conn *bus.Conn, q Query, on func(Delivery) error) error {
	text := strings.ToLower(q.Text)
	for next, n := q.After+1, 0; ; {
		some, err := conn.Among(ctx, topology.Rejected, topology.RejectedAt(q.Door), bus.Span{From: next, N: atOnce})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, raw := range some {
			next = raw.Sequence + 1
			d, err := Read(raw)
			if err != nil {
				return err
			}
			if !d.says(text) {
				continue
			}
			if err := on(d); err != nil {
				return err
			}
			if n++; n == q.Limit {
				return nil
			}
		}
	}
}

// says whether a text in lower case stands in it.
func (d *Delivery) says(text string) bool {
	if text == "" {
		return true
	}
	for _, of := range append(append([]string{}, d.Reasons...), d.Tenants...) {
		if strings.Contains(strings.ToLower(of), text) {
			return true
		}
	}
	return bytes.Contains(bytes.ToLower(d.Body), []byte(text))
}

// Again is what became of a delivery that was tried again.
type Again struct {
	// IDs are of the events that were taken; one that was there already changed nothing.
	IDs []string `json:"ids"`
	// Reasons name what is left out still; none says that it is gone.
	Reasons []string `json:"reasons"`
	// ID is its number from now on; 0 where it is gone.
	ID uint64 `json:"id,omitempty"`
}

// Retry asks intake to read a delivery again by the doors' file as it now is. However
// often it is asked, an event is taken once.
func Retry(ctx context.Context, conn *bus.Conn, id uint64, by string) (Again, error) {
	answer := &intakev1.RejectedRetried{}
	if err := conn.Ask(ctx, topology.RetryRejectedSubject(), &intakev1.RejectedRetryAsked{Id: id, By: by}, answer); err != nil {
		return Again{}, err
	}
	return Again{IDs: append([]string{}, answer.GetIds()...), Reasons: append([]string{}, answer.GetReasons()...), ID: answer.GetId()}, nil
}
