package otlp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// request reads a request in JSON, which begins with a brace, or in protobuf.
func request(body []byte) (*collector.ExportLogsServiceRequest, error) {
	req := &collector.ExportLogsServiceRequest{}
	if text := bytes.TrimSpace(body); len(text) > 0 && text[0] == '{' {
		if err := onlyLogs(text); err != nil {
			return nil, err
		}
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, req); err != nil {
			return nil, fmt.Errorf("not an ExportLogsServiceRequest in JSON: %s", strings.Join(strings.Fields(err.Error()), " "))
		}
		for r := range all(req) {
			r.record.TraceId, r.record.SpanId = fromHex(r.record.TraceId), fromHex(r.record.SpanId)
		}
		return req, nil
	}
	if err := proto.Unmarshal(body, req); err != nil {
		return nil, errors.New("not an ExportLogsServiceRequest in protobuf, nor a JSON object")
	}
	for r := range all(req) {
		if alien(r.record) {
			return nil, errors.New("these are metrics or spans; only log records are read here")
		}
	}
	return req, nil
}

// onlyLogs refuses a JSON object that has something else than logs: to the reader it
// would be a request without any.
func onlyLogs(body []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if members["resourceLogs"] != nil || members["resource_logs"] != nil || len(members) == 0 {
		return nil
	}
	for _, other := range []struct{ member, is string }{
		{"resourceMetrics", "metrics"}, {"resourceSpans", "spans"}, {"resourceProfiles", "profiles"},
	} {
		if members[other.member] != nil {
			return fmt.Errorf("these are %s (%s); only log records (resourceLogs) are read here", other.is, other.member)
		}
	}
	return errors.New("it has no resourceLogs")
}

// alien says that a record is of another kind of request, read as a log record: where
// that has the time, metrics have a name, and spans the trace's id.
func alien(r *logspb.LogRecord) bool {
	for unknown := r.ProtoReflect().GetUnknown(); len(unknown) > 0; {
		number, wire, n := protowire.ConsumeField(unknown)
		if n < 0 || number == 1 && wire == protowire.BytesType {
			return true
		}
		unknown = unknown[n:]
	}
	return false
}

// fromHex mends an id of OTLP's JSON: it is in hexadecimal digits, which were read as
// base64.
func fromHex(read []byte) []byte {
	digits := base64.StdEncoding.EncodeToString(read)
	id, err := hex.DecodeString(digits)
	if err != nil {
		return slices.Clip(read)
	}
	return id
}
