package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Labels reads what leadership says of how tickets were read.
type Labels interface {
	// Labels is one page of the labels that q asks for.
	Labels(ctx context.Context, q ledger.LabelQuery) (ledger.LabelPage, error)
	// Label is one label; ledger.ErrNoLabel where there is none.
	Label(ctx context.Context, id string) (teach.Example, error)
	// LabelsOf are all labels of a case and of its tickets, newest first.
	LabelsOf(ctx context.Context, caseID string) ([]teach.Example, error)
}

// An Archive has the words of tickets.
type Archive interface {
	// Words are what the label speaks of, without personal data unless whole is
	// asked for; without text where the ticket is not there any more.
	Words(ctx context.Context, e teach.Example, whole bool) (teach.Words, error)
}

// Labelled is a label as programs see it.
type Labelled struct {
	teach.Example
	Note *json.RawMessage `json:"note,omitempty"`
}

// How words are asked for.
const (
	Redacted = "redacted"
	Whole    = "whole"
)

// listed is how many labels with their words a page holds at most: each ticket is read for it.
const listed = 100

// LabelPage is one page of labels, with their words where these are asked for, and
// the cursor of the next.
func (s *Service) LabelPage(ctx context.Context, q ledger.LabelQuery, words string) (labels []Labelled, next string, err error) {
	if q.Source != "" && !slices.Contains(teach.Sources(), q.Source) {
		return nil, "", problem.BadRequest("source", "%q is neither decision nor correction", shortened(string(q.Source)))
	}
	if words != "" {
		q.Limit = min(q.Limit, listed)
	}
	page, err := s.Labels.Labels(ctx, q)
	if err != nil {
		return nil, "", err
	}
	labels, err = s.Labelled(ctx, words, page.Labels...)
	return labels, page.Next, err
}

// Labelled adds the words to labels where they are asked for.
func (s *Service) Labelled(ctx context.Context, words string, all ...teach.Example) ([]Labelled, error) {
	if words != "" && words != Redacted && words != Whole {
		return nil, problem.BadRequest("words", "%q is neither redacted nor whole", shortened(words))
	}
	out := make([]Labelled, len(all))
	for i, e := range all {
		out[i] = Labelled{Example: e}
		if words == "" {
			continue
		}
		note, err := s.note(ctx, e, words == Whole)
		if err != nil {
			return nil, err
		}
		out[i].Note = &note
	}
	return out, nil
}

// note is a label as a labelled note; null where the ticket is not there any more.
func (s *Service) note(ctx context.Context, e teach.Example, whole bool) (json.RawMessage, error) {
	words, err := s.Archive.Words(ctx, e, whole)
	if err != nil || words.Text == "" {
		return json.RawMessage("null"), err
	}
	if whole {
		s.Log.InfoContext(ctx, "the words of a ticket were given with personal data", "label", e.ID, "to", who.Of(ctx).ID)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // the text as it was written
	err = enc.Encode(teach.LineOf(e, words))
	return bytes.TrimSpace(out.Bytes()), err
}

// Correct says how a ticket should have been read; key makes it the same order
// when it is sent again.
func (s *Service) Correct(ctx context.Context, caseID, key string, c teach.Correction) (teach.Example, error) {
	if err := plain(KeyHeader, key, maxText); err != nil {
		return teach.Example{}, err
	}
	c.By = who.Of(ctx)
	return s.Desk.Correct(ctx, caseID, key, c)
}

// ListLabels is one page of what leadership says of how tickets were read.
func (s *Service) ListLabels(ctx context.Context, r *reviewv1.ListLabelsRequest) (*reviewv1.ListLabelsResponse, error) {
	q := ledger.LabelQuery{Case: r.GetCase(), Source: teach.Source(r.GetSource()), All: r.GetAll(), Limit: int(r.GetLimit()), Cursor: r.GetCursor()}
	var err error
	q.Since, err = timeOf("since", r.GetSince())
	problems := []error{err, plain("case", r.GetCase(), maxText), plain("cursor", r.GetCursor(), maxText)}
	if q.Limit > MaxPage {
		problems = append(problems, problem.BadRequest("limit", "%d is not a number from 1 to %d", q.Limit, MaxPage))
	}
	if err := first(problems); err != nil {
		return nil, err
	}
	labels, next, err := s.LabelPage(ctx, q, r.GetWords())
	out := &reviewv1.ListLabelsResponse{Next: next}
	for _, l := range labels {
		label, err := as(l, &reviewv1.Label{})
		if err != nil {
			return nil, err
		}
		out.Labels = append(out.Labels, label)
	}
	return out, err
}

// CorrectLabel says how a ticket should have been read.
func (s *Service) CorrectLabel(ctx context.Context, r *reviewv1.CorrectLabelRequest) (*reviewv1.CorrectLabelResponse, error) {
	change, err := changeFrom(r)
	err = first([]error{
		err, named("id", r.GetId()), plain("tenant", r.GetTenant(), maxText), plain("ticket", r.GetTicket(), maxText), plain("comment", r.GetComment(), maxNote),
	})
	if err != nil {
		return nil, err
	}
	e, err := s.Correct(ctx, r.GetId(), keyOf(ctx), teach.Correction{
		Tenant: r.GetTenant(), Ticket: r.GetTicket(), Revision: r.GetRevision(), Comment: r.GetComment(), Change: change,
	})
	if err != nil {
		return nil, err
	}
	out, err := as(Labelled{Example: e}, &reviewv1.Label{})
	return &reviewv1.CorrectLabelResponse{Label: out}, err
}

// changeFrom makes of the reading that stands the one that a request means.
func changeFrom(r *reviewv1.CorrectLabelRequest) (func(teach.Reading) (teach.Reading, error), error) {
	if r.GetLabel() == nil {
		return nil, problem.BadRequest("label", "label is not there")
	}
	var means teach.Reading
	data, err := JSON(r.GetLabel())
	if err == nil {
		err = json.Unmarshal(data, &means)
	}
	if err != nil {
		return nil, problem.BadRequest("label", "it is no reading: %v", err)
	}
	known := readingFields()
	for _, name := range r.GetFields() {
		if known[name] == nil {
			return nil, problem.BadRequest("fields", "%q is none of %s", shortened(name), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return func(stands teach.Reading) (teach.Reading, error) {
		if len(r.GetFields()) == 0 {
			return means, nil
		}
		for _, name := range r.GetFields() {
			known[name](&stands, means)
		}
		return stands, nil
	}, nil
}

// readingFields are the fields of a reading that a correction may name.
func readingFields() map[string]func(*teach.Reading, teach.Reading) {
	return map[string]func(to *teach.Reading, from teach.Reading){
		"language":              func(to *teach.Reading, from teach.Reading) { to.Language = from.Language },
		"is_escalation_request": func(to *teach.Reading, from teach.Reading) { to.Request = from.Request },
		"recommendation":        func(to *teach.Reading, from teach.Reading) { to.Recommendation = from.Recommendation },
		"reasons":               func(to *teach.Reading, from teach.Reading) { to.Reasons = from.Reasons },
		"denials":               func(to *teach.Reading, from teach.Reading) { to.Denials = from.Denials },
		"facts":                 func(to *teach.Reading, from teach.Reading) { to.Facts = from.Facts },
		"facts.affected_users":  func(to *teach.Reading, from teach.Reading) { to.Facts.AffectedUsers = from.Facts.AffectedUsers },
		"facts.duration_hours":  func(to *teach.Reading, from teach.Reading) { to.Facts.DurationHours = from.Facts.DurationHours },
		"facts.environment":     func(to *teach.Reading, from teach.Reading) { to.Facts.Environment = from.Facts.Environment },
		"facts.urgency_given":   func(to *teach.Reading, from teach.Reading) { to.Facts.UrgencyGiven = from.Facts.UrgencyGiven },
		"facts.reason_given":    func(to *teach.Reading, from teach.Reading) { to.Facts.ReasonGiven = from.Facts.ReasonGiven },
	}
}
