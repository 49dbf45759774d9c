// Package jira writes notifications on requests of Jira Service Management, Cloud
// and Data Center (developer.atlassian.com/cloud/jira/service-desk/rest, Create
// request comment).
//
//	POST /rest/servicedeskapi/request/{key}/comment  {"body":…,"public":…}
//
// The body is Jira's wiki markup, in which nothing that people wrote is markup or
// mentions anybody. A comment that is not public is an internal one: who writes
// has to be an agent of the project. Whatever may be a repeat is looked for among
// the first two thousand comments, oldest first, as Jira lists them.
//
// What else holds is said by package helpdesk.
package jira

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/helpdesk"
	"tocsin/services/notification/internal/post"
)

// page is how many comments are asked for at once.
const page = 100

// Open returns the channel that a destination's settings describe: url, as
// https://acme.atlassian.net; user, a mail address, with an API token as token; or
// the token alone, where it is one of Data Center's personal access tokens; source.
func Open(with map[string]any) (channel.Channel, error) {
	return helpdesk.Open(helpdesk.Vendor{
		Name: "jira", Tickets: regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]{0,254}-)?[0-9]{1,19}$`),
		Authorize: authorize, Write: write, Written: written, Look: look, Read: read,
	})(with)
}

func authorize(set helpdesk.Settings) (string, error) {
	switch {
	case set.User == "":
		return "Bearer " + set.Token, nil
	case strings.Contains(set.User, ":"):
		return "", errors.New("user: write the mail address, or the name, of the account whose token it is")
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(set.User+":"+set.Token)), nil
}

func path(ticket string) string { return "/rest/servicedeskapi/request/" + ticket + "/comment" }

func write(n helpdesk.Note) (post.Request, error) {
	body, err := helpdesk.JSON(struct {
		Body   string `json:"body"`
		Public bool   `json:"public"`
	}{helpdesk.Wiki(n.Text), n.Public})
	return post.Request{Method: http.MethodPost, Path: path(n.Ticket), Body: body}, err
}

type comment struct {
	ID   string `json:"id"`
	Body string `json:"body"`
}

func written(answer []byte) string {
	var c comment
	_ = json.Unmarshal(answer, &c)
	return c.ID
}

func look(ticket string, n int) post.Request {
	query := "public=true&internal=true&limit=" + strconv.Itoa(page) + "&start=" + strconv.Itoa(n*page)
	return post.Request{Method: http.MethodGet, Path: path(ticket), Query: query}
}

func read(answer []byte) ([]helpdesk.Standing, bool, error) {
	var said struct {
		Last   *bool     `json:"isLastPage"`
		Values []comment `json:"values"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, false, err
	}
	if said.Last == nil {
		return nil, false, errors.New("it is no page of comments")
	}
	list := make([]helpdesk.Standing, len(said.Values))
	for i, c := range said.Values {
		list[i] = helpdesk.Standing{ID: c.ID, Text: c.Body}
	}
	return list, !*said.Last, nil
}
