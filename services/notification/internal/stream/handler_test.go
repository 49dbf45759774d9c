package stream

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// serve serves the stream of a bus.
func serve(t testing.TB, h *Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// about is what leadership is told of a tenant's case.
func about(tenant, id, kind string) *notificationv1.Notification {
	return &notificationv1.Notification{Id: id, Audience: "leadership", Tenant: tenant, Case: "c", Kind: kind, Title: "Fall 7"}
}

// An answer is what a reader gets.
type answer struct {
	StatusCode int
	Status     string
	Header     http.Header
	Body       io.ReadCloser
}

// open asks for the stream in a shape.
func open(t testing.TB, address string, as shape) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", string(as))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return answer{resp.StatusCode, resp.Status, resp.Header, resp.Body}
}

// said are the ids of the first lines, with their positions.
func said(t testing.TB, r io.Reader, n int) (ids, positions []string) {
	t.Helper()
	for all := bufio.NewScanner(r); len(ids) < n; {
		if !all.Scan() {
			t.Fatalf("the stream ends after %q: %v", ids, all.Err())
		}
		if all.Text() == "" {
			continue
		}
		var e cloudEvent
		if err := json.Unmarshal(all.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", all.Text(), err)
		}
		ids, positions = append(ids, e.ID), append(positions, e.Sequence)
	}
	return ids, positions
}

// toldUntilNow is everything that a stream which ends says.
func toldUntilNow(t testing.TB, address string) string {
	t.Helper()
	all, err := io.ReadAll(open(t, address, lines).Body)
	if err != nil {
		t.Fatal(err)
	}
	n := bytes.Count(all, []byte("\n"))
	ids, _ := said(t, bytes.NewReader(all), n)
	return strings.Join(ids, " ")
}

func TestAQuietStreamShowsThatItLives(t *testing.T) {
	address := serve(t, &Handler{Conn: natstest.Connect(t), Log: slog.Default(), Heartbeat: 10 * time.Millisecond})
	for as, alive := range map[shape]string{events: ": alive", lines: ""} {
		all := bufio.NewScanner(open(t, address, as).Body)
		for beats := 0; beats < 3; {
			if !all.Scan() {
				t.Fatal(all.Err())
			}
			if all.Text() == alive {
				beats++
			}
		}
	}
}

func TestALineIsACloudEvent(t *testing.T) {
	conn := natstest.Connect(t)
	address := serve(t, &Handler{Conn: conn, Log: slog.Default()})
	tell(t, conn, about("acme", "n-1", "approved"))
	for _, as := range []shape{lines, cloudEvents} {
		resp := open(t, address+"?since=1h&live=false", as)
		if kind := resp.Header.Get("Content-Type"); kind != string(as) {
			t.Errorf("it comes as %s, want %s", kind, as)
		}
		got, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"specversion":"1.0","id":"n-1","source":"/test","type":"tocsin.notification.v1.Notification","time":"1970-01-01T00:00:01Z",` +
			`"datacontenttype":"application/json","sequence":"1","data":{"id":"n-1","audience":"leadership","tenant":"acme","case":"c","kind":"approved","title":"Fall 7"}}` + "\n"
		if string(got) != want {
			t.Errorf("it says %s\nwant    %s", got, want)
		}
	}
}

func TestTheStreamBeginsWhereItIsAsked(t *testing.T) {
	conn := natstest.Connect(t)
	address := serve(t, &Handler{Conn: conn, Log: slog.Default()})
	second := uint64(0)
	for i := 1; i <= 3; i++ {
		if position := tell(t, conn, about("acme", fmt.Sprint("n-", i), "approved")); i == 2 {
			second = position
		}
	}
	at, err := conn.At(t.Context(), topology.Notifications, second)
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"since=1h": "n-1 n-2 n-3",
		"since=" + url.QueryEscape(at.StoredAt.Format(time.RFC3339Nano)): "n-2 n-3",
		"since=0s":         "",
		"":                 "",
		"after=1":          "n-2 n-3",
		"after=0":          "n-1 n-2 n-3",
		"after=3&since=1h": "",
		"after=99":         "n-1 n-2 n-3",
	} {
		if got := toldUntilNow(t, address+"?live=false&"+query); got != want {
			t.Errorf("%s shows %q, want %q", query, got, want)
		}
	}
	// The past, then what comes.
	resp := open(t, address+"?since=1h", lines)
	said(t, resp.Body, 3)
	tell(t, conn, about("acme", "n-4", "approved"))
	if ids, _ := said(t, resp.Body, 1); ids[0] != "n-4" {
		t.Errorf("it goes on with %s", ids[0])
	}
}

func TestTheStreamShowsWhatIsAskedFor(t *testing.T) {
	conn := natstest.Connect(t)
	address := serve(t, &Handler{Conn: conn, Log: slog.Default()})
	long := strings.Repeat("ü", 80)
	live := open(t, address+"?tenant=acme&kind=resolved", lines)
	for i, tenant := range []string{"acme", "nordwind", "acme", long} {
		tell(t, conn, about(tenant, fmt.Sprint("n-", i), []string{"approved", "resolved"}[i/2]))
	}
	tell(t, conn, &notificationv1.Notification{Id: "csm", Audience: "csm", Tenant: "acme", Case: "c", Kind: "resolved"})
	for query, want := range map[string]string{
		"tenant=acme":                     "n-0 n-2",
		"tenant=acme&tenant=nordwind":     "n-0 n-1 n-2",
		"tenant=acme&tenant=acme":         "n-0 n-2",
		"tenant=" + url.QueryEscape(long): "n-3",
		"kind=resolved":                   "n-2 n-3",
		"kind=resolved&kind=approved":     "n-0 n-1 n-2 n-3",
		"kind=resolved&tenant=acme":       "n-2",
		"kind=mute_ended":                 "",
		"audience=csm":                    "csm",
		"tenant=nobody":                   "",
	} {
		if got := toldUntilNow(t, address+"?live=false&since=1h&"+query); got != want {
			t.Errorf("%s shows %q, want %q", query, got, want)
		}
	}
	if ids, _ := said(t, live.Body, 1); ids[0] != "n-2" {
		t.Errorf("live it shows %s", ids[0])
	}
}

func TestAReaderThatIsFarBackMissesNothing(t *testing.T) {
	conn := natstest.Connect(t)
	address := serve(t, &Handler{Conn: conn, Log: slog.Default()})
	keeps := open(t, address, lines) // so that the feed goes on
	first := tell(t, conn, about("acme", "n-0", "approved"))
	said(t, keeps.Body, 1)
	const all = 2*kept + 100
	for i := 1; i <= all; i++ {
		tell(t, conn, about("acme", fmt.Sprint("n-", i), "approved"))
	}
	for _, r := range []io.Reader{keeps.Body, open(t, fmt.Sprint(address, "?after=", first), lines).Body} {
		ids, _ := said(t, r, all)
		for i, id := range ids {
			if want := fmt.Sprint("n-", i+1); id != want {
				t.Fatalf("number %d is %s, want %s", i+1, id, want)
			}
		}
	}
}

func TestAWrongQuestionIsRefusedInWords(t *testing.T) {
	address := serve(t, &Handler{Conn: natstest.Connect(t), Log: slog.Default()})
	for query, want := range map[string]string{
		"audience=boss":              `audience "boss": choose one of leadership, requester, csm, agent`,
		"tenent=acme":                `"tenent": the stream knows after, audience, kind, live, since, tenant`,
		"tenant=":                    `tenant is empty`,
		"kind=aproved":               `kind "aproved": choose of`,
		"since=yesterday":            `since "yesterday": write a time, as 2026-11-20T09:00:00Z`,
		"since=-5m":                  `since "-5m": write a time`,
		"since=2999-01-01T00:00:00Z": `lies ahead`,
		"since=1h&since=2h":          `since is said 2 times`,
		"after=x":                    `after "x": write the id of an event`,
		"live=maybe":                 `live "maybe": write true, or false`,
		"%zz":                        `the address can not be read`,
	} {
		resp := open(t, address+"?"+query, events)
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s %s, want %q", query, resp.Status, body, want)
		}
	}
	if resp := open(t, address, "application/json"); resp.StatusCode != http.StatusNotAcceptable {
		t.Errorf("a shape that there is not: %s", resp.Status)
	}
	if resp := open(t, address, "text/html, */*;q=0.8"); resp.Header.Get("Content-Type") != string(events) {
		t.Errorf("whoever takes anything gets %s", resp.Header.Get("Content-Type"))
	}
}

func TestTooManyReadersAreTurnedAway(t *testing.T) {
	address := serve(t, &Handler{Conn: natstest.Connect(t), Log: slog.Default(), Most: 1})
	first := open(t, address, events)
	await(t, first.Body, "id: ")
	second := open(t, address, events)
	body, _ := io.ReadAll(second.Body)
	if second.StatusCode != http.StatusServiceUnavailable || second.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "1 programs") {
		t.Errorf("%s: %s", second.Status, body)
	}
	first.Body.Close()
	for open(t, address, events).StatusCode != http.StatusOK { // as soon as the first is gone
	}
}

// notes are a log that a test reads.
type notes struct {
	mu   sync.Mutex
	text strings.Builder
	came chan struct{}
}

func (n *notes) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	select {
	case n.came <- struct{}{}:
	default:
	}
	return n.text.Write(b)
}
