package door_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/limit"
	"tocsin/services/intake/internal/source"
)

// withLimits is withSources, of which sftp may do little, by the clock at.
func withLimits(at *time.Time) func(*door.Door) {
	return func(d *door.Door) {
		book, err := source.NewBook([]source.Source{
			{Name: "sftp", Tokens: []string{"s"}, All: true, Limits: limit.Limits{EventsPerSecond: 10_000, TenantsPerHour: 3, TicketsPerHour: 2}},
			{Name: "desk", Tokens: []string{"d"}, All: true, Limits: limit.Limits{TicketsPerHour: 2}},
		}, nil)
		if err != nil {
			panic(err)
		}
		d.Sources = &source.Register{}
		d.Sources.Follow(book)
		d.Limits, d.Room = limit.NewKeeper(func() time.Time { return *at }), limit.NewRoom(1<<20)
	}
}

func array(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = upload(strconv.Itoa(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func TestALoudSourceIsToldWhenAndAQuietOneIsTaken(t *testing.T) {
	at := now
	h := open(t, withLimits(&at))
	load, taken := array(1000), 0
	for {
		a := h.post(t, "/v1/signals", jsonType, load, bearer("s")...)
		if a.status == http.StatusTooManyRequests {
			if a.header.Get("Retry-After") != "1" || a.Type != "urn:tocsin:problem:too-much" || !strings.Contains(a.Detail, "10000 events a second") {
				t.Errorf("%v %+v", a.header, a)
			}
			break
		}
		if taken++; a.status != http.StatusAccepted || taken > 20 {
			t.Fatalf("%d after %d thousand: %+v", a.status, taken, a)
		}
	}
	if a := h.post(t, "/v1/tickets", jsonType, note("1", "T-1"), bearer("d")...); a.status != http.StatusAccepted {
		t.Errorf("the quiet one: %+v", a)
	}
	at = at.Add(time.Second)
	if a := h.post(t, "/v1/signals", jsonType, load, bearer("s")...); a.status != http.StatusAccepted {
		t.Errorf("when it was told: %+v", a)
	}
}

func TestASourceInventsNoTenantsAndTickets(t *testing.T) {
	at := now
	h := open(t, withLimits(&at))
	of := func(tenant string) string { return strings.Replace(upload(tenant), `"acme"`, strconv.Quote(tenant), 1) }
	for i, want := range []int{202, 202, 202, 429, 429} {
		a := h.post(t, "/v1/signals", jsonType, of(fmt.Sprint("made-up-", i)), bearer("s")...)
		if a.status != want {
			t.Errorf("tenant %d: %d, want %d", i, a.status, want)
		}
		if want == 429 && (a.header.Get("Retry-After") != "3600" || !strings.Contains(a.Detail, "3 different tenants")) {
			t.Errorf("%v %+v", a.header, a)
		}
	}
	lines := of("made-up-0") + "\n" + of("made-up-7")
	if a := h.post(t, "/v1/signals", ndjsonType, lines, bearer("s")...); a.status != http.StatusTooManyRequests {
		t.Errorf("of lines: %+v", a)
	}
	for i, want := range []int{202, 202, 429} {
		if a := h.post(t, "/v1/tickets", jsonType, note(fmt.Sprint(i), fmt.Sprint("T-", i)), bearer("d")...); a.status != want {
			t.Errorf("ticket %d: %d, want %d", i, a.status, want)
		}
	}
	at = at.Add(time.Hour)
	if a := h.post(t, "/v1/signals", jsonType, of("made-up-4"), bearer("s")...); a.status != http.StatusAccepted {
		t.Errorf("an hour later: %+v", a)
	}
}

func TestWithTheHousesTokenNamesAreNotCounted(t *testing.T) {
	at := now
	h := open(t, withLimits(&at), func(d *door.Door) { d.Token = "house" })
	for i := range 5 {
		if a := h.post(t, "/v1/tickets", jsonType, note(fmt.Sprint(i), fmt.Sprint("T-", i)), bearer("house")...); a.status != http.StatusAccepted {
			t.Errorf("ticket %d: %+v", i, a)
		}
	}
}

func TestJSONThatIsTooDeepIsRefusedBeforeItIsRead(t *testing.T) {
	h := open(t, withAlertmanager)
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	many := `{"version":"4","alerts":[` + strings.Repeat("1,", 300_000) + `1]}`
	for _, path := range []string{"/v1/signals", "/v1/tickets", "/v1/hooks/alertmanager"} {
		for _, body := range []string{deep, `{"x":` + deep + `}`} {
			if a := h.post(t, path, jsonType, body, bearer("am")...); a.status != http.StatusBadRequest || !strings.Contains(fmt.Sprint(a.Detail, a.Errors), "nested more than 64 deep") {
				t.Errorf("%s: %+v", path, a)
			}
		}
	}
	if a := h.post(t, "/v1/hooks/alertmanager", jsonType, many, bearer("am")...); a.status != http.StatusBadRequest || !strings.Contains(a.Detail, "more than 200000 values") {
		t.Errorf("many values: %+v", a)
	}
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAPackedBodyIsUnpackedWithinBounds(t *testing.T) {
	h := open(t, withAlertmanager)
	bomb := packed(t, "["+strings.Repeat(" ", 64<<20))
	for name, tt := range map[string]struct {
		path, kind, packing, body string
		status                    int
	}{
		"JSON":                  {"/v1/signals", jsonType, "gzip", packed(t, upload("1")), 202},
		"NDJSON":                {"/v1/signals", ndjsonType, "gzip", packed(t, upload("2")+"\n"+upload("3")), 202},
		"none of it":            {"/v1/signals", jsonType, "identity", upload("4"), 202},
		"not packed":            {"/v1/signals", jsonType, "gzip", upload("5"), 400},
		"another way":           {"/v1/signals", jsonType, "br", upload("5"), 415},
		"twice":                 {"/v1/signals", jsonType, "gzip, gzip", packed(t, upload("5")), 415},
		"a bomb":                {"/v1/signals", jsonType, "gzip", bomb, 413},
		"a bomb of lines":       {"/v1/signals", ndjsonType, "gzip", bomb, 400},
		"to a vendor's door":    {"/v1/hooks/alertmanager", jsonType, "gzip", packed(t, `{"version":"4","alerts":[]}`), 415},
		"a bomb of log records": {"/v1/logs", jsonType, "gzip", bomb, 413},
	} {
		if a := h.post(t, tt.path, tt.kind, tt.body, append(bearer("am"), "Content-Encoding", tt.packing)...); a.status != tt.status {
			t.Errorf("%s: %d %+v, want %d", name, a.status, a, tt.status)
		}
	}
	if got := len(h.signals(t)); got != 4 {
		t.Errorf("%d are stored, want 4", got)
	}
}

func TestManyLargeBodiesAtOnceFindNoRoom(t *testing.T) {
	at := now
	h := open(t, withLimits(&at))
	first, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	// One that begins a body of 512 KiB and sends it no further holds half the room.
	_, _ = fmt.Fprintf(first, "POST /v1/signals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n[", 512<<10)
	until := time.Now().Add(20 * time.Second)
	for h.post(t, "/v1/signals", jsonType, upload("1"), bearer("s")...).status != http.StatusTooManyRequests {
		if time.Now().After(until) {
			t.Fatal("there is room for all")
		}
	}
	if a := h.post(t, "/v1/tickets", jsonType, note("1", "T-1"), bearer("d")...); a.status != http.StatusAccepted {
		t.Errorf("another source: %+v", a)
	}
	_ = first.Close()
	for h.post(t, "/v1/signals", jsonType, upload("2"), bearer("s")...).status != http.StatusAccepted {
		if time.Now().After(until) {
			t.Fatal("the room is not given back")
		}
	}
}
