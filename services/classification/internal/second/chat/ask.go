package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tocsin/services/classification/internal/second"
)

const (
	// maxBody is how much of an answer is read, in bytes.
	maxBody = 1 << 20
	// longestRest is how long an endpoint may ask to be left alone.
	longestRest = time.Hour
)

// Ask asks the model once. Its errors are second.Faults.
func (c *Client) Ask(ctx context.Context, q *second.Question, tokens int) (second.Reply, error) {
	body, err := c.request(q, tokens)
	if err != nil {
		return second.Reply{}, &second.Fault{Outcome: second.Rejected, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	r, err := c.do(ctx, body)
	if err != nil {
		return second.Reply{}, unsent(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return second.Reply{}, c.refusal(r)
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return second.Reply{}, &second.Fault{Outcome: second.Unreachable, Err: fmt.Errorf("the answer ended early: %w", plain(err)), Again: true, Spent: true, Down: true}
	case len(data) > maxBody:
		return second.Reply{}, &second.Fault{Outcome: second.Unusable, Err: fmt.Errorf("the answer has more than %d bytes", maxBody), Spent: true, Down: true}
	}
	return read(data)
}

// request is the body of the request.
func (c *Client) request(q *second.Question, tokens int) (string, error) {
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	form := map[string]any{"name": "reading", "strict": true, "schema": q.Schema}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{
		"model":               c.settings.Model,
		"messages":            []message{{"system", q.System}, {"user", q.User}},
		"response_format":     map[string]any{"type": "json_schema", "json_schema": form},
		c.settings.LimitField: tokens,
	})
	return b.String(), err
}

// unsent is the fault of a request without an answer. What did not reach the
// endpoint cost nothing; what did may have.
func unsent(err error) error {
	var op *net.OpError
	dial := errors.As(err, &op) && op.Op == "dial"
	return &second.Fault{Outcome: second.Unreachable, Err: plain(err), Again: true, Spent: !dial, Down: true}
}

// plain is an error without the address that it is about, which the settings say.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer in time")
	}
	return err
}

// refusal is the fault that a status other than 200 states. Nothing of the body
// is passed on: endpoints repeat in it what they were sent, the key included.
func (c *Client) refusal(r *http.Response) error {
	err := fmt.Errorf("the endpoint answered %d %s", r.StatusCode, http.StatusText(r.StatusCode))
	switch code := r.StatusCode; {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		return &second.Fault{Outcome: second.Unreachable, Err: err, Again: true, After: c.rest(r.Header.Get("Retry-After")), Down: true}
	case code >= 300 && code < 400:
		err = fmt.Errorf("%w; redirects are not followed: set the address that it leads to", err)
		return &second.Fault{Outcome: second.Rejected, Err: err, Down: true}
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound, code == http.StatusMethodNotAllowed:
		err = fmt.Errorf("%w; look at address, key and model", err)
		return &second.Fault{Outcome: second.Rejected, Err: err, Down: true}
	}
	return &second.Fault{Outcome: second.Rejected, Err: err}
}

// rest is how long Retry-After asks to wait: seconds, or a date.
func (c *Client) rest(after string) time.Duration {
	d := time.Duration(0)
	if seconds, err := strconv.ParseUint(after, 10, 31); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		d = at.Sub(c.now())
	}
	return min(max(0, d), longestRest)
}

// completion is what is read of an answer; an endpoint may say more.
type completion struct {
	Choices []struct {
		Message struct {
			Content *string `json:"content"`
			Refusal *string `json:"refusal"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage *struct {
		In  int64 `json:"prompt_tokens"`
		Out int64 `json:"completion_tokens"`
	} `json:"usage"`
}

// read takes the answer out of its envelope.
func read(data []byte) (second.Reply, error) {
	var c completion
	if err := json.Unmarshal(data, &c); err != nil {
		return second.Reply{}, &second.Fault{Outcome: second.Unusable, Err: errors.New("the answer is no chat completion"), Spent: true, Down: true}
	}
	var out second.Reply
	if u := c.Usage; u != nil && u.In > 0 && u.Out >= 0 {
		out.In, out.Out, out.Counted = uint64(u.In), uint64(u.Out), true
	}
	if len(c.Choices) == 0 {
		return out, fault(second.Unusable, "the answer has no choice")
	}
	switch first := c.Choices[0]; {
	case first.Message.Refusal != nil && *first.Message.Refusal != "", first.FinishReason == "content_filter":
		return out, fault(second.Refused, "the model declined to answer")
	case first.FinishReason == "length":
		return out, fault(second.Unusable, "the answer was cut at the limit of its tokens")
	case first.Message.Content == nil:
		return out, fault(second.Unusable, "the answer is empty")
	default:
		out.Content = *first.Message.Content
		return out, nil
	}
}

func fault(o second.Outcome, why string) error {
	return &second.Fault{Outcome: o, Err: errors.New(why), Spent: true}
}
