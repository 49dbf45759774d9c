package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

func TestSignalsArePackedAndKeepTheirOrder(t *testing.T) {
	in := intake(t, serve(t))
	var set []*ingressv1.Signal
	for i := range 9000 {
		set = append(set, attempt(fmt.Sprint(i), fmt.Sprint("tenant-", i%3), "u"))
	}
	if err := in.Signals.Put(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	n, next := 0, map[string]int{}
	for _, batch := range batches(t, in.Tickets.Conn) {
		if len(batch.Signals) > 4000 || batch.Shard != topology.Shards {
			t.Errorf("a message has %d signals, of shard %d", len(batch.Signals), batch.Shard)
		}
		for _, s := range batch.Signals {
			var id int
			if _, err := fmt.Sscan(s.GetId(), &id); err != nil || id < next[s.GetTenant()] {
				t.Errorf("signal %s of %s comes after %d: %v", s.GetId(), s.GetTenant(), next[s.GetTenant()], err)
			}
			n, next[s.GetTenant()] = n+1, id
		}
	}
	if n != 9000 {
		t.Errorf("the stream has %d signals", n)
	}
}

// audit names so many people.
func audit(id, tenant string, people int) *ingressv1.Signal {
	s := attempt(id, tenant, "")
	users := make([]string, people)
	for i := range users {
		users[i] = fmt.Sprint("person-", i)
	}
	s.Kind = &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{Audit: "x", DiscrepantUsers: users}}
	return s
}

func TestAMessageIsNeverTooLargeForTheBus(t *testing.T) {
	in := intake(t, serve(t))
	var set []*ingressv1.Signal
	for i := range 12 {
		set = append(set, audit(fmt.Sprint(i), "acme", 10000))
	}
	if err := in.Signals.Put(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches(t, in.Tickets.Conn) {
		if size := proto.Size(batch); size > 600<<10 {
			t.Errorf("a message of %d bytes", size)
		}
	}
	if got := ids(t, in.Tickets.Conn); len(got) != 12 {
		t.Errorf("the stream has %v", got)
	}
}

// One batch of the bus has at most 1,000 messages, and few seconds to be on disk.
func TestAWriteTakesOnlySoManyBytesOfWhatWaits(t *testing.T) {
	conn := connect(t, serve(t))
	ring, err := tenantkey.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	const sets = 24
	signals := events.NewSignals(conn, ring) // does not run yet
	var wg sync.WaitGroup
	for i := range sets {
		wg.Go(func() {
			large := attempt(fmt.Sprint(i), "acme", "")
			large.Kind = &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{Upload: strings.Repeat("x", 300<<10)}}
			if err := signals.Put(t.Context(), []*ingressv1.Signal{large}); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	if n := signals.WriteOnce(t.Context(), sets); n > 16 {
		t.Errorf("%d sets of 300 KiB went into one write", n)
	}
	during(t, signals.Run)
	wg.Wait()
	if n := len(ids(t, conn)); n != sets {
		t.Errorf("the stream has %d of %d", n, sets)
	}
}

func TestNoPersonStandsInTheStreamInTheClear(t *testing.T) {
	in := intake(t, serve(t))
	set := []*ingressv1.Signal{attempt("1", "acme", "mia.meyer"), attempt("2", "", "mia.meyer"), audit("3", "acme", 3)}
	set[2].GetProfileAudit().DiscrepantUsers[1] = "mia.meyer"
	if err := in.Signals.Put(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, batch := range batches(t, in.Tickets.Conn) {
		data, err := proto.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "mia") || strings.Contains(string(data), "person-") {
			t.Errorf("a person stands there: %v", batch)
		}
		for _, s := range batch.Signals {
			found[s.GetId()] = s.GetAuthAttempt().GetUser()
			if s.GetProfileAudit() != nil {
				found[s.GetId()] = s.GetProfileAudit().GetDiscrepantUsers()[1]
			}
		}
	}
	if found["1"] == "" || found["1"] != found["3"] || found["1"] == found["2"] {
		t.Errorf("hidden ids %v: of one tenant one person is the same in every kind, of two she is not", found)
	}
}

func TestSetsThatComeAtOnceShareAWriteAndAreAllStored(t *testing.T) {
	in := intake(t, serve(t))
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			if err := in.Signals.Put(t.Context(), []*ingressv1.Signal{attempt(fmt.Sprint(i), fmt.Sprint("tenant-", i%20), "u")}); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	wg.Wait()
	got := map[string]bool{}
	for _, id := range ids(t, in.Tickets.Conn) {
		got[id] = true
	}
	if len(got) != 200 {
		t.Errorf("the stream has %d of 200", len(got))
	}
}

func TestPutReturnsNothingGoodBeforeItIsOnDisk(t *testing.T) {
	s := serve(t)
	conn := connect(t, s)
	ring, err := tenantkey.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	signals := events.NewSignals(conn, ring) // does not run
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := signals.Put(ctx, []*ingressv1.Signal{attempt("1", "acme", "u")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v", err)
	}
}
