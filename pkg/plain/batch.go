package plain

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// The fields of ingress.v1.Signal that are read and written here.
const (
	fieldID         = 1
	fieldSource     = 2
	fieldTenant     = 3
	fieldOccurredAt = 4
	fieldAuth       = 10
	fieldReport     = 11
	fieldUpload     = 12
	fieldProbe      = 14
)

// cell holds a signal and its commonest parts, so that a batch is one allocation.
type cell struct {
	signal ingressv1.Signal
	at     timestamppb.Timestamp
	kind   ingressv1.Signal_AuthAttempt
	auth   ingressv1.AuthAttempt
}

// Batch reads the signals of an ingress.v1.SignalBatch. They hold on to a copy of
// the data. The error is what the generated code says of it.
func Batch(data []byte) ([]*ingressv1.Signal, error) {
	text := string(data)
	n := count(text)
	if n < 0 {
		var batch ingressv1.SignalBatch
		err := proto.Unmarshal(data, &batch)
		return batch.Signals, err
	}
	cells, list := make([]cell, n), make([]*ingressv1.Signal, n)
	in := scan{rest: text}
	for i := range cells {
		_, wire := in.next()
		body := in.bytes(wire)
		if list[i] = &cells[i].signal; cells[i].read(body) {
			continue
		}
		list[i] = &ingressv1.Signal{}
		if err := proto.Unmarshal([]byte(body), list[i]); err != nil {
			return nil, fmt.Errorf("signal %d: %w", i+1, err)
		}
	}
	return list, nil
}

// maxBatch is how many signals a batch may have by the schema.
const maxBatch = 10000

// count is how many signals the batch has; -1 if it has anything else, or more
// than a batch may have: then nothing is laid out for them.
func count(text string) int {
	n := 0
	in := scan{rest: text}
	for number, wire := in.next(); number != 0; number, wire = in.next() {
		in.failed = in.failed || number != 1
		in.bytes(wire)
		n++
	}
	if in.failed || n > maxBatch {
		return -1
	}
	return n
}

// read reads one signal; false if it is not plain.
func (c *cell) read(body string) bool {
	s, m := scan{rest: body}, &c.signal
	for number, wire := s.next(); number != 0; number, wire = s.next() {
		switch number {
		case fieldID:
			m.Id = s.text(wire)
		case fieldSource:
			m.Source = s.text(wire)
		case fieldTenant:
			m.Tenant = s.text(wire)
		case fieldOccurredAt:
			s.failed = s.failed || m.OccurredAt != nil
			m.OccurredAt = &c.at
			s.instant(wire, &c.at)
		case fieldAuth, fieldReport, fieldUpload, fieldProbe:
			s.failed = s.failed || m.Kind != nil
			inner := scan{rest: s.bytes(wire), failed: s.failed}
			c.readKind(number, &inner)
			s.failed = s.failed || inner.failed
		default:
			return false
		}
	}
	return !s.failed
}

// readKind reads what the signal states.
func (c *cell) readKind(number int, s *scan) {
	switch number {
	case fieldAuth:
		c.kind.AuthAttempt, c.signal.Kind = &c.auth, &c.kind
		s.auth(&c.auth)
	case fieldReport:
		r := &ingressv1.ReportRun{}
		c.signal.Kind = &ingressv1.Signal_ReportRun{ReportRun: r}
		s.report(r)
	case fieldUpload:
		u := &ingressv1.FileUpload{}
		c.signal.Kind = &ingressv1.Signal_FileUpload{FileUpload: u}
		s.upload(u)
	case fieldProbe:
		p := &ingressv1.Probe{}
		c.signal.Kind = &ingressv1.Signal_Probe{Probe: p}
		s.probe(p)
	}
}

func (s *scan) auth(a *ingressv1.AuthAttempt) {
	for number, wire := s.next(); number != 0; number, wire = s.next() {
		switch number {
		case 1:
			a.User = s.text(wire)
		case 2:
			a.Method = ingressv1.AuthAttempt_Method(s.number(wire))
		case 3:
			a.Outcome = ingressv1.AuthAttempt_Outcome(s.number(wire))
		case 4:
			a.Failure = ingressv1.AuthAttempt_Failure(s.number(wire))
		default:
			s.failed = true
		}
	}
}

func (s *scan) report(r *ingressv1.ReportRun) {
	for number, wire := s.next(); number != 0; number, wire = s.next() {
		switch number {
		case 1:
			r.Run = s.text(wire)
		case 2:
			r.Report = s.text(wire)
		case 3:
			r.State = ingressv1.ReportRun_State(s.number(wire))
		case 4:
			r.Stage = ingressv1.ReportRun_Stage(s.number(wire))
		case 5:
			s.failed = s.failed || r.DueAt != nil
			r.DueAt = &timestamppb.Timestamp{}
			s.instant(wire, r.DueAt)
		default:
			s.failed = true
		}
	}
}

func (s *scan) upload(u *ingressv1.FileUpload) {
	for number, wire := s.next(); number != 0; number, wire = s.next() {
		switch number {
		case 1:
			u.Upload = s.text(wire)
		case 2:
			u.Outcome = ingressv1.FileUpload_Outcome(s.number(wire))
		case 3:
			u.Failure = ingressv1.FileUpload_Failure(s.number(wire))
		default:
			s.failed = true
		}
	}
}

func (s *scan) probe(p *ingressv1.Probe) {
	for number, wire := s.next(); number != 0; number, wire = s.next() {
		switch number {
		case 1:
			p.Component = s.text(wire)
		case 2:
			p.Prober = s.text(wire)
		case 3:
			p.Region = s.text(wire)
		case 4:
			p.Status = ingressv1.Probe_Status(s.number(wire))
		case 5:
			p.LatencyMs = math.Float64frombits(s.fixed(wire))
		default:
			s.failed = true
		}
	}
}

// instant reads a google.protobuf.Timestamp.
func (s *scan) instant(wire int, at *timestamppb.Timestamp) {
	inner := scan{rest: s.bytes(wire), failed: s.failed}
	for number, wire := inner.next(); number != 0; number, wire = inner.next() {
		switch number {
		case 1:
			at.Seconds = int64(inner.number(wire))
		case 2:
			at.Nanos = int32(inner.number(wire))
		default:
			inner.failed = true
		}
	}
	s.failed = inner.failed
}
