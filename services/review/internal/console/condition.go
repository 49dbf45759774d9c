package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/outlook"
)

// How much of a condition's past its page shows.
const (
	changesAtMost = 100
	valuesAtMost  = 180
)

// A study is the page of one condition.
type study struct {
	stand
	Headline  string
	Notes     []note
	Values    []value
	Changes   []stated
	Older     bool // there are more changes than are shown
	Away      bool // they can not be read
	Cases     []string
	Explain   string // the command that explains how it stands
	Threshold string
}

// A value is a point of the picture, as a row of a table.
type value struct {
	When             *moment
	Value, Threshold string
	State            outlook.State
}

// A stated is a change that monitoring stated.
type stated struct {
	At, Seen         *moment
	Kind             string
	Word             string
	Value, Threshold string
	People, Tenants  string
	Case             string
	Explain          string
}

// pathOf is the path that a request names.
func pathOf(r *http.Request) string {
	subject := r.PathValue("subject")
	if subject == "" {
		subject = "_"
	}
	return r.PathValue("scope") + "/" + r.PathValue("reason") + "/" + subject
}

func (c *Console) conditionPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "condition")
	now, path := c.Now(), pathOf(r)
	card, known := c.Outlook.Card(path, now)
	past, err := c.pastOf(r.Context(), path)
	if !known && len(past) == 0 && err == nil {
		p.Kind = ""
		p.Title = p.L.say("cond.none")
		p.Body = trouble{http.StatusNotFound, p.Title, p.L.say("cond.none.hint")}
		c.write(w, http.StatusNotFound, "error.html", p)
		return
	}
	if !known {
		card = remembered(path, past)
	}
	s := c.studyOf(r.Context(), p.L, &card, past, now)
	s.Away = err != nil
	v := c.Outlook.View(now)
	s.Notes = notesOf(p.L, &v)
	p.Title, p.Body = s.Title, &s
	if asks(r, "fragment") {
		c.write(w, http.StatusOK, "study", &s)
		return
	}
	c.write(w, http.StatusOK, "condition.html", p)
}

func (c *Console) pastOf(ctx context.Context, path string) ([]outlook.Change, error) {
	if c.Past == nil {
		return nil, nil
	}
	past, err := c.Past.History(ctx, path)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "the history of a condition can not be read", "path", path, "error", err)
	}
	return past, err
}

// remembered is a card of which only changes are known: it ended long ago.
func remembered(path string, past []outlook.Change) outlook.Card {
	card := outlook.Card{Thing: outlook.Thing{Path: path}, State: outlook.Calm}
	if n := len(past); n > 0 {
		last := past[n-1]
		card.Thing, card.Figure, card.At, card.Episode = last.Thing, last.Figure, last.DetectedAt, last.Episode
	}
	return card
}

func (c *Console) studyOf(ctx context.Context, l lang, card *outlook.Card, past []outlook.Change, now time.Time) study {
	s := study{stand: c.standOf(l, card, now), Threshold: l.Number(card.Threshold)}
	s.ID = "study"
	s.draw(card, reach([]outlook.Card{*card}, now, large), now, large)
	if s.Headline = l.say("case.title", s.Title, s.Scope); s.Shared {
		s.Headline = l.say("case.shared", s.Title)
	}
	for _, p := range slices.Backward(card.Points) {
		if len(s.Values) < valuesAtMost {
			s.Values = append(s.Values, value{l.moment(p.At, now), l.Number(p.Value), l.Number(p.Threshold), p.State})
		}
	}
	if s.Older = len(past) > changesAtMost; s.Older {
		past = past[len(past)-changesAtMost:]
	}
	cases := c.casesOfChanges(ctx, past)
	for _, change := range slices.Backward(past) {
		of := stated{
			At: l.moment(change.At, now), Seen: l.moment(change.DetectedAt, now), Kind: change.Kind, Word: l.Word("change", change.Kind),
			Value: l.Number(change.Value), Threshold: l.Number(change.Threshold), Case: cases[change.Episode],
			Tenants: l.Number(change.Tenants), Explain: explain(change.ID),
		}
		if change.People > 0 { // other rules count none
			of.People = l.Number(change.People)
		}
		s.Changes = append(s.Changes, of)
		if of.Case != "" && !slices.Contains(s.Cases, of.Case) {
			s.Cases = append(s.Cases, of.Case)
		}
	}
	s.Explain = explain(strings.TrimSuffix(card.Scope+"/"+string(card.Reason)+"/"+card.Subject, "/"))
	return s
}

func (c *Console) casesOfChanges(ctx context.Context, past []outlook.Change) map[string]string {
	shown := make([]outlook.Card, len(past))
	for i := range past {
		shown[i] = outlook.Card{State: outlook.Raised, Episode: past[i].Episode}
	}
	return c.casesOf(ctx, shown)
}

// explain is the command line that explains a change, or how a rule stands.
func explain(what string) string {
	plain := func(r rune) bool {
		return strings.ContainsRune("-_./:@", r) || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	}
	if what == "" || strings.HasPrefix(what, "-") || strings.ContainsFunc(what, func(r rune) bool { return !plain(r) }) {
		what = "'" + strings.ReplaceAll(what, "'", `'\''`) + "'"
	}
	return "tocsin explain " + what
}
