package api

import (
	"encoding/json"
	"net/http"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/rpc"
	"tocsin/services/review/internal/teach"
)

func (a *API) labelRoutes() []route {
	words := param{"words", "with redacted each label has its labelled note without personal data, with whole as it was written", []string{rpc.Redacted, rpc.Whole}, false}
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
	Labels []rpc.Labelled `json:"labels"`
	Next   string         `json:"next,omitempty"`
}

// oneLabel is the answer where one is asked for.
type oneLabel struct {
	Label rpc.Labelled `json:"label"`
}

func (a *API) labels(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	q := ledger.LabelQuery{Case: v.Get("case"), Source: teach.Source(v.Get("source")), Cursor: v.Get("cursor")}
	var err error
	if q.Since, err = instant(r, "since"); err != nil {
		return err
	}
	if q.All, err = yes(r, "all"); err != nil {
		return err
	}
	if q.Limit, err = limit(r, rpc.MaxPage); err != nil {
		return err
	}
	labels, next, err := a.service().LabelPage(r.Context(), q, v.Get("words"))
	if err != nil {
		return err
	}
	return write(w, labelList{append([]rpc.Labelled{}, labels...), next})
}

func (a *API) labelsOf(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := a.Cases.Case(r.Context(), id); err != nil {
		return err
	}
	all, err := a.Labels.LabelsOf(r.Context(), id)
	if err != nil {
		return err
	}
	labels, err := a.service().Labelled(r.Context(), r.URL.Query().Get("words"), all...)
	if err != nil {
		return err
	}
	return write(w, labelList{Labels: labels})
}

func (a *API) label(w http.ResponseWriter, r *http.Request) error {
	e, err := a.Labels.Label(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	one, err := a.service().Labelled(r.Context(), r.URL.Query().Get("words"), e)
	if err != nil {
		return err
	}
	return write(w, oneLabel{one[0]})
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
	e, err := a.service().Correct(r.Context(), r.PathValue("id"), r.Header.Get(rpc.KeyHeader), teach.Correction{
		Tenant: c.Tenant, Ticket: c.Ticket, Revision: c.Revision, Comment: c.Comment,
		Change: func(stands teach.Reading) (teach.Reading, error) {
			return stands, fill(c.Label, &stands, "label.", `{"recommendation":"eligible"}`)
		},
	})
	if err != nil {
		return err
	}
	return write(w, oneLabel{rpc.Labelled{Example: e}})
}
