package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/mute"
	"tocsin/services/review/internal/who"
)

// A MuteReader reads what is not told for a while, as far as the person of the
// context may know of it.
type MuteReader interface {
	// All are all mutes, the one that was set last first; mute.ErrInside for who may
	// know of none.
	All(ctx context.Context) ([]mute.Mute, error)
	// Living are those that hold or lie ahead; of one that the person may not know
	// who and why are left out.
	Living(ctx context.Context) []mute.Mute
}

// A MuteSetter sets mutes and ends them, if the person of the context may.
type MuteSetter interface {
	// Set sets a mute of the person's.
	Set(ctx context.Context, a events.Asking) (mute.Mute, error)
	// End ends a mute before its time.
	End(ctx context.Context, id string) (mute.Mute, error)
}

// Mutes are what is not told for a while; wall.Mutes is.
type Mutes interface {
	MuteReader
	MuteSetter
}

// A silence is the page of what is not told for a while.
type silence struct {
	L lang
	// Live hold or lie ahead; Past are over.
	Live, Past  []muted
	Done, Wrong string
	// Form sets another one; nil for who may not.
	Form *muteForm
}

// A muted is a mute as people read it.
type muted struct {
	mute.Mute
	L                        lang
	Begins, Ends, Stopped    *moment
	Reasons, Levels, Readers []string
	Silence                  string // how much it silenced
	MayEnd                   bool
}

// Everything says that it is narrowed by nothing but who is told.
func (m muted) Everything() bool {
	return len(m.Tenants) == 0 && len(m.Reasons) == 0 && len(m.Levels) == 0 && len(m.Kinds) == 0
}

func (c *Console) mutedOf(l lang, m mute.Mute, now time.Time) muted {
	out := muted{Mute: m, L: l, Begins: l.moment(m.From, now), Ends: l.moment(m.Until, now), Stopped: l.moment(m.EndedAt, now)}
	for _, r := range m.Reasons {
		out.Reasons = append(out.Reasons, c.Policy.Title(r, string(l)))
	}
	for _, s := range m.Severities {
		out.Levels = append(out.Levels, l.Word("priority", s))
	}
	for _, a := range m.Audiences {
		out.Readers = append(out.Readers, l.Word("audience", a))
	}
	if m.Silenced != nil {
		out.Silence = l.Count("mutes.silenced", int(*m.Silenced))
	}
	return out
}

func (c *Console) mutesPage(w http.ResponseWriter, r *http.Request) {
	l := langOf(w, r)
	s := &silence{L: l}
	if done := r.URL.Query().Get("done"); done == "muted" || done == "unmuted" {
		s.Done = l.say("done." + done)
	}
	c.showMutes(w, r, http.StatusOK, s)
}

// showMutes shows the page with what is muted now.
func (c *Console) showMutes(w http.ResponseWriter, r *http.Request, status int, s *silence) {
	p := c.page(w, r, "mutes")
	p.Kind, p.Path = "", "/mutes"
	if c.Mutes == nil {
		c.notFor(w, p, p.L.say("mutes.inside"))
		return
	}
	all, err := c.Mutes.All(r.Context())
	if err != nil {
		c.notFor(w, p, p.L.say("mutes.inside"))
		return
	}
	by, now := who.Of(r.Context()), c.Now()
	for _, one := range all {
		m := c.mutedOf(p.L, one, now)
		if m.MayEnd = one.Lives() && one.MaySet(by); one.Lives() {
			s.Live = append(s.Live, m)
		} else if len(s.Past) < listedAtMost {
			s.Past = append(s.Past, m)
		}
	}
	slices.SortStableFunc(s.Live, func(a, b muted) int { return a.From.Compare(b.From) })
	if by.May(decide.Leadership) && s.Form == nil {
		s.Form = c.muteForm(p.L, nil)
	}
	p.Title, p.Body = p.L.say("mutes.title"), s
	c.write(w, status, "mutes.html", p)
}

// setMute mutes what the form says, and leads back to the page.
func (c *Console) setMute(w http.ResponseWriter, r *http.Request) {
	l := langOf(w, r)
	form := c.muteForm(l, r.PostForm)
	asking, err := form.asking()
	if err == nil && c.Mutes == nil {
		err = mute.ErrInside
	}
	if err == nil {
		_, err = c.Mutes.Set(r.Context(), asking)
	}
	if err == nil {
		http.Redirect(w, r, "/mutes?done=muted", http.StatusSeeOther)
		return
	}
	status, text := muteVerdict(l, err)
	if status != http.StatusServiceUnavailable {
		form.Key = newKey() // nothing came of it; else it is the same order, if it is sent again
	}
	c.refusedMute(w, r, err, &silence{L: l, Wrong: text, Form: form}, status)
}

// endMute ends a mute before its time, and leads back to the page.
func (c *Console) endMute(w http.ResponseWriter, r *http.Request) {
	l, err := langOf(w, r), mute.ErrInside
	if c.Mutes != nil {
		_, err = c.Mutes.End(r.Context(), r.PathValue("id"))
	}
	if err == nil {
		http.Redirect(w, r, "/mutes?done=unmuted", http.StatusSeeOther)
		return
	}
	status, text := muteVerdict(l, err)
	c.refusedMute(w, r, err, &silence{L: l, Wrong: text}, status)
}

func (c *Console) refusedMute(w http.ResponseWriter, r *http.Request, err error, s *silence, status int) {
	if status == http.StatusServiceUnavailable {
		c.Log.ErrorContext(r.Context(), "a mute was not kept", "error", err)
	}
	if !who.Of(r.Context()).May(decide.Leadership) {
		p := c.page(w, r, "")
		c.notFor(w, p, p.L.say("wrong.leader"))
		return
	}
	c.showMutes(w, r, status, s)
}

// muteVerdict says what an error means to the reader, and the answer's status.
func muteVerdict(l lang, err error) (int, string) {
	var refused *mute.RefusedError
	switch {
	case errors.Is(err, errMuteTime):
		return http.StatusUnprocessableEntity, l.say("mutes.wrong.time")
	case errors.Is(err, decide.ErrNotLeader), errors.Is(err, mute.ErrInside):
		return http.StatusForbidden, l.say("wrong.leader")
	case !errors.As(err, &refused):
		return http.StatusServiceUnavailable, l.say("mutes.away")
	case refused.Kind == mute.NoSuchMute:
		return http.StatusNotFound, l.say("mutes.gone")
	case refused.Kind == mute.MuteOver:
		return http.StatusConflict, l.say("mutes.over")
	case refused.Kind == mute.KeyReused:
		return http.StatusConflict, l.say("mutes.reused")
	}
	var said []string
	for _, wrong := range refused.Wrong {
		if text := wrongIn(l, wrong); !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		said = append(said, l.say("mutes.wrong.other", refused.Detail))
	}
	return http.StatusUnprocessableEntity, strings.Join(said, " ")
}

// wrongIn says what is wrong with a field of the form.
func wrongIn(l lang, wrong mute.Wrong) string {
	field, _, _ := strings.Cut(wrong.Field, "[")
	switch field {
	case "why", "from", "until", "tenants":
		return l.say("mutes.wrong." + field)
	case "lasts":
		return l.say("mutes.wrong.until")
	case "destinations":
		if _, known, some := strings.Cut(wrong.Reason, `": `); some {
			return l.say("mutes.wrong.destinations", known)
		}
		return l.say("mutes.wrong.nowhere")
	}
	return l.say("mutes.wrong.other", wrong.Reason)
}

// mutesOn are the mutes that may silence something that is told of a case.
func (c *Console) mutesOn(ctx context.Context, of *decide.Case) []mute.Mute {
	if c.Mutes == nil || groupOf(of.State) == endedGroup {
		return nil
	}
	return slices.DeleteFunc(c.Mutes.Living(ctx), func(m mute.Mute) bool { return !m.Covers(of, c.Policy) })
}

// hush says on the row until when something of its case is not told.
func (r *row) hush(l lang, on []mute.Mute, now time.Time) {
	var last time.Time
	for _, m := range on {
		if m.State == mute.Holds && m.Until.After(last) {
			last = m.Until
		}
	}
	if until := l.moment(last, now); until != nil {
		r.Muted = l.say("mutes.row", until.Text)
	}
}
