package cli_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/rogpeppe/go-internal/testscript"
)

// traced keeps what programs say of themselves by OTLP, until the script ends.
var traced sync.Map

// collector takes traces as a collector would, for `up` after it.
func collector(ts *testscript.TestScript, _ bool, _ []string) {
	var mu sync.Mutex
	var all []byte
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		all = append(append(all, r.URL.Path...), body...)
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	}))
	ts.Defer(web.Close)
	traced.Store(ts.Getenv("WORK"), func() []byte {
		mu.Lock()
		defer mu.Unlock()
		return append([]byte{}, all...)
	})
	for name, value := range map[string]string{
		"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_ENDPOINT": web.URL, "OTEL_BSP_SCHEDULE_DELAY": "50",
	} {
		ts.Setenv(name, value)
	}
}

// secrets are what lets in, by the variable that has it, and what strangers guess.
var secrets = map[string]string{
	"S_ZENDESK": "zd-Qx7vLmR2tYpK", "S_PAGERDUTY": "pd-Wn4cHs9bGfJe", "S_TOKEN": "am-Bk3zUo8yVdTq", "S_OLD": "ol-Mr6xPe1wNaZi", "S_PASSWORD": "user:pw-Jh5kDc2sLtYv",
	"S_SOURCE": "so-Gv9nXb4mQwRp", "TOCSIN_PRODUCER_TOKEN": "ho-Ft2yKs7jUzEc", "S_GUESS": "gu-Aq8iOl3hCxWd", "S_NATS": "na-Zp1vTe6rSbHm",
}

// given are the variables that scripts give to `up`.
func given(ts *testscript.TestScript) (all []string) {
	for _, name := range []string{"OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_BSP_SCHEDULE_DELAY"} {
		if value := ts.Getenv(name); value != "" {
			all = append(all, name+"="+value)
		}
	}
	for name := range secrets {
		if value := ts.Getenv(name); value != "" {
			all = append(all, name+"="+value)
		}
	}
	return all
}

// keys puts the secrets into the environment.
func keys(ts *testscript.TestScript, _ bool, _ []string) {
	for name, value := range secrets {
		ts.Setenv(name, value)
	}
}

// knock BODY EVENT shows each secret at each door and path, in each place where one may
// stand, right and wrong: with a vendor's body, and an event that is refused.
func knock(ts *testscript.TestScript, _ bool, args []string) {
	body, event, now := ts.ReadFile(args[0]), ts.ReadFile(args[1]), time.Now().UTC().Format(time.RFC3339)
	sum := func(secret, of string) []byte {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(of))
		return mac.Sum(nil)
	}
	statuses := map[int]int{}
	send := func(path, body string, header map[string]string) {
		req, err := http.NewRequest(http.MethodPost, ts.Getenv("TOCSIN_SERVER_URL")+path, strings.NewReader(body))
		ts.Check(err)
		for name, value := range header {
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		ts.Check(err)
		_, _ = io.Copy(io.Discard, resp.Body)
		ts.Check(resp.Body.Close())
		statuses[resp.StatusCode]++
	}
	paths := map[string]string{
		"/v1/hooks/zendesk": body, "/v1/hooks/pagerduty": body, "/v1/hooks/alertmanager": body, "/v1/hooks/salesforce": body, "/v1/hooks/nowhere": body,
		"/v1/signals": event, "/v1/tickets": event, "/v1/logs": event,
	}
	for path, what := range paths {
		for _, s := range secrets {
			kind := "application/json"
			what += " " // of each body the first is kept, with its headers
			for _, h := range []map[string]string{
				{"X-Tocsin-Token": s, "X-Api-Key": s, "Cookie": s, "Authorization": "Bearer " + s},
				{"X-Tocsin-Token": s},
				{"Authorization": s},
				{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(s))},
				{"X-Zendesk-Webhook-Signature": base64.StdEncoding.EncodeToString(sum(s, now+what)), "X-Zendesk-Webhook-Signature-Timestamp": now},
				{"X-PagerDuty-Signature": "v1=" + hex.EncodeToString(sum(s, what))},
				{"X-PagerDuty-Signature": s},
			} {
				h["Content-Type"] = kind
				send(path, what, h)
			}
			send(path+"?token="+s, what, map[string]string{"Content-Type": kind, "X-Request-Id": "r"})
		}
	}
	for _, status := range []int{202, 400, 401, 404} {
		if statuses[status] == 0 {
			ts.Fatalf("none was answered %d: %v", status, statuses)
		}
	}
}

// dump FILE writes all that the bus holds, with its headers, and all traces.
func dump(ts *testscript.TestScript, _ bool, args []string) {
	conn, err := nats.Connect(ts.Getenv("TOCSIN_NATS_URL"))
	ts.Check(err)
	defer conn.Close()
	ctx, enough := context.WithTimeout(context.Background(), patience)
	defer enough()
	js, err := jetstream.New(conn)
	ts.Check(err)
	var all []byte
	streams, held := js.ListStreams(ctx), map[string]uint64{}
	for info := range streams.Info() {
		held[info.Config.Name] = info.State.Msgs
		stream, err := js.Stream(ctx, info.Config.Name)
		ts.Check(err)
		for seq := info.State.FirstSeq; seq > 0 && seq <= info.State.LastSeq && info.State.Msgs > 0; seq++ {
			m, err := stream.GetMsg(ctx, seq)
			if err != nil {
				continue // it is no more
			}
			all = append(append(append(all, m.Subject...), m.Data...), '\n')
			for name, values := range m.Header {
				all = append(append(append(all, name...), strings.Join(values, " ")...), '\n')
			}
		}
	}
	ts.Check(streams.Err())
	if held["REJECTED"] == 0 || held["RECEIPTS"] == 0 {
		ts.Fatalf("nothing was kept or received: %v", held)
	}
	spans, _ := traced.Load(ts.Getenv("WORK"))
	deadline := time.After(patience)
	for said := spans.(func() []byte); ; {
		if now := said(); len(now) > 0 {
			all = append(all, now...)
			break
		}
		select {
		case <-deadline:
			ts.Fatalf("no trace came")
		case <-time.After(50 * time.Millisecond):
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), all, 0o600))
}

// hides FILE... says that no secret stands in any of the files, in whatever form.
func hides(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args {
		text := ts.ReadFile(file)
		if len(text) == 0 {
			ts.Fatalf("%s is empty, which shows nothing", file)
		}
		for name, secret := range secrets {
			for form, is := range forms(secret) {
				if at := strings.Index(text, is); at >= 0 {
					ts.Fatalf("%s stands in %s as %s: …%q…", name, file, form, text[max(0, at-80):min(len(text), at+len(is)+20)])
				}
			}
		}
	}
}

// forms are how a secret may stand in a text: as it is, in hex, in base64 wherever in
// a longer text it stands, and as a URL has it.
func forms(secret string) map[string]string {
	_, word, is := strings.Cut(secret, ":")
	if !is {
		word = secret
	}
	all := map[string]string{
		"it is": word, "hex": hex.EncodeToString([]byte(word)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(word))),
		"hashed": hex.EncodeToString(sha(word)), "hashed in base64": base64.StdEncoding.EncodeToString(sha(word)),
	}
	for before, from := range []int{0, 2, 3} {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + word))
		all["base64"+strings.Repeat("'", before)] = strings.TrimRight(text[from:len(text)-4], "=")
	}
	return all
}

func sha(of string) []byte {
	sum := sha256.Sum256([]byte(of))
	return sum[:]
}
