package rpc

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"

	reviewv1 "tocsin/proto/gen/review/v1"
	"tocsin/proto/gen/review/v1/reviewv1connect"
)

// maxRequest bounds a request, unpacked.
const maxRequest = 1 << 20

// Mount puts the service's paths on mux, for those whom the gate lets in.
func (s *Service) Mount(mux *http.ServeMux, gate who.Gate) {
	options := []connect.HandlerOption{
		connect.WithCodec(strictJSON{"json"}), connect.WithCodec(strictJSON{"json; charset=utf-8"}),
		connect.WithReadMaxBytes(maxRequest), connect.WithInterceptors(connect.UnaryInterceptorFunc(s.translate)),
	}
	path, handler := reviewv1connect.NewReviewServiceHandler(s, options...)
	unknown := connect.NewErrorWriter(options...)
	mux.Handle(path, gate.Only(handler, func(w http.ResponseWriter, r *http.Request) {
		_ = unknown.Write(w, r, refusal(problem.Of(who.Why(r.Context())), ""))
	}))
}

// translate makes of why something was refused what Connect says of it.
func (s *Service) translate(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		out, err := next(ctx, r)
		var known *connect.Error
		if err == nil || errors.As(err, &known) {
			return out, err
		}
		id := ""
		if named, ok := r.Any().(interface{ GetId() string }); ok {
			id = named.GetId()
		}
		var stale *roster.StaleError
		if errors.As(err, &stale) {
			id = stale.ID
		}
		return nil, refusal(s.understood(ctx, err), id)
	}
}

// understood is what err means; what nobody foresaw stands in the log.
func (s *Service) understood(ctx context.Context, err error) problem.Problem {
	p := problem.Of(err)
	if p.Status == http.StatusServiceUnavailable {
		s.Log.ErrorContext(ctx, "api", "error", err)
	}
	return p
}

// refusal is a problem with a case, or a technician, as Connect says it.
func refusal(p problem.Problem, id string) *connect.Error {
	text := p.Detail
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	err := connect.NewError(codeOf(p.Status), errors.New(text))
	err.Meta().Set("Tocsin-Problem", p.Kind())
	if p.Kind() != "stale" && p.Version == 0 {
		return err
	}
	if detail, failed := connect.NewErrorDetail(&reviewv1.VersionConflict{Id: id, Current: p.Version}); failed == nil {
		err.AddDetail(detail)
	}
	return err
}

func codeOf(status int) connect.Code {
	switch status {
	case http.StatusBadRequest:
		return connect.CodeInvalidArgument
	case http.StatusUnauthorized:
		return connect.CodeUnauthenticated
	case http.StatusForbidden:
		return connect.CodePermissionDenied
	case http.StatusNotFound:
		return connect.CodeNotFound
	case http.StatusConflict:
		return connect.CodeAborted
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return connect.CodeResourceExhausted
	case http.StatusUnprocessableEntity:
		return connect.CodeFailedPrecondition
	}
	return connect.CodeUnavailable
}

// strictJSON is protobuf's JSON in the schema's own field names, which refuses
// fields that it does not know.
type strictJSON struct{ name string }

func (c strictJSON) Name() string { return c.name }

func (strictJSON) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("%T is no message", v)
	}
	return JSON(m)
}

func (strictJSON) Unmarshal(data []byte, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is no message", v)
	}
	if len(data) == 0 {
		return errors.New("the request is empty; {} asks for nothing in particular")
	}
	return protojson.Unmarshal(data, m)
}

// JSON is a message's JSON with the schema's own field names.
func JSON(m proto.Message) ([]byte, error) {
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return data, nil
}
