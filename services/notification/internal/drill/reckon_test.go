//go:build unix

package drill

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// told fails the test unless each change was told to each audience once, in its
// order, and nothing else was.
func (b *books) told(t testing.TB) {
	t.Helper()
	want := map[string]bool{}
	for _, c := range b.load.said {
		for _, audience := range []string{"leadership", "requester", "agent"} {
			want[fmt.Sprint(audience, " of ", c.GetCase().GetId(), " version ", c.GetCase().GetVersion())] = true
		}
	}
	last := map[string]uint64{}
	for _, n := range b.order {
		about := fmt.Sprint(n.GetAudience(), " of ", n.GetCase())
		key := fmt.Sprint(about, " version ", n.GetCaseVersion())
		if !want[key] {
			t.Errorf("told twice, or without a change: %s", key)
		}
		delete(want, key)
		if n.GetCaseVersion() <= last[about] {
			t.Errorf("told %s after version %d", key, last[about])
		}
		last[about] = n.GetCaseVersion()
		if r := b.of[[2]string{"stream", n.GetId()}]; len(r) != 1 || r[0].GetOutcome() != "sent" {
			t.Errorf("%s stands on the stream, and the ledger says %v", key, r)
		}
	}
	for key := range want {
		t.Errorf("not told: %s", key)
	}
}

// taken fails the test unless what a route leads somewhere is there, or its record
// says why not.
func (b *books) taken(t testing.TB) {
	t.Helper()
	for id, n := range b.notifications {
		switch {
		case n.GetAudience() != "leadership":
			b.arrived(t, "desk", id)
			continue
		case n.GetTenant() == mutedTenant:
			b.muted(t, n)
			continue
		case n.GetKind() == "case_opened":
			b.arrived(t, "refuses", id)
			if !slices.ContainsFunc(b.of[[2]string{"refuses", id}], with("parked")) {
				t.Errorf("refuses: %s was refused, and never parked", id)
			}
		}
		for _, name := range append(direct(), "grouped") {
			b.arrived(t, name, id)
		}
	}
	for at, visits := range b.seen {
		took := 0
		for _, v := range visits {
			if v.took {
				took++
			}
		}
		// A note is there twice only if one arrives after the look that did not find
		// it: its process was halted, or cut off from the server, in between.
		last := visits[len(visits)-1].at
		if at[0] == "desk" && at[1] != "" && took > 1 && b.upsetting(visits[0].at.Add(-lasting), last, "a", "b", "nats") {
			t.Logf("desk: %s stands there %d times, after an upset", at[1], took)
		} else if at[0] == "desk" && at[1] != "" && took != 1 {
			t.Errorf("desk: %s stands there %d times", at[1], took)
		}
		marked := 0
		for _, r := range b.of[at] {
			if strings.Contains(r.GetAnswer(), "may stand there twice") {
				marked++
			}
		}
		if at[0] == "post" && marked < took-1 {
			t.Errorf("post: %s came %d times, and %d records say so: %v", at[1], took, marked, b.of[at])
		}
	}
	for _, wrong := range b.out.wrong {
		t.Error(wrong)
	}
}

func with(outcome string) func(*reviewv1.Delivery) bool {
	return func(r *reviewv1.Delivery) bool { return r.GetOutcome() == outcome }
}

// arrived fails the test unless a destination took a notification: by itself, or as
// part of one message and no other.
func (b *books) arrived(t testing.TB, name, id string) {
	t.Helper()
	ids := []string{}
	if slices.ContainsFunc(b.seen[[2]string{name, id}], func(v *visit) bool { return v.took }) {
		ids = append(ids, id)
	}
	for _, r := range b.of[[2]string{name, id}] {
		if part, is := strings.CutPrefix(r.GetAnswer(), "told in message "); is && r.GetOutcome() == "grouped" {
			ids = append(ids, part)
		}
	}
	if len(ids) != 1 {
		t.Errorf("%s: %s was told in %q: %v", name, id, ids, b.of[[2]string{name, id}])
		return
	}
	at := [2]string{name, ids[0]}
	if !slices.ContainsFunc(b.of[at], with("sent")) || !slices.ContainsFunc(b.seen[at], func(v *visit) bool { return v.took }) {
		t.Errorf("%s: %s is part of %s, which was seen %d times and is recorded as %v", name, id, ids[0], len(b.seen[at]), b.of[at])
	}
}

// muted fails the test unless nobody was told, and each record says by which mute.
func (b *books) muted(t testing.TB, n *notificationv1.Notification) {
	t.Helper()
	names := append(direct(), "grouped")
	if n.GetKind() == "case_opened" {
		names = append(names, "refuses")
	}
	for _, name := range names {
		at := [2]string{name, n.GetId()}
		if r := b.of[at]; len(b.seen[at]) > 0 || len(r) != 1 || r[0].GetOutcome() != "silenced" || !strings.Contains(r[0].GetAnswer(), "the drill") {
			t.Errorf("%s is muted, was seen %d times, and is recorded as %v", at, len(b.seen[at]), b.of[at])
		}
	}
}

// agree fails the test unless the ledger, the stream of records and the receivers'
// logs say the same.
func (b *books) agree(t testing.TB) {
	t.Helper()
	has := map[string]bool{}
	for _, r := range b.rows {
		has[r.GetId()] = true
	}
	recorded := map[string]bool{}
	err := b.conn.Retained(t.Context(), topology.Deliveries, func(raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		for _, r := range records {
			if recorded[r.GetId()] = true; !has[r.GetId()] {
				t.Errorf("the ledger lacks %v", r)
			}
		}
		return err
	})
	if err != nil || len(recorded) != len(b.rows) {
		t.Errorf("%d records are on the stream, and %d in the ledger: %v", len(recorded), len(b.rows), err)
	}
	lost := 0
	used := map[*visit]*reviewv1.Delivery{}
	var looked []*reviewv1.Delivery
	for _, r := range b.rows {
		if b.name(r) == "stream" || r.GetOutcome() == "silenced" || r.GetOutcome() == "grouped" {
			continue
		}
		if found := b.witness(r, r.GetNotification(), used); found && b.name(r) == "desk" {
			looked = append(looked, r)
		} else if b.name(r) == "desk" && !b.witness(r, "", used) { // those that wrote nothing have looked
			t.Errorf("desk: nobody saw what is recorded as %v", r)
		} else if !found && b.name(r) != "desk" && (b.name(r) != "post" || r.GetOutcome() == "sent") {
			t.Errorf("%s: nobody saw what is recorded as %v; of that notification it saw %s", b.name(r), r, times(b.seen[[2]string{b.name(r), r.GetNotification()}]))
		}
	}
	for _, r := range looked { // those that wrote may have looked before
		b.witness(r, "", used)
	}
	for _, v := range b.out.visits {
		if used[v] == nil {
			lost++
			b.excused(t, v)
		}
	}
	t.Logf("%d requests have no record, because their process or the server was killed or halted", lost)
}

// witness finds the request that a row is the record of, and says whether there is
// one. Without an id it is a look at the row's ticket. Several may look at a ticket at
// once: a row leaves its request to another if there is one more for itself.
func (b *books) witness(r *reviewv1.Delivery, id string, used map[*visit]*reviewv1.Delivery) bool {
	at, asked := [2]string{b.name(r), id}, map[*visit]bool{}
	var find func(r *reviewv1.Delivery) bool
	find = func(r *reviewv1.Delivery) bool {
		from := r.GetAt().AsTime().Add(-slack)
		until := from.Add(time.Duration(r.GetDurationMs())*time.Millisecond + 2*slack)
		for _, v := range b.seen[at] {
			there := id != "" || v.looked && v.ticket == b.notifications[r.GetNotification()].GetTicket()
			if !there || asked[v] || v.at.Before(from) || v.at.After(until) {
				continue
			}
			if asked[v] = true; used[v] == nil || find(used[v]) {
				used[v] = r
				return true
			}
		}
		return false
	}
	return find(r)
}

// times are when requests came, for people.
func times(visits []*visit) string {
	said := make([]string, len(visits))
	for i, v := range visits {
		said[i] = v.at.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%q", said)
}

// slack is how far apart the clocks that two processes read may be on a busy machine.
const slack = 5 * time.Millisecond

// lasting is how long after a request its record may have been stored.
const lasting = 16 * time.Second

// excused fails the test unless a request's record was lost with a process or the
// server, and another attempt is recorded: a later one; or one that was sent, after
// which the server forgot that it was acknowledged, and heard so while this one was
// under way.
func (b *books) excused(t testing.TB, v *visit) {
	t.Helper()
	if v.to == "desk" && v.looked {
		if !b.upsetting(v.at, v.at.Add(lasting), "a", "b", "nats") {
			t.Errorf("%+v is not recorded, and nothing was upset", *v)
		}
		return
	}
	later := slices.ContainsFunc(b.of[[2]string{v.to, v.id}], func(r *reviewv1.Delivery) bool {
		return r.GetOutcome() == "sent" || r.GetAt().AsTime().After(v.at)
	})
	if !later || !b.upsetting(v.at, v.at.Add(lasting), "a", "b", "nats") {
		t.Errorf("%+v is not recorded; another attempt is: %v; the rows: %v", *v, later, b.of[[2]string{v.to, v.id}])
	}
}

// inOrder fails the test where a destination took a later version of a case first
// without a reason: an attempt that failed, or an upset.
func (b *books) inOrder(t testing.TB) {
	t.Helper()
	type first struct {
		version   uint64
		asked, at time.Time // when it was first tried, and first taken
		stored    time.Time
	}
	overtaken, compared := 0, 0
	byCase := map[string][]first{}
	for at, visits := range b.seen {
		n := b.notifications[at[1]]
		if n == nil {
			continue
		}
		f := first{version: n.GetCaseVersion(), asked: visits[0].at, stored: b.stored[at[1]]}
		for _, v := range visits {
			if v.took {
				f.at = v.at
				break
			}
		}
		key := fmt.Sprint(at[0], " ", n.GetAudience(), " ", n.GetCase())
		byCase[key] = append(byCase[key], f)
	}
	for key, list := range byCase {
		for _, v := range list {
			for _, w := range list {
				if v.version >= w.version || v.at.IsZero() || w.at.IsZero() {
					continue
				}
				compared++
				if !w.at.Before(v.at) {
					continue
				}
				overtaken++
				tried := v.asked.Before(w.at)
				if !tried && v.at.Before(b.alone) && !b.upsetting(v.stored, v.at) {
					t.Errorf("%s: version %d was taken at %s, before version %d at %s", key, w.version, w.at, v.version, v.at)
				}
			}
		}
	}
	t.Logf("of %d pairs of versions of a case at one destination, %d were taken the other way round", compared, overtaken)
}
