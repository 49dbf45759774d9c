package helpdesk

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tocsin/pkg/ownmark"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// people write anything.
var people = rapid.OneOf(rapid.String(), rapid.StringMatching(`([<>&"'{}\[\]()|!*_+^~?#@:;.\\/\n -]|h1\.|bq\.|https://x\.example/a_b|ä|Wort|7){0,60}`))

func note(t *rapid.T) (*notificationv1.Notification, Note) {
	n := &notificationv1.Notification{
		Id: "n-1", Audience: rapid.SampledFrom([]string{"requester", "agent"}).Draw(t, "audience"), Language: "de", Ticket: "1",
		Title: people.Draw(t, "title"), Body: people.Draw(t, "body"),
	}
	return n, noteOf(n)
}

func TestWhateverPeopleWroteHTMLShowsAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, n := note(t)
		set := HTML(n.Text)
		bare := strings.NewReplacer("<p>", "", "</p>", "", "<br>", "").Replace(set)
		shown := html.UnescapeString(bare)
		if strings.ContainsAny(bare, "<>\"'") || strings.Contains(shown, "{{") || strings.Contains(shown, "{%") || strings.Contains(shown, "#{") {
			t.Fatalf("%q has markup", set)
		}
		if got, want := words(shown), words(n.Text); got != want {
			t.Fatalf("shows %q, want %q", got, want)
		}
		if !ownmark.Ours(set) || !ownmark.Bears(set, "n-1") {
			t.Fatalf("%q is not known as ours", set)
		}
	})
}

func TestWhateverPeopleWroteWikiShowsAsItIs(t *testing.T) {
	escape := regexp.MustCompile(`\\([-#*_+?^~|%{}\[\]()!@])`)
	fires := regexp.MustCompile(`[{}\[\]|^~*]|!\S|(^|[^\pL\pN])[_\-+?#]|(?m)^\s*(h[1-6]|bq)\.|[:;][)(DPp]|\\\\`)
	rapid.Check(t, func(t *rapid.T) {
		_, n := note(t)
		set := Wiki(n.Text)
		bare := address.ReplaceAllString(escape.ReplaceAllString(set, "x"), "x")
		if at := fires.FindString(bare); at != "" {
			t.Fatalf("%q: %q is markup", set, at)
		}
		if got, want := words(escape.ReplaceAllString(set, "$1")), words(n.Text); got != want {
			t.Fatalf("shows %q, want %q", got, want)
		}
		if !ownmark.Ours(set) || !ownmark.Bears(set, "n-1") {
			t.Fatalf("%q is not known as ours", set)
		}
	})
}

// words are a text without blanks and what keeps letters apart.
func words(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, between, "")), "")
}

func TestALongTextIsCutAndSaysSo(t *testing.T) {
	n := noteOf(&notificationv1.Notification{Id: "n-1", Audience: "requester", Body: strings.Repeat("Ä{", 20000)})
	if !strings.Contains(n.Text, more+"\n\nReference of this message: Tocsin ") || utf8.RuneCountInString(Wiki(n.Text)) > 32767 || !ownmark.Ours(n.Text) {
		t.Errorf("%d characters end with %q", utf8.RuneCountInString(n.Text), n.Text[len(n.Text)-60:])
	}
}
