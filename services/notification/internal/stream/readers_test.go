package stream

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// tell publishes what leadership is told of a case, and returns its position.
func tell(t testing.TB, conn *bus.Conn, n *notificationv1.Notification) uint64 {
	t.Helper()
	sequence, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.NotificationSubject(n.GetAudience(), n.GetTenant(), n.GetCase()), ID: n.GetId(), Time: time.Unix(1, 0), Payload: n,
	})
	if err != nil {
		t.Fatal(err)
	}
	return sequence
}

// inUse is the memory of heap and stacks that is in use.
func inUse() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse + m.StackInuse)
}

// BenchmarkReaders says what a reader takes, both ends of its connection
// included, and how long it takes until all of them have read what is told.
func BenchmarkReaders(b *testing.B) {
	for _, readers := range []int{100, 2000} {
		b.Run(fmt.Sprint(readers), func(b *testing.B) {
			conn := natstest.Connect(b)
			s := httptest.NewServer(&Handler{Conn: conn, Log: slog.New(slog.DiscardHandler)})
			defer s.Close()
			defer s.CloseClientConnections()
			before := inUse()
			var ends []net.Conn
			for range readers {
				c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", strings.TrimPrefix(s.URL, "http://"))
				if err != nil {
					b.Fatal(err)
				}
				defer c.Close()
				fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
				head := make([]byte, 1024)
				for got := ""; !strings.Contains(got, "id: "); {
					n, err := c.Read(head)
					if err != nil {
						b.Fatal(err)
					}
					got += string(head[:n])
				}
				ends = append(ends, c)
			}
			each := (inUse() - before) / float64(readers)
			b.ResetTimer()
			for i := range b.N {
				tell(b, conn, &notificationv1.Notification{
					Id: fmt.Sprint("n-", i), Audience: "leadership", Tenant: "acme", Case: "c", Title: "Case 7 is approved", Body: strings.Repeat("Every effort. ", 40),
				})
				for _, c := range ends {
					await(b, c, "\"}")
				}
			}
			b.ReportMetric(each, "B/reader")
		})
	}
}

// await reads until a text has come.
func await(t testing.TB, r io.Reader, text string) {
	t.Helper()
	chunk := make([]byte, 4096)
	for got := ""; !strings.Contains(got, text); {
		n, err := r.Read(chunk)
		if err != nil {
			t.Fatal(err)
		}
		got += string(chunk[:n])
	}
}

func TestAReaderThatReadsNothingIsCutOff(t *testing.T) {
	conn, log := natstest.Connect(t), &notes{came: make(chan struct{}, 1)}
	address := serve(t, &Handler{Conn: conn, Log: slog.New(slog.NewTextHandler(log, nil)), Patience: time.Second})
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	await(t, c, "id: ")
	const most = 50 // far more than a connection holds
	other, lines := open(t, address, lines), make(chan string, most)
	go func() { // it reads on
		defer close(lines)
		for all := bufio.NewReader(other.Body); ; {
			text, err := all.ReadString('\n')
			if err != nil {
				return
			}
			lines <- text
		}
	}()
	long := strings.Repeat("Every effort. ", 20_000)
	for i := range most {
		tell(t, conn, &notificationv1.Notification{Id: fmt.Sprint("n-", i), Audience: "leadership", Tenant: "acme", Case: "c", Body: long})
	}
	select {
	case <-log.came:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody is cut off")
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	if !strings.Contains(log.text.String(), "left unread for too long") {
		t.Errorf("the log says %s", log.text.String())
	}
	for i := range most {
		if text := <-lines; !strings.Contains(text, fmt.Sprintf(`"id":"n-%d"`, i)) {
			t.Fatalf("the other reads %.80q, want n-%d", text, i)
		}
	}
}
