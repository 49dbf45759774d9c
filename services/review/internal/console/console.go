package console

import (
	"context"
	"crypto/rand"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/doorstep"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A CaseReader reads cases as they now are.
type CaseReader interface {
	// Case is one case; ledger.ErrNotFound where there is none.
	Case(ctx context.Context, id string) (decide.Case, error)
	// Cases is one page of the cases that q asks for.
	Cases(ctx context.Context, q ledger.Query) (ledger.Page, error)
}

// A HistoryReader reads what happened to a case.
type HistoryReader interface {
	// Audit is the transitions of a case, oldest first.
	Audit(ctx context.Context, caseID string) ([]ledger.AuditRow, error)
	// Deliveries are the attempts made for a case, oldest first.
	Deliveries(ctx context.Context, caseID string) ([]ledger.Delivery, error)
	// CasesOf are the cases that conditions belong to, by the conditions' ids.
	CasesOf(ctx context.Context, conditions ...string) (map[string]string, error)
}

// A LabelReader reads what leadership said of how tickets were read.
type LabelReader interface {
	// LabelsOf are all labels of a case and of its tickets, newest first.
	LabelsOf(ctx context.Context, caseID string) ([]teach.Example, error)
}

// An Archive has the words of tickets.
type Archive interface {
	// Words are what a label of the ticket speaks of, without personal data unless
	// whole is asked for; without text where the ticket is not there any more.
	Words(ctx context.Context, e teach.Example, whole bool) (teach.Words, error)
}

// A Reader reads all that the pages show.
type Reader interface {
	CaseReader
	HistoryReader
	LabelReader
	ListReader
	DayReader
}

// Live tells which cases change, by whichever process; events.Live does.
type Live interface {
	// Changes gives every change from now on until the context ends. The channel
	// is closed early for one who does not keep up: read all anew, and ask again.
	Changes(ctx context.Context) <-chan events.Glance
}

// Config is what the console stands on.
type Config struct {
	Cases  Reader
	Desk   desk.Desk
	Gate   who.Gate
	Policy *policy.Policy
	// Live keeps the pages live; without it they say that they are not.
	Live Live
	// Outlook is how the conditions stand; nil is one that has heard nothing.
	Outlook Outlook
	// Pulse is whom notification hears and reaches; nil is not known.
	Pulse Pulse
	// Past is what was stated of them; nil is nothing.
	Past Past
	// Archive has the words of tickets; without it the form to correct how one was
	// read shows quotes only.
	Archive Archive
	// Opinions are what second readers said; nil is nothing.
	Opinions Opinions
	// Precedents are past decisions, and who asked how often; nil is nothing.
	Precedents Precedents
	// Roster is how the technicians stand; nil is no roster.
	Roster Roster
	// Parked has the dead letters; without a box there are none.
	Parked parked.Desk
	// Rejected has what doors did not take; without a box there is none.
	Rejected doorstep.Desk
	// Hearings say who would hear what; nil is nobody who could say it.
	Hearings Hearings
	// Previews says what people would be told; nil is nobody who could say it.
	Previews Previews
	// Ladders say who was called about a case; nil is nobody who knows.
	Ladders Ladders
	// Mutes are what is not told for a while; nil is nobody who keeps them.
	Mutes Mutes
	// Reports say how leadership decides; without them nothing is counted.
	Reports Reports
	// Links know the key of links in messages; without them none is good.
	Links Links
	// Log takes what went wrong; nil is slog's default.
	Log *slog.Logger
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// A Console serves the pages. It is safe for concurrent use.
type Console struct {
	Config
	pages  *template.Template
	assets assets
}

// New reads the pages; its error is a mistake in the binary.
func New(cfg Config) (*Console, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Policy == nil {
		cfg.Policy = policy.Default()
	}
	if cfg.Outlook == nil {
		cfg.Outlook = outlook.New()
	}
	files, err := readAssets()
	if err != nil {
		return nil, err
	}
	c := &Console{Config: cfg, assets: files}
	c.pages, err = readPages()
	return c, err
}

// A handler answers with what the console is to one person.
type handler func(*Console, http.ResponseWriter, *http.Request)

// behind lets a handler see of the board of conditions what the person of the
// request sees. What else is read knows the person from the context (package wall).
func (c *Console) behind(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := *c
		seen.Outlook = wall.OutlookOf(r.Context(), c.Outlook)
		h(&seen, w, r)
	})
}

// Mount adds the console's routes to mux.
func (c *Console) Mount(mux *http.ServeMux) {
	page := func(pattern string, h handler) {
		mux.Handle(pattern, guarded(c.Gate.Only(c.sound(c.behind(h)), c.toSignIn)))
	}
	piece := func(pattern string, h handler) {
		mux.Handle(pattern, guarded(c.Gate.Only(c.sound(c.behind(h)), refuse)))
	}
	stream := func(pattern string, h handler) {
		mux.Handle(pattern, guarded(c.Gate.Stream(c.sound(c.behind(h)), refuse)))
	}
	page("GET /{$}", (*Console).queue)
	page("GET /cases/{id}", (*Console).showCase)
	page("POST /cases/{id}/{action}", (*Console).act)
	page("POST /cases/{id}/correct", (*Console).correct)
	page("POST /cases/{id}/split", (*Console).split)
	page("POST /cases/{id}/merge", (*Console).merge)
	piece("POST /cases/{id}/preview", (*Console).showPreview)
	page("GET /several", (*Console).several)
	page("POST /several", (*Console).doSeveral)
	page("GET /tickets", (*Console).ticketsPage)
	page("GET /policy", (*Console).policyPage)
	page("GET /roster", (*Console).rosterPage)
	page("GET /reports", (*Console).reportsPage)
	page("GET /deliveries", (*Console).deliveriesPage)
	page("GET /routes", (*Console).routesPage)
	page("GET /deadletters", (*Console).lettersPage)
	page("GET /deadletters/{id}", (*Console).letterPage)
	page("POST /deadletters/{id}/{act}", (*Console).settle)
	page("GET /rejected", (*Console).rejectsPage)
	page("GET /rejected/{id}", (*Console).rejectPage)
	page("POST /rejected/{id}/retry", (*Console).retryRejected)
	page("GET /audit", (*Console).auditPage)
	page("GET /mutes", (*Console).mutesPage)
	page("POST /mutes", (*Console).setMute)
	page("POST /mutes/{id}/end", (*Console).endMute)
	page("GET /conditions", (*Console).conditionsPage)
	page("GET /conditions/{scope}/{reason}", (*Console).conditionPage)
	page("GET /conditions/{scope}/{reason}/{subject}", (*Console).conditionPage)
	stream("GET /live/conditions", (*Console).liveConditions)
	piece("GET /rows/{id}", (*Console).row)
	stream("GET /live", (*Console).live)

	open := func(pattern string, h http.HandlerFunc) {
		mux.Handle(pattern, guarded(http.NewCrossOriginProtection().Handler(c.sound(h))))
	}
	open("GET /signin", c.askWho)
	open("POST /signin", c.signIn)
	open("GET /signin/provider", c.toProvider)
	open("GET /signin/back", c.fromProvider)
	open("POST /signout", c.signOut)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		mux.Handle(method+" /ack/{token}", guarded(unreferred(c.Gate.Anyone(c.sound(http.HandlerFunc(c.follow)), c.toSignIn))))
	}
	mux.Handle("GET /assets/{hash}/{name}", c.assets)

	lost := c.sound(c.nowhere(mux))
	mux.Handle("/", guarded(c.Gate.Only(lost, lost.ServeHTTP)))
}

// newKey makes the form that carries it an order of its own.
func newKey() string { return rand.Text() }
