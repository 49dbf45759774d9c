//go:build unix

package flowtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// phones are two people's, which know repeats by their id.
type phones struct {
	*httptest.Server
	mu sync.Mutex
	// rang are the ids of calls in the order of their first ring, with who was
	// called; links the addresses that came with them.
	rang, who []string
	links     []string
	rings     int
}

func newPhones(t *testing.T) *phones {
	p := &phones{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var said struct {
			Data struct{ Kind, Acknowledge string }
		}
		if err != nil || json.Unmarshal(body, &said) != nil {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.rings++
		for _, id := range p.rang {
			if id == r.Header.Get("webhook-id") {
				return
			}
		}
		p.rang = append(p.rang, r.Header.Get("webhook-id"))
		p.who, p.links = append(p.who, r.URL.Path+" "+said.Data.Kind), append(p.links, said.Data.Acknowledge)
	}))
	t.Cleanup(p.Close)
	return p
}

// await waits until so many calls have rung, and gives the last one's link.
func (p *phones) await(t *testing.T, calls int) (link string) {
	t.Helper()
	err := until(func() (bool, string, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.rang) >= calls {
			link = p.links[calls-1]
		}
		return len(p.rang) >= calls, strings.Join(p.who, ", "), nil
	})
	if err != nil {
		t.Fatalf("%d calls: %v", calls, err)
	}
	return link
}

// ladderOf writes a file of routes that calls Lena, then the chief, over and over.
func ladderOf(t *testing.T, url string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "routes.yaml")
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"
	text := fmt.Sprintf(`destinations:
  lena-phone: {channel: webhook, with: {url: "%[1]s/lena", secret: %[2]q}}
  chief: {channel: webhook, with: {url: "%[1]s/chief", secret: %[2]q}}
ladders:
  - {name: critical, steps: [{to: [oncall], within: 3s}, {to: [chief], within: 3s}], repeat: 20}
schedules:
  oncall:
    zone: Europe/Berlin
    people: {lena: lena-phone}
    rotation: {people: [lena], begins: 2020-01-01, handover: "09:00", every: 1w}
`, url, secret)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// twin runs a second notification beside the first.
func twin(t *testing.T, p *Program) *process {
	t.Helper()
	first, err := p.named("notification")
	if err != nil {
		t.Fatal(err)
	}
	x := &process{name: "notification-twin", path: first[0].path, folder: first[0].folder, ready: first[0].ready, env: first[0].env}
	p.processes = append(p.processes, x)
	if err := x.start(); err != nil {
		t.Fatal(err)
	}
	if err := x.await(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestALadderIsClimbedOnceByTwoProcessesThroughCrashesAndEndsByALink(t *testing.T) {
	t.Parallel()
	rang := newPhones(t)
	p := Apart(t, "TOCSIN_ROUTES_FILE="+ladderOf(t, rang.URL), "TOCSIN_CONSOLE_URL=https://tocsin.example")
	second := twin(t, p)
	Play(t, p, `
ticket acme T-1 opened 'SSO' 'Niemand kommt mehr über SSO rein, alle 240 Leute. Bitte eskalieren, um 10 Uhr startet unser Programm.' requester=jonas
await case acme state=pending_review recommendation=eligible
`)
	rang.await(t, 1)
	Play(t, p, "kill notification")
	rang.await(t, 2)
	Play(t, p, "start notification\nkill nats\nstart nats")
	if err := p.end(syscall.SIGKILL, []*process{second}); err != nil {
		t.Fatal(err)
	}
	rang.await(t, 3)
	if err := second.start(); err != nil {
		t.Fatal(err)
	}
	if err := second.await(); err != nil {
		t.Fatal(err)
	}
	acknowledge(t, p, rang.await(t, 4))
	seen := climbedOf(t, p)
	Play(t, p, "settled")
	Play(t, p, "stop notification\nstart notification\nsettled")
	rang.mu.Lock()
	defer rang.mu.Unlock()
	if got, want := strings.Join(rang.who[:4], ", "), "/lena called, /chief called, /lena called, /chief called"; got != want {
		t.Errorf("called: %s; want %s", got, want)
	}
	steps := climbedOf(t, p)
	if len(steps) != len(seen) {
		t.Errorf("after somebody has seen the case it was climbed from %q to %q", seen, steps)
	}
	if len(rang.rang) != len(steps) {
		t.Errorf("%d steps were climbed, %q, and %d calls rang: %q", len(steps), steps, len(rang.rang), rang.who)
	}
	t.Logf("%d calls rang %d times", len(rang.rang), rang.rings)
}

// acknowledge follows a link as a chat's preview does, which changes nothing, and
// then as a person does.
func acknowledge(t *testing.T, p *Program, link string) {
	t.Helper()
	path, is := strings.CutPrefix(link, "https://tocsin.example")
	if !is {
		t.Fatalf("the link is %q", link)
	}
	for _, try := range []struct {
		method string
		status int
		says   string
	}{
		{http.MethodGet, http.StatusOK, `data-fate="open"`},
		{http.MethodGet, http.StatusOK, `data-fate="open"`},
		{http.MethodPost, http.StatusOK, `data-fate="done"`},
		{http.MethodPost, http.StatusConflict, `data-fate="seen"`},
	} {
		req, err := http.NewRequestWithContext(t.Context(), try.method, p.Review+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", p.Review)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != try.status || !bytes.Contains(page, []byte(try.says)) {
			t.Fatalf("%s: %s, %v; want %d and %s:\n%s", try.method, resp.Status, err, try.status, try.says, regexp.MustCompile(`data-fate="\w+"`).Find(page))
		}
	}
}

// climbedOf are the steps that the ladder of the only case was climbed by, each once.
func climbedOf(t *testing.T, p *Program) (steps []string) {
	t.Helper()
	list, err := p.cases("acme")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d cases, %v", len(list), err)
	}
	last := &notificationv1.LadderClimbed{}
	err = p.read(topology.Calls, func(raw bus.Raw) error {
		m := &notificationv1.LadderClimbed{}
		if raw.Subject != topology.ClimbedSubject("acme", list[0].ID) {
			return nil
		}
		if err := bus.Decode(raw, m); err != nil {
			return err
		}
		if len(m.GetSteps()) != len(last.GetSteps())+1 {
			t.Errorf("climbed from %d to %d steps", len(last.GetSteps()), len(m.GetSteps()))
		}
		last = m
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range last.GetSteps() {
		steps = append(steps, fmt.Sprintf("%d.%d", s.GetLevel(), s.GetRepetition()))
	}
	return steps
}
