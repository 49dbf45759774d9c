//go:build unix

package drill

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/pkg/bus"
	"tocsin/pkg/ownmark"
	"tocsin/pkg/proctest"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Books are what all sides have written down.
type books struct {
	*scene
	// notifications are what stands on the stream, and when that was stored, by id.
	notifications map[string]*notificationv1.Notification
	stored        map[string]time.Time
	order         []*notificationv1.Notification
	// rows are the ledger's, and by destination and notification.
	rows []*reviewv1.Delivery
	of   map[[2]string][]*reviewv1.Delivery
	// seen are the requests, by destination and notification.
	seen map[[2]string][]*visit
}

// direct are the destinations that are told each of leadership's notifications by
// itself; rests may be told several at once.
func direct() []string { return []string{"hook", "flaky", "hangs", "busy", "breaks", "rests", "post"} }

func (s *scene) books(t testing.TB) *books {
	t.Helper()
	b := &books{
		scene: s, notifications: map[string]*notificationv1.Notification{}, stored: map[string]time.Time{},
		of: map[[2]string][]*reviewv1.Delivery{}, seen: map[[2]string][]*visit{},
	}
	err := s.conn.Retained(t.Context(), topology.Notifications, func(raw bus.Raw) error {
		n := &notificationv1.Notification{}
		if b.notifications[raw.ID] != nil {
			t.Errorf("notification %s stands on the stream twice", raw.ID)
		}
		b.notifications[raw.ID], b.stored[raw.ID], b.order = n, raw.StoredAt, append(b.order, n)
		return bus.Decode(raw, n)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.rows = s.ledger(t)
	for _, r := range b.rows {
		at := [2]string{b.name(r), r.GetNotification()}
		b.of[at] = append(b.of[at], r)
	}
	for _, m := range s.mail.Took() {
		id, _, _ := strings.Cut(strings.TrimPrefix(m.Message.Header.Get("Message-ID"), "<"), "@")
		s.out.visits = append(s.out.visits, &visit{to: "post", id: id, at: m.At, took: true})
	}
	slices.SortStableFunc(s.out.visits, func(a, b *visit) int { return a.at.Compare(b.at) })
	for _, v := range s.out.visits {
		if v.text != "" {
			v.id = b.noted(v)
		}
		at := [2]string{v.to, v.id}
		b.seen[at] = append(b.seen[at], v)
	}
	return b
}

// name is that of a row's destination.
func (b *books) name(r *reviewv1.Delivery) string {
	name, _, named := strings.Cut(r.GetDestination(), ": ")
	switch {
	case r.GetChannel() == "stream":
		return "stream"
	case !named:
		return "hook"
	}
	return name
}

// noted is the notification that a note bears.
func (b *books) noted(v *visit) string {
	for id, n := range b.notifications {
		if n.GetTicket() == v.ticket && n.GetAudience() != "leadership" && ownmark.Bears(v.text, id) {
			return id
		}
	}
	return ""
}

// ledger is what review shows of the deliveries, when it has heard of all.
func (s *scene) ledger(t testing.TB) []*reviewv1.Delivery {
	t.Helper()
	found := regexp.MustCompile(`"http":"([^"]+)"`).FindAllStringSubmatch(string(s.review.Log.Text()), -1)
	address := "http://" + found[len(found)-1][1] + "/v1/deliveries?limit=500&cursor="
	var rows []*reviewv1.Delivery
	for cursor, more := "", true; more; more = cursor != "" {
		resp, err := http.Get(address + cursor)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		page := &reviewv1.ListDeliveriesResponse{}
		if err != nil || resp.StatusCode != http.StatusOK || protojson.Unmarshal(text, page) != nil {
			t.Fatalf("the ledger answers %s: %.500s (%v)", resp.Status, text, err)
		}
		rows, cursor = append(rows, page.GetDeliveries()...), page.GetNext()
	}
	slices.Reverse(rows)
	return rows
}

// bounded fails the test where a process has taken more memory than it should.
func bounded(t testing.TB, p *proctest.Process) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.ID()))
	if err != nil {
		t.Logf("the memory of %s is not known here: %v", p.Name, err)
		return
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	most, _ := strconv.Atoi(string(m[1]))
	if t.Logf("%s has taken %d MB at most", p.Name, most>>10); most > 200<<10 {
		t.Errorf("%s has taken %d MB", p.Name, most>>10)
	}
}
