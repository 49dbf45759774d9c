package chat

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/classification/internal/second"
	"tocsin/services/classification/internal/second/chattest"
)

const key = "sk-the-key-of-the-operator"

var question = &second.Question{System: "the policy", User: `{"notes":[]}`, Schema: []byte(`{"type":"object"}`)}

func client(t *testing.T, base string, timeout time.Duration) *Client {
	t.Helper()
	c, err := New(Settings{URL: base + "/v1", Model: "m", Key: key, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAQuestionIsAskedInTheFormOfChatCompletions(t *testing.T) {
	s := chattest.New(t, chattest.Says(`{"x":1}`))
	reply, err := client(t, s.URL, time.Minute).Ask(t.Context(), question, 77)
	if err != nil || reply.Content != `{"x":1}` || !reply.Counted || reply.In != 1000 || reply.Out != 100 {
		t.Fatalf("%+v, %v", reply, err)
	}
	r := s.Requests()[0]
	if r.Method != http.MethodPost || r.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer "+key || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s %v", r.Method, r.Path, r.Header)
	}
	sent := r.Sent(t)
	form, _ := sent["response_format"].(map[string]any)
	schema, _ := form["json_schema"].(map[string]any)
	messages, _ := sent["messages"].([]any)
	if sent["model"] != "m" || sent["max_completion_tokens"] != 77.0 || form["type"] != "json_schema" || schema["strict"] != true || schema["schema"] == nil || len(messages) != 2 {
		t.Errorf("sent %v", sent)
	}
	if len(sent) != 4 {
		t.Errorf("%d fields are sent: %v", len(sent), sent)
	}
}

func TestAnEndpointThatMisbehavesIsAFaultThatSaysWhatHelps(t *testing.T) {
	elsewhere, taken := chattest.New(t, chattest.Says("{}")), make(chan int, 1)
	for name, c := range map[string]struct {
		act  http.HandlerFunc
		want second.Fault
	}{
		"hangs":             {chattest.Hangs, second.Fault{Outcome: second.Unreachable, Again: true, Spent: true, Down: true}},
		"breaks off":        {chattest.Breaks, second.Fault{Outcome: second.Unreachable, Again: true, Spent: true, Down: true}},
		"too many requests": {chattest.Status(429, "Retry-After: 7"), second.Fault{Outcome: second.Unreachable, Again: true, After: 7 * time.Second, Down: true}},
		"asks for a year":   {chattest.Status(503, "Retry-After: 31536000"), second.Fault{Outcome: second.Unreachable, Again: true, After: time.Hour, Down: true}},
		"asks for nonsense": {chattest.Status(503, "Retry-After: -soon"), second.Fault{Outcome: second.Unreachable, Again: true, Down: true}},
		"server error":      {chattest.Status(500), second.Fault{Outcome: second.Unreachable, Again: true, Down: true}},
		"wrong key":         {chattest.Status(401), second.Fault{Outcome: second.Rejected, Down: true}},
		"no such model":     {chattest.Status(404), second.Fault{Outcome: second.Rejected, Down: true}},
		"bad request":       {chattest.Status(400), second.Fault{Outcome: second.Rejected}},
		"leads elsewhere":   {chattest.Elsewhere(elsewhere.URL), second.Fault{Outcome: second.Rejected, Down: true}},
		"fifty megabytes":   {chattest.Endless(50<<20, taken), second.Fault{Outcome: second.Unusable, Spent: true, Down: true}},
		"no JSON":           {chattest.Body("<html>please sign in</html>"), second.Fault{Outcome: second.Unusable, Spent: true, Down: true}},
		"JSON of another":   {chattest.Body(`{"choices":"none"}`), second.Fault{Outcome: second.Unusable, Spent: true, Down: true}},
		"no choice":         {chattest.Body(`{"choices":[]}`), second.Fault{Outcome: second.Unusable, Spent: true}},
		"nothing said":      {chattest.Body(`{"choices":[{"message":{"content":null}}]}`), second.Fault{Outcome: second.Unusable, Spent: true}},
		"cut":               {chattest.Body(`{"choices":[{"finish_reason":"length","message":{"content":"{"}}]}`), second.Fault{Outcome: second.Unusable, Spent: true}},
		"declines":          {chattest.Body(`{"choices":[{"message":{"content":null,"refusal":"I can't help with that."}}]}`), second.Fault{Outcome: second.Refused, Spent: true}},
		"filtered":          {chattest.Body(`{"choices":[{"finish_reason":"content_filter","message":{"content":""}}]}`), second.Fault{Outcome: second.Refused, Spent: true}},
	} {
		t.Run(name, func(t *testing.T) {
			timeout := time.Minute
			if name == "hangs" {
				timeout = 50 * time.Millisecond
			}
			_, err := client(t, chattest.New(t, c.act).URL, timeout).Ask(t.Context(), question, 10)
			var f *second.Fault
			if !errors.As(err, &f) {
				t.Fatalf("the error is %v, which is no fault", err)
			}
			if got := (second.Fault{Outcome: f.Outcome, Again: f.Again, After: f.After, Spent: f.Spent, Down: f.Down}); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if strings.Contains(err.Error(), key) {
				t.Errorf("the error holds the key: %v", err)
			}
		})
	}
	if n := <-taken; n > 40<<20 { // what lies in the buffers of the connection is megabytes
		t.Errorf("%d bytes of an answer were taken", n)
	}
	if n := len(elsewhere.Requests()); n != 0 {
		t.Errorf("the other address was asked %d times, and so got the key", n)
	}
}

func TestASlowAnswerIsAwaited(t *testing.T) {
	let := make(chan struct{})
	s := chattest.New(t, chattest.Slow("{}", let))
	done := make(chan error, 1)
	c := client(t, s.URL, time.Minute)
	go func() {
		_, err := c.Ask(t.Context(), question, 10)
		done <- err
	}()
	close(let)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnEndpointThatIsNotThereCostsNothing(t *testing.T) {
	s := chattest.New(t, chattest.Hangs)
	c := client(t, s.URL, time.Minute)
	s.Close()
	_, err := c.Ask(t.Context(), question, 10)
	var f *second.Fault
	if !errors.As(err, &f) || f.Outcome != second.Unreachable || !f.Again || f.Spent {
		t.Errorf("%+v", err)
	}
}

func TestRetryAfterMayBeADate(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	c := &Client{now: func() time.Time { return now }}
	for after, want := range map[string]time.Duration{
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second, now.Add(-time.Hour).Format(http.TimeFormat): 0, "": 0, "5": 5 * time.Second, "1e3": 0,
	} {
		if got := c.rest(after); got != want {
			t.Errorf("%q: %s, want %s", after, got, want)
		}
	}
}

func TestSettingsThatWouldLoseTheKeyAreRefused(t *testing.T) {
	good := Settings{URL: "https://api.example/v1/", Model: "m", Key: key, Timeout: time.Second}
	if c, err := New(good); err != nil || c.address != "https://api.example/v1/chat/completions" {
		t.Fatalf("%v, %v", c, err)
	}
	for name, c := range map[string]struct {
		change func(*Settings)
		want   string
	}{
		"plain HTTP":            {func(s *Settings) { s.URL = "http://api.example/v1" }, "not encrypted"},
		"looks like this host":  {func(s *Settings) { s.URL = "http://localhost.example/v1" }, "not encrypted"},
		"number in a name":      {func(s *Settings) { s.URL = "http://127.0.0.1.example/v1" }, "not encrypted"},
		"a user":                {func(s *Settings) { s.URL = "https://u:" + key + "@api.example/v1" }, "a user"},
		"a query":               {func(s *Settings) { s.URL = "https://api.example/v1?key=" + key }, "a query"},
		"another scheme":        {func(s *Settings) { s.URL = "ftp://api.example" }, "https is asked for"},
		"no address":            {func(s *Settings) { s.URL = "api.example" }, "no URL"},
		"a broken address":      {func(s *Settings) { s.URL = "https://u:" + key + "@api.example\x7f" }, "no URL"},
		"no model":              {func(s *Settings) { s.Model = "" }, "no model"},
		"no time":               {func(s *Settings) { s.Timeout = 0 }, "timeout"},
		"a key over two lines":  {func(s *Settings) { s.Key = key + "\nX: y" }, "no header"},
		"another limit's field": {func(s *Settings) { s.LimitField = "n" }, "max_tokens"},
	} {
		s := good
		c.change(&s)
		if _, err := New(s); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, here := range []string{"http://127.0.0.1:11434/v1", "http://localhost:8000", "http://[::1]:1234/v1"} {
		if _, err := New(Settings{URL: here, Model: "m", Timeout: time.Second}); err != nil {
			t.Errorf("%s: %v", here, err)
		}
	}
}
