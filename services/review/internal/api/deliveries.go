package api

import (
	"encoding/json"
	"net/http"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/rpc"

	"tocsin/pkg/bus"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func (a *API) deliveryRoutes() []route {
	return []route{{"GET /v1/deliveries", "One page of the attempts to tell somebody, the latest first: to whom, where, with which answer.", []param{
		{"case", "of this case", nil, false},
		{"tenant", "to this customer organisation, or platform", nil, false},
		{"recipient", "to this person, by their id in the helpdesk", nil, false},
		{"destination", "to this destination of the file of routes; to one that has no name, by its host", nil, false},
		{"channel", "by this channel, as slack", nil, false},
		{"audience", "to this audience", rpc.Audiences(), false},
		{"outcome", "that went so", rpc.Outcomes(), false},
		{"notification", "of this notification", nil, false},
		{"since", "that began at this time (RFC 3339) or later", nil, false},
		{"until", "that began before this time (RFC 3339)", nil, false},
		{"limit", "how many a page holds at most, from 1 to 500; 50 where it is not said", nil, false},
		{"cursor", "next of the page before", nil, false},
	}, nil, &reviewv1.ListDeliveriesResponse{}, a.deliveries}}
}

func (a *API) deliveries(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	asked := &reviewv1.ListDeliveriesRequest{
		Case: v.Get("case"), Tenant: v.Get("tenant"), Recipient: v.Get("recipient"), Destination: v.Get("destination"), Channel: v.Get("channel"),
		Audience: v.Get("audience"), Outcome: v.Get("outcome"), Notification: v.Get("notification"), Cursor: v.Get("cursor"),
	}
	for name, to := range map[string]**timestamppb.Timestamp{"since": &asked.Since, "until": &asked.Until} {
		at, err := instant(r, name)
		if err != nil {
			return err
		}
		*to = bus.Stamp(at)
	}
	most, err := limit(r, rpc.MaxPage)
	if err != nil {
		return err
	}
	asked.Limit = uint32(most) //nolint:gosec // at most MaxPage
	page, err := a.service().ListDeliveries(r.Context(), asked)
	if err != nil {
		return err
	}
	list, err := encodeAll(page.GetDeliveries())
	if err != nil {
		return err
	}
	return write(w, struct {
		Deliveries []json.RawMessage `json:"deliveries"`
		Next       string            `json:"next,omitempty"`
	}{list, page.GetNext()})
}
