package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"google.golang.org/protobuf/proto"
)

// ErrNobody says that nobody answers questions on a subject now.
var ErrNobody = errors.New("nobody answers")

// Ask puts a question and writes the answer into answer. Nothing of it is stored.
// Its error is ErrNobody where nobody listens, which is known at once.
func (c *Conn) Ask(ctx context.Context, subject string, question, answer proto.Message) error {
	data, err := proto.Marshal(question)
	if err != nil {
		return fmt.Errorf("encode %s: %w", Type(question), err)
	}
	m, err := c.nc.RequestWithContext(ctx, subject, data)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return fmt.Errorf("ask %s: %w", subject, ErrNobody)
	case err != nil:
		return fmt.Errorf("ask %s: %w", subject, err)
	}
	if said := m.Header.Get(micro.ErrorHeader); said != "" {
		return fmt.Errorf("ask %s: %s", subject, said)
	}
	if err := proto.Unmarshal(m.Data, answer); err != nil {
		return fmt.Errorf("decode %s: %w", Type(answer), err)
	}
	return nil
}

// Answering answers questions on a subject until the context ends, as one of the
// service's processes. Q is what is asked, made anew for each question by of. on
// may be called by one question at a time; its error is told to who asked.
func Answering[Q proto.Message](conn *Conn, service, subject string, of func() Q, on func(Q) (proto.Message, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		s, err := micro.AddService(conn.nc, micro.Config{Name: service, Version: "1.0.0", Description: "answers " + subject})
		if err != nil {
			return fmt.Errorf("answer %s: %w", subject, err)
		}
		err = s.AddEndpoint("answer", micro.HandlerFunc(func(r micro.Request) {
			data, err := reply(r.Data(), of(), on)
			if err != nil {
				err = r.Error("400", err.Error(), nil)
			} else {
				err = r.Respond(data)
			}
			if err != nil {
				conn.log.Warn("a question was not answered", "subject", subject, "error", err)
			}
		}), micro.WithEndpointSubject(subject))
		if err != nil {
			return errors.Join(fmt.Errorf("answer %s: %w", subject, err), s.Stop())
		}
		<-ctx.Done()
		return s.Stop()
	}
}

func reply[Q proto.Message](data []byte, q Q, on func(Q) (proto.Message, error)) ([]byte, error) {
	if err := proto.Unmarshal(data, q); err != nil {
		return nil, fmt.Errorf("decode %s: %w", Type(q), err)
	}
	answer, err := on(q)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(answer)
}
