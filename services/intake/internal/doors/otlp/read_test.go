package otlp

import (
	"errors"
	"os"
	"strings"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/doors/doortest"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

func TestRecordsBecomeWhatTheySay(t *testing.T) { doortest.Suite(t, Door(), webhook.Account{}) }

func FuzzRead(f *testing.F) {
	if raw, err := os.ReadFile("testdata/every_kind.json"); err == nil {
		if req, err := request(raw); err == nil {
			packed, _ := proto.Marshal(req)
			f.Add(packed)
		}
	}
	doortest.Fuzz(f, Door(), webhook.Account{})
}

func TestRealFilesAreTakenOrNamed(t *testing.T) {
	doortest.Payloads(t, "otlp", Door(), webhook.Account{})
}

// every is the request with a record of every kind, as its file has it.
func every(t *testing.T) []byte { return file(t, "every_kind") }

func file(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func say(t *testing.T, body []byte, a webhook.Account) Logs {
	t.Helper()
	logs, err := Read(webhook.Delivery{Body: body, Received: doortest.Received}, a)
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

func TestProtobufSaysWhatJSONSays(t *testing.T) {
	req, err := request(every(t))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := proto.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	a, b := say(t, every(t), webhook.Account{}), say(t, packed, webhook.Account{})
	if got, want := doortest.Print(webhook.Said{Signals: b.Signals, Ignored: b.Reasons()}, nil), doortest.Print(webhook.Said{Signals: a.Signals, Ignored: a.Reasons()}, nil); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if id := req.ResourceLogs[0].ScopeLogs[0].LogRecords[0].GetTraceId(); len(id) != 16 || id[0] != 0x5b {
		t.Errorf("the trace's id is %x", id)
	}
}

func TestARecordHasTheSameIDWhenItIsSentAgain(t *testing.T) {
	a, b := say(t, every(t), webhook.Account{}), say(t, []byte(strings.ReplaceAll(string(every(t)), "1795165201000000000", "1795165999000000000")), webhook.Account{})
	for i := range a.Signals {
		if a.Signals[i].ID != b.Signals[i].ID {
			t.Errorf("%s, observed later %s", a.Signals[i].ID, b.Signals[i].ID)
		}
	}
	c := say(t, []byte(strings.ReplaceAll(string(every(t)), "1795165200000000000", "1795165200000000001")), webhook.Account{})
	if a.Signals[0].ID == c.Signals[0].ID {
		t.Error("two records of two times have one id")
	}
}

func TestTheAccountsExpressionsSeeTheWholeRecord(t *testing.T) {
	missed := 0
	a := webhook.Account{Source: "login-logs", Alerts: alert.Account{
		Missed: func(string) { missed++ },
		Map: func(it map[string]any) (alert.Mapped, error) {
			if it["attributes"].(map[string]any)["http.route"] != "/login" || it["resource"].(map[string]any)["service.name"] != "login" || it["severity"] != 9.0 {
				return alert.Mapped{}, nil
			}
			return alert.Mapped{Kind: receive.AuthAttempt{User: "u", Method: "SSO", Outcome: "FAILURE"}}, nil
		},
	}}
	var mapped int
	for _, s := range say(t, file(t, "left_out"), a).Signals {
		if k, is := s.Kind.(receive.AuthAttempt); is && k.User == "u" {
			mapped++
			if s.Source != "login-logs" || s.Tenant != "acme" || !strings.HasPrefix(s.ID, "log/") {
				t.Errorf("%+v", s)
			}
		}
	}
	if mapped != 1 || missed > 0 {
		t.Errorf("%d were mapped, %d were missed", mapped, missed)
	}
}

func TestAServiceThatIsCalledLikeAComponentDoesNotSayThatItIsDown(t *testing.T) {
	a := webhook.Account{Alerts: alert.Account{Map: func(map[string]any) (alert.Mapped, error) { return alert.Mapped{}, nil }}}
	body := strings.NewReplacer(`"login"`, `"sso"`, `"severityNumber": 9`, `"severityNumber": 17`).Replace(string(file(t, "left_out")))
	logs := say(t, []byte(body), a)
	for _, s := range logs.Signals {
		if _, is := s.Kind.(receive.Probe); is {
			t.Errorf("%+v", s)
		}
	}
	if reasons := strings.Join(logs.Reasons(), "\n"); !strings.Contains(reasons, "3 log records: says nothing of ours") {
		t.Error(reasons)
	}
}

func TestWhatIsNoLogIsRefusedWithTheReason(t *testing.T) {
	spans := &metrics.MetricsData{ResourceMetrics: []*metrics.ResourceMetrics{{ScopeMetrics: []*metrics.ScopeMetrics{{Metrics: []*metrics.Metric{{Name: "own.counter"}}}}}}}
	packed, err := proto.Marshal(spans)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		string(packed):                      "metrics or spans",
		`{"resourceMetrics":[]}`:            "metrics",
		`{"resourceSpans":[]}`:              "spans",
		`{"other":1}`:                       "no resourceLogs",
		`{"resourceLogs":{}}`:               "in JSON",
		`{"resourceLogs":[{"resource":7}]}`: "in JSON",
		`[]`:                                "protobuf",
		"\xff\xff":                          "protobuf",
	} {
		if _, err := Read(webhook.Delivery{Body: []byte(body)}, webhook.Account{}); !errors.Is(err, webhook.ErrBody) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %s", body, err, want)
		}
	}
}

func TestOfManyReasonsAFewAreListed(t *testing.T) {
	var logs Logs
	for i := range 1000 {
		logs.Reject(strings.Repeat("x", i%50+1))
	}
	if logs.Rejected != 1000 || len(logs.Reasons()) != maxReasons+1 || !strings.Contains(logs.Message(), "1000 log records left out") || !strings.Contains(logs.Message(), "800 log records: other reasons") {
		t.Errorf("%d: %s", logs.Rejected, logs.Message())
	}
}

func TestARequestWithoutRecordsIsNone(t *testing.T) {
	for _, req := range []*collector.ExportLogsServiceRequest{{}} {
		packed, _ := proto.Marshal(req)
		for _, body := range [][]byte{packed, []byte("{}"), []byte(`{"resourceLogs":[]}`)} {
			if logs := say(t, body, webhook.Account{}); logs.Rejected > 0 || len(logs.Signals) > 0 || logs.Message() != "" {
				t.Errorf("%q: %+v", body, logs)
			}
		}
	}
}
