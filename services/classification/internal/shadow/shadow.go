// Package shadow has a second method assess every ticket beside the one that
// counts, so that a new model is known before it is switched on.
//
//	ticket ─→ the method that counts ─→ published
//	     └──→ the shadow ─→ agrees? ─→ counted, the last differences kept
//
// It promises that the shadow changes nothing: it is asked after the assessment
// was published, nobody waits for more than its time, and one that panics is
// counted as differing. What it counted is this process's, since it started, and
// kept in memory only: agreement by the ticket's revision, how often which part
// differs, and the last differing tickets (Report). It says nothing of who is
// right; that is for labelled notes (package evaluate) and for people.
package shadow

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"tocsin/services/classification/internal/classify"
)

const (
	// kept is how many differing tickets a report has at most.
	kept = 50
	// logged is how many differences are logged; after them they are only counted.
	logged = 20
)

// A Method assesses tickets.
type Method interface {
	// Assess assesses a whole ticket at one moment, with the conditions known.
	Assess(t classify.Ticket, conditions []classify.Condition, at time.Time) classify.Assessment
}

// A Seen is a ticket as the method that counts has seen it, and what it said.
type Seen struct {
	Ticket     classify.Ticket
	Revision   uint64
	Conditions []classify.Condition
	At         time.Time
	Said       classify.Assessment
}

// A Shadow compares. Its zero value compares nothing; it is safe for concurrent use.
type Shadow struct {
	method    Method
	log       *slog.Logger
	compared  metric.Int64Counter
	by        map[bool]metric.MeasurementOption
	mu        sync.Mutex
	report    Report
	last      []Difference // oldest first
	unlogged  int
	differing map[string]uint64
}

// New is a shadow that asks the method, whose name a report gives.
func New(name string, m Method, log *slog.Logger) *Shadow {
	s := &Shadow{method: m, log: log, unlogged: logged, differing: map[string]uint64{}, by: map[bool]metric.MeasurementOption{}}
	s.report = Report{Model: name, Since: time.Now().UTC()}
	for _, agrees := range []bool{true, false} {
		s.by[agrees] = metric.WithAttributes(attribute.Bool("agrees", agrees))
	}
	// What can not be set up is not measured: metrics stop nobody.
	s.compared, _ = otel.Meter("tocsin/services/classification").Int64Counter("tocsin_classification_shadow",
		metric.WithDescription("tickets assessed by the shadow model too, by whether it agrees"))
	return s
}

// Look assesses a ticket that was assessed, and compares.
func (s *Shadow) Look(ctx context.Context, seen Seen) {
	if s == nil || s.method == nil {
		return
	}
	d := Difference{Tenant: seen.Ticket.Tenant, Ticket: seen.Ticket.ID, Revision: seen.Revision, At: seen.At.UTC(), Said: readingOf(seen.Said)}
	shadow, err := s.assess(seen)
	if d.Shadow, d.Failed = readingOf(shadow), err != nil; err != nil {
		s.log.ErrorContext(ctx, "the shadow model fails", "tenant", d.Tenant, "ticket", d.Ticket, "error", err)
		d.In = []string{"failed"}
	} else {
		d.In = d.Said.differsIn(d.Shadow)
	}
	s.keep(ctx, d)
}

func (s *Shadow) assess(seen Seen) (a classify.Assessment, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("assess a ticket: %v", wrong)
		}
	}()
	return s.method.Assess(seen.Ticket, seen.Conditions, seen.At), nil
}

// keep counts, and keeps and logs what differs.
func (s *Shadow) keep(ctx context.Context, d Difference) {
	agrees := len(d.In) == 0
	if s.compared != nil {
		s.compared.Add(ctx, 1, s.by[agrees])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.Assessed++
	if agrees {
		s.report.Agree++
		return
	}
	for _, in := range d.In {
		s.differing[in]++
	}
	if s.last = append(s.last, d); len(s.last) > kept {
		s.last = slices.Delete(s.last, 0, 1)
	}
	if s.unlogged > 0 {
		s.unlogged--
		s.log.InfoContext(ctx, "the shadow model differs", "tenant", d.Tenant, "ticket", d.Ticket, "revision", d.Revision,
			"in", d.In, "said", d.Said.Recommendation, "shadow", d.Shadow.Recommendation)
	}
}
