package plain

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Append adds the signal's wire format to b. The error is the generated code's.
func Append(b []byte, s *ingressv1.Signal) ([]byte, error) {
	auth, ok := s.GetKind().(*ingressv1.Signal_AuthAttempt)
	if !ok || auth.AuthAttempt == nil || s.GetOccurredAt() == nil || unknown(s) || unknown(s.OccurredAt) || unknown(auth.AuthAttempt) ||
		!valid(s.Id, s.Source, s.Tenant, auth.AuthAttempt.User) {
		return proto.MarshalOptions{Deterministic: true}.MarshalAppend(b, s)
	}
	b = appendText(b, fieldID, s.Id)
	b = appendText(b, fieldSource, s.Source)
	b = appendText(b, fieldTenant, s.Tenant)
	b, at := open(b, fieldOccurredAt)
	b = close(appendInstant(b, s.OccurredAt), at)
	b, at = open(b, fieldAuth)
	a := auth.AuthAttempt
	b = appendText(b, 1, a.User)
	b = appendNumber(b, 2, uint64(a.Method))
	b = appendNumber(b, 3, uint64(a.Outcome))
	b = appendNumber(b, 4, uint64(a.Failure))
	return close(b, at), nil
}

// unknown says whether the message has fields that the schema does not know.
func unknown(m proto.Message) bool { return len(m.ProtoReflect().GetUnknown()) > 0 }

// valid says whether all texts may stand in a message.
func valid(texts ...string) bool {
	for _, t := range texts {
		if !utf8.ValidString(t) {
			return false
		}
	}
	return true
}

func appendInstant(b []byte, at *timestamppb.Timestamp) []byte {
	b = appendNumber(b, 1, uint64(at.GetSeconds()))
	return appendNumber(b, 2, uint64(at.GetNanos()))
}

func appendText(b []byte, field protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(append(b, byte(field<<3|wireBytes)), s)
}

func appendNumber(b []byte, field protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(append(b, byte(field<<3|wireVarint)), v)
}

// open begins a message within the message, with one byte for its length.
func open(b []byte, field protowire.Number) (opened []byte, at int) {
	return append(b, byte(field<<3|wireBytes), 0), len(b) + 1
}

// close writes the length of what was opened at that place.
func close(b []byte, at int) []byte {
	n := len(b) - at - 1
	if n < 0x80 {
		b[at] = byte(n)
		return b
	}
	b = append(b, 0, 0, 0, 0)[:len(b)+protowire.SizeVarint(uint64(n))-1] //nolint:gosec // not negative
	copy(b[at+protowire.SizeVarint(uint64(n)):], b[at+1:at+1+n])         //nolint:gosec // not negative
	protowire.AppendVarint(b[:at], uint64(n))                            //nolint:gosec // not negative
	return b
}
