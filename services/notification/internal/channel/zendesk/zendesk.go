// Package zendesk writes notifications on tickets of a Zendesk Support account
// (developer.zendesk.com/api-reference/ticketing/tickets/tickets, Update Ticket).
//
//	PUT /api/v2/tickets/{id}.json  {"ticket":{"comment":{"html_body":…,"public":…}}}
//
// A public comment is sent to the requester as the account's triggers say. Words
// are sent as HTML: the plain form is read as Markdown by accounts that have it.
// A ticket that is closed takes no comment: Zendesk answers 422, and says so.
// Whatever may be a repeat is looked for among the newest hundred comments.
//
// What else holds is said by package helpdesk.
package zendesk

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk"
	"tocsin/services/notification/internal/post"
)

// Open returns the channel that a destination's settings describe: url, as
// https://acme.zendesk.com; user, an agent's mail address, with an API token as
// token; or a token of OAuth alone; source.
func Open(with map[string]any) (channel.Channel, error) {
	return helpdesk.Open(helpdesk.Vendor{
		Name: "zendesk", Tickets: regexp.MustCompile(`^[0-9]{1,19}$`),
		Authorize: authorize, Write: write, Written: written, Look: look, Read: read,
	})(with)
}

func authorize(set helpdesk.Settings) (string, error) {
	switch {
	case set.User == "":
		return "Bearer " + set.Token, nil
	case !strings.Contains(set.User, "@") || strings.ContainsAny(set.User, ":/"):
		return "", errors.New("user: write the mail address of the agent whose API token it is, without /token")
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(set.User+"/token:"+set.Token)), nil
}

// An update is what Zendesk takes.
type update struct {
	Ticket struct {
		Comment struct {
			HTML   string `json:"html_body"`
			Public bool   `json:"public"`
		} `json:"comment"`
	} `json:"ticket"`
}

func write(n helpdesk.Note) (post.Request, error) {
	var u update
	u.Ticket.Comment.HTML, u.Ticket.Comment.Public = helpdesk.HTML(n.Text), n.Public
	body, err := helpdesk.JSON(u)
	return post.Request{Method: http.MethodPut, Path: "/api/v2/tickets/" + n.Ticket + ".json", Body: body}, err
}

// written is the id of the comment among what the update did.
func written(answer []byte) string {
	var said struct {
		Audit struct {
			Events []struct {
				ID   json.Number `json:"id"`
				Type string      `json:"type"`
			} `json:"events"`
		} `json:"audit"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return ""
	}
	for _, e := range said.Audit.Events {
		if e.Type == "Comment" {
			return e.ID.String()
		}
	}
	return ""
}

func look(ticket string, _ int) post.Request {
	return post.Request{Method: http.MethodGet, Path: "/api/v2/tickets/" + ticket + "/comments.json", Query: "sort_order=desc&per_page=100"}
}

func read(answer []byte) ([]helpdesk.Standing, bool, error) {
	var said struct {
		Comments []struct {
			ID   json.Number `json:"id"`
			Body string      `json:"html_body"`
		} `json:"comments"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, false, err
	}
	list := make([]helpdesk.Standing, len(said.Comments))
	for i, c := range said.Comments {
		list[i] = helpdesk.Standing{ID: c.ID.String(), Text: c.Body}
	}
	return list, false, nil
}
