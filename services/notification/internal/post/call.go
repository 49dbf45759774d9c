package post

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"tocsin/services/notification/internal/channel"
)

// Call makes one request without a form: method GET, or POST with text, to the
// address, or to what is below its path. What the answer means is as for JSON.
func (a *Address) Call(ctx context.Context, method, below, text string) (channel.Answer, error) {
	to := *a.url
	if below != "" {
		to = *a.url.JoinPath(below)
	}
	if method == http.MethodGet {
		text = ""
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(text))
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("ask %s: %w", a, bare(err))}
	}
	if text != "" {
		req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	req.Header.Set("User-Agent", "tocsin")
	resp, err := a.client.Do(req)
	if err != nil {
		err = bare(err)
		return channel.Answer{Text: err.Error()}, fmt.Errorf("ask %s: %w; trying again may help", a, err)
	}
	defer resp.Body.Close()
	answer := channel.Answer{Text: said(resp)}
	return answer, a.verdict(resp, answer)
}
