package pull

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestRequestsAreSpacedAndWiderWhenLittleIsLeft(t *testing.T) {
	for name, tt := range map[string]struct {
		header map[string]string
		want   time.Duration // of the second request after it
	}{
		"nothing is said":                {nil, time.Second},
		"much is left":                   {map[string]string{"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "600"}, time.Second},
		"little is left of a minute":     {map[string]string{"X-Rate-Limit": "100", "X-Rate-Limit-Remaining": "9"}, 6 * time.Second},
		"it says when it is full again":  {map[string]string{"RateLimit-Limit": "100", "RateLimit-Remaining": "9", "RateLimit-Reset": "30"}, 3 * time.Second},
		"it says the hour":               {map[string]string{"X-RateLimit-NearLimit": "true", "X-RateLimit-Reset": "2026-11-20T12:00:40Z"}, 40 * time.Second},
		"nothing is left":                {map[string]string{"X-RateLimit-Total": "50", "X-RateLimit-Remaining": "0"}, time.Minute},
		"it says what nobody would wait": {map[string]string{"X-RateLimit-NearLimit": "true", "X-RateLimit-Reset": "864000"}, longest},
	} {
		t.Run(name, func(t *testing.T) {
			p := &pace{every: time.Second}
			h := http.Header{}
			for k, v := range tt.header {
				h.Set(k, v)
			}
			p.learn(h, noon)
			if first := p.turn(noon); first != 0 {
				t.Errorf("the first waits %v", first)
			}
			if got := p.turn(noon); got != tt.want {
				t.Errorf("the second waits %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRetryAfterIsSecondsOrATime(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"7": 7 * time.Second, "Fri, 20 Nov 2026 12:00:30 GMT": 30 * time.Second, "1795176010": 10 * time.Second, "99999": longest, "Fri, 20 Nov 2026 11:00:00 GMT": 0,
	} {
		if got, is := retryAfter(http.Header{"Retry-After": {said}}, noon); !is || got != want {
			t.Errorf("%s: %v, %t; want %v", said, got, is, want)
		}
	}
	if got, is := retryAfter(http.Header{"Retry-After": {"soon"}}, noon); is {
		t.Errorf("soon: %v", got)
	}
}

func TestATornLineOfTheJournalIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	open := func() *Journal {
		t.Helper()
		j, err := OpenJournal(path, "desk")
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	j := open()
	if err := j.Done([]Ref{{ID: "1", State: "a"}}); err != nil {
		t.Fatal(err)
	}
	if err := j.At("c1"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	whole, _ := os.ReadFile(path)
	for cut := 1; cut < len(whole); cut++ { // killed while any byte of it was written
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j := open()
		if err := j.Done([]Ref{{ID: "2", State: "b"}}); err != nil {
			t.Fatal(err)
		}
		j.Close()
		j = open()
		if !j.Has(Ref{ID: "2", State: "b"}) || j.Has(Ref{ID: "2", State: "a"}) {
			t.Fatalf("cut at %d: what was noted behind it is lost", cut)
		}
		if had := j.Has(Ref{ID: "1", State: "a"}); had != (strings.Count(string(whole[:cut]), "\n") >= 2) {
			t.Fatalf("cut at %d: ticket 1 is noted: %t", cut, had)
		}
		j.Close()
	}
	if _, err := OpenJournal(path, "another"); err == nil || !strings.Contains(err.Error(), "name another file") {
		t.Errorf("%v", err)
	}
}
