package email

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/notification/internal/channel/channeltest"
	"tocsin/services/notification/internal/channel/mailtest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// whole is a notification with all that a mail shows.
func whole() *notificationv1.Notification {
	n := channeltest.Notification("n-1")
	n.Link = "https://tocsin.example/cases/c-1"
	n.Body = "lena hat die Eskalation genehmigt.\n\nTickets:\n- T-1 (acme): <b>Nobody</b> gets in\n  https://tocsin.example/tickets/T-1\n- T-2 (acme): Log-in fails\nund weitere\n\n.\nEnde"
	return n
}

func sent(t *testing.T, n *notificationv1.Notification, more ...map[string]any) mailtest.Mail {
	t.Helper()
	s := mailtest.Serve(t)
	if _, err := to(t, s, more...).Deliver(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return s.Took()[0]
}

func TestACallHasItsLinkInBothTexts(t *testing.T) {
	n := whole()
	n.Acknowledge = "https://tocsin.example/ack/AQ-_"
	mail := parts(t, sent(t, n).Message)
	for kind, text := range mail {
		if !strings.Contains(text, n.Acknowledge) || !strings.Contains(text, "Ich habe es gesehen") {
			t.Errorf("%s:\n%s", kind, text)
		}
	}
}

// parts are the texts of a mail by their kind.
func parts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, set, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	found := map[string]string{}
	for r := multipart.NewReader(m.Body, set["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		found[p.Header.Get("Content-Type")] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestAMailSaysTheSameAsTextAndAsHTML(t *testing.T) {
	m := sent(t, whole(), map[string]any{"reply_to": "Leitung <lead@example.com>"})
	found := parts(t, m.Message)
	if text := found["text/plain; charset=UTF-8"]; text != whole().GetBody()+"\n\nhttps://tocsin.example/cases/c-1\n\n2026-11-20 09:41 UTC\n" {
		t.Errorf("text:\n%s", text)
	}
	channeltest.Golden(t, "mail.html", []byte(found["text/html; charset=UTF-8"]))
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Message.Header.Get("Subject"))
	if err != nil || subject != whole().GetTitle() {
		t.Errorf("subject %q, %v", subject, err)
	}
	var head strings.Builder
	for _, name := range []string{"From", "To", "Reply-To", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Content-Language"} {
		fmt.Fprintf(&head, "%s: %s\n", name, m.Message.Header.Get(name))
	}
	channeltest.Golden(t, "head", []byte(head.String()))
	if m.From != "FROM:<tocsin@example.com> BODY=8BITMIME" || !slices.Equal(m.To, []string{"TO:<chief@example.com>"}) {
		t.Errorf("from %s to %s", m.From, m.To)
	}
}

func TestOnlyAnAddressOutsideASCIIAsksForSMTPUTF8(t *testing.T) {
	for to, want := range map[string]string{"jurgen@example.com": "FROM:<tocsin@example.com> BODY=8BITMIME", "jürgen@example.com": "FROM:<tocsin@example.com> BODY=8BITMIME SMTPUTF8"} {
		if m := sent(t, whole(), map[string]any{"to": []any{to}}); m.From != want || m.To[0] != "TO:<"+to+">" {
			t.Errorf("from %s to %s", m.From, m.To)
		}
	}
}

func TestAMailIsTheSameInEveryAttemptButForItsDate(t *testing.T) {
	e, ok := to(t, mailtest.Serve(t)).(*Email)
	if !ok {
		t.Fatal("it is another channel")
	}
	at := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	a, err := e.compose(whole(), at)
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.compose(whole(), at.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if b := strings.Replace(string(b), "Sun, 22 Nov 2026 07", "Sat, 21 Nov 2026 07", 1); string(a) != b || !strings.Contains(b, "Date: Sat, 21 Nov 2026 07:00:00 +0000") {
		t.Errorf("mails differ:\n%s\n%s", a, b)
	}
	date, err := sent(t, whole()).Message.Header.Date()
	if err != nil || time.Since(date).Abs() > time.Minute {
		t.Errorf("a mail of now is of %s, %v", date, err)
	}
}

func TestMailsOfOneCaseAreOneConversation(t *testing.T) {
	of := func(change func(*notificationv1.Notification)) string {
		n := channeltest.Notification("n-2")
		change(n)
		return sent(t, n).Message.Header.Get("References")
	}
	first := of(func(*notificationv1.Notification) {})
	if first == "" || first != of(func(n *notificationv1.Notification) { n.Kind, n.CaseVersion = "resolved", 9 }) {
		t.Errorf("two mails of a case refer to %q", first)
	}
	for what, change := range map[string]func(*notificationv1.Notification){
		"another case":     func(n *notificationv1.Notification) { n.Case = "c-2" },
		"several cases":    func(n *notificationv1.Notification) { n.Kind, n.State = "several", "" },
		"another audience": func(n *notificationv1.Notification) { n.Audience = "csm" },
		"no one case":      func(n *notificationv1.Notification) { n.Case = "" },
	} {
		if got := of(change); got == first || (got == "") != (what == "no one case" || what == "several cases") {
			t.Errorf("%s refers to %q", what, got)
		}
	}
	ticket := func(id string) string {
		return of(func(n *notificationv1.Notification) { n.Audience, n.Ticket = "requester", id })
	}
	if ticket("T-1") == ticket("T-2") {
		t.Error("two tickets' requesters are in one conversation")
	}
}

func TestNobodysWordsBecomeHeaders(t *testing.T) {
	n := channeltest.Notification("n-1> \r\nBcc: eve@example.com")
	n.Title, n.Case, n.Language = "acme\r\nBcc: eve@example.com\r\n\r\nbody", "c\r\nBcc: eve@example.com", "de\r\nBcc: eve@example.com"
	s := mailtest.Serve(t)
	if _, err := to(t, s).Deliver(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	m := s.Took()[0]
	if h := m.Message.Header; h.Get("Bcc") != "" || h.Get("Subject") != "acme Bcc: eve@example.com body" || len(m.To) != 1 {
		t.Errorf("the mail says\n%s", m.Raw)
	}
}
