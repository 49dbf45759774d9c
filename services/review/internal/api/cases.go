package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/rpc"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func (a *API) caseRoutes() []route {
	routes := []route{
		{"GET /v1/cases", "One page of cases.", caseParams(), nil, &reviewv1.ListCasesResponse{}, a.list},
		{"GET /v1/cases/{id}", "One case, its audit, and who was told what.", nil, nil, &reviewv1.GetCaseResponse{}, a.show},
	}
	for _, action := range desk.Actions() {
		routes = append(routes, route{
			"POST /v1/cases/{id}/" + string(action), doing(action), nil,
			order{},
			&reviewv1.DecideResponse{},
			func(w http.ResponseWriter, r *http.Request) error { return a.act(w, r, action) },
		})
	}
	return routes
}

// doing is what an action does, in a sentence.
func doing(action desk.Action) string {
	return map[desk.Action]string{
		desk.Approve:     "Approves the case; with an eta it goes on to in_progress at once.",
		desk.Deny:        "Denies the case, on a ground of the policy or for what the note says.",
		desk.ETA:         "Gives the time by which it should be resolved, or moves it, which needs a note.",
		desk.RequestInfo: "Asks those who asked; the note is the question.",
		desk.Resolve:     "Says that the trouble is over.",
		desk.Close:       "Ends the case for good.",
		desk.Reopen:      "Begins another round of a case that was denied or has ended; needs a note.",
		desk.Claim:       "Says that the person takes care of the decision.",
		desk.Release:     "Says that nobody takes care of the decision any more.",
		desk.Assign:      "Says which technician works on it; an empty one takes it from who had it.",
		desk.Update:      "Tells those who asked how it goes; the note is what they are told.",
		desk.Appeal:      "Asks leadership to look at a denial again; needs a note.",
		desk.Withdraw:    "Says that those who asked took it back.",
		desk.Acknowledge: "Says that the person has seen that it waits for a decision: once a round, and nobody is called any more.",
	}[action]
}

func caseParams() []param {
	var priorities []string
	for _, p := range policy.Priorities() {
		priorities = append(priorities, string(p))
	}
	return []param{
		{"state", "states, of which a case is in one", rpc.States(), true},
		{"tenant", "a customer organisation, or platform; a case that has a ticket of it is meant too", nil, false},
		{"reason", "the policy's id of a reason", nil, false},
		{"priority", "how soon it is to be decided", priorities, false},
		{"recommendation", "what the facts recommend", []string{"eligible", "needs_info", "ineligible"}, false},
		{"overdue", "with true only those of which a decision or an ETA was due by now", []string{"true", "false"}, false},
		{"claimed_by", "the leader who takes care of the decision", nil, false},
		{"opened_from", "opened at this time (RFC 3339) or later", nil, false},
		{"opened_until", "opened before this time (RFC 3339)", nil, false},
		{"q", "words that must all be found: as the beginning of an id, or as a whole word of a ticket's subject", nil, false},
		{"order", "what comes first: impact (also where it is not said), time or due", []string{"impact", "time", "due"}, false},
		{"limit", "how many a page holds at most, from 1 to 500; 50 where it is not said", nil, false},
		{"cursor", "next of the page before", nil, false},
	}
}

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	asked, err := question(r)
	if err != nil {
		return err
	}
	page, err := a.service().ListCases(r.Context(), asked)
	if err != nil {
		return err
	}
	cases, err := encodeAll(page.GetCases())
	if err != nil {
		return err
	}
	return write(w, struct {
		Cases []json.RawMessage `json:"cases"`
		Next  string            `json:"next,omitempty"`
	}{cases, page.GetNext()})
}

// question reads what the caller asks for.
func question(r *http.Request) (*reviewv1.ListCasesRequest, error) {
	v := r.URL.Query()
	asked := &reviewv1.ListCasesRequest{
		Tenant: v.Get("tenant"), Reason: v.Get("reason"), Priority: v.Get("priority"), Recommendation: v.Get("recommendation"),
		ClaimedBy: v.Get("claimed_by"), Q: v.Get("q"), Order: v.Get("order"), Cursor: v.Get("cursor"),
	}
	for _, states := range v["state"] {
		for s := range strings.SplitSeq(states, ",") {
			if s != "" {
				asked.States = append(asked.States, s)
			}
		}
	}
	var err error
	if asked.Overdue, err = yes(r, "overdue"); err != nil {
		return nil, err
	}
	for name, to := range map[string]**timestamppb.Timestamp{"opened_from": &asked.OpenedFrom, "opened_until": &asked.OpenedUntil} {
		at, err := instant(r, name)
		if err != nil {
			return nil, err
		}
		*to = bus.Stamp(at)
	}
	most, err := limit(r, rpc.MaxPage)
	asked.Limit = uint32(most)
	return asked, err
}

func (a *API) show(w http.ResponseWriter, r *http.Request) error {
	got, err := a.service().GetCase(r.Context(), &reviewv1.GetCaseRequest{Id: r.PathValue("id")})
	if err != nil {
		return err
	}
	var out struct {
		Case       json.RawMessage   `json:"case"`
		Audit      []json.RawMessage `json:"audit"`
		Deliveries []json.RawMessage `json:"deliveries"`
	}
	if out.Case, err = rpc.JSON(got.GetCase()); err != nil {
		return err
	}
	if out.Audit, err = encodeAll(got.GetAudit()); err != nil {
		return err
	}
	if out.Deliveries, err = encodeAll(got.GetDeliveries()); err != nil {
		return err
	}
	return write(w, out)
}

// order is the body of an action.
type order struct {
	// Version is the version of the case that the person saw; 0 is whichever it has.
	Version    edition         `json:"version,omitempty"`
	Note       string          `json:"note,omitempty"`
	Ground     policy.GroundID `json:"ground,omitempty"`
	ETA        time.Time       `json:"eta,omitzero"`
	Technician string          `json:"technician,omitempty"`
}

// An edition is a version of a case: a number, or the text that stands for it in
// what we answer, as protobuf has it.
type edition uint64

// UnmarshalJSON reads either.
func (e *edition) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if len(text) > 1 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	n, err := strconv.ParseUint(text, 10, 64)
	*e = edition(n)
	return err
}

// likeOrder is what an order looks like.
const likeOrder = `{"version":1,"note":"…"}`

func (a *API) act(w http.ResponseWriter, r *http.Request, action desk.Action) error {
	var o order
	if err := read(w, r, &o, likeOrder); err != nil {
		return err
	}
	done, err := a.service().Order(r.Context(), r.Header.Get(rpc.KeyHeader), o.request(r.PathValue("id"), rpc.ActionOf(action)))
	return give(w, done, err)
}

// give answers with a message.
func give(w http.ResponseWriter, m proto.Message, err error) error {
	if err != nil {
		return err
	}
	data, err := rpc.JSON(m)
	if err != nil {
		return err
	}
	return write(w, json.RawMessage(data))
}

// encodeAll are messages as JSON; an empty list where there are none.
func encodeAll[T proto.Message](messages []T) ([]json.RawMessage, error) {
	all := make([]json.RawMessage, len(messages))
	for i, m := range messages {
		data, err := rpc.JSON(m)
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}
