package helpdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"tocsin/services/intake/internal/doors/jira"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/webhook"
)

// JiraAuth is an API token of a user, or without one a personal access token.
func JiraAuth(user, token string) func(*http.Request) {
	if user == "" {
		return bearer(token)
	}
	return func(r *http.Request) { r.SetBasicAuth(user, token) }
}

type jiraDesk struct {
	*pull.Client
	Options

	mu    sync.Mutex
	asked bool
	// cloud says that it is Jira Cloud, which lists in another way than Data Center.
	cloud bool
}

// Jira gives the issues whose status is of no done category.
func Jira(c *pull.Client, o Options) pull.Helpdesk { return &jiraDesk{Client: c, Options: o} }

// api is the path of the API.
func (j *jiraDesk) api(ctx context.Context) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.asked {
		var info struct {
			Kind string `json:"deploymentType"`
		}
		if err := j.Get(ctx, "/rest/api/2/serverInfo", nil, &info); err != nil {
			return "", err
		}
		j.asked, j.cloud = true, info.Kind == "Cloud"
	}
	if j.cloud {
		return "/rest/api/3", nil
	}
	return "/rest/api/2", nil
}

// jql is what is searched for.
func (j *jiraDesk) jql() string {
	all := []string{"statusCategory != Done"}
	if !j.Since.IsZero() {
		all = append(all, fmt.Sprintf("updated >= -%dm", int(time.Since(j.Since).Minutes())+1))
	}
	if j.Query != "" {
		all = append(all, "("+j.Query+")")
	}
	return strings.Join(all, " AND ")
}

const ordered = " ORDER BY created ASC"

type foundIssues struct {
	Issues []struct {
		Key    string `json:"key"`
		Fields struct {
			Updated string `json:"updated"`
		} `json:"fields"`
	} `json:"issues"`
	Total int    `json:"total"`
	Next  string `json:"nextPageToken"`
}

// List is a page of keys.
func (j *jiraDesk) List(ctx context.Context, cursor string) (page pull.Page, err error) {
	api, err := j.api(ctx)
	if err != nil {
		return page, err
	}
	ask := url.Values{"jql": {j.jql() + ordered}, "fields": {"updated"}, "maxResults": {strconv.Itoa(hundred)}}
	path := api + "/search"
	if j.cloud {
		path += "/jql"
		if cursor != "" {
			ask.Set("nextPageToken", cursor)
		}
		var count struct {
			Count int `json:"count"`
		}
		if err := j.Search(ctx, api+"/search/approximate-count", map[string]string{"jql": j.jql()}, &count); unanswered(err) {
			return page, err
		}
		page.Of = count.Count
	} else if cursor != "" {
		ask.Set("startAt", cursor)
	}
	var found foundIssues
	if err := j.Get(ctx, path, ask, &found); err != nil {
		return page, lost(err, cursor)
	}
	for _, i := range found.Issues {
		page.Refs = append(page.Refs, pull.Ref{ID: i.Key, State: i.Fields.Updated})
	}
	if j.cloud {
		page.Next = found.Next
		return page, nil
	}
	page.Of, page.Shifts = found.Total, true
	start, _ := strconv.Atoi(cursor)
	if end := start + len(found.Issues); len(found.Issues) > 0 && end < found.Total {
		page.Next = strconv.Itoa(end)
	}
	return page, nil
}

// Ticket asks for the issue, and for what of its past does not stand in it.
func (j *jiraDesk) Ticket(ctx context.Context, r pull.Ref) (webhook.Said, error) {
	api, err := j.api(ctx)
	if err != nil {
		return webhook.Said{}, err
	}
	path := api + "/issue/" + url.PathEscape(r.ID)
	var raw json.RawMessage
	if err := j.Get(ctx, path, url.Values{"fields": {"*all"}, "expand": {"changelog"}}, &raw); err != nil {
		return webhook.Said{}, gone(err)
	}
	var past struct {
		Fields struct {
			Comment struct {
				Comments []json.RawMessage `json:"comments"`
				Total    int               `json:"total"`
			} `json:"comment"`
		} `json:"fields"`
		Changelog struct {
			Histories []json.RawMessage `json:"histories"`
			Total     int               `json:"total"`
		} `json:"changelog"`
	}
	if err := json.Unmarshal(raw, &past); err != nil {
		return webhook.Said{}, fmt.Errorf("an issue that is none: %w", err)
	}
	issue := jira.Pulled{Issue: raw, Histories: past.Changelog.Histories}
	if past.Fields.Comment.Total > len(past.Fields.Comment.Comments) {
		if issue.Comments, err = j.all(ctx, path+"/comment", "comments", url.Values{"expand": {"properties"}}); err != nil {
			return webhook.Said{}, gone(err)
		}
	}
	if past.Changelog.Total > len(past.Changelog.Histories) && j.cloud {
		if issue.Histories, err = j.all(ctx, path+"/changelog", "values", url.Values{}); err != nil {
			return webhook.Said{}, gone(err)
		}
	}
	return issue.Said(j.Account)
}

// all reads a list of an issue to its end.
func (j *jiraDesk) all(ctx context.Context, path, member string, ask url.Values) (list []json.RawMessage, err error) {
	for {
		ask.Set("startAt", strconv.Itoa(len(list)))
		ask.Set("maxResults", strconv.Itoa(hundred))
		var answer map[string]json.RawMessage
		if err := j.Get(ctx, path, ask, &answer); err != nil {
			return nil, err
		}
		var some []json.RawMessage
		var total lenient.Text
		if err := json.Unmarshal(answer[member], &some); err != nil {
			return nil, fmt.Errorf("%s without %s: %w", path, member, err)
		}
		_ = total.UnmarshalJSON(answer["total"]) // it never fails
		list = append(list, some...)
		if n, _ := strconv.Atoi(string(total)); len(some) == 0 || len(list) >= n {
			return list, nil
		}
	}
}
