// Package chattest is an endpoint of chat completions for tests: it answers as
// it is told to, and misbehaves as endpoints do.
package chattest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A Request is what the endpoint was sent.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         string
}

// Sent is the body, decoded.
func (r Request) Sent(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatalf("the request is no JSON: %v\n%s", err, r.Body)
	}
	return out
}

// A Server is an endpoint. It does one after the other what it is told, and the
// last for ever.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	acts     []http.HandlerFunc
	requests []Request
}

// New starts an endpoint that ends with the test.
func New(t testing.TB, acts ...http.HandlerFunc) *Server {
	s := &Server{acts: acts}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, Request{Method: r.Method, Path: r.URL.Path, Header: r.Header.Clone(), Body: string(body)})
	act := s.acts[min(len(s.requests), len(s.acts))-1]
	s.mu.Unlock()
	act(w, r)
}

// Requests are what it was sent so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Envelope is a chat completion that holds content, as endpoints send it.
func Envelope(content string, in, out int) string {
	quoted, err := json.Marshal(content)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(`{"id":"c1","object":"chat.completion","model":"m-2026","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%s,"refusal":null}}],
		"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}`, quoted, in, out, in+out)
}

// Says answers with content, for 1000 tokens in and 100 out.
func Says(content string) http.HandlerFunc { return Body(Envelope(content, 1000, 100)) }

// Body answers with a body as it is.
func Body(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// Status refuses, with headers as "Name: value"; the body repeats what was
// sent, the key included, as some do.
func Status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"message":"you sent %s"}}`, r.Header.Get("Authorization"))
	}
}

// Hangs never answers; it ends when the asker gives up.
func Hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Slow begins to answer at once and ends when it is let.
func Slow(content string, let <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		whole := Envelope(content, 1000, 100)
		_, _ = io.WriteString(w, whole[:10])
		_ = http.NewResponseController(w).Flush()
		select {
		case <-let:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, whole[10:])
	}
}

// Endless answers with so many bytes, or with as many as are taken; it says
// how many on taken once it has ended.
func Endless(bytes int, taken chan<- int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		chunk := strings.Repeat(" ", 64<<10)
		sent := 0
		for sent < bytes {
			n, err := io.WriteString(w, chunk)
			if sent += n; err != nil {
				break
			}
		}
		taken <- sent
	}
}

// Breaks closes the connection in the middle of its answer.
func Breaks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"choices":[{"mess`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// Elsewhere sends the asker to another address.
func Elsewhere(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, address, http.StatusTemporaryRedirect)
	}
}
