package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tocsin/services/review/internal/problem"
)

// maxOrder bounds the body of a request.
const maxOrder = 64 << 10

// read reads the body of a request into v, a pointer to a struct that has every
// field which the body may have. What does not fit is refused with its path.
func read(w http.ResponseWriter, r *http.Request, v any, like string) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return problem.TooLarge(large.Limit)
	case err != nil:
		return badRequest("", "the body could not be read to its end")
	case len(bytes.TrimSpace(data)) == 0:
		return badRequest("", "there is no body; one is, for instance, %s", like)
	}
	return fill(data, v, "", like)
}

// fill reads JSON into v, strictly: names as they are written, each once, and
// nothing after it. It is what stands in a body at a place, with a dot behind it.
func fill(data []byte, v any, at, like string) error {
	err := jsonv2.Unmarshal(data, v, jsonv2.RejectUnknownMembers(true))
	var semantic *jsonv2.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &semantic):
		return misfit(semantic, v, at, like)
	case errors.As(err, &syntactic):
		field := strings.TrimSuffix(at+dotted(syntactic.JSONPointer), ".")
		return badRequest(field, "not JSON at byte %d: %v; a body is, for instance, %s", syntactic.ByteOffset, syntactic.Err, like)
	}
	return badRequest(strings.TrimSuffix(at, "."), "%v; a body is, for instance, %s", err, like)
}

// misfit says which field does not fit, and what would.
func misfit(e *jsonv2.SemanticError, v any, at, like string) error {
	inner := dotted(e.JSONPointer)
	field := at + inner
	if errors.Is(e.Err, jsonv2.ErrUnknownName) {
		known := ""
		if names := fieldsOf(reflect.TypeOf(v).Elem()); !strings.Contains(inner, ".") {
			known = "; there are " + strings.Join(names, ", ")
		}
		return badRequest(field, "there is no field %q%s", field, known)
	}
	if inner == "" {
		return badRequest(strings.TrimSuffix(at, "."), "not an object, which is, for instance, %s", like)
	}
	return badRequest(field, "%s has to be %s", field, wanted(e.GoType))
}

// dotted is a JSON pointer as people write it, label.facts, and no deeper than
// people nest.
func dotted(p jsontext.Pointer) string {
	var parts []string
	for token := range p.Tokens() {
		if parts = append(parts, token); len(parts) > 8 {
			break
		}
	}
	return strings.Join(parts, ".")
}

// fieldsOf are the names of a struct's fields in JSON.
func fieldsOf(t reflect.Type) []string {
	var names []string
	if t.Kind() != reflect.Struct {
		return nil
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// wanted is what a field of a type has to be.
func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "a time like 2026-11-21T09:00:00Z"
	}
	if t == nil {
		return "something else"
	}
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number from 0"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Pointer:
		return wanted(t.Elem())
	}
	return "an object"
}

func write(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
