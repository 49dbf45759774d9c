package otlp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"strings"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
)

// A record is a log record with what it stands in.
type record struct {
	record                      *logspb.LogRecord
	resource, scope, attributes map[string]any
	scopeName, scopeVersion     string
	// among and within are what it stands in, as it came.
	among  *logspb.ResourceLogs
	within *logspb.ScopeLogs
}

// all are the records of a request, in order.
func all(req *collector.ExportLogsServiceRequest) iter.Seq[record] {
	return func(yield func(record) bool) {
		for _, rl := range req.GetResourceLogs() {
			resource := attributes(rl.GetResource().GetAttributes())
			for _, sl := range rl.GetScopeLogs() {
				scope := attributes(sl.GetScope().GetAttributes())
				for _, r := range sl.GetLogRecords() {
					if r != nil && !yield(record{r, resource, scope, nil, sl.GetScope().GetName(), sl.GetScope().GetVersion(), rl, sl}) {
						return
					}
				}
			}
		}
	}
}

// named is an attribute, of the record, the scope or the resource; nil is none.
func (r record) named(name string) any {
	for _, at := range []map[string]any{r.attributes, r.scope, r.resource} {
		if v := at[name]; v != nil {
			return v
		}
	}
	return nil
}

// text is an attribute as text.
func (r record) text(name string) string { return text(r.named(name)) }

// below are all attributes whose names begin so, by the rest of their names.
func (r record) below(prefix string) map[string]any {
	found := map[string]any{}
	for _, at := range []map[string]any{r.resource, r.scope, r.attributes} {
		for name, v := range at {
			if rest, is := strings.CutPrefix(name, prefix); is && v != nil {
				found[rest] = v
			}
		}
	}
	return found
}

// event is the name of the event that the record is; it may be none.
func (r record) event() string {
	if name := r.record.GetEventName(); name != "" {
		return name
	}
	return r.text("event.name")
}

// occurred is when it happened, as far as anybody says.
func (r record) occurred(received time.Time) time.Time {
	for _, nano := range []uint64{r.record.GetTimeUnixNano(), r.record.GetObservedTimeUnixNano()} {
		if nano > 0 && nano < 1<<63 {
			return time.Unix(0, int64(nano)).UTC()
		}
	}
	return received.UTC()
}

// id is what the record is known by.
func (r record) id() string {
	for _, name := range []string{"tocsin.id", "log.record.uid"} {
		if id := r.text(name); id != "" {
			return id
		}
	}
	time := r.record.GetTimeUnixNano()
	if time == 0 {
		time = r.record.GetObservedTimeUnixNano()
	}
	hash := sha256.New()
	_ = json.NewEncoder(hash).Encode([]any{ // maps are written in the order of their names
		r.resource, r.scopeName, r.scopeVersion, r.scope, r.attributes, value(r.record.GetBody(), maxDepth), time,
		r.record.GetSeverityNumber(), r.record.GetSeverityText(), r.record.GetEventName(), hex.EncodeToString(r.record.GetTraceId()), hex.EncodeToString(r.record.GetSpanId()),
	})
	return "log/" + hex.EncodeToString(hash.Sum(nil)[:16])
}

// native is the record as the account's expressions see it.
func (r record) native(at time.Time) map[string]any {
	scope := map[string]any{"name": r.scopeName, "version": r.scopeVersion, "attributes": r.scope}
	return map[string]any{
		"resource": r.resource, "scope": scope, "attributes": r.attributes, "body": value(r.record.GetBody(), maxDepth),
		"severity": float64(r.record.GetSeverityNumber()), "severity_text": r.record.GetSeverityText(),
		"event_name": r.event(), "time": at.Format(time.RFC3339Nano),
	}
}

// severity is the record's, in the words of package alert; one that says none does not
// say that anything is broken.
func (r record) severity() string {
	switch n := r.record.GetSeverityNumber(); {
	case n >= logspb.SeverityNumber_SEVERITY_NUMBER_FATAL:
		return "critical"
	case n >= logspb.SeverityNumber_SEVERITY_NUMBER_ERROR:
		return "error"
	case n >= logspb.SeverityNumber_SEVERITY_NUMBER_WARN:
		return "warning"
	case n <= 0 && r.record.GetSeverityText() != "":
		return strings.ToLower(r.record.GetSeverityText())
	}
	return "none"
}

// maxDepth is how deep values are read.
const maxDepth = 16

func attributes(list []*commonpb.KeyValue) map[string]any {
	m := make(map[string]any, len(list))
	for _, kv := range list {
		if _, twice := m[kv.GetKey()]; !twice {
			m[kv.GetKey()] = value(kv.GetValue(), maxDepth)
		}
	}
	return m
}

// value is v as JSON reads: text, float64, bool, list, map, or nil.
func value(v *commonpb.AnyValue, depth int) any {
	if depth == 0 {
		return nil
	}
	switch of := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return of.StringValue
	case *commonpb.AnyValue_BoolValue:
		return of.BoolValue
	case *commonpb.AnyValue_IntValue:
		if of.IntValue > 1<<53 || of.IntValue < -1<<53 {
			return fmt.Sprint(of.IntValue)
		}
		return float64(of.IntValue)
	case *commonpb.AnyValue_DoubleValue:
		if of.DoubleValue-of.DoubleValue != 0 { // infinite, or no number
			return fmt.Sprint(of.DoubleValue)
		}
		return of.DoubleValue
	case *commonpb.AnyValue_BytesValue:
		return hex.EncodeToString(of.BytesValue)
	case *commonpb.AnyValue_ArrayValue:
		list := []any{}
		for _, each := range of.ArrayValue.GetValues() {
			list = append(list, value(each, depth-1))
		}
		return list
	case *commonpb.AnyValue_KvlistValue:
		m := map[string]any{}
		for _, kv := range of.KvlistValue.GetValues() {
			m[kv.GetKey()] = value(kv.GetValue(), depth-1)
		}
		return m
	}
	return nil
}

// text is a value as text; lists and maps are none.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		raw, _ := json.Marshal(v)
		return string(raw)
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

// merged is m with what it does not have of the other.
func merged(m, other map[string]any) map[string]any {
	all := maps.Clone(other)
	if all == nil {
		return m
	}
	maps.Copy(all, m)
	return all
}
