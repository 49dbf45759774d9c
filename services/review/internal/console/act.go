package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// longestNote is how many characters a note or a question may have.
const longestNote = 4000

// A stale is what a reader is told whose page was out of date.
type stale struct {
	Text  string
	Hint  string
	Since []entry
	Gone  string // what was typed into a form that the case has no more
}

// An attempt is an order as it was sent, and what became of it.
type attempt struct {
	order desk.Order
	typed typed
	err   error
}

// What the console itself refuses before the desk sees it.
var (
	errETAForm = errors.New("the ETA is not a date and a time")
	errLong    = errors.New("the text is too long")
)

// act carries out one order, and leads back to the case.
func (c *Console) act(w http.ResponseWriter, r *http.Request) {
	action, id := desk.Action(r.PathValue("action")), r.PathValue("id")
	if !slices.Contains(desk.Actions(), action) {
		c.fail(w, r, ledger.ErrNotFound)
		return
	}
	try, done := c.attemptOf(r, action), string(action)
	if try.err == nil {
		var of decide.Case
		of, try.err = c.Desk.Do(r.Context(), id, try.order)
		if action == desk.Update && of.Waits() {
			done = "update_waits"
		}
	}
	if try.err == nil {
		to := url.URL{Path: "/cases/" + id, RawQuery: "done=" + done}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
		return
	}
	c.refused(w, r, try)
}

// attemptOf reads a form as it was sent.
func (c *Console) attemptOf(r *http.Request, action desk.Action) attempt {
	try := attempt{typed: typed{
		Note: strings.TrimSpace(r.PostFormValue("note")), Ground: r.PostFormValue("ground"), Within: r.PostFormValue("within"),
		Exact: r.PostFormValue("exact"), Instant: r.PostFormValue("instant"), Technician: strings.TrimSpace(r.PostFormValue("technician")),
	}}
	try.order, try.err = c.orderOf(r, action, try.typed)
	return try
}

// orderOf reads the order from the form. Without its version nothing is decided:
// a form of ours has one.
func (c *Console) orderOf(r *http.Request, action desk.Action, t typed) (desk.Order, error) {
	o := desk.Order{Action: action, By: who.Of(r.Context()), Key: r.PostFormValue("key"), Note: t.Note, Ground: policy.GroundID(t.Ground), Technician: t.Technician}
	version, err := strconv.ParseUint(r.PostFormValue("version"), 10, 64)
	if err != nil || version == 0 {
		return o, &decide.StaleError{}
	}
	o.Version = version
	if utf8.RuneCountInString(t.Note) > longestNote {
		return o, errLong
	}
	if action == desk.ETA || action == desk.Approve {
		o.ETA, err = c.etaOf(action, t)
	}
	if err == nil && (action == desk.ETA || !o.ETA.IsZero()) && !o.ETA.After(c.Now()) {
		err = decide.ErrETA
	}
	return o, err
}

// etaOf reads an ETA: an instant that a script wrote for the reader's time
// zone, else a time in UTC, else so many minutes from now. Zero is none.
func (c *Console) etaOf(action desk.Action, t typed) (time.Time, error) {
	text, layout := t.Exact, "2006-01-02T15:04"
	if t.Instant != "" {
		text, layout = t.Instant, time.RFC3339
	}
	if text != "" {
		at, err := time.Parse(layout, text)
		if err != nil {
			return time.Time{}, errETAForm
		}
		return at, nil
	}
	if t.Within == "" && action == desk.Approve {
		return time.Time{}, nil // it may be given later
	}
	minutes, err := strconv.Atoi(t.Within)
	if err != nil || minutes <= 0 || minutes > 100_000 {
		return time.Time{}, errETAForm
	}
	return c.Now().Add(time.Duration(minutes) * time.Minute).Truncate(time.Minute), nil
}

// refused shows the case as it now is, with what was typed and why nothing came of it.
func (c *Console) refused(w http.ResponseWriter, r *http.Request, try attempt) {
	p := c.page(w, r, "case")
	p.Path = "/cases/" + r.PathValue("id")
	p.Fresh = p.Path + "?fragment=1"
	status, text := verdictOn(p.L, try.err)
	if status == http.StatusServiceUnavailable {
		c.Log.ErrorContext(r.Context(), "an order was not carried out", "case", r.PathValue("id"), "action", try.order.Action, "error", try.err)
	}
	of, err := c.Cases.Case(r.Context(), r.PathValue("id"))
	if errors.Is(err, ledger.ErrNotFound) {
		c.fail(w, r, err)
		return
	}
	if err != nil {
		c.again(w, r, text)
		return
	}
	f := c.fileOf(r.Context(), p.L, &of)
	if status == http.StatusServiceUnavailable {
		f.Actions.Key, f.Actions.Version = try.order.Key, try.order.Version // the same order, if it is sent again
	}
	kept := f.Actions.keep(try.order.Action, try.typed, text)
	if status == http.StatusConflict || !kept {
		f.Actions.keep(try.order.Action, try.typed, "") // said once, above
		f.Stale = staleOf(p.L, &f, try, text)
		if !kept && try.typed.Note != "" {
			f.Stale.Gone = p.L.say("stale.gone", try.typed.Note)
		}
	}
	p.Title, p.Body = f.Title, &f
	c.write(w, status, "case.html", p)
}

func staleOf(l lang, f *file, try attempt, text string) *stale {
	s := &stale{Text: text}
	if seen := try.order.Version; seen != 0 && seen < f.Version {
		s.Since, s.Hint = f.History.since(seen), l.say("stale.hint", seen, f.Version)
	}
	return s
}

// again offers to send the same order once more: nobody knows what became of it,
// and the case can not be read either.
func (c *Console) again(w http.ResponseWriter, r *http.Request, text string) {
	p := c.page(w, r, "")
	p.Title, p.Path, p.query = p.L.say("error.title"), "/", nil
	p.Body = resend{text, r.URL.Path, r.PostForm}
	w.Header().Set("Retry-After", "5")
	c.write(w, http.StatusServiceUnavailable, "resend.html", p)
}

// A resend is a form as it was sent.
type resend struct {
	Hint, To string
	Fields   map[string][]string
}

// verdictOn says what an error means to the reader, and the answer's status.
func verdictOn(l lang, err error) (int, string) {
	switch {
	case errors.Is(err, decide.ErrStale):
		return http.StatusConflict, l.say("stale.title")
	case errors.Is(err, decide.ErrDecided):
		return http.StatusConflict, l.say("wrong.decided")
	case errors.Is(err, decide.ErrAcknowledged):
		return http.StatusConflict, l.say("wrong.acknowledged")
	case errors.Is(err, decide.ErrState):
		return http.StatusConflict, l.say("wrong.state")
	case errors.Is(err, decide.ErrNote):
		return http.StatusUnprocessableEntity, l.say("wrong.note")
	case errors.Is(err, decide.ErrETA):
		return http.StatusUnprocessableEntity, l.say("wrong.eta")
	case errors.Is(err, errETAForm):
		return http.StatusUnprocessableEntity, l.say("wrong.etaform")
	case errors.Is(err, decide.ErrPart):
		return http.StatusUnprocessableEntity, l.say("wrong.part")
	case errors.Is(err, decide.ErrAppealed):
		return http.StatusConflict, l.say("wrong.appealed")
	case errors.Is(err, decide.ErrHidden):
		return http.StatusNotFound, l.say("case.none")
	case errors.Is(err, decide.ErrGround):
		return http.StatusUnprocessableEntity, l.say("wrong.ground")
	case errors.Is(err, desk.ErrTechnician):
		return http.StatusUnprocessableEntity, l.say("wrong.technician")
	case errors.Is(err, errLong):
		return http.StatusUnprocessableEntity, l.say("wrong.long", l.Number(longestNote))
	case errors.Is(err, decide.ErrNotLeader), errors.Is(err, decide.ErrNobody):
		return http.StatusForbidden, l.say("wrong.leader")
	case errors.Is(err, ledger.ErrNotFound):
		return http.StatusNotFound, l.say("case.none")
	case errors.Is(err, teach.ErrReread):
		return http.StatusConflict, l.say("teach.wrong.reread")
	case errors.Is(err, teach.ErrTicket):
		return http.StatusConflict, l.say("teach.wrong.ticket")
	}
	var unsound *teach.UnsoundError
	if errors.As(err, &unsound) {
		return http.StatusUnprocessableEntity, l.say("teach.wrong." + unsound.Rule)
	}
	return http.StatusServiceUnavailable, l.say("wrong.away")
}
