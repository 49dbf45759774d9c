package rpc

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/problem"

	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// MaxPage is how many cases or labels a page holds at most.
const MaxPage = 500

// maxText is how many bytes what is looked for may have, and any id.
const maxText = 256

// states are all that there are.
func states() []decide.State {
	return []decide.State{
		decide.Detected, decide.NeedsInfo, decide.PendingReview, decide.Approved, decide.InProgress, decide.Denied,
		decide.Resolved, decide.Withdrawn, decide.Expired, decide.Closed, decide.Merged,
	}
}

// States are the words that a case's state can be asked for by.
func States() []string {
	var words []string
	for _, state := range states() {
		words = append(words, string(state))
	}
	return words
}

// query is what the caller asks for; a word that a field does not have is refused.
func (s *Service) query(r *reviewv1.ListCasesRequest) (ledger.Query, error) {
	q := ledger.Query{
		Tenant: r.GetTenant(), Reason: policy.ReasonID(r.GetReason()), Priority: policy.Priority(r.GetPriority()),
		Recommendation: decide.Recommendation(r.GetRecommendation()), ClaimedBy: r.GetClaimedBy(),
		Text: r.GetQ(), Limit: int(r.GetLimit()), Cursor: r.GetCursor(),
	}
	reasons := append([]policy.ReasonID{""}, s.policy().ReasonIDs()...)
	priorities := append([]policy.Priority{""}, policy.Priorities()...)
	var err error
	q.Order, err = orderOf(r.GetOrder())
	problems := []error{
		err, oneOf("reason", q.Reason, reasons), oneOf("priority", q.Priority, priorities),
		oneOf("recommendation", q.Recommendation, []decide.Recommendation{"", decide.Eligible, decide.NeedInfo, decide.Ineligible}),
		plain("tenant", q.Tenant, maxText), plain("claimed_by", q.ClaimedBy, maxText), plain("q", q.Text, maxText),
	}
	for _, state := range r.GetStates() {
		q.States = append(q.States, decide.State(state))
		problems = append(problems, oneOf("state", decide.State(state), states()))
	}
	if q.Limit > MaxPage {
		problems = append(problems, problem.BadRequest("limit", "%d is not a number from 1 to %d", q.Limit, MaxPage))
	}
	if r.GetOverdue() {
		q.Overdue = s.Now()
	}
	q.OpenedFrom, err = timeOf("opened_from", r.GetOpenedFrom())
	problems = append(problems, err)
	q.OpenedUntil, err = timeOf("opened_until", r.GetOpenedUntil())
	problems = append(problems, err)
	return q, first(problems)
}

func (s *Service) policy() *policy.Policy {
	if s.Policy == nil {
		return policy.Default()
	}
	return s.Policy
}

func orderOf(word string) (ledger.Order, error) {
	switch word {
	case "", "impact":
		return ledger.ByImpact, nil
	case "time":
		return ledger.ByTime, nil
	case "due":
		return ledger.ByDue, nil
	}
	return 0, problem.BadRequest("order", "%q is none of impact, time, due", word)
}

// oneOf says that a word is not among those that a field can have.
func oneOf[T ~string](field string, word T, all []T) error {
	if slices.Contains(all, word) {
		return nil
	}
	words := make([]string, 0, len(all))
	for _, w := range all {
		if w != "" {
			words = append(words, string(w))
		}
	}
	return problem.BadRequest(field, "%q is none of %s", shortened(string(word)), strings.Join(words, ", "))
}

// plain says that a text is too long, or holds a byte that no database keeps.
func plain(field, text string, most int) error {
	if len(text) > most {
		return problem.BadRequest(field, "%s has %d bytes; at most %d are taken", field, len(text), most)
	}
	if !utf8.ValidString(text) {
		return problem.BadRequest(field, "%s is no UTF-8", field)
	}
	if strings.ContainsRune(text, 0) {
		return problem.BadRequest(field, "%s holds a NUL character", field)
	}
	return nil
}

func missing(field string) error { return problem.BadRequest(field, "%s is not there", field) }

// timeOf is a time that may be left out.
func timeOf(field string, t *timestamppb.Timestamp) (time.Time, error) {
	if t == nil {
		return time.Time{}, nil
	}
	if err := t.CheckValid(); err != nil {
		return time.Time{}, problem.BadRequest(field, "%s is no time: it has to be from the year 1 to 9999", field)
	}
	return t.AsTime(), nil
}

// first is the first of several errors that is one.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// shortened is a word as a refusal repeats it.
func shortened(word string) string {
	if len(word) > 64 {
		return strings.ToValidUTF8(word[:64], "") + "…"
	}
	return word
}
