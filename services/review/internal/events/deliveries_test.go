package events_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"

	"tocsin/pkg/bus"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// picky is a ledger that can not keep one record.
type picky struct {
	*ledger.Ledger
	commits []int // how many records each has kept
}

func (p *picky) RecordDeliveries(ctx context.Context, list ...ledger.Delivery) error {
	if slices.ContainsFunc(list, func(d ledger.Delivery) bool { return d.ID == "impossible" }) {
		return errors.New("that can not be kept")
	}
	p.commits = append(p.commits, len(list))
	return p.Ledger.RecordDeliveries(ctx, list...)
}

// told are messages of records, each of those with these ids.
func told(messages ...[]string) (got []bus.Got[*notificationv1.DeliveryRecorded]) {
	at := timestamppb.New(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	for _, ids := range messages {
		var list []*notificationv1.DeliveryRecorded
		for _, id := range ids {
			list = append(list, &notificationv1.DeliveryRecorded{Id: id, Case: "c-1", Tenant: "acme", Channel: "webhook", Outcome: "sent", At: at})
		}
		list[0].With = list[1:]
		got = append(got, bus.Got[*notificationv1.DeliveryRecorded]{Payload: list[0]})
	}
	return got
}

// opened is a ledger, and what hears for it.
func opened(t *testing.T) (*picky, events.In) {
	t.Helper()
	book, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	p := &picky{Ledger: book}
	return p, events.In{Ledger: p}
}

func (p *picky) ids(t *testing.T) (ids []string) {
	t.Helper()
	list, err := p.Deliveries(t.Context(), "c-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestRecordsThatStandTogetherAreKeptOnceAndOneThatCanNotBeKeepsNoOtherBack(t *testing.T) {
	book, in := opened(t)
	got := told([]string{"a", "b", "c"}, []string{"impossible", "d"}, []string{"b", "e"}, []string{"f"})
	for range 2 {
		for i, err := range in.OnDeliveriesRecorded(t.Context(), got) {
			if (err != nil) != (i == 1) {
				t.Errorf("message %d: %v", i, err)
			}
		}
	}
	if ids := book.ids(t); !slices.Equal(ids, []string{"a", "b", "c", "e", "f"}) {
		t.Errorf("kept %q", ids)
	}
}

func TestABurstOfRecordsIsKeptInFewCommitsOfABoundedSize(t *testing.T) {
	book, in := opened(t)
	messages := make([][]string, 0, 700)
	for m := range 700 {
		messages = append(messages, []string{fmt.Sprint(m, "-1"), fmt.Sprint(m, "-2")})
	}
	in.OnDeliveriesRecorded(t.Context(), told(messages...))
	if n := len(book.ids(t)); n != 1400 {
		t.Errorf("kept %d", n)
	}
	if len(book.commits) > 3 || slices.Max(book.commits) > 750 {
		t.Errorf("commits of %d", book.commits)
	}
}
