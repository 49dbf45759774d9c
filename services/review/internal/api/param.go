package api

import (
	"net/http"
	"strconv"
	"time"
)

// The readers of parameters refuse what a parameter can not be. Of one that is not
// there they give the zero value.

// yes reads a parameter that is true or false.
func yes(r *http.Request, name string) (bool, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, badRequest(name, "%q is neither true nor false", text)
	}
	return b, nil
}

// instant reads a parameter that is a time.
func instant(r *http.Request, name string) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, badRequest(name, "%q is no RFC 3339 time, as 2026-11-21T00:00:00Z", text)
	}
	return at, nil
}

// limit reads how many are asked for, most of them at most.
func limit(r *http.Request, most int) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badRequest("limit", "%q is not a number from 1 to %d", text, most)
	}
	return n, nil
}

// number reads a whole number from 0; says is what it is, as "a version".
func number(r *http.Request, name, says string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, badRequest(name, "%q is not %s", text, says)
	}
	return n, nil
}
