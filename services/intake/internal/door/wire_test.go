package door_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// wires are connections of producers that say no more than HTTP/1.1 asks for, each from
// one goroutine: what http.Client takes of the processors, they would not have for the door.
type wires struct {
	addr string
	idle chan *wire // each that may be: nil before it was first used
}

// wires are so many at most, and closed when the test ends.
func (h *house) wires(t testing.TB, most int) *wires {
	t.Helper()
	all := &wires{addr: strings.TrimPrefix(h.url, "http://"), idle: make(chan *wire, most)}
	for range most {
		all.idle <- nil
	}
	t.Cleanup(func() {
		for range most {
			if w := <-all.idle; w != nil {
				_ = w.conn.Close()
			}
		}
	})
	return all
}

// A wire is one connection.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	out  bytes.Buffer
	said bytes.Buffer
}

// post posts a body over a connection that nobody uses now. What the answer says is
// handed to read.
func (all *wires) post(path, contentType, body string, read func(status int, said []byte)) (err error) {
	w := <-all.idle
	defer func() { all.idle <- w }()
	if w == nil {
		conn, err := net.Dial("tcp", all.addr)
		if err != nil {
			return err
		}
		w = &wire{conn: conn, in: bufio.NewReader(conn)}
	}
	fmt.Fprintf(&w.out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, all.addr, contentType, len(body))
	w.out.WriteString(body)
	status, err := w.answer()
	if err != nil {
		_ = w.conn.Close()
		w = nil
		return err
	}
	read(status, w.said.Bytes())
	return nil
}

// answer sends what is to be sent, and reads the answer.
func (w *wire) answer() (status int, err error) {
	_, err = w.out.WriteTo(w.conn)
	if err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	w.said.Reset()
	_, err = io.Copy(&w.said, res.Body)
	return res.StatusCode, err
}
