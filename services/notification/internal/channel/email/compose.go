package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"net/url"
	"strings"
	"time"

	_ "embed" // page.html

	gomail "github.com/wneessen/go-mail"

	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

//go:embed page.html
var source string

var page = template.Must(template.New("page").Parse(source))

// compose writes a notification as mail. Its date is that of the attempt: a mail
// that was held back over night and says so in its date looks forged, and sinks
// below what came since. When it happened stands at the end.
func (e *Email) compose(n *notificationv1.Notification, at time.Time) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(e.from)
	m.ToMailAddress(e.to...)
	if e.replyTo != nil {
		m.ReplyToMailAddress(e.replyTo)
	}
	_, domain, _ := cutLast(e.from.Address, "@")
	m.Subject(strings.Join(strings.Fields(n.GetTitle()), " "))
	m.SetMessageIDWithValue(url.QueryEscape(n.GetId()) + "@" + domain)
	m.SetDateWithValue(at.UTC())
	m.SetGenHeader(gomail.HeaderContentLang, n.GetLanguage())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody is away to a program
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if first := conversation(n); first != "" {
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+first+"@"+domain+">")
		m.SetGenHeader(gomail.HeaderReferences, "<"+first+"@"+domain+">")
	}
	sum := sha256.Sum256([]byte(n.GetId()))
	m.SetBoundary("tocsin-" + hex.EncodeToString(sum[:16]))
	m.SetBodyString(gomail.TypeTextPlain, plain(n))
	var rich strings.Builder
	if err := page.Execute(&rich, shown(n)); err != nil {
		return nil, err
	}
	m.AddAlternativeString(gomail.TypeTextHTML, rich.String())
	var written bytes.Buffer
	_, err := m.WriteTo(&written)
	return written.Bytes(), err
}

// conversation names the mail that all of a case refer to; empty where a
// notification is of no one case.
func conversation(n *notificationv1.Notification) string {
	several := n.GetKind() == "several" && n.GetState() == "" // of more than one case
	if n.GetCase() == "" || several {
		return ""
	}
	parts := []string{"case", n.GetCase(), n.GetAudience(), n.GetTenant()}
	if n.GetAudience() == "requester" {
		parts = append(parts, n.GetTicket())
	}
	for i := range parts {
		parts[i] = url.QueryEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// plain is the text, with the links and the time below it.
func plain(n *notificationv1.Notification) string {
	text := strings.TrimSpace(n.GetBody())
	if n.GetAcknowledge() != "" {
		text += "\n\n" + channel.Seen(n.GetLanguage()) + ":\n" + n.GetAcknowledge()
	}
	if n.GetLink() != "" {
		text += "\n\n" + n.GetLink()
	}
	return strings.TrimSpace(text+"\n\n"+happened(n)) + "\n"
}

// happened is when, in digits, which all languages read.
func happened(n *notificationv1.Notification) string {
	if n.GetAt() == nil {
		return ""
	}
	return n.GetAt().AsTime().Format("2006-01-02 15:04 UTC")
}

// A view is what page.html shows.
type view struct {
	Language, Title, Link, Open, At string
	// Acknowledge is the address by which the reader of a call acknowledges, Seen what its link says.
	Acknowledge, Seen string
	Parts             []part
}

// A part is a paragraph, or a list where Items are set; each is lines.
type part struct {
	Lines []string
	Items [][]string
}

func shown(n *notificationv1.Notification) view {
	v := view{
		Language: n.GetLanguage(), Title: n.GetTitle(), Link: n.GetLink(), Open: "Open the case", At: happened(n),
		Acknowledge: n.GetAcknowledge(), Seen: channel.Seen(n.GetLanguage()),
	}
	if v.Language == "de" {
		v.Open = "Fall öffnen"
	}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(n.GetBody()), "\n\n") {
		var p part
		for line := range strings.SplitSeq(paragraph, "\n") {
			p = v.add(p, line)
		}
		v.Parts = append(v.Parts, p)
	}
	return v
}

// add puts a line where it belongs: into p, or into the part that begins with it.
func (v *view) add(p part, line string) part {
	item, listed := strings.CutPrefix(line, "- ")
	last := len(p.Items) - 1
	switch {
	case listed && p.Lines != nil, !listed && last >= 0 && !strings.HasPrefix(line, "  "):
		v.Parts, p = append(v.Parts, p), part{}
	case !listed && last >= 0: // an item goes on
		p.Items[last] = append(p.Items[last], strings.TrimSpace(line))
		return p
	}
	if listed {
		p.Items = append(p.Items, []string{item})
	} else {
		p.Lines = append(p.Lines, line)
	}
	return p
}

// cutLast cuts around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
