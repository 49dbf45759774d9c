// Package policy is the escalation policy as data: the sixteen reasons and those
// that an operator adds, the four denial grounds, every threshold and duration,
// the words that tickets are read by, and the words people are asked with, in
// English and German.
//
// It promises that a Policy is whole: Parse refuses a file that lacks a reason,
// a number or a translation, that has a key nobody reads, or whose numbers make
// no sense together, and it names every such problem at once, with its line and
// column. A Policy's Version is a hash of the file's bytes, so that two
// statements that carry the same version were made by the same rules.
//
// It leaves to others what a reason means for a signal (monitoring), for the
// words of a ticket (classification) and for a case (review): they hold the
// rules and take their numbers from here.
package policy

import (
	"slices"
	"strings"
	"time"
)

// A Policy is one policy file, read and checked.
type Policy struct {
	// Version is "sha256:" and the hash of the file's bytes in hex.
	Version string `yaml:"-"`
	// Format is the form of the file (its key "version"); this package reads 1.
	Format int `yaml:"version" max:"1"`
	// Name is the operator's name for the policy.
	Name string `yaml:"name"`

	// Reasons has all of the sixteen, and those that the operator added.
	Reasons map[ReasonID]Reason `yaml:"reasons"`
	// Grounds has all of GroundIDs and no other.
	Grounds map[GroundID]Ground `yaml:"denial_grounds"`
	// Families are sets of reasons that speak of the same trouble; a reason may
	// be in several.
	Families map[string][]ReasonID `yaml:"families"`

	// Claims are the numbers that classification reads a ticket with.
	Claims Claims `yaml:"classification"`
	// Questions has all of MissingIDs and no other.
	Questions map[MissingID]Words `yaml:"questions"`
	// Rules are the numbers of monitoring.
	Rules Rules `yaml:"monitoring"`
	// Review are the durations that review reminds leadership by.
	Review Review `yaml:"review"`
	// Retention says how long texts are kept. A file may leave it out: then it says
	// nothing, and they are kept.
	Retention Retention `yaml:"retention" optional:"true"`
	// Vocabulary has the words that tickets are read by. A file may leave it
	// out: then it is that of the policy that comes with the program.
	Vocabulary Vocabulary `yaml:"vocabulary" optional:"true"`

	own []ReasonID // the reasons that the operator added, in the file's order
}

// ReasonIDs lists the reasons of this policy: the sixteen in the policy's
// order, then those that the operator added, in the file's. The caller may
// change the slice.
func (p *Policy) ReasonIDs() []ReasonID { return append(ReasonIDs(), p.own...) }

// OwnReasonIDs lists the reasons that the operator added, in the file's order.
// They are claimed by words alone: monitoring raises none of them.
func (p *Policy) OwnReasonIDs() []ReasonID { return slices.Clone(p.own) }

// Words are one text in each language.
type Words struct {
	EN string `yaml:"en"`
	DE string `yaml:"de"`
}

// In is the text in lang, a language tag such as "de" or "de-AT"; English where
// there is none in that language.
func (w Words) In(lang string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-")
	if strings.EqualFold(base, "de") {
		return w.DE
	}
	return w.EN
}

// A Reason is one reason for which an escalation may be approved.
type Reason struct {
	Title       Words    `yaml:"title"`
	Description Words    `yaml:"description"`
	Text        bool     `yaml:"text"`     // it can be found in a ticket's words
	Signal      bool     `yaml:"signal"`   // monitoring can raise it on its own
	Priority    Priority `yaml:"priority"` // how soon a case of it is to be decided
}

// A Ground is one ground on which leadership may deny. It is a
// recommendation and is never executed alone.
type Ground struct {
	Title       Words `yaml:"title"`
	Description Words `yaml:"description"`
}

// Claims are the numbers that what a ticket says is measured with. Thresholds
// that monitoring has too are said once in the file, in its block, and stand in
// Stated.
type Claims struct {
	SmallAudience     Small      `yaml:"small_audience"`
	TechniciansActive Active     `yaml:"technicians_active"`
	Overriding        []ReasonID `yaml:"overriding"` // reasons that win over every ground and need no stated urgency
	Stated            Stated     `yaml:"-"`
}

// Small are the numbers of small_audience: fewer than Under people, and under
// Percent of the tenant's users where that is known.
type Small struct {
	Under   int        `yaml:"under"`                     // 25 people
	Percent int        `yaml:"under_percent" max:"100"`   // 10
	Never   []ReasonID `yaml:"never_for_reasons" min:"0"` // reasons that it never speaks against
}

// Active are the durations of technicians_active.
type Active struct {
	Within             time.Duration `yaml:"within"`               // 8 h
	WithinSiteUnusable time.Duration `yaml:"within_site_unusable"` // 2 h
}

// Stated are the thresholds that a claim must reach. They are monitoring's own
// (Rules), so that words and signals are measured alike.
type Stated struct {
	UnableOver   int           // auth_failures_over_100: more people than this: 100
	WrongUsers   int           // profile_discrepancy_100: this many or more: 100
	ReportsAfter time.Duration // reports_failing_24h: 24 h
	UploadsAfter time.Duration // uploads_failing_24h: 24 h
	SilentFor    time.Duration // stale_ticket_1w: this long or longer: 168 h
	Large        int           // stale_ticket_1w: so many people or more are a large population: 100
}

// Retention says how long texts are kept; who removes them is "tocsin tenant prune".
type Retention struct {
	// ClosedTicketDays is how many days after its last event a ticket that is resolved
	// or closed keeps what was written on it; 0 is always.
	ClosedTicketDays int `yaml:"closed_ticket_days" max:"36500"`
}

// Review are the durations that review reminds leadership by, and those of the
// patterns it shows them. Nothing here decides a case.
type Review struct {
	DecideWithin map[Priority]time.Duration `yaml:"decide_within"`
	Patterns     Patterns                   `yaml:"patterns"`
}

// Patterns say what leadership is shown of how requests are made.
type Patterns struct {
	Window             time.Duration `yaml:"window"`               // requests of this long are counted: 90 days
	Requests           int           `yaml:"from_requests"`        // shown from this many on: 5
	StatusChangeWithin time.Duration `yaml:"status_change_within"` // a status change this soon after a request: 1 h
}

// Reason finds a reason; false if the id names none.
func (p *Policy) Reason(id ReasonID) (Reason, bool) {
	r, ok := p.Reasons[id]
	return r, ok
}

// Ground finds a denial ground; false if the id names none.
func (p *Policy) Ground(id GroundID) (Ground, bool) {
	g, ok := p.Grounds[id]
	return g, ok
}

// Title is the reason's title in lang (see Words.In), or the id itself if it
// names no reason.
func (p *Policy) Title(id ReasonID, lang string) string {
	r, ok := p.Reasons[id]
	if !ok {
		return string(id)
	}
	return r.Title.In(lang)
}

// GroundTitle is the ground's title in lang (see Words.In), or the id itself if
// it names no ground.
func (p *Policy) GroundTitle(id GroundID, lang string) string {
	g, ok := p.Grounds[id]
	if !ok {
		return string(id)
	}
	return g.Title.In(lang)
}

// Question asks the requester for what is missing, in lang (see Words.In). It
// is empty if the id names nothing.
func (p *Policy) Question(id MissingID, lang string) string {
	return p.Questions[id].In(lang)
}

// SameFamily says whether a claim of one reason and a condition of another may
// be one and the same trouble: they are the same reason or share a family.
func (p *Policy) SameFamily(a, b ReasonID) bool {
	if a == b {
		return true
	}
	for _, members := range p.Families {
		if slices.Contains(members, a) && slices.Contains(members, b) {
			return true
		}
	}
	return false
}

// DecideWithin is how soon after its opening a case with these reasons is to be
// decided: the shortest time that one of them asks for, and that of a normal
// case if none is known.
func (p *Policy) DecideWithin(reasons ...ReasonID) time.Duration {
	shortest := p.Review.DecideWithin[PriorityNormal]
	for _, id := range reasons {
		if r, ok := p.Reasons[id]; ok {
			shortest = min(shortest, p.Review.DecideWithin[r.Priority])
		}
	}
	return shortest
}
