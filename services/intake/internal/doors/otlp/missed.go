package otlp

import (
	"errors"
	"fmt"

	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/webhook"
)

// Missed are log records with a reason each. Its zero value has none.
type Missed struct {
	Reasons []string
	records []*logspb.ResourceLogs
	size    int
	more    int
}

// add takes a record, if it means to say something.
func (m *Missed) add(r record, err error) {
	if errors.Is(err, errNothing) {
		return
	}
	one := &logspb.ResourceLogs{
		Resource: r.among.GetResource(), SchemaUrl: r.among.GetSchemaUrl(),
		ScopeLogs: []*logspb.ScopeLogs{{Scope: r.within.GetScope(), SchemaUrl: r.within.GetSchemaUrl(), LogRecords: []*logspb.LogRecord{r.record}}},
	}
	size := proto.Size(one)
	if len(m.records) == webhook.MostMissed || m.size+size > webhook.MostMissedBytes {
		m.more++
		return
	}
	m.records, m.size = append(m.records, one), m.size+size
	m.Reasons = append(m.Reasons, fmt.Sprintf("log record %.80q: %v", r.event(), err))
}

// Body is a request of those records alone, in protobuf; nil where there is none.
func (m *Missed) Body() []byte {
	if len(m.records) == 0 {
		return nil
	}
	if m.more > 0 {
		m.Reasons, m.more = append(m.Reasons, fmt.Sprintf("and %d more records, which are not kept", m.more)), 0
	}
	body, err := proto.Marshal(&collector.ExportLogsServiceRequest{ResourceLogs: m.records})
	if err != nil {
		return nil // it was read from the wire
	}
	return body
}
