package post

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tocsin/services/notification/internal/channel"
)

// longestReply is how many bytes of an answer are read where its words count.
const longestReply = 16 << 20

// A Request is one request to an API below the address.
type Request struct {
	Method string
	// Path is put behind the address; Query follows it, without "?".
	Path, Query string
	Header      http.Header
	// Body is JSON; nil sends none.
	Body []byte
}

// Do makes one request and gives back what came, as far as it came. The Answer
// holds the status alone, for the rest may be anybody's words; that of a refusal
// also says why. Answers mean what they do elsewhere in this package, except that
// 409 and 423 are tried again: somebody else holds what is to be changed.
func (a *Address) Do(ctx context.Context, r Request) ([]byte, channel.Answer, error) {
	to := strings.TrimRight(a.url.String(), "/") + r.Path
	if r.Query != "" {
		to += "?" + r.Query
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, to, bytes.NewReader(r.Body))
	if err != nil {
		return nil, channel.Answer{}, &channel.Refused{Err: fmt.Errorf("ask %s: %w", a, bare(err))}
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.client.Do(req)
	if err != nil {
		err = bare(err)
		return nil, channel.Answer{Text: err.Error()}, fmt.Errorf("ask %s: %w; trying again may help", a, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, longestReply))
		return body, channel.Answer{Text: resp.Status}, nil
	}
	answer := channel.Answer{Text: said(resp)}
	if resp.StatusCode == http.StatusConflict || resp.StatusCode == http.StatusLocked {
		return nil, answer, fmt.Errorf("%s answers %s; trying again may help", a, answer.Text)
	}
	return nil, answer, a.verdict(resp, answer)
}
