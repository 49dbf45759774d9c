package door

import (
	"encoding/json"
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/code"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
)

// saysStatus lets next answer with problem documents, as all doors do, and says them
// as OTLP asks: as a google.rpc.Status in the encoding of the request.
func saysStatus(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		next(&statusWriter{ResponseWriter: w, r: r}, r)
	}
}

// A statusWriter turns a problem document into a Status; other answers it leaves.
type statusWriter struct {
	http.ResponseWriter
	r       *http.Request
	problem bool
}

// Unwrap is the writer beneath, for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader holds a problem's status back until its document is written.
func (w *statusWriter) WriteHeader(status int) {
	if w.problem = w.Header().Get("Content-Type") == "application/problem+json"; !w.problem {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write is called with a problem document whole.
func (w *statusWriter) Write(data []byte) (int, error) {
	if !w.problem {
		return w.ResponseWriter.Write(data)
	}
	var p Problem
	if err := json.Unmarshal(data, &p); err != nil {
		return 0, err
	}
	words := []string{p.Detail}
	for _, e := range p.Errors {
		words = append(words, strings.TrimSpace(e.Field+" "+e.Reason))
	}
	writeAs(w.ResponseWriter, w.r, p.Status, &rpc.Status{Code: int32(codeOf(p.Status)), Message: strings.Join(words, "; ")})
	return len(data), nil
}

// codeOf is gRPC's code for a status.
func codeOf(status int) code.Code {
	switch status {
	case http.StatusUnauthorized:
		return code.Code_UNAUTHENTICATED
	case http.StatusForbidden:
		return code.Code_PERMISSION_DENIED
	case http.StatusTooManyRequests:
		return code.Code_RESOURCE_EXHAUSTED
	case http.StatusServiceUnavailable:
		return code.Code_UNAVAILABLE
	}
	if status < http.StatusInternalServerError {
		return code.Code_INVALID_ARGUMENT
	}
	return code.Code_INTERNAL
}
