package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/notification"
	"tocsin/services/tocsin/internal/screen"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// newsKept is how many notifications wait for a screen that is slow.
const newsKept = 100

// screen shows the cases on the whole terminal, with what leadership is told.
func (c *watchCmd) screen(s *streams, conn *bus.Conn) error {
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	news := make(chan screen.News, newsKept)
	go func() {
		defer close(news)
		// Its end closes the channel, which the screen says; the list goes on without.
		_ = notification.Watch(ctx, conn, notification.Watching{Audience: c.Audience, New: true}, func(n *notificationv1.Notification) error {
			select {
			case news <- screen.News{At: n.At.AsTime(), Title: n.Title, Case: n.Case}:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	pol := policy.Default()
	var grounds []screen.Ground
	for _, id := range policy.GroundIDs() {
		grounds = append(grounds, screen.Ground{ID: string(id), Title: pol.GroundTitle(id, "en")})
	}
	return screen.Run(ctx, screen.Config{Desk: distantDesk{c.serverFlag, c.As}, News: news, Grounds: grounds, Where: c.Server}, s.in, s.out)
}

// A distantDesk is the screen's desk over the API.
type distantDesk struct {
	server serverFlag
	as     string
}

// Cases are those that somebody may still act on, all pages of them.
func (d distantDesk) Cases(ctx context.Context) ([]*reviewv1.Case, error) {
	q := url.Values{"limit": {"500"}, "state": {strings.Join(slices.Concat(lasting()...), ",")}}
	var all []*reviewv1.Case
	for {
		var page casePage
		if err := d.server.get(ctx, "/v1/cases?"+q.Encode(), &page); err != nil {
			return nil, err
		}
		for _, raw := range page.Cases {
			one := &reviewv1.Case{}
			if err := read(raw, one); err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		if page.Next == "" || len(all) >= screenAtMost {
			return all, nil
		}
		q.Set("cursor", page.Next)
	}
}

// screenAtMost is how many cases the screen lists.
const screenAtMost = 2000

// File is all that is known of one case.
func (d distantDesk) File(ctx context.Context, id string) (screen.File, error) {
	var got caseFile
	if err := d.server.get(ctx, "/v1/cases/"+url.PathEscape(id), &got); err != nil {
		return screen.File{}, err
	}
	file := screen.File{Case: &reviewv1.Case{}}
	if err := read(got.Case, file.Case); err != nil {
		return screen.File{}, err
	}
	for _, raw := range got.Audit {
		row := &reviewv1.AuditEntry{}
		if err := read(raw, row); err != nil {
			return screen.File{}, err
		}
		file.Audit = append(file.Audit, row)
	}
	for _, t := range got.Deliveries {
		file.Told = append(file.Told, screen.Told{At: t.At, Audience: t.Audience, Recipient: t.Recipient, Kind: t.Kind, Channel: t.Channel, Outcome: t.Outcome})
	}
	return file, nil
}

// Do carries out an order.
func (d distantDesk) Do(ctx context.Context, o screen.Order) (*reviewv1.Case, error) {
	body := map[string]any{"version": o.Version, "note": o.Note}
	if o.Ground != "" {
		body["ground"] = o.Ground
	}
	if !o.ETA.IsZero() {
		body["eta"] = o.ETA
	}
	var got caseAnswer
	if err := d.server.post(ctx, order{path: "/v1/cases/" + url.PathEscape(o.Case) + "/" + o.Action, as: d.as, key: o.Key, body: body}, &got); err != nil {
		return nil, err
	}
	one := &reviewv1.Case{}
	return one, read(got.Case, one)
}

// Preview is what people would read; the requester first. Nothing is decided.
// Where nobody answers, none is known and that is no error: the decision can be taken.
func (d distantDesk) Preview(ctx context.Context, o screen.Order) (letters []screen.Letter, known bool, err error) {
	q := url.Values{"action": {o.Action}, "note": {o.Note}}
	if o.Ground != "" {
		q.Set("ground", o.Ground)
	}
	if !o.ETA.IsZero() {
		q.Set("eta", o.ETA.UTC().Format(time.RFC3339))
	}
	var got struct {
		Told []screen.Letter `json:"told"`
	}
	if err := d.server.get(ctx, "/v1/cases/"+url.PathEscape(o.Case)+"/preview?"+q.Encode(), &got); err != nil {
		var refused refusedError
		if errors.As(err, &refused) && refused.status == http.StatusServiceUnavailable {
			return nil, false, nil
		}
		return nil, false, err
	}
	slices.SortStableFunc(got.Told, func(a, b screen.Letter) int {
		return cmp.Compare(slices.Index(readers, a.Audience), slices.Index(readers, b.Audience))
	})
	return got.Told, true, nil
}

// readers are the audiences in the order in which previews show them.
var readers = []string{"requester", "csm", "agent", "leadership"}

// read is a message of the server's answer; fields that a newer server has are left out.
func read(raw []byte, into proto.Message) error {
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}
