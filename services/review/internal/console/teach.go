package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A lesson is the form by which a person says how a ticket should have been read.
type lesson struct {
	ID, Tenant, Ticket, Subject string
	Revision                    uint64
	// Key makes what is sent from this page one correction, however often it is sent.
	Key   string
	Wrong string
	// Words are what was written on the ticket, as far as it was read; where they
	// are not known there are quotes.
	Words  string
	Quoted []quote

	Asks    bool
	Recs    []choice
	Reasons []choice
	Grounds []choice
	Places  []choice
	Urgent  bool
	Named   bool // it says what is wrong
	People  string
	Hours   string
	Comment string
	stands  teach.Reading
}

// A taught is what a person said of the reading of a ticket.
type taught struct {
	Text    string
	When    *moment
	Older   bool // of an earlier revision
	Comment string
}

// teachings reads what was said of the tickets, and puts the last correction
// beside each. The page is whole without it.
func (c *Console) teachings(ctx context.Context, f *file, of *decide.Case, now time.Time) []teach.Example {
	labels, err := c.Cases.LabelsOf(ctx, of.ID)
	if err != nil {
		c.Log.WarnContext(ctx, "the labels of a case can not be read", "case", of.ID, "error", err)
		return nil
	}
	for i := range f.Tickets {
		t := &f.Tickets[i]
		n := slices.IndexFunc(labels, func(e teach.Example) bool {
			return e.Source == teach.OfCorrection && e.Tenant == t.Tenant && e.Ticket == t.ID
		})
		if n >= 0 {
			t.Taught = taughtOf(f.L, &labels[n], now)
			t.Taught.Older = labels[n].Revision != t.Revision
		}
	}
	return labels
}

func taughtOf(l lang, e *teach.Example, now time.Time) *taught {
	change := l.say("teach.confirmed")
	switch {
	case e.Was.Recommendation != e.Now.Recommendation:
		change = l.Word("rec", e.Was.Recommendation) + " → " + l.Word("rec", e.Now.Recommendation)
	case !e.Was.Same(e.Now):
		change = l.say("teach.details")
	}
	return &taught{Text: l.say("teach.said", e.By, change), When: l.moment(e.At, now), Comment: e.Comment}
}

// longestWords is how many characters of a ticket's words the form shows.
const longestWords = 20_000

// lessonFor is the form for a ticket of the case's page, not filled in yet; nil
// where the case has no such ticket.
func (c *Console) lessonFor(ctx context.Context, f *file, tenant, id string) *lesson {
	i := slices.IndexFunc(f.Tickets, func(t ticket) bool { return t.Tenant == tenant && t.ID == id })
	if i < 0 {
		return nil
	}
	t := &f.Tickets[i]
	form := &lesson{ID: f.ID, Tenant: tenant, Ticket: id, Subject: t.Subject, Revision: t.Revision, Key: newKey(), Quoted: t.Quoted, stands: teach.Standing(&t.Ticket, f.labels)}
	if c.Archive == nil {
		return form
	}
	words, err := c.Archive.Words(ctx, teach.ExampleOf(f.ID, &t.Ticket), true)
	if err != nil {
		c.Log.WarnContext(ctx, "the words of a ticket can not be read", "case", f.ID, "error", err)
	}
	if form.Words = words.Text; utf8.RuneCountInString(form.Words) > longestWords {
		form.Words = string([]rune(form.Words)[:longestWords]) + " …"
	}
	return form
}

// fill puts a reading into the form.
func (c *Console) fill(l lang, form *lesson, r teach.Reading) {
	form.Asks, form.Urgent, form.Named = r.Request, r.Facts.UrgencyGiven, r.Facts.ReasonGiven
	for _, id := range teach.Recommendations() {
		form.Recs = append(form.Recs, choice{ID: string(id), Title: l.Word("rec", id), Chosen: r.Recommendation == id})
	}
	for _, id := range c.Policy.ReasonIDs() {
		form.Reasons = append(form.Reasons, choice{ID: string(id), Title: c.Policy.Title(id, string(l)), Chosen: slices.Contains(r.Reasons, id)})
	}
	for _, id := range policy.GroundIDs() {
		form.Grounds = append(form.Grounds, choice{ID: string(id), Title: c.Policy.GroundTitle(id, string(l)), Chosen: slices.Contains(r.Denials, id)})
	}
	place := r.Facts.Environment
	for _, id := range []string{decide.Production, decide.Beta} {
		form.Places = append(form.Places, choice{ID: id, Title: l.Word("env", id), Chosen: place != nil && *place == id})
	}
	form.Places = append(form.Places, choice{Title: l.say("unknown"), Chosen: place == nil})
	if n := r.Facts.AffectedUsers; n != nil {
		form.People = strconv.Itoa(*n)
	}
	if h := r.Facts.DurationHours; h != nil {
		form.Hours = strconv.FormatFloat(*h, 'f', -1, 64)
	}
}

// A sent is the form as it was sent.
type sent struct {
	teach.Correction
	key           string
	reading       teach.Reading // but for its language
	people, hours string
	err           error // of a number that is none
}

// correct keeps a correction, and leads back to the case.
func (c *Console) correct(w http.ResponseWriter, r *http.Request) {
	s := sentOf(r)
	err := s.err
	if utf8.RuneCountInString(s.Comment) > longestNote {
		err = errLong
	}
	id := r.PathValue("id")
	if err == nil {
		_, err = c.Desk.Correct(r.Context(), id, s.key, s.Correction)
	}
	if err == nil {
		to := url.URL{Path: "/cases/" + id, RawQuery: "done=correct"}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
		return
	}
	c.unlearned(w, r, s, err)
}

// sentOf reads the form. What it does not ask for stays as it was read.
func sentOf(r *http.Request) sent {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	s := sent{
		Correction: teach.Correction{By: who.Of(r.Context()), Tenant: r.PostFormValue("tenant"), Ticket: r.PostFormValue("ticket"), Comment: value("note")},
		key:        value("key"), people: value("people"), hours: value("hours"),
	}
	revision, err := strconv.ParseUint(value("revision"), 10, 64)
	if err != nil || revision == 0 {
		s.err = teach.ErrReread // a form of ours has one
	}
	s.Revision = revision
	s.reading.Request, s.reading.Recommendation = value("request") == "yes", decide.Recommendation(value("recommendation"))
	for _, id := range r.PostForm["reason"] {
		s.reading.Reasons = append(s.reading.Reasons, policy.ReasonID(id))
	}
	for _, id := range r.PostForm["ground"] {
		s.reading.Denials = append(s.reading.Denials, policy.GroundID(id))
	}
	f := &s.reading.Facts
	f.UrgencyGiven, f.ReasonGiven = value("urgent") != "", value("named") != ""
	if place := value("where"); place != "" {
		f.Environment = &place
	}
	s.numbers(f)
	s.Change = func(stands teach.Reading) (teach.Reading, error) {
		now := s.reading
		now.Language = stands.Language
		return now, nil
	}
	return s
}

// numbers reads how many and how long; empty is unknown.
func (s *sent) numbers(f *teach.Facts) {
	wrong := &teach.UnsoundError{Rule: "value", Text: "a number is none"}
	if s.people != "" {
		n, err := strconv.Atoi(s.people)
		if f.AffectedUsers = &n; err != nil {
			s.err = wrong
		}
	}
	if s.hours != "" {
		h, err := strconv.ParseFloat(strings.Replace(s.hours, ",", ".", 1), 64)
		if f.DurationHours = &h; err != nil {
			s.err = wrong
		}
	}
}

// unlearned shows the form again with what was typed, and why nothing came of it.
func (c *Console) unlearned(w http.ResponseWriter, r *http.Request, s sent, err error) {
	p := c.page(w, r, "case")
	p.Path = "/cases/" + r.PathValue("id")
	p.Fresh = p.Path + "?fragment=1"
	status, text := verdictOn(p.L, err)
	if status == http.StatusServiceUnavailable {
		c.Log.ErrorContext(r.Context(), "a correction was not kept", "case", r.PathValue("id"), "error", err)
	}
	of, readErr := c.Cases.Case(r.Context(), r.PathValue("id"))
	if errors.Is(readErr, ledger.ErrNotFound) {
		c.fail(w, r, readErr)
		return
	}
	if readErr != nil {
		c.again(w, r, text)
		return
	}
	f := c.fileOf(r.Context(), p.L, &of)
	if f.Lesson = c.lessonFor(r.Context(), &f, s.Tenant, s.Ticket); f.Lesson != nil {
		f.Lesson.Key, f.Lesson.Wrong, f.Lesson.Comment = s.key, text, s.Comment
		c.fill(p.L, f.Lesson, s.reading)
		f.Lesson.People, f.Lesson.Hours = s.people, s.hours
	} else {
		f.Stale = &stale{Text: text}
	}
	p.Title, p.Body = f.Title, &f
	c.write(w, status, "case.html", p)
}
