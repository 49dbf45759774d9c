// Package freshdesk writes notifications on tickets of a Freshdesk account
// (developers.freshdesk.com/api, Conversations).
//
//	POST /api/v2/tickets/{id}/reply  {"body":…}                  the requester is sent it
//	POST /api/v2/tickets/{id}/notes  {"body":…,"private":true}   colleagues alone read it
//
// Whatever may be a repeat is looked for among the first two thousand
// conversations, oldest first, as Freshdesk lists them.
//
// What else holds is said by package helpdesk.
package freshdesk

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk"
	"tocsin/services/notification/internal/post"
)

// page is how many conversations are asked for at once, which is the most there is.
const page = 100

// Open returns the channel that a destination's settings describe: url, as
// https://acme.freshdesk.com; token, an agent's API key; source.
func Open(with map[string]any) (channel.Channel, error) {
	return helpdesk.Open(helpdesk.Vendor{
		Name: "freshdesk", Tickets: regexp.MustCompile(`^[0-9]{1,19}$`),
		Authorize: authorize, Write: write, Written: written, Look: look, Read: read,
	})(with)
}

func authorize(set helpdesk.Settings) (string, error) {
	if set.User != "" {
		return "", errors.New("user: Freshdesk knows who writes by the API key; leave it out")
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(set.Token+":X")), nil
}

func write(n helpdesk.Note) (post.Request, error) {
	path := "/api/v2/tickets/" + n.Ticket + "/reply"
	message := struct {
		Body    string `json:"body"`
		Private bool   `json:"private,omitempty"`
	}{helpdesk.HTML(n.Text), !n.Public}
	if message.Private {
		path = "/api/v2/tickets/" + n.Ticket + "/notes"
	}
	body, err := helpdesk.JSON(message)
	return post.Request{Method: http.MethodPost, Path: path, Body: body}, err
}

func written(answer []byte) string {
	var said struct {
		ID json.Number `json:"id"`
	}
	_ = json.Unmarshal(answer, &said)
	return said.ID.String()
}

func look(ticket string, n int) post.Request {
	query := "per_page=" + strconv.Itoa(page) + "&page=" + strconv.Itoa(n+1)
	return post.Request{Method: http.MethodGet, Path: "/api/v2/tickets/" + ticket + "/conversations", Query: query}
}

func read(answer []byte) ([]helpdesk.Standing, bool, error) {
	var conversations []struct {
		ID   json.Number `json:"id"`
		Body string      `json:"body"`
	}
	if err := json.Unmarshal(answer, &conversations); err != nil {
		return nil, false, err
	}
	list := make([]helpdesk.Standing, len(conversations))
	for i, c := range conversations {
		list[i] = helpdesk.Standing{ID: c.ID.String(), Text: c.Body}
	}
	return list, len(conversations) == page, nil
}
