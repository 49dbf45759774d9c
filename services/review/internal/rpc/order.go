package rpc

import (
	"context"
	"strconv"

	"connectrpc.com/connect"

	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// KeyHeader makes an order the same order when it is sent again.
const KeyHeader = "Idempotency-Key"

// What an order may hold at most.
const (
	maxNote    = 16 << 10 // bytes of a note
	maxSeveral = 100      // orders at once
)

// actions are the words of the schema and what they have somebody do.
func actions() map[reviewv1.Action]desk.Action {
	return map[reviewv1.Action]desk.Action{
		reviewv1.Action_APPROVE: desk.Approve, reviewv1.Action_DENY: desk.Deny, reviewv1.Action_ETA: desk.ETA,
		reviewv1.Action_REQUEST_INFO: desk.RequestInfo, reviewv1.Action_RESOLVE: desk.Resolve, reviewv1.Action_CLOSE: desk.Close,
		reviewv1.Action_REOPEN: desk.Reopen, reviewv1.Action_CLAIM: desk.Claim, reviewv1.Action_RELEASE: desk.Release,
		reviewv1.Action_ASSIGN: desk.Assign, reviewv1.Action_UPDATE: desk.Update, reviewv1.Action_APPEAL: desk.Appeal,
		reviewv1.Action_WITHDRAW: desk.Withdraw, reviewv1.Action_ACKNOWLEDGE: desk.Acknowledge,
	}
}

// ActionOf is the schema's word for what somebody does.
func ActionOf(action desk.Action) reviewv1.Action {
	for word, a := range actions() {
		if a == action {
			return word
		}
	}
	return reviewv1.Action_ACTION_UNSPECIFIED
}

// Decide carries out one order of a person on one case.
func (s *Service) Decide(ctx context.Context, r *reviewv1.DecideRequest) (*reviewv1.DecideResponse, error) {
	return s.Order(ctx, keyOf(ctx), r)
}

// Order is Decide with the order's key; an empty one makes each order its own.
func (s *Service) Order(ctx context.Context, key string, r *reviewv1.DecideRequest) (*reviewv1.DecideResponse, error) {
	o, err := orderFrom(r)
	if err != nil {
		return nil, err
	}
	if err := plain(KeyHeader, key, maxText); err != nil {
		return nil, err
	}
	o.By, o.Key = who.Of(ctx), key
	c, err := s.Desk.Do(ctx, r.GetId(), o)
	if err != nil {
		return nil, err
	}
	return &reviewv1.DecideResponse{Case: s.seen(ctx, c)}, nil
}

// orderFrom is the order that a request is.
func orderFrom(r *reviewv1.DecideRequest) (desk.Order, error) {
	action, ok := actions()[r.GetAction()]
	eta, err := timeOf("eta", r.GetEta())
	problems := []error{
		err, plain("id", r.GetId(), maxText), plain("note", r.GetNote(), maxNote), plain("ground", r.GetGround(), maxText),
		plain("technician", r.GetTechnician(), maxText),
	}
	switch {
	case r.GetId() == "":
		problems = append(problems, missing("id"))
	case !ok && r.GetAction() == reviewv1.Action_ACTION_UNSPECIFIED:
		problems = append(problems, missing("action"))
	case !ok:
		problems = append(problems, problem.BadRequest("action", "there is no action %d", r.GetAction()))
	}
	return desk.Order{
		Action: action, Version: r.GetVersion(), Note: r.GetNote(), Ground: policy.GroundID(r.GetGround()), ETA: eta, Technician: r.GetTechnician(),
	}, first(problems)
}

// DecideSeveral carries out orders one by one, each by itself.
func (s *Service) DecideSeveral(ctx context.Context, r *reviewv1.DecideSeveralRequest) (*reviewv1.DecideSeveralResponse, error) {
	return s.Several(ctx, keyOf(ctx), r)
}

// Several is DecideSeveral with the orders' key.
func (s *Service) Several(ctx context.Context, key string, r *reviewv1.DecideSeveralRequest) (*reviewv1.DecideSeveralResponse, error) {
	if n := len(r.GetOrders()); n == 0 || n > maxSeveral {
		return nil, problem.BadRequest("orders", "there are %d orders; 1 to %d are taken", n, maxSeveral)
	}
	for i, o := range r.GetOrders() { // nothing is done where the request itself makes no sense
		if _, err := orderFrom(o); err != nil {
			p := problem.Of(err)
			p.Field = "orders[" + strconv.Itoa(i) + "]." + p.Field
			return nil, p
		}
	}
	// Each order has a key of its own, which says where it stands.
	if err := plain(KeyHeader, key, maxText-len("/99")); err != nil {
		return nil, err
	}
	out := &reviewv1.DecideSeveralResponse{}
	for i, o := range r.GetOrders() {
		if ctx.Err() != nil { // who asked has gone: what is left is not begun
			return nil, ctx.Err()
		}
		own := key
		if key != "" {
			own += "/" + strconv.Itoa(i)
		}
		out.Results = append(out.Results, s.result(ctx, own, o))
	}
	return out, nil
}

// result is what becomes of one of several orders.
func (s *Service) result(ctx context.Context, key string, o *reviewv1.DecideRequest) *reviewv1.DecideResult {
	done, err := s.Order(ctx, key, o)
	if err == nil {
		return &reviewv1.DecideResult{Id: o.GetId(), Outcome: &reviewv1.DecideResult_Case{Case: done.GetCase()}}
	}
	p := s.understood(ctx, err)
	return &reviewv1.DecideResult{Id: o.GetId(), Outcome: &reviewv1.DecideResult_Refusal{
		Refusal: &reviewv1.Refusal{Kind: p.Kind(), Detail: p.Detail, Version: p.Version},
	}}
}

// keyOf is the key that a request of Connect or gRPC came with.
func keyOf(ctx context.Context) string {
	if call, ok := connect.CallInfoForHandlerContext(ctx); ok {
		return call.RequestHeader().Get(KeyHeader)
	}
	return ""
}
