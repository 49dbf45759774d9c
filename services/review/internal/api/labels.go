package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"
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

// labelled is a label as the API shows it.
type labelled struct {
	teach.Example
	Note *json.RawMessage `json:"note,omitempty"`
}

func (a *API) labelRoutes() []route {
	words := param{"words", "with redacted each label has its labelled note without personal data, with whole as it was written", []string{redacted, whole}, false}
	return []route{
		{"GET /v1/cases/{id}/labels", "All labels of the case's tickets, newest first.", []param{words}, nil, labelList{}, a.labelsOf},
		{"POST /v1/cases/{id}/labels", "Says how a ticket should have been read; what is left out of the label stays as it was.", nil, correction{}, oneLabel{}, a.correct},
		{"GET /v1/labels", "One page of the labels that stand, newest first.", []param{
			{"case", "of this case alone", nil, false},
			{"source", "what made it", []string{string(teach.OfDecision), string(teach.OfCorrection)}, false},
			{"since", "made at this time (RFC 3339) or later", nil, false},
			{"all", "with true those too that stand no more", []string{"true", "false"}, false},
			words,
			{"limit", "how many a page holds at most, from 1 to 500; with words 100", nil, false},
			{"cursor", "next of the page before", nil, false},
		}, nil, labelList{}, a.labels},
		{"GET /v1/labels/{id}", "One label.", []param{words}, nil, oneLabel{}, a.label},
	}
}

// labelList is a page of labels.
type labelList struct {
	Labels []labelled `json:"labels"`
	Next   string     `json:"next,omitempty"`
}

// oneLabel is the answer where one is asked for.
type oneLabel struct {
	Label labelled `json:"label"`
}

// How words are asked for.
const (
	redacted = "redacted"
	whole    = "whole"
)

// listed is how many labels with their words a page holds at most: each ticket is read for it.
const listed = 100

func (a *API) labels(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	q := ledger.LabelQuery{Case: v.Get("case"), Source: teach.Source(v.Get("source")), Cursor: v.Get("cursor")}
	if q.Source != "" && !slices.Contains(teach.Sources(), q.Source) {
		return badRequest("source", "%q is neither decision nor correction", q.Source)
	}
	var err error
	if since := v.Get("since"); since != "" {
		if q.Since, err = time.Parse(time.RFC3339, since); err != nil {
			return badRequest("since", "%q is no RFC 3339 time, as 2026-11-21T00:00:00Z", since)
		}
	}
	if all := v.Get("all"); all != "" {
		if q.All, err = strconv.ParseBool(all); err != nil {
			return badRequest("all", "%q is neither true nor false", all)
		}
	}
	if q.Limit, err = limitOf(v.Get("limit")); err != nil {
		return err
	}
	if v.Get("words") != "" {
		q.Limit = min(q.Limit, listed)
	}
	page, err := a.Labels.Labels(r.Context(), q)
	if err != nil {
		return err
	}
	return a.writeLabels(w, r, page)
}

func (a *API) labelsOf(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := a.Cases.Case(r.Context(), id); err != nil {
		return err
	}
	labels, err := a.Labels.LabelsOf(r.Context(), id)
	if err != nil {
		return err
	}
	return a.writeLabels(w, r, ledger.LabelPage{Labels: labels})
}

func (a *API) writeLabels(w http.ResponseWriter, r *http.Request, page ledger.LabelPage) error {
	out := labelList{Labels: []labelled{}, Next: page.Next}
	for _, e := range page.Labels {
		one, err := a.labelled(r, e)
		if err != nil {
			return err
		}
		out.Labels = append(out.Labels, one)
	}
	return write(w, out)
}

func (a *API) label(w http.ResponseWriter, r *http.Request) error {
	e, err := a.Labels.Label(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	one, err := a.labelled(r, e)
	if err != nil {
		return err
	}
	return write(w, oneLabel{one})
}

// labelled adds the words to a label where they are asked for.
func (a *API) labelled(r *http.Request, e teach.Example) (labelled, error) {
	how := r.URL.Query().Get("words")
	switch how {
	case "":
		return labelled{Example: e}, nil
	case redacted, whole:
	default:
		return labelled{}, badRequest("words", "%q is neither redacted nor whole", how)
	}
	words, err := a.Archive.Words(r.Context(), e, how == whole)
	if err != nil {
		return labelled{}, err
	}
	note := json.RawMessage("null")
	if words.Text != "" {
		if note, err = line(teach.LineOf(e, words)); err != nil {
			return labelled{}, err
		}
		if how == whole {
			a.Log.InfoContext(r.Context(), "the words of a ticket were given with personal data", "label", e.ID, "to", who.Of(r.Context()).ID)
		}
	}
	return labelled{e, &note}, nil
}

// line is a labelled note with its text as it was written.
func line(l teach.Line) (json.RawMessage, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(l)
	return bytes.TrimSpace(out.Bytes()), err
}

// correction is the body of a correction.
type correction struct {
	Tenant   string          `json:"tenant"`
	Ticket   string          `json:"ticket"`
	Revision uint64          `json:"revision"`
	Comment  string          `json:"comment"`
	Label    json.RawMessage `json:"label"`
}

func (a *API) correct(w http.ResponseWriter, r *http.Request) error {
	var c correction
	if err := read(w, r, &c, `{"ticket":"T-1","label":{…}}`); err != nil {
		return err
	}
	if len(c.Label) == 0 || string(c.Label) == "null" {
		return badRequest("label", "label is not there; {} says that it was read rightly")
	}
	e, err := a.Desk.Correct(r.Context(), r.PathValue("id"), r.Header.Get("Idempotency-Key"), teach.Correction{
		By: who.Of(r.Context()), Tenant: c.Tenant, Ticket: c.Ticket, Revision: c.Revision, Comment: c.Comment,
		Change: func(stands teach.Reading) (teach.Reading, error) {
			return stands, fill(c.Label, &stands, "label.", `{"recommendation":"eligible"}`)
		},
	})
	if err != nil {
		return err
	}
	return write(w, oneLabel{labelled{Example: e}})
}
