package zendesk

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// delivered is a body of either kind; what a kind does not have stays empty.
type delivered struct {
	// Zendesk's own events.
	Type    flex    `json:"type"`
	ID      flex    `json:"id"`
	Time    flex    `json:"time"`
	Subject flex    `json:"subject"`
	Detail  *ticket `json:"detail"`
	Event   change  `json:"event"`
	// The trigger's template.
	Tocsin  flex     `json:"tocsin"`
	Ticket  *ticket  `json:"ticket"`
	Comment *comment `json:"comment"`
	Actor   flex     `json:"actor_id"`
}

type ticket struct {
	ID           flex `json:"id"`
	Subject      flex `json:"subject"`
	Description  flex `json:"description"`
	Status       flex `json:"status"`
	CustomStatus flex `json:"custom_status"`
	Priority     flex `json:"priority"`
	Tags         tags `json:"tags"`
	Organization flex `json:"organization_id"`
	Requester    flex `json:"requester_id"`
	Actor        flex `json:"actor_id"`
	CreatedAt    flex `json:"created_at"`
	UpdatedAt    flex `json:"updated_at"`
}

// change is the part of an event that depends on its type.
type change struct {
	Current     json.RawMessage `json:"current"`
	TagsAdded   tags            `json:"tags_added"`
	Comment     *comment        `json:"comment"`
	CustomField struct {
		ID flex `json:"id"`
	} `json:"custom_field"`
}

type comment struct {
	ID     flex `json:"id"`
	Body   flex `json:"body"`
	Public flex `json:"is_public"`
	Author *struct {
		ID    flex `json:"id"`
		Staff flex `json:"is_staff"`
	} `json:"author"`
	// The template's way of naming the author.
	AuthorID   flex `json:"author_id"`
	AuthorRole flex `json:"author_role"`
}

func (c *comment) author() (id string, staff bool) {
	if c.Author != nil {
		return string(c.Author.ID), c.Author.Staff == "true"
	}
	role := strings.ToLower(string(c.AuthorRole))
	return string(c.AuthorID), role == "agent" || role == "admin"
}

// flex is a string, number or boolean as text; null, lists and objects are empty.
// Zendesk quotes ids in some bodies and not in others.
type flex string

// UnmarshalJSON never fails on valid JSON.
func (f *flex) UnmarshalJSON(raw []byte) error {
	*f = flex(text(raw))
	return nil
}

// text is a JSON value as flex has it; of an object, its "value" or "id".
func text(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return s
	case '{':
		var object struct {
			Value scalar `json:"value"`
			ID    scalar `json:"id"`
		}
		if json.Unmarshal(raw, &object) != nil {
			return ""
		}
		if object.Value != "" {
			return string(object.Value)
		}
		return string(object.ID)
	case '[', 'n':
		return ""
	}
	return string(raw)
}

// scalar is flex that looks into no object.
type scalar string

// UnmarshalJSON never fails on valid JSON.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] != '{' {
		*s = scalar(text(raw))
	}
	return nil
}

// tags are a list, or one text with spaces between.
type tags []string

// UnmarshalJSON never fails on valid JSON.
func (t *tags) UnmarshalJSON(raw []byte) error {
	var list []flex
	if json.Unmarshal(raw, &list) != nil {
		*t = strings.Fields(strings.ToLower(text(raw)))
		return nil
	}
	*t = nil
	for _, tag := range list {
		*t = append(*t, strings.ToLower(string(tag)))
	}
	return nil
}

// instant reads a time as events and placeholders write it.
func instant(s flex) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, string(s)); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is not RFC 3339", string(s))
}

// nobody is an id, empty where Zendesk writes "0" for none.
func nobody(id string) string {
	if id == "0" {
		return ""
	}
	return id
}
