package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// hidden is a part of each address that the suite opens; it may stand in no
// error, no answer and no record.
const hidden = "hidden-path"

// A Vendor is a destination over HTTP, as its documentation describes it.
type Vendor struct {
	// Open returns a channel that sends to this address.
	Open func(t *testing.T, address string) channel.Channel
	// Read reads a request as the vendor does: the notification's id, or why
	// the vendor does not take it.
	Read func(r *http.Request, body []byte) (id string, err error)
	// Says answers what is taken, with the vendor's status and words.
	Says func(w http.ResponseWriter)
	// Note is a notification that the channel is for; nil is Notification.
	Note func(id string) *notificationv1.Notification
}

// RunHTTP holds a channel over HTTP against what all channels promise, and
// against what goes wrong on the way to a vendor.
func RunHTTP(t *testing.T, v Vendor) {
	Run(t, func(t *testing.T) Bench {
		r := v.receive(t)
		return Bench{Channel: v.Open(t, r.address), Behave: r.behave, Taken: r.ids, Note: v.Note}
	})
	t.Run("a status says whether to try again", v.statuses)
	t.Run("Retry-After is a number of seconds or a date, and else nothing", v.pauses)
	t.Run("a slow answer is waited for", v.slow)
	t.Run("an answer that breaks off counts by its status", v.truncated)
	t.Run("an answer whose end never comes counts by its status", v.dripping)
	t.Run("a connection that ends without an answer may be tried again", v.silent)
	t.Run("where nobody listens it may be tried again", v.closed)
	t.Run("a redirect elsewhere is refused, and nothing is sent there", v.redirected)
	t.Run("nothing is sent where the certificate does not hold, and it may be tried again", v.mistrusted)
}

// A receiver is a vendor's server.
type receiver struct {
	vendor  Vendor
	address string
	gone    chan struct{}
	mu      sync.Mutex
	mood    Mood
	taken   []string
}

func (v Vendor) receive(t *testing.T) *receiver {
	r := &receiver{vendor: v, gone: make(chan struct{})}
	s := httptest.NewServer(r)
	t.Cleanup(func() { close(r.gone); s.Close() })
	r.address = s.URL + "/" + hidden
	return r
}

func (r *receiver) behave(m Mood) { r.mu.Lock(); r.mood = m; r.mu.Unlock() }

func (r *receiver) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.taken...)
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch r.mood {
	case Takes:
		id, err := r.vendor.Read(req, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.taken = append(r.taken, id)
		r.vendor.Says(w)
	case Fails:
		http.Error(w, "the database is away", http.StatusBadGateway)
	case Waits:
		w.Header().Set("Retry-After", fmt.Sprint(int(Pause.Seconds())))
		http.Error(w, "slow down", http.StatusTooManyRequests)
	case Refuse:
		http.Error(w, "unknown field", http.StatusBadRequest)
	case Hangs:
		select {
		case <-req.Context().Done():
		case <-r.gone:
		}
	}
}

// answering is a channel to a server that does as answer says, once the request is read.
func (v Vendor) answering(t *testing.T, answer http.HandlerFunc) channel.Channel {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return v.Open(t, s.URL+"/"+hidden)
}

// attempt delivers one notification and holds what is said of it to be free of
// what is hidden in the address.
func (v Vendor) attempt(t *testing.T, c channel.Channel) (channel.Answer, error) {
	t.Helper()
	answer, err := Bench{Channel: c, Note: v.Note}.deliver(t.Context(), "n-1")
	said := answer.Text + c.Destination() + c.Name()
	if err != nil {
		said += err.Error()
	}
	if strings.Contains(said, hidden) {
		t.Errorf("the address stands in what is said: %s", said)
	}
	return answer, err
}

func (v Vendor) statuses(t *testing.T) {
	var code int
	c := v.answering(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) })
	for _, code = range []int{408, 425, 429, 500, 502, 503, 504, 599} {
		_, err := v.attempt(t, c)
		mayRetry(t, err)
	}
	for _, code = range []int{304, 400, 401, 403, 404, 405, 410, 413, 422} {
		answer, err := v.attempt(t, c)
		if !final(err) || !strings.Contains(answer.Text, fmt.Sprint(code)) {
			t.Errorf("%d: answer %q, error %#v, want a refusal", code, answer.Text, err)
		}
	}
}

func (v Vendor) pauses(t *testing.T) {
	var header string
	c := v.answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", header)
		http.Error(w, "slow down", http.StatusServiceUnavailable)
	})
	for _, header = range []string{"30", "Wed, 21 Oct 2099 07:28:00 GMT", "99999999999"} {
		_, err := v.attempt(t, c)
		if busy := (*channel.Busy)(nil); !errors.As(err, &busy) || busy.After <= 0 || busy.After > 24*time.Hour {
			t.Errorf("Retry-After %q: %#v, want Busy for at most a day", header, err)
		}
	}
	for _, header = range []string{"soon", "-5", "", "Wed, 21 Oct 2015 07:28:00 GMT"} {
		_, err := v.attempt(t, c)
		if mayRetry(t, err); errors.As(err, new(*channel.Busy)) {
			t.Errorf("Retry-After %q: %#v", header, err)
		}
	}
}

func (v Vendor) slow(t *testing.T) {
	c := v.answering(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(150 * time.Millisecond):
			v.Says(w)
		case <-r.Context().Done():
		}
	})
	if _, err := v.attempt(t, c); err != nil {
		t.Error(err)
	}
}

func (v Vendor) truncated(t *testing.T) {
	code := http.StatusOK
	c := v.answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "half an ans") // the server ends a connection on which less was sent than said
	})
	if _, err := v.attempt(t, c); err != nil {
		t.Errorf("200: %v", err)
	}
	code = http.StatusBadGateway
	_, err := v.attempt(t, c)
	mayRetry(t, err)
	code = http.StatusForbidden
	if _, err := v.attempt(t, c); !final(err) {
		t.Errorf("403: %#v, want a refusal", err)
	}
}

func (v Vendor) dripping(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := v.answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		time.AfterFunc(50*time.Millisecond, cancel) // the caller has no more time
		<-r.Context().Done()
	})
	if _, err := (Bench{Channel: c, Note: v.Note}).deliver(ctx, "n-1"); err != nil {
		t.Errorf("200, then nothing: %v", err)
	}
}

func (v Vendor) silent(t *testing.T) {
	c := v.answering(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := v.attempt(t, c)
	mayRetry(t, err)
}

func (v Vendor) closed(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := v.attempt(t, v.Open(t, s.URL+"/"+hidden))
	mayRetry(t, err)
}

func (v Vendor) redirected(t *testing.T) {
	elsewhere := v.receive(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		c := v.answering(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.address, code) })
		if _, err := v.attempt(t, c); !final(err) {
			t.Errorf("%d: %#v, want a refusal", code, err)
		}
	}
	if got := elsewhere.ids(); len(got) > 0 {
		t.Errorf("elsewhere took %q", got)
	}
}

func (v Vendor) mistrusted(t *testing.T) {
	r := &receiver{vendor: v}
	s := httptest.NewUnstartedServer(r)
	s.Config.ErrorLog = quiet()
	s.StartTLS() // with a certificate that nobody vouches for
	t.Cleanup(s.Close)
	_, err := v.attempt(t, v.Open(t, s.URL+"/"+hidden))
	mayRetry(t, err)
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error = %v, want one that names the certificate", err)
	}
	if got := r.ids(); len(got) > 0 {
		t.Errorf("took %q", got)
	}
}
