package helpdesktest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"tocsin/pkg/ownmark"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Run holds a channel that writes on tickets against what all of them promise.
func Run(t *testing.T, v Vendor) {
	t.Run("as all channels over HTTP", func(t *testing.T) { channeltest.RunHTTP(t, v.overHTTP()) })
	t.Run("the requester is answered, colleagues read a note", v.audiences)
	t.Run("nothing that people wrote is markup", v.mischief)
	t.Run("what has no place on a ticket is refused and not sent", v.misplaced)
	t.Run("a ticket that is closed or gone refuses, one that is locked does not", v.closed)
	t.Run("what stands on the ticket is found", v.finds)
	t.Run("where it can not be looked it is not written", v.blind)
}

// say holds what is said of an attempt to be free of what is hidden and of people's words.
func say(t *testing.T, answer channel.Answer, err error) string {
	t.Helper()
	said := answer.Text + " " + answer.ID
	if err != nil {
		said += " " + err.Error()
	}
	if strings.Contains(said, hidden) || strings.Contains(said, "SSO") {
		t.Errorf("the record says %q", said)
	}
	return said
}

func final(err error) bool { return errors.As(err, new(*channel.Refused)) }

func (v Vendor) audiences(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address)
	for i, audience := range []string{"requester", "csm", "agent"} {
		n := v.Note("n-1")
		n.Audience = audience
		answer, err := c.Deliver(t.Context(), n)
		if say(t, answer, err); err != nil || answer.ID != strconv.Itoa(i+1) {
			t.Fatalf("%s: %+v, %v; want the note's id", audience, answer, err)
		}
		note := s.Notes()[i]
		shown, err := v.Shown(note.Text)
		if err != nil || !ownmark.Ours(note.Text) || !ownmark.Ours(shown) || note.Ticket != v.Ticket || note.Public != (audience == "requester") {
			t.Errorf("%s reads %+v: %v", audience, note, err)
		}
		if strings.HasPrefix(shown, n.GetTitle()+"\n\n") == note.Public || !strings.Contains(shown, n.GetBody()+"\n\nKennung dieser Nachricht: Tocsin ") {
			t.Errorf("%s is shown\n%s", audience, shown)
		}
	}
}

// Mischief is what people may write, hoping that it is more than words.
var Mischief = []string{
	`<script>alert(1)</script> <a href="https://evil.example">here</a> <img src=x onerror=y> &lt;b&gt; & "'`,
	`[~admin] [~accountid:5b10ac8d82e05b22cc7d4ef5] @admin @@admin [here|https://evil.example] [^secret.pdf]`,
	`{color:red}red{color} {quote}q{quote} {{ticket.requester.email}} {% if x %} {{{a}}} #{ticket.customer.email} !https://evil.example/x.png!`,
	"h1. big\nbq. quoted\n----\n* list\n# number\n- dash\n||a||b||\n|c|d|\n\tcode",
	`*bold* _it_ -gone- +under+ ^up^ ~down~ ??cite?? (y) (!) :) :D \\ \* C:\temp\[~x] a-b_c {*}x{*} snake_case_word`,
	"see https://tocsin.example/a_b-c?x=1&y=~z#t (or http://x.example/[~admin]), E-Mail!",
}

func (v Vendor) mischief(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address)
	for i, words := range Mischief {
		n := v.Note("n-1")
		n.Audience, n.Title, n.Body = "agent", words, words+"\n\nand\n"+words
		if _, err := c.Deliver(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		note := s.Notes()[i]
		shown, err := v.Shown(note.Text)
		if err != nil {
			t.Errorf("%s\nis written as\n%s\nin which %v", words, note.Text, err)
		}
		if want := strings.ReplaceAll(n.GetBody(), "\t", " "); !strings.Contains(shown, want) {
			t.Errorf("shown\n%s\nwant\n%s", shown, want)
		}
		if !ownmark.Ours(note.Text) || !ownmark.Ours(shown) {
			t.Errorf("not known as ours: %s", note.Text)
		}
	}
}

func (v Vendor) misplaced(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address)
	for name, change := range map[string]func(*notificationv1.Notification){
		"leadership":      func(n *notificationv1.Notification) { n.Audience = "leadership" },
		"nobody we know":  func(n *notificationv1.Notification) { n.Audience = "public" },
		"no ticket":       func(n *notificationv1.Notification) { n.Ticket = "" },
		"another desk":    func(n *notificationv1.Notification) { n.Source = "intercom" },
		"no desk":         func(n *notificationv1.Notification) { n.Source = "" },
		"a path":          func(n *notificationv1.Notification) { n.Ticket = v.Ticket + "/../../users/1" },
		"a query":         func(n *notificationv1.Notification) { n.Ticket = v.Ticket + "?x=1" },
		"a line too many": func(n *notificationv1.Notification) { n.Ticket = v.Ticket + "\n" },
	} {
		n := v.Note("n-1")
		change(n)
		answer, err := c.Deliver(t.Context(), n)
		if said := say(t, answer, err); !final(err) || !strings.Contains(said, "n-1") {
			t.Errorf("%s: %q, want a refusal that names it", name, said)
		}
		if _, found, err := c.(channel.Finder).Find(t.Context(), n); found || !final(err) {
			t.Errorf("%s: looked for: %v, %v", name, found, err)
		}
	}
	if asked := s.Asked(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
}

func (v Vendor) closed(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address)
	for _, refusal := range []struct {
		status int
		why    string
	}{{v.Closed, v.Why}, {http.StatusNotFound, "not found"}, {http.StatusForbidden, "not authorized"}} {
		s.Says(refusal.status, fmt.Sprintf(`{"error":%q}`, refusal.why))
		answer, err := c.Deliver(t.Context(), v.Note("n-1"))
		if said := say(t, answer, err); !final(err) || !strings.Contains(answer.Text, refusal.why) || !strings.Contains(answer.Text, strconv.Itoa(refusal.status)) {
			t.Errorf("%d: %q, want a refusal with the vendor's words", refusal.status, said)
		}
	}
	for _, status := range []int{http.StatusConflict, http.StatusLocked} {
		s.Says(status, `{"error":"somebody else is at it"}`)
		if answer, err := c.Deliver(t.Context(), v.Note("n-1")); err == nil || final(err) {
			t.Errorf("%d: %q, want one that may be tried again", status, say(t, answer, err))
		}
	}
}

func (v Vendor) finds(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address)
	look := func(id string) string {
		t.Helper()
		answer, found, err := c.(channel.Finder).Find(t.Context(), v.Note(id))
		say(t, answer, err)
		if err != nil {
			t.Fatal(err)
		}
		if found == (answer.ID == "") || found == (answer.Text == "") {
			t.Errorf("found %v, answer %+v", found, answer)
		}
		return answer.ID
	}
	if id := look("n-1"); id != "" {
		t.Errorf("on an empty ticket: %s", id)
	}
	for i := range 130 {
		s.Put(fmt.Sprintf("<p>Customer writes &amp; writes %d</p>", i))
	}
	for _, id := range []string{"n-a", "n-1"} {
		if _, err := c.Deliver(t.Context(), v.Note(id)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		s.Put(fmt.Sprintf("<div>and writes %d</div>", i))
	}
	if a, one, other := look("n-a"), look("n-1"), look("n-b"); a != "131" || one != "132" || other != "" {
		t.Errorf("found %q, %q and %q", a, one, other)
	}
	if notes := s.Notes(); len(notes) != 182 {
		t.Errorf("looking wrote: %d notes", len(notes))
	}
}

func (v Vendor) blind(t *testing.T) {
	s := v.Serve(t)
	c := v.Open(t, s.Address).(channel.Finder)
	for _, answer := range []struct {
		status int
		body   string
		final  bool
	}{{503, "{}", false}, {200, "<html>Log in</html>", false}, {200, `{"half":`, false}, {404, "{}", true}, {401, "{}", true}} {
		s.Says(answer.status, answer.body)
		got, found, err := c.Find(t.Context(), v.Note("n-1"))
		if said := say(t, got, err); found || err == nil || final(err) != answer.final {
			t.Errorf("%d %s: found %v, %s", answer.status, answer.body, found, said)
		}
	}
	s.Answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	if _, _, err := c.Find(t.Context(), v.Note("n-1")); !errors.As(err, new(*channel.Busy)) {
		t.Errorf("429: %v", err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("asked elsewhere, with Authorization %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	s.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, elsewhere.URL+"/"+hidden, http.StatusFound)
		return true
	})
	if got, found, err := c.Find(t.Context(), v.Note("n-1")); found || !final(err) {
		t.Errorf("a redirect elsewhere: %s", say(t, got, err))
	}
}
