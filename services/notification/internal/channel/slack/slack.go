// Package slack posts notifications to one Slack channel, through an incoming
// webhook of a Slack app (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
//
// A message is a title that leads to the case, the words, for a call the link by
// which its reader acknowledges, and a last line that names tenant, case and ticket. Whatever people wrote is shown as they wrote it:
// it mentions nobody, links nowhere and unfurls nothing.
//
// Slack can not tell repeats: after a crash between Slack's answer and our
// record a message may stand there twice. The notification's id is the first
// block's block_id, so that both can be recognised.
//
// Slack takes about one message a second per webhook and answers 429 with
// Retry-After beyond; a destination's rate keeps below that. What answers mean
// is said by package post: no_service, channel_not_found and channel_is_archived
// are refusals, rollup_error is not.
package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/post"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Slack's limits, and ours below them. Lengths count UTF-16 units.
const (
	// maxText is how long the text of one block may be.
	maxText = 3000
	// maxTitle leaves room for the link around a title.
	maxTitle = 500
	// maxSections is how many blocks of words a message has; Slack takes 50
	// blocks, and cuts messages of more than 40,000 letters.
	maxSections = 10
)

// Slack is a channel to one incoming webhook.
type Slack struct{ address *post.Address }

// Open returns the channel that a destination's settings describe. The only
// setting is url, the webhook's address, which is a secret.
func Open(with map[string]any) (channel.Channel, error) {
	var set struct {
		URL string `json:"url"`
	}
	if err := channel.Decode(with, &set); err != nil {
		return nil, err
	}
	if set.URL == "" {
		return nil, errors.New("setting url is missing: the address of an incoming webhook, https://hooks.slack.com/services/…")
	}
	address, err := post.To(set.URL)
	if err != nil {
		return nil, fmt.Errorf("setting url: %w", err)
	}
	return &Slack{address}, nil
}

// Name is "slack".
func (s *Slack) Name() string { return "slack" }

// Destination is Slack's host: the path of a webhook is its secret.
func (s *Slack) Destination() string { return s.address.String() }

// Once is false: Slack shows a repeat as another message.
func (s *Slack) Once() bool { return false }

// Deliver posts n once.
func (s *Slack) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	body, err := write(n)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("write notification %s for Slack: %w", n.GetId(), err)}
	}
	return s.address.JSON(ctx, nil, body)
}

// A message is what an incoming webhook takes.
type message struct {
	// Text is what a phone's lock screen shows, and what is read aloud.
	Text        string  `json:"text"`
	Blocks      []block `json:"blocks"`
	UnfurlLinks bool    `json:"unfurl_links"`
	UnfurlMedia bool    `json:"unfurl_media"`
}

// A block is a section with Text or a context with Elements.
type block struct {
	Type     string `json:"type"`
	ID       string `json:"block_id,omitempty"`
	Text     *text  `json:"text,omitempty"`
	Elements []text `json:"elements,omitempty"`
}

type text struct {
	Type string `json:"type"`
	Text string `json:"text"`
	// Verbatim keeps Slack from making links of words that look like one.
	Verbatim bool `json:"verbatim"`
}

func mrkdwn(s string) text { return text{"mrkdwn", s, true} }

func write(n *notificationv1.Notification) ([]byte, error) {
	title := split(cmp.Or(line(n.GetTitle()), line(n.GetKind()), "Tocsin"), maxTitle, 1)[0]
	head := mrkdwn("*" + linked(title, n.GetLink()) + "*")
	m := message{Text: title, Blocks: []block{{Type: "section", ID: n.GetId(), Text: &head}}}
	for _, words := range split(strings.TrimSpace(n.GetBody()), maxText, maxSections) {
		if words := mrkdwn(words); words.Text != "" {
			m.Blocks = append(m.Blocks, block{Type: "section", Text: &words})
		}
	}
	if seen := linked("*"+channel.Seen(n.GetLanguage())+"*", n.GetAcknowledge()); strings.HasPrefix(seen, "<") {
		words := mrkdwn(seen)
		m.Blocks = append(m.Blocks, block{Type: "section", Text: &words})
	}
	about := []string{line(n.GetTenant()), line(n.GetCase()), line(n.GetTicket())}
	about = slices.DeleteFunc(about, func(s string) bool { return s == "" })
	if len(about) > 0 {
		words := split(strings.Join(about, " · "), maxText, 1)[0]
		m.Blocks = append(m.Blocks, block{Type: "context", Elements: []text{mrkdwn(words)}})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// line is s on one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// linked is words that are escaped already, leading to address where there is one.
func linked(words, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(address) > maxText-maxTitle-10 {
		return words
	}
	marks := strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;")
	return "<" + marks.Replace(u.String()) + "|" + words + ">"
}

// more stands where something was left out.
const more = "…"

// split escapes s and cuts it into at most n pieces of up to limit UTF-16 units.
// There is at least one, if an empty one; what does not fit is left out, and said to be.
func split(s string, limit, n int) []string {
	var pieces []string
	for {
		head, rest := cut(s, limit-len(more))
		head, rest = strings.TrimSpace(head), strings.TrimLeft(rest, "\n")
		pieces, s = append(pieces, escape(head)), rest
		switch {
		case s == "":
			return pieces
		case len(pieces) == n:
			pieces[n-1] += more
			return pieces
		}
	}
}

// cut is the part of s that is up to limit long when escaped, and the rest. It
// cuts behind a line where one ends in the latter half.
func cut(s string, limit int) (head, rest string) {
	size, line := 0, 0
	for i, r := range s {
		if size += width(r); size > limit {
			if line <= i/2 {
				line = i
			}
			return s[:line], s[line:]
		}
		if r == '\n' {
			line = i + 1
		}
	}
	return s, ""
}

// width is how many UTF-16 units a letter takes when escaped.
func width(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return utf16.RuneLen(r)
}

// escape takes their meaning from the letters that would be read as mentions and links.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
