package door

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// deadlined is a connection of which the deadline is known.
type deadlined struct {
	*httptest.ResponseRecorder
	at time.Time
}

func (d *deadlined) SetReadDeadline(at time.Time) error { d.at = at; return nil }

// trickle gives one byte after another, each after a while.
type trickle struct {
	after time.Duration
	of    io.Reader
}

func (s *trickle) Read(b []byte) (int, error) {
	time.Sleep(s.after) // a bubble's clock: nobody waits
	return s.of.Read(b[:1])
}

func (s *trickle) Close() error { return nil }

func TestASenderThatIsTooSlowIsCut(t *testing.T) {
	for name, tt := range map[string]struct {
		after time.Duration // between two bytes
		store time.Duration // what we take for each
		cut   bool
	}{
		"a byte a second":            {time.Second, 0, true},
		"a byte each millisecond":    {time.Second / 2048, 0, false},
		"while we are slow to store": {time.Second / 2048, time.Second, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			conn := &deadlined{ResponseRecorder: httptest.NewRecorder()}
			body := &paced{ReadCloser: &trickle{tt.after, bytes.NewReader(make([]byte, 100<<10))}, control: http.NewResponseController(conn)}
			cut := false
			for b := make([]byte, 512); !cut; {
				_, err := body.Read(b)
				if err != nil {
					break
				}
				cut = time.Now().After(conn.at)
				time.Sleep(tt.store)
			}
			if cut != tt.cut {
				t.Errorf("%s: cut %v", name, cut)
			}
		})
	}
}
