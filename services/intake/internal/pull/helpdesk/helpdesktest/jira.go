package helpdesktest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Jira answers as Jira Cloud does, or as Data Center, to lena@acme.example with the
// token secret; no page of comments has more than two.
func (d *Desk) Jira(cloud bool) http.Handler {
	kind, api := "Server", "/rest/api/2"
	if cloud {
		kind, api = "Cloud", "/rest/api/3"
	}
	all := routes{
		"GET /rest/api/2/serverInfo": func(*http.Request) any { return object{"deploymentType": kind} },
		"GET " + api + "/issue/{key}": func(r *http.Request) any {
			t, there := d.one(strings.TrimPrefix(r.PathValue("key"), "SUP-"))
			if !there {
				return nil
			}
			return jiraIssue(t, cloud)
		},
		"GET " + api + "/issue/{key}/comment": func(r *http.Request) any {
			t, there := d.one(strings.TrimPrefix(r.PathValue("key"), "SUP-"))
			if !there {
				return nil
			}
			some, _ := page(jiraComments(t, cloud), number(r.FormValue("startAt")), 2)
			return object{"comments": some, "total": len(t.Notes)}
		},
	}
	if cloud {
		all["POST "+api+"/search/approximate-count"] = func(*http.Request) any { return object{"count": len(d.open())} }
		all["GET "+api+"/search/jql"] = func(r *http.Request) any {
			from, size := number(strings.TrimPrefix(r.FormValue("nextPageToken"), "t")), number(r.FormValue("maxResults"))
			some, more := page(d.all(), from, size)
			answer := object{"issues": keys(some)}
			if more {
				answer["nextPageToken"] = "t" + strconv.Itoa(from+size)
			}
			return answer
		}
	} else {
		all["GET "+api+"/search"] = func(r *http.Request) any {
			open := d.open()
			some, _ := page(open, number(r.FormValue("startAt")), number(r.FormValue("maxResults")))
			return object{"issues": keys(some), "total": len(open)}
		}
	}
	return d.serve(basic("lena@acme.example", "secret"), all)
}

func keys(tickets []Ticket) []object {
	list := []object{}
	for _, t := range tickets {
		if !t.Done {
			list = append(list, object{"key": "SUP-" + strconv.Itoa(t.ID), "fields": object{"updated": jiraStamp(t.Updated)}})
		}
	}
	return list
}

func jiraStamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000-0700") }

// person is a user, as Cloud or Data Center names them.
func person(id int, cloud bool) any {
	switch {
	case id == 0:
		return nil
	case cloud:
		return object{"accountId": strconv.Itoa(id), "accountType": "atlassian"}
	}
	return object{"key": strconv.Itoa(id), "name": "user" + strconv.Itoa(id)}
}

func jiraComments(t Ticket, cloud bool) []object {
	list := []object{}
	for _, n := range t.Notes {
		c := object{
			"id": strconv.Itoa(n.ID), "author": person(n.Author, cloud), "created": jiraStamp(n.At), "updated": jiraStamp(n.At),
			"body": n.Text, "jsdPublic": n.Public,
		}
		if cloud {
			c["body"] = object{"type": "doc", "version": 1, "content": []object{
				{"type": "paragraph", "content": []object{{"type": "text", "text": n.Text}}},
			}}
		}
		list = append(list, c)
	}
	return list
}

func jiraIssue(t Ticket, cloud bool) object {
	priority := "Medium"
	if t.Urgent {
		priority = "Highest"
	}
	comments, _ := page(jiraComments(t, cloud), 0, 2)
	return object{
		"id": strconv.Itoa(t.ID), "key": "SUP-" + strconv.Itoa(t.ID),
		"fields": object{
			"summary": t.Subject, "description": t.Body, "priority": object{"name": priority}, "project": object{"key": "SUP"},
			"status":  object{"id": "1", "name": "Open", "statusCategory": object{"key": "new"}},
			"created": jiraStamp(t.Created), "updated": jiraStamp(t.Updated), "reporter": person(Requester, cloud),
			"assignee": person(t.Agent, cloud), "comment": object{"comments": comments, "total": len(t.Notes)},
		},
		"changelog": object{"total": 1, "histories": []object{{
			"id": strconv.Itoa(t.ID * 7), "author": person(Requester, cloud), "created": jiraStamp(t.Created.Add(time.Minute)),
			"items": []object{{"field": "Rank", "fromString": "", "toString": "Ranked higher"}},
		}}},
	}
}
