package jira

import (
	"encoding/json"
	"strings"

	"tocsin/services/intake/internal/lenient"
)

// delivered is a webhook's body, or an automation rule's.
type delivered struct {
	Event     lenient.Text `json:"webhookEvent"`
	Kind      lenient.Text `json:"issue_event_type_name"`
	Timestamp lenient.Text `json:"timestamp"`
	User      *user        `json:"user"`
	Issue     *issue       `json:"issue"`
	Comment   *comment     `json:"comment"`
	Changelog struct {
		ID    lenient.Text `json:"id"`
		Items []item       `json:"items"`
	} `json:"changelog"`
	// Transition is told by a step of a workflow, in Jira's oldest form.
	Transition *struct {
		To lenient.Text `json:"to_status"`
	} `json:"transition"`
}

// UnmarshalJSON leaves out a part that is of another shape than Jira's: a workflow's
// step has a comment that is a text.
func (c *comment) UnmarshalJSON(raw []byte) error {
	type plain comment
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	return json.Unmarshal(raw, (*plain)(c))
}

type user struct {
	AccountID lenient.Text `json:"accountId"`
	Key       lenient.Text `json:"key"`
	Name      lenient.Text `json:"name"`
	Type      lenient.Text `json:"accountType"`
}

// id is the account's id in Cloud, the key of Data Center.
func (u *user) id() string {
	if u == nil {
		return ""
	}
	for _, id := range []lenient.Text{u.AccountID, u.Key, u.Name} {
		if id != "" {
			return string(id)
		}
	}
	return ""
}

type item struct {
	Field   lenient.Text `json:"field"`
	FieldID lenient.Text `json:"fieldId"`
	From    lenient.Text `json:"fromString"`
	ToID    lenient.Text `json:"to"`
	To      lenient.Text `json:"toString"`
}

type comment struct {
	ID         lenient.Text    `json:"id"`
	Author     *user           `json:"author"`
	Updater    *user           `json:"updateAuthor"`
	Body       json.RawMessage `json:"body"`
	Created    lenient.Text    `json:"created"`
	Updated    lenient.Text    `json:"updated"`
	Public     *lenient.Text   `json:"jsdPublic"`
	Visibility json.RawMessage `json:"visibility"`
	Properties []struct {
		Key   lenient.Text `json:"key"`
		Value struct {
			Internal lenient.Text `json:"internal"`
		} `json:"value"`
	} `json:"properties"`
}

// public says whether the customer sees it.
func (c *comment) public() bool {
	for _, p := range c.Properties {
		if p.Key == "sd.public.comment" && p.Value.Internal == "true" {
			return false
		}
	}
	if c.Public != nil && *c.Public == "false" {
		return false
	}
	return len(c.Visibility) == 0 || c.Visibility[0] != '{' || string(c.Visibility) == "{}"
}

type issue struct {
	ID     lenient.Text `json:"id"`
	Key    lenient.Text `json:"key"`
	Fields fields       `json:"fields"`

	native map[string]any
}

// UnmarshalJSON reads the issue, and keeps what it was read from.
func (i *issue) UnmarshalJSON(raw []byte) error {
	type plain issue
	if err := json.Unmarshal(raw, (*plain)(i)); err != nil {
		return err
	}
	return json.Unmarshal(raw, &i.native)
}

type fields struct {
	Summary     lenient.Text    `json:"summary"`
	Description json.RawMessage `json:"description"`
	Status      struct {
		ID       lenient.Text `json:"id"`
		Name     lenient.Text `json:"name"`
		Category struct {
			Key lenient.Text `json:"key"`
		} `json:"statusCategory"`
	} `json:"status"`
	Priority   lenient.Ref   `json:"priority"`
	Labels     lenient.Tags  `json:"labels"`
	Components []lenient.Ref `json:"components"`
	Project    struct {
		Key lenient.Text `json:"key"`
	} `json:"project"`
	Reporter *user        `json:"reporter"`
	Creator  *user        `json:"creator"`
	Assignee *user        `json:"assignee"`
	Created  lenient.Text `json:"created"`
	Updated  lenient.Text `json:"updated"`
	Comment  struct {
		Comments []*comment `json:"comments"`
	} `json:"comment"`

	all map[string]json.RawMessage
}

// UnmarshalJSON reads the fields, those that nobody named too.
func (f *fields) UnmarshalJSON(raw []byte) error {
	type plain fields
	if err := json.Unmarshal(raw, (*plain)(f)); err != nil {
		return err
	}
	return json.Unmarshal(raw, &f.all)
}

// custom are the fields that hold something, as text: of a list the first.
func (f *fields) custom() map[string]string {
	all := map[string]string{}
	for name, raw := range f.all {
		if !strings.HasPrefix(name, "customfield_") && name != "environment" {
			continue
		}
		if text := lenient.Plain(firstOf(raw)); text != "" {
			all[name] = text
		}
	}
	return all
}

// firstOf is the first of a list, or the value itself where it is none.
func firstOf(raw json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if len(raw) > 0 && raw[0] == '[' && json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return list[0]
	}
	return raw
}
