// Package teams posts notifications to one Microsoft Teams channel or chat, as
// an adaptive card through a workflow with the trigger "When a Teams webhook
// request is received" (learn.microsoft.com/microsoftteams: Workflows). The
// connectors of Microsoft 365 that came before are retired and not spoken to.
//
// A card is a title, the words, and a last line that names tenant, case and
// ticket; a button opens the case. Whatever people wrote is shown as they wrote
// it: the words are text runs, in which Teams reads no Markdown and no mentions.
//
// A workflow answers 202 before it posts: taken means that the workflow has it,
// and only its own history tells whether the card stands in Teams. Teams can not
// tell repeats either: after a crash between the answer and our record a card may
// stand there twice. The notification's id is the id of the card's first element,
// so that both can be recognised.
//
// Teams takes about four requests a second, and no more than 28 KB in one: what
// is longer is cut at a line's end and says so. What answers mean is said by
// package post.
package teams

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
	"unicode/utf8"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/post"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Lengths in bytes.
const (
	// maxMessage stays below Teams' 28 KB.
	maxMessage = 27 << 10
	maxTitle   = 1 << 10
	maxLink    = 2 << 10
	maxAbout   = 1 << 10
)

// more stands where something was left out.
const more = "…"

// Teams is a channel to one workflow.
type Teams struct{ address *post.Address }

// Open returns the channel that a destination's settings describe. The only
// setting is url, the workflow's address, which is a secret.
func Open(with map[string]any) (channel.Channel, error) {
	var set struct {
		URL string `json:"url"`
	}
	if err := channel.Decode(with, &set); err != nil {
		return nil, err
	}
	if set.URL == "" {
		return nil, errors.New("setting url is missing: the address that the workflow shows, https://…/workflows/…")
	}
	address, err := post.To(set.URL)
	if err != nil {
		return nil, fmt.Errorf("setting url: %w", err)
	}
	return &Teams{address}, nil
}

// Name is "teams".
func (t *Teams) Name() string { return "teams" }

// Destination is the workflow's host: its path and query are its secret.
func (t *Teams) Destination() string { return t.address.String() }

// Once is false: Teams shows a repeat as another card.
func (t *Teams) Once() bool { return false }

// Deliver posts n once.
func (t *Teams) Deliver(ctx context.Context, n *notificationv1.Notification) (channel.Answer, error) {
	body, err := write(n)
	if err != nil {
		return channel.Answer{}, &channel.Refused{Err: fmt.Errorf("write notification %s for Teams: %w", n.GetId(), err)}
	}
	return t.address.JSON(ctx, nil, body)
}

// A message is what the workflow takes.
type message struct {
	Type        string       `json:"type"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	ContentType string `json:"contentType"`
	Content     card   `json:"content"`
}

// A card is an adaptive card of version 1.4, which all clients of Teams show.
type card struct {
	Schema   string   `json:"$schema"`
	Type     string   `json:"type"`
	Version  string   `json:"version"`
	Language string   `json:"lang,omitempty"`
	Fallback string   `json:"fallbackText"`
	Body     []line   `json:"body"`
	Actions  []action `json:"actions,omitempty"`
	Teams    width    `json:"msteams"`
}

// A line is a RichTextBlock: one line of text, which wraps. In a run a line's
// end would be a blank.
type line struct {
	Type    string `json:"type"`
	ID      string `json:"id,omitempty"`
	Spacing string `json:"spacing,omitempty"`
	Inlines []run  `json:"inlines"`
}

// A run is a TextRun. Markdown in it is not read.
type run struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Size   string `json:"size,omitempty"`
	Weight string `json:"weight,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`
}

// An action is a button that opens URL.
type action struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

type width struct {
	Width string `json:"width"`
}

// write is the message, with as much of the words as fits.
func write(n *notificationv1.Notification) ([]byte, error) {
	for most := maxMessage; ; most = most * 3 / 4 {
		body, err := encode(message{"message", []attachment{{"application/vnd.microsoft.card.adaptive", compose(n, most)}}})
		if err != nil || len(body) <= maxMessage || most == 0 {
			return body, err
		}
	}
}

func encode(m message) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(m)
	return bytes.TrimSpace(b.Bytes()), err
}

// compose is the card, with at most so many bytes of the notification's words.
func compose(n *notificationv1.Notification, most int) card {
	title := cut(cmp.Or(flat(n.GetTitle()), flat(n.GetKind()), "Tocsin"), maxTitle)
	c := card{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
		Language: n.GetLanguage(), Fallback: title, Teams: width{"Full"},
		Body: []line{{Type: "RichTextBlock", ID: n.GetId(), Inlines: []run{{Type: "TextRun", Text: title, Size: "Medium", Weight: "Bolder"}}}},
	}
	spacing := "Medium"
	for words := range strings.Lines(cut(strings.TrimSpace(n.GetBody()), most)) {
		if words = strings.TrimRight(words, "\r\n"); strings.TrimSpace(words) == "" {
			spacing = "Medium"
			continue
		}
		c.Body = append(c.Body, line{Type: "RichTextBlock", Spacing: spacing, Inlines: []run{{Type: "TextRun", Text: words}}})
		spacing = "None"
	}
	about := []string{flat(n.GetTenant()), flat(n.GetCase()), flat(n.GetTicket())}
	about = slices.DeleteFunc(about, func(s string) bool { return s == "" })
	if len(about) > 0 {
		text := cut(strings.Join(about, " · "), maxAbout)
		c.Body = append(c.Body, line{Type: "RichTextBlock", Spacing: "Medium", Inlines: []run{{Type: "TextRun", Text: text, Size: "Small", Subtle: true}}})
	}
	c.open(channel.Seen(n.GetLanguage()), n.GetAcknowledge())
	c.open(button(n.GetLanguage()), n.GetLink())
	return c
}

// open adds a button that opens an address, where it is one.
func (c *card) open(title, address string) {
	if u, err := url.Parse(address); err == nil && u.Host != "" && len(address) <= maxLink {
		c.Actions = append(c.Actions, action{"Action.OpenUrl", title, u.String()})
	}
}

// button is what the button says that opens the case.
func button(language string) string {
	if language == "de" {
		return "Fall öffnen"
	}
	return "Open the case"
}

// flat is s on one line.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut is the beginning of s in at most so many bytes, up to the end of a line
// where one ends in the latter half, and says that more follows.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := max(most-len(more), 0)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if i := strings.LastIndexByte(s[:end], '\n'); i > end/2 {
		end = i
	}
	return strings.TrimSpace(s[:end]) + more
}
