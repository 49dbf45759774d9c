package console

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/policy"
)

// Previews says what people would be told of a change; events.Previews asks
// notification.
type Previews interface {
	// Of is what people would be told of the case as it would be, and of what would
	// have changed in it, in the order in which they would be told.
	Of(ctx context.Context, c decide.Case, e decide.Event) ([]events.Message, error)
}

// previewWithin is how long a page waits for the words: it is whole without.
const previewWithin = 400 * time.Millisecond

// A preview is what people would read after an action.
type preview struct {
	L      lang
	Action desk.Action
	// Wrong says why nobody would be told anything: the form is not complete yet.
	Wrong string
	Away  bool
	// Later is when they would read it; nil is at once.
	Later *moment
	// Letters are what requesters would read, Others what CSMs and agents would.
	Letters, Others []letter
	Nobody          bool
}

// A letter is one message as it would be told.
type letter struct {
	events.Message
	Whom  string // the audience, in words
	Speak string // the language, in words
	More  string // that so many more tickets are told alike; empty: none
}

// showPreview answers with the preview of a form as it is filled in, for scripts.
// What was typed comes in the body, so that no log of addresses keeps it.
func (c *Console) showPreview(w http.ResponseWriter, r *http.Request) {
	l, action := langOf(w, r), desk.Action(r.PostFormValue("action"))
	of, err := c.Cases.Case(r.Context(), r.PathValue("id"))
	if err == nil && !slices.Contains(desk.Actions(), action) {
		err = ledger.ErrNotFound
	}
	if err != nil {
		status, text := verdictOn(l, err)
		http.Error(w, text, status)
		return
	}
	try := c.attemptOf(r, action)
	try.order.Version = 0 // the words are those of the case as it now is
	p := preview{L: l, Action: action}
	if _, p.Wrong = verdictOn(l, try.err); try.err == nil {
		p = c.previewOf(r.Context(), l, &of, try.order)
	}
	c.write(w, http.StatusOK, "preview", &p)
}

// previewOf is what people would read after an order.
func (c *Console) previewOf(ctx context.Context, l lang, of *decide.Case, o desk.Order) preview {
	p := preview{L: l, Action: o.Action}
	if c.Previews == nil {
		p.Away = true
		return p
	}
	would, event, err := c.Desk.Would(of, o)
	if err != nil {
		_, p.Wrong = verdictOn(l, err)
		return p
	}
	if then, e, waits := would.Later("review"); waits && event.Name == decide.UpdateWaits {
		would, event, p.Later = then, e, l.moment(e.At, c.Now())
	}
	ctx, cancel := context.WithTimeout(ctx, previewWithin)
	defer cancel()
	told, err := c.Previews.Of(ctx, would, event)
	if p.Away = err != nil; err != nil {
		c.Log.DebugContext(ctx, "there is no preview", "case", of.ID, "action", o.Action, "error", err)
		return p
	}
	for _, m := range told {
		out := letter{Message: m, Whom: l.Word("audience", m.Audience), Speak: l.Word("language", m.Language)}
		if m.Others > 0 {
			out.More = l.Count("preview.more", m.Others)
		}
		switch m.Audience {
		case "requester":
			p.Letters = append(p.Letters, out)
		case "csm", "agent":
			p.Others = append(p.Others, out)
		}
	}
	p.Nobody = len(p.Letters)+len(p.Others) == 0
	return p
}

// previewed puts what people would read under the forms that tell them
// something, as the forms are filled in now.
func (c *Console) previewed(ctx context.Context, a *actions, of *decide.Case, by decide.Person) {
	var all sync.WaitGroup
	for i := range a.Forms {
		f := &a.Forms[i]
		if !tells[f.Action] || f.Action == desk.ETA || f.Action == desk.Update {
			continue // these two have no words yet
		}
		o := desk.Order{Action: f.Action, By: by, Note: f.Typed.Note}
		for _, g := range f.Grounds {
			if g.Chosen {
				o.Ground = policy.GroundID(g.ID)
			}
		}
		all.Go(func() {
			p := c.previewOf(ctx, a.L, of, o)
			f.Preview = &p
		})
	}
	all.Wait()
}

// tells says which actions are told to those who asked.
var tells = map[desk.Action]bool{
	desk.Approve: true, desk.Deny: true, desk.RequestInfo: true, desk.ETA: true, desk.Resolve: true, desk.Reopen: true, desk.Update: true,
}
