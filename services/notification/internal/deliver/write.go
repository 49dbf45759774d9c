package deliver

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strconv"
	"strings"
)

// write finds the words.
func (t Teller) write(l letter, c Change) (Notification, error) {
	n := t.head(l, c)
	n.ID = id(c.Case.ID, strconv.FormatUint(c.Case.Version, 10), l.audience, n.Tenant, n.Ticket, string(l.kind))
	var err error
	n.Title, n.Body, err = t.say(l.audience, n.Tenant, n.Language, t.view(l, c, n.Language))
	return n, err
}

// head is a notification without words and id.
func (t Teller) head(l letter, c Change) Notification {
	n := Notification{
		Audience: l.audience, Tenant: c.Case.Tenant, Case: c.Case.ID, Version: c.Case.Version,
		Kind: l.kind, Language: language(t.Language), Recipient: l.recipient,
		At: c.Transition.At, State: c.Case.State, ETA: c.Case.ETA,
	}
	if l.audience == Leadership {
		n.Reasons, n.Recommendation = c.Case.Reasons, c.Case.Recommendation
		n.People, n.Tenants = c.Case.People, c.Case.Tenants
		if t.Console != "" {
			n.Link = strings.TrimRight(t.Console, "/") + "/cases/" + url.PathEscape(c.Case.ID)
		}
	} else {
		first := l.tickets[0]
		n.Tenant, n.Ticket, n.Source = first.Tenant, first.ID, first.Source
		n.Language, n.Reasons = language(first.Language), first.Reasons
	}
	return n
}

// language is "de" or "en": the languages there are words in.
func language(tag string) string {
	if base, _, _ := strings.Cut(tag, "-"); strings.EqualFold(base, "de") {
		return "de"
	}
	return "en"
}

// id derives a notification's id from its cause and addressee.
func id(parts ...string) string {
	text := make([]byte, 0, 256)
	for _, p := range parts {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	sum := sha256.Sum256(text)
	return "n-" + ids.EncodeToString(sum[:16])
}

var ids = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
