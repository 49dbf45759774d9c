package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// Hearings say who would hear something; wall.Hearings asks notification.
type Hearings interface {
	// Of is who would hear what q asks for.
	Of(ctx context.Context, q events.HearingQuestion) (events.Hearing, error)
}

// hearingWithin is how long a page waits for notification.
const hearingWithin = 2 * time.Second

// An audition is the page that says who would hear something.
type audition struct {
	L     lang
	Sieve *sieve
	// Wrong says what of the question makes no sense.
	Wrong string
	// Away says that notification does not answer.
	Away bool
	// Unrouted says that there is no file of routes.
	Unrouted bool
	At       *moment
	Heard    []hearing
	None     string // says why nobody is told anything
}

// A hearing is one message, and where it would go.
type hearing struct {
	events.Heard
	Whom, What, Speak string
	Ways              []fateRow
	// Reached is how many destinations would be told, in words.
	Reached string
}

// A fateRow is what becomes of a message at one destination.
type fateRow struct {
	events.Fate
	Word string
	When *moment // when a hold ends
}

// firstSample is what is shown where nothing is asked for.
const firstSample = "opened"

// routesPage says who would hear what, as notification would tell it now.
func (c *Console) routesPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "deliveries")
	p.Kind = "" // it is not live
	if c.Hearings == nil || !parked.May(who.Of(r.Context())) {
		c.notFor(w, p, p.L.say("routes.notfor"))
		return
	}
	a := &audition{L: p.L}
	q, wrong := hearingQuestion(p.L, r.URL.Query())
	a.Wrong = wrong
	var got events.Hearing
	if wrong == "" {
		ctx, enough := context.WithTimeout(r.Context(), hearingWithin)
		defer enough()
		var err error
		got, err = c.Hearings.Of(ctx, q)
		if errors.Is(err, decide.ErrNotLeader) {
			c.notFor(w, p, p.L.say("routes.notfor"))
			return
		}
		if a.Away = err != nil; err != nil {
			c.Log.WarnContext(r.Context(), "nobody says who would hear what", "error", err)
		}
	}
	a.Sieve = c.hearingSieve(p.L, r, got.Samples)
	a.Unrouted = !a.Away && wrong == "" && !got.Routed
	if !got.At.IsZero() {
		a.At = p.L.moment(got.At, c.Now())
	}
	for i := range got.Heard {
		a.Heard = append(a.Heard, hearingOf(p.L, &got.Heard[i], c.Now()))
	}
	if len(a.Heard) == 0 && wrong == "" && !a.Away {
		a.None = p.L.say("routes.none")
	}
	p.Title, p.Body = p.L.say("routes.page"), a
	c.write(w, http.StatusOK, "routes.html", p)
}

// hearingQuestion reads the question of an address, or says what is wrong with it.
func hearingQuestion(l lang, q url.Values) (ask events.HearingQuestion, wrong string) {
	ask = events.HearingQuestion{Case: q.Get("case"), Sample: q.Get("sample"), Tenant: q.Get("tenant"), Language: q.Get("language"), Reason: q.Get("reason")}
	if ask.Sample == "" {
		ask.Sample = firstSample
	}
	if ask.Language != string(english) && ask.Language != string(german) {
		ask.Language = string(l)
	}
	if text := q.Get("at"); text != "" {
		var err error
		if ask.At, err = time.Parse("2006-01-02T15:04", text); err != nil {
			return ask, l.say("routes.noat")
		}
	}
	return ask, ""
}

// hearingSieve is the form of the question.
func (c *Console) hearingSieve(l lang, r *http.Request, samples []string) *sieve {
	s, q := sieveOf(l, r), r.URL.Query()
	if len(samples) == 0 {
		samples = []string{firstSample}
	}
	s.add(q, field{Name: "sample", Kind: "select", Options: optionsOf(l, "event", samples), Hint: l.say("routes.sample.hint")})
	s.add(q, field{Name: "case", Kind: "text", Hint: l.say("routes.case.hint")})
	s.add(q, field{Name: "tenant", Kind: "text", Hint: "acme"})
	var reasons []option
	for _, id := range c.Policy.ReasonIDs() {
		reasons = append(reasons, option{ID: string(id), Title: c.Policy.Title(policy.ReasonID(id), string(l))})
	}
	s.add(q, field{Name: "reason", Kind: "select", Options: reasons, Hint: l.say("routes.reason.hint")})
	s.add(q, field{Name: "language", Kind: "select", Options: optionsOf(l, "language", []lang{english, german}), Hint: l.Word("language", l)})
	s.add(q, field{Name: "at", Kind: "datetime-local"})
	return s
}

func hearingOf(l lang, of *events.Heard, now time.Time) hearing {
	h := hearing{Heard: *of, Whom: l.Word("audience", of.Audience), What: l.Word("event", of.Kind), Speak: l.Word("language", of.Language)}
	reached := 0
	for _, f := range of.Destinations {
		row := fateRow{Fate: f, Word: l.Word("fate", f.Fate)}
		if f.Until != nil {
			row.When = l.moment(*f.Until, now)
		}
		if f.Fate == "send" || f.Fate == "hold" {
			reached++
		}
		h.Ways = append(h.Ways, row)
	}
	h.Reached = l.Count("routes.reached", reached)
	return h
}
