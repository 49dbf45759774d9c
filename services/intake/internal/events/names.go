package events

import (
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// The wire's enums and receive's words have the same names; the wire's zero is
// receive's empty word.

type enum interface {
	~int32
	String() string
}

// word is an enum's name, or "" for its unspecified value.
func word[T ~string, E enum](e E) T {
	if e == 0 {
		return ""
	}
	return T(e.String())
}

// value is the enum of a word; 0 for the empty one.
func value[E ~int32, T ~string](numbers map[string]int32, w T) E { return E(numbers[string(w)]) }

func authorKind[T ~string](w T) ingressv1.AuthorKind {
	return value[ingressv1.AuthorKind](ingressv1.AuthorKind_value, w)
}

func status[T ~string](w T) ingressv1.Status {
	return value[ingressv1.Status](ingressv1.Status_value, w)
}

func severity[T ~string](w T) ingressv1.Severity {
	return value[ingressv1.Severity](ingressv1.Severity_value, w)
}

func environment[T ~string](w T) ingressv1.Environment {
	return value[ingressv1.Environment](ingressv1.Environment_value, w)
}
