package events

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"

	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Batch reads an intake.v1.SignalsReceived and hands each of its signals to
// each, in their order. It says what the generated code and Signal would say,
// at a tenth of the cost: nothing is copied, so a signal's texts last only as
// long as the data, and the signal itself until each returns. What is not
// written in the plain way (a field twice, a rare kind) it leaves to the
// generated code. After an error some signals have been handed out already.
func Batch(data []byte, each func(*detect.Signal)) error {
	var s detect.Signal
	in := scan{rest: data}
	for number, kind := in.next(); number != 0; number, kind = in.next() {
		if number != fieldSignals || kind != protowire.BytesType {
			in.skip(number, kind)
			continue
		}
		body := in.bytes(kind)
		if in.failed {
			break
		}
		if !plain(body, &s) {
			var m ingressv1.Signal
			if err := proto.Unmarshal(body, &m); err != nil {
				return fmt.Errorf("read a batch of signals: %w", err)
			}
			s = Signal(&m)
		}
		each(&s)
	}
	if in.failed {
		return errors.New("read a batch of signals: its bytes are no such message")
	}
	return nil
}

// TrustOf is whose word the signals of an intake.v1.SignalsReceived are; unspecified
// where it says nothing, or is none.
func TrustOf(data []byte) (trust intakev1.Trust) {
	in := scan{rest: data}
	for number, kind := in.next(); number != 0; number, kind = in.next() {
		if number == fieldTrust && kind == protowire.VarintType {
			trust = intakev1.Trust(in.number(kind)) //nolint:gosec // a number that has no name is none
			continue
		}
		in.skip(number, kind)
	}
	if in.failed {
		return intakev1.Trust_TRUST_UNSPECIFIED
	}
	return trust
}

// The fields of intake.v1.SignalsReceived.
const (
	fieldSignals = 2
	fieldTrust   = 3
)

// The fields of ingress.v1.Signal that are read in place.
const (
	fieldID         = 1
	fieldSource     = 2
	fieldTenant     = 3
	fieldOccurredAt = 4
	fieldAuth       = 10
	fieldReport     = 11
	fieldUpload     = 12
)

// A scan reads the fields of one message; it fails at anything unusual.
type scan struct {
	rest   []byte
	failed bool
}

// next gives the next field's number and wire type, 0 at the end.
func (s *scan) next() (protowire.Number, protowire.Type) {
	if len(s.rest) == 0 || s.failed {
		return 0, 0
	}
	if tag := s.rest[0]; tag < 1<<7 && tag >= 1<<3 { // one byte: most are
		s.rest = s.rest[1:]
		return protowire.Number(tag >> 3), protowire.Type(tag & 7)
	}
	number, kind, n := protowire.ConsumeTag(s.rest)
	if n < 0 || number > protowire.MaxValidNumber {
		s.failed = true
		return 0, 0
	}
	s.rest = s.rest[n:]
	return number, kind
}

// skip passes over a field.
func (s *scan) skip(number protowire.Number, kind protowire.Type) {
	n := protowire.ConsumeFieldValue(number, kind, s.rest)
	if n < 0 {
		s.failed = true
		return
	}
	s.rest = s.rest[n:]
}

func (s *scan) bytes(kind protowire.Type) []byte {
	if len(s.rest) > 0 && s.rest[0] < 1<<7 && kind == protowire.BytesType { // a short one: most are
		if n := int(s.rest[0]) + 1; n <= len(s.rest) {
			b := s.rest[1:n]
			s.rest = s.rest[n:]
			return b
		}
	}
	b, n := protowire.ConsumeBytes(s.rest)
	if n < 0 || kind != protowire.BytesType {
		s.failed = true
		return nil
	}
	s.rest = s.rest[n:]
	return b
}

func (s *scan) text(kind protowire.Type) string {
	b := s.bytes(kind)
	if len(b) == 0 {
		return ""
	}
	text := unsafe.String(&b[0], len(b))
	s.failed = s.failed || !utf8.ValidString(text)
	return text
}

func (s *scan) number(kind protowire.Type) uint64 {
	v, n := protowire.ConsumeVarint(s.rest)
	if n < 0 || kind != protowire.VarintType {
		s.failed = true
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

// plain reads a signal of a common kind that is written in the plain way, or
// reports that it is not.
func plain(body []byte, out *detect.Signal) bool {
	*out = detect.Signal{At: time.Unix(0, 0).UTC()}
	s := scan{rest: body}
	timed := false
	for number, kind := s.next(); number != 0; number, kind = s.next() {
		switch number {
		case fieldID:
			out.ID = s.text(kind)
		case fieldSource:
			out.Source = s.text(kind)
		case fieldTenant:
			out.Tenant = s.text(kind)
		case fieldOccurredAt:
			s.failed = s.failed || timed
			timed = true
			out.At = s.instant(kind)
		case fieldAuth, fieldReport, fieldUpload:
			s.failed = s.failed || out.Kind != detect.KindUnknown
			s.kind(number, s.bytes(kind), out)
		default:
			return false
		}
	}
	return !s.failed && out.Kind != detect.KindUnknown
}

// kind reads what the signal states.
func (s *scan) kind(number protowire.Number, body []byte, out *detect.Signal) {
	inner := scan{rest: body}
	switch number {
	case fieldAuth:
		out.Kind = detect.KindAuthAttempt
		inner.auth(&out.Auth)
	case fieldReport:
		out.Kind = detect.KindReportRun
		inner.report(&out.Report)
	case fieldUpload:
		out.Kind = detect.KindFileUpload
		inner.upload(&out.Upload)
	}
	s.failed = s.failed || inner.failed
}

func (s *scan) auth(a *detect.AuthAttempt) {
	for number, kind := s.next(); number != 0; number, kind = s.next() {
		switch number {
		case 1:
			a.User = s.text(kind)
		case 2:
			a.Method = detect.Method(s.number(kind))
		case 3:
			a.OK = int32(s.number(kind)) == int32(ingressv1.AuthAttempt_SUCCESS)
		case 4:
			a.Failure = detect.Failure(s.number(kind))
		default:
			s.failed = true
		}
	}
}

func (s *scan) report(r *detect.ReportRun) {
	due := false
	for number, kind := s.next(); number != 0; number, kind = s.next() {
		switch number {
		case 1:
			r.Run = s.text(kind)
		case 2:
			r.Report = s.text(kind)
		case 3:
			r.State = detect.RunState(s.number(kind))
		case 4:
			s.number(kind) // the stage: no rule asks
		case 5:
			s.failed = s.failed || due
			due = true
			r.DueAt = s.instant(kind)
		default:
			s.failed = true
		}
	}
}

func (s *scan) upload(u *detect.FileUpload) {
	for number, kind := s.next(); number != 0; number, kind = s.next() {
		switch number {
		case 1:
			u.Upload = s.text(kind)
		case 2:
			u.Accepted = int32(s.number(kind)) == int32(ingressv1.FileUpload_ACCEPTED)
		case 3:
			u.Invalid = int32(s.number(kind)) == int32(ingressv1.FileUpload_INVALID_FILE)
		default:
			s.failed = true
		}
	}
}

// instant reads a google.protobuf.Timestamp.
func (s *scan) instant(kind protowire.Type) time.Time {
	inner := scan{rest: s.bytes(kind)}
	var seconds, nanos uint64
	for number, kind := inner.next(); number != 0; number, kind = inner.next() {
		switch number {
		case 1:
			seconds = inner.number(kind)
		case 2:
			nanos = inner.number(kind)
		default:
			inner.failed = true
		}
	}
	s.failed = s.failed || inner.failed
	return time.Unix(int64(seconds), int64(int32(nanos))).UTC()
}
