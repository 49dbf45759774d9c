package cli

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// serverFlag is where the API is.
type serverFlag struct {
	Server string `default:"http://127.0.0.1:8080" env:"TOCSIN_SERVER_URL" help:"URL of the server."`
	Token  string `env:"TOCSIN_TOKEN,TOCSIN_LEADERSHIP_TOKEN" help:"Token, where the server asks for one."`
}

// answerWithin is how long the server may take.
const answerWithin = 30 * time.Second

// get reads a path's JSON into v.
func (f serverFlag) get(ctx context.Context, path string, v any) error {
	data, err := f.call(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return err
	}
	return readJSON(data, v)
}

// raw prints a path's JSON as one line.
func (f serverFlag) raw(s *streams, path string) error {
	data, err := f.call(s.ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return err
	}
	return printJSON(s.out, data)
}

// An order is what a person wants done.
type order struct {
	path string
	// as is the person's name.
	as   string
	body any
	// key makes it the same order when it is sent again; empty: one of its own.
	key string
}

// post sends an order, and reads the answer into v.
func (f serverFlag) post(ctx context.Context, o order, v any) error {
	data, err := json.Marshal(o.body)
	if err != nil {
		return err
	}
	answer, err := f.call(ctx, request{method: http.MethodPost, path: o.path, as: o.as, body: data, key: o.key})
	if err != nil {
		return err
	}
	return readJSON(answer, v)
}

// request is what goes out to the server; a nil body is none.
type request struct {
	method, path, as string
	body             []byte
	// kind is the media type of what is sent, or asked for; empty is JSON.
	kind string
	// key is the order's; empty: one of its own.
	key string
}

func (f serverFlag) call(ctx context.Context, r request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, strings.TrimRight(f.Server, "/")+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, wrongUsage("--server %q is no URL: %w", f.Server, err)
	}
	if f.Token != "" {
		req.Header.Set("Authorization", "Bearer "+f.Token)
	}
	if r.as != "" {
		req.Header.Set("Tocsin-Person", r.as)
	}
	if r.kind == "" {
		r.kind = "application/json"
	}
	req.Header.Set("Accept", r.kind+", application/json;q=0.5")
	if r.body != nil {
		req.Header.Set("Content-Type", r.kind)
		req.Header.Set("Idempotency-Key", cmp.Or(r.key, rand.Text()))
	}
	resp, err := http.DefaultClient.Do(req)
	var reached *url.Error
	if errors.As(err, &reached) {
		err = reached.Err // without the URL, which stands in ours
	}
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w; is the server running there? (tocsin up starts one, --server names another)", f.Server, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", f.Server, err)
	}
	if resp.StatusCode/100 != 2 {
		var p struct{ Title, Detail string }
		if json.Unmarshal(data, &p) == nil && p.Detail != "" {
			return nil, refusedError{resp.StatusCode, p.Detail}
		}
		if resp.StatusCode == http.StatusNotFound {
			return nil, errNoPath
		}
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	return data, nil
}

// errNoPath says that the server has no such path: it is another service's.
var errNoPath = errors.New("the server answered 404 Not Found")

// refusedError is what the server says of why it does not do something.
type refusedError struct {
	status int
	detail string
}

func (e refusedError) Error() string { return fmt.Sprintf("refused (%d): %s", e.status, e.detail) }

// readJSON reads the server's answer into v.
func readJSON(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}

// printJSON writes data as one line.
func printJSON(w io.Writer, data []byte) error {
	var line bytes.Buffer
	if err := json.Compact(&line, data); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	line.WriteByte('\n')
	_, err := w.Write(line.Bytes())
	return err
}
