package door_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/door"
)

// exported is what an exporter hears.
type exported struct {
	status  int
	header  http.Header
	partial *collector.ExportLogsPartialSuccess
	failure *rpc.Status
}

// export sends log records as an exporter does; headers are name, value, name, value …
func (h *house) export(t testing.TB, contentType, body string, headers ...string) exported {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/v1/logs", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Content-Type") != contentType {
		t.Fatalf("%d: asked in %s, answered in %s: %s", res.StatusCode, contentType, res.Header.Get("Content-Type"), data)
	}
	decode := proto.Unmarshal
	if contentType == jsonType {
		decode = protojson.Unmarshal
	}
	out := exported{status: res.StatusCode, header: res.Header, failure: &rpc.Status{}}
	var answer collector.ExportLogsServiceResponse
	if res.StatusCode == http.StatusOK {
		err = decode(data, &answer)
	} else {
		err = decode(data, out.failure)
	}
	if err != nil {
		t.Fatalf("%d %q: %v", res.StatusCode, data, err)
	}
	out.partial = answer.PartialSuccess
	return out
}

// logged are log records with these attributes, in JSON.
func logged(records ...string) string {
	for i, attributes := range records {
		var list []string
		for _, pair := range strings.Fields(attributes) {
			name, value, _ := strings.Cut(pair, "=")
			list = append(list, fmt.Sprintf(`{"key":%q,"value":{"stringValue":%q}}`, name, value))
		}
		records[i] = `{"timeUnixNano":"1795165200000000000","severityNumber":17,"attributes":[` + strings.Join(list, ",") + `]}`
	}
	return `{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"login"}}]},"scopeLogs":[{"logRecords":[` +
		strings.Join(records, ",") + `]}]}]}`
}

// failed is a log-in attempt that failed, as an application logs it.
const failed = "tocsin.tenant=acme tocsin.auth_attempt.user=u1 tocsin.auth_attempt.method=SSO tocsin.auth_attempt.outcome=FAILURE tocsin.kind=auth_attempt tocsin.id="

const exportType = "application/x-protobuf"

// packedLogs is a request in protobuf.
func packedLogs(t testing.TB, body string) string {
	t.Helper()
	var req collector.ExportLogsServiceRequest
	if err := protojson.Unmarshal([]byte(body), &req); err != nil {
		t.Fatal(err)
	}
	return marshal(t, &req)
}

func zipped(t testing.TB, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLogRecordsAreInTheStreamWhenTheAnswerComes(t *testing.T) {
	h := open(t)
	if got := h.export(t, jsonType, logged(failed+"a")); got.status != 200 || got.partial != nil {
		t.Errorf("%+v", got)
	}
	if got := h.export(t, exportType, packedLogs(t, logged(failed+"b"))); got.status != 200 || got.partial != nil {
		t.Errorf("%+v", got)
	}
	if got := h.export(t, exportType, zipped(t, packedLogs(t, logged(failed+"c"))), "Content-Encoding", "gzip"); got.status != 200 || got.partial != nil {
		t.Errorf("%+v", got)
	}
	if got := h.export(t, jsonType, "{}"); got.status != 200 || got.partial != nil {
		t.Errorf("a request without records: %+v", got)
	}
	got := h.export(t, exportType, packedLogs(t, logged(failed+"d", "http.route=/", "http.route=/x", "tocsin.kind=weather")))
	if got.status != 200 || got.partial.GetRejectedLogRecords() != 3 || !strings.Contains(got.partial.GetErrorMessage(), "2 log records: says nothing of ours") || !strings.Contains(got.partial.GetErrorMessage(), "weather") {
		t.Errorf("%+v", got)
	}
	got = h.export(t, jsonType, strings.ReplaceAll(logged(failed+"e"), "1795165200", "1995165200"))
	if got.status != 200 || got.partial.GetRejectedLogRecords() != 1 || !strings.Contains(got.partial.GetErrorMessage(), "ahead of the clock") {
		t.Errorf("of the future: %+v", got)
	}
	if stored := fmt.Sprint(h.signals(t)); stored != "[a b c d]" {
		t.Errorf("the stream has %s", stored)
	}
	for _, s := range h.stored(t) {
		if s.GetSource() != "login" || s.GetTenant() != "acme" || s.GetAuthAttempt().GetUser() == "u1" || !s.GetOccurredAt().AsTime().Equal(now.Add(-30*60e9)) {
			t.Errorf("signal %v", s)
		}
	}
}

func TestAnExporterHearsWhyItsLogsAreRefused(t *testing.T) {
	h := open(t, func(d *door.Door) { d.Token = "s3cret" })
	auth := []string{"Authorization", "Bearer s3cret"}
	bomb := zipped(t, strings.Repeat(" ", 64<<20))
	for _, tt := range []struct {
		name, contentType, body string
		headers                 []string
		status                  int
		code                    int32
		words                   string
	}{
		{"no token", exportType, "", nil, 401, 16, "token"},
		{"no token, in JSON", jsonType, "{}", nil, 401, 16, "token"},
		{"metrics", jsonType, `{"resourceMetrics":[]}`, auth, 400, 3, "metrics"},
		{"no protobuf", exportType, "\xff\xff", auth, 400, 3, "protobuf"},
		{"no gzip", exportType, "x", append(auth, "Content-Encoding", "gzip"), 400, 3, "gzip"},
		{"half of it", exportType, zipped(t, "half of it")[:20], append(auth, "Content-Encoding", "gzip"), 400, 3, "read"},
		{"another packing", exportType, "x", append(auth, "Content-Encoding", "zstd"), 415, 3, "gzip"},
		{"too large once it is unpacked", exportType, bomb, append(auth, "Content-Encoding", "gzip"), 413, 3, "bytes"},
		{"too large", exportType, strings.Repeat(" ", 17<<20), auth, 413, 3, "bytes"},
	} {
		got := h.export(t, tt.contentType, tt.body, tt.headers...)
		if got.status != tt.status || got.failure.GetCode() != tt.code || !strings.Contains(got.failure.GetMessage(), tt.words) {
			t.Errorf("%s: %d, code %d, %q", tt.name, got.status, got.failure.GetCode(), got.failure.GetMessage())
		}
		if got.status == 401 && got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: it does not say what is asked", tt.name)
		}
	}
	if len(h.signals(t)) > 0 {
		t.Error("something of it is in the stream")
	}
}

func TestWithoutTheBusAnExporterIsToldToTryAgain(t *testing.T) {
	h := open(t)
	gone := h.conn.NC().StatusChanged(nats.RECONNECTING)
	h.shut()
	<-gone
	got := h.export(t, exportType, packedLogs(t, logged(failed+"a")))
	if got.status != http.StatusServiceUnavailable || got.failure.GetCode() != 14 || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", got)
	}
}

func TestRealRequestsOfOtherKindsAreRefused(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(samples, "otlp", "*metrics*.json"))
	if len(files) == 0 {
		t.Skip("NOT CHECKED against real requests, for they do not lie here")
	}
	h := open(t)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := h.export(t, jsonType, string(raw))
		if t.Logf("%s: %d %s", filepath.Base(file), got.status, got.failure.GetMessage()); got.status != 400 || !strings.Contains(got.failure.GetMessage(), "metrics") {
			t.Errorf("%+v", got)
		}
	}
}

func TestWhoSendsTooMuchHearsIt(t *testing.T) {
	h := open(t)
	noise := make([]byte, 15<<20)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	body := zipped(t, strings.Repeat(" ", 17<<20)+string(noise)) // most of it is on its way when the answer is known
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// This sender listens only when it has sent all, as many do.
	if _, err := fmt.Fprintf(conn, "POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = res.Body.Close(); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%d bytes: %s", len(body), res.Status)
	}
}
