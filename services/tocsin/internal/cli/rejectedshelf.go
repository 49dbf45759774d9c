package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/user"
	"strconv"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
)

// shelfFlag is where what doors did not take lies: on the bus, or behind a server.
type shelfFlag struct {
	natsFlag
	Server string `help:"Ask this server by HTTP, in place of NATS."`
	Token  string `env:"TOCSIN_TOKEN,TOCSIN_LEADERSHIP_TOKEN" help:"With --server: the token, where it asks for one."`
}

// A shelf keeps what doors did not take.
type shelf interface {
	// Each hands over what is asked for, oldest first, without bodies where it comes
	// from a server.
	Each(ctx context.Context, q rejected.Query, on func(rejected.Delivery) error) error
	// One is the delivery with a number, whole.
	One(ctx context.Context, id uint64) (rejected.Delivery, error)
	// Retry has intake read one again.
	Retry(ctx context.Context, id uint64) (rejected.Again, error)
	// Drop deletes one for good.
	Drop(ctx context.Context, id uint64) error
}

// shelf is the one that is meant, and what ends its use.
func (f shelfFlag) shelf(ctx context.Context) (shelf, func(), error) {
	if f.Server != "" {
		return distantShelf{serverFlag{Server: f.Server, Token: f.Token}}, func() {}, nil
	}
	conn, err := f.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	return busShelf{conn}, conn.Close, nil
}

type busShelf struct{ conn *bus.Conn }

func (b busShelf) Each(ctx context.Context, q rejected.Query, on func(rejected.Delivery) error) error {
	return rejected.Each(ctx, b.conn, q, on)
}

func (b busShelf) One(ctx context.Context, id uint64) (rejected.Delivery, error) {
	return rejected.At(ctx, b.conn, id)
}

func (b busShelf) Retry(ctx context.Context, id uint64) (rejected.Again, error) {
	by := "cli"
	if u, err := user.Current(); err == nil {
		by = u.Username
	}
	again, err := rejected.Retry(ctx, b.conn, id, by)
	if errors.Is(err, bus.ErrNobody) {
		return rejected.Again{}, errors.New("intake does not run; start it, and retry")
	}
	return again, err
}

func (b busShelf) Drop(ctx context.Context, id uint64) error {
	if _, err := rejected.At(ctx, b.conn, id); err != nil {
		return err
	}
	return rejected.Drop(ctx, b.conn, id)
}

type distantShelf struct{ server serverFlag }

// distantDelivery is a delivery as the API says it.
type distantDelivery struct {
	rejectedLine
	Body   string `json:"body"`
	Base64 []byte `json:"body_base64"`
}

func (d distantDelivery) delivery() rejected.Delivery {
	out := rejected.Delivery{
		ID: d.ID, Door: d.Door, Vendor: d.Vendor, Source: d.Source, ReceivedAt: d.ReceivedAt, Reasons: d.Reasons,
		Accepted: d.Accepted, Tenants: d.Tenants, Tries: d.Tries, TriedAt: d.TriedAt, Headers: d.Headers, Body: []byte(d.Body),
	}
	if len(d.Base64) > 0 {
		out.Body = d.Base64
	}
	return out
}

func (d distantShelf) Each(ctx context.Context, q rejected.Query, on func(rejected.Delivery) error) error {
	ask := url.Values{"limit": {"200"}}
	for name, value := range map[string]string{"door": q.Door, "text": q.Text} {
		if value != "" {
			ask.Set(name, value)
		}
	}
	for n := 0; ; {
		var page struct {
			Rejected []distantDelivery
			Next     string
		}
		if err := d.server.get(ctx, "/v1/rejected?"+ask.Encode(), &page); err != nil {
			return err
		}
		for _, one := range page.Rejected {
			if err := on(one.delivery()); err != nil {
				return err
			}
			if n++; n == q.Limit {
				return nil
			}
		}
		if page.Next == "" {
			return nil
		}
		ask.Set("after", page.Next)
	}
}

func (d distantShelf) One(ctx context.Context, id uint64) (rejected.Delivery, error) {
	var one struct{ Rejected distantDelivery }
	err := d.server.get(ctx, "/v1/rejected/"+strconv.FormatUint(id, 10), &one)
	return one.Rejected.delivery(), err
}

func (d distantShelf) Retry(ctx context.Context, id uint64) (again rejected.Again, err error) {
	err = d.server.post(ctx, order{path: fmt.Sprintf("/v1/rejected/%d/retry", id), body: struct{}{}}, &again)
	return again, orNone(id, err)
}

func (d distantShelf) Drop(ctx context.Context, id uint64) error {
	_, err := d.server.call(ctx, request{method: http.MethodDelete, path: fmt.Sprintf("/v1/rejected/%d", id)})
	return orNone(id, err)
}

// orNone is rejected.ErrNone where that is what the server refuses for.
func orNone(id uint64, err error) error {
	var refused refusedError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return fmt.Errorf("%d: %w", id, rejected.ErrNone)
	}
	return err
}
