// Package zammad writes notifications on tickets of a Zammad
// (docs.zammad.org/en/latest/api/ticket/articles.html, Create).
//
//	POST /api/v1/ticket_articles  {"ticket_id":…,"body":…,"content_type":"text/html","type":"note","internal":…}
//
// The ticket is named by its id, not by the number that people see. A public note
// is shown to the customer in Zammad; whether they are sent a mail is decided by a
// trigger there. A note is no communication by Zammad's rules: it stops no
// service level's clock. Whatever may be a repeat is looked for among all articles.
//
// What else holds is said by package helpdesk.
package zammad

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk"
	"tocsin/services/notification/internal/post"
)

// Open returns the channel that a destination's settings describe: url, as
// https://support.example.com; token, an access token with the permission
// ticket.agent; source.
func Open(with map[string]any) (channel.Channel, error) {
	return helpdesk.Open(helpdesk.Vendor{
		Name: "zammad", Tickets: regexp.MustCompile(`^[0-9]{1,18}$`),
		Authorize: authorize, Write: write, Written: written, Look: look, Read: read,
	})(with)
}

func authorize(set helpdesk.Settings) (string, error) {
	if set.User != "" {
		return "", errors.New("user: Zammad knows who writes by the token; leave it out")
	}
	return "Token token=" + set.Token, nil
}

// An article is what Zammad takes, and lists.
type article struct {
	ID          json.Number `json:"id,omitempty"`
	Ticket      json.Number `json:"ticket_id"`
	Subject     string      `json:"subject"`
	Body        string      `json:"body"`
	ContentType string      `json:"content_type"`
	Type        string      `json:"type"`
	Sender      string      `json:"sender"`
	Internal    bool        `json:"internal"`
}

func write(n helpdesk.Note) (post.Request, error) {
	body, err := helpdesk.JSON(article{
		Ticket: json.Number(n.Ticket), Subject: n.Title, Body: helpdesk.HTML(n.Text), ContentType: "text/html",
		Type: "note", Sender: "Agent", Internal: !n.Public,
	})
	return post.Request{Method: http.MethodPost, Path: "/api/v1/ticket_articles", Body: body}, err
}

func written(answer []byte) string {
	var said struct {
		ID json.Number `json:"id"`
	}
	_ = json.Unmarshal(answer, &said)
	return said.ID.String()
}

func look(ticket string, _ int) post.Request {
	return post.Request{Method: http.MethodGet, Path: "/api/v1/ticket_articles/by_ticket/" + ticket}
}

func read(answer []byte) ([]helpdesk.Standing, bool, error) {
	var articles []struct {
		ID   json.Number `json:"id"`
		Body string      `json:"body"`
	}
	if err := json.Unmarshal(answer, &articles); err != nil {
		return nil, false, err
	}
	list := make([]helpdesk.Standing, len(articles))
	for i, a := range articles {
		list[i] = helpdesk.Standing{ID: a.ID.String(), Text: a.Body}
	}
	return list, false, nil
}
