package door

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"

	collector "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/doors/otlp"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// maxLogs is how large a request of OTLP may be, packed and unpacked. An exporter
// drops what is refused for its size, so it is more than their batches have.
const maxLogs = 16 << 20

// logs takes the log records of an exporter of OpenTelemetry.
func (d *Door) logs(w http.ResponseWriter, r *http.Request, who *source.Source) {
	if kind := contentType(r); kind != typeJSON && kind != typeProtobuf {
		problem("content-type", http.StatusUnsupportedMediaType, "%q is not read here; send application/x-protobuf or application/json", kind).Write(w)
		return
	}
	meter, name := d.meterOf(who)
	r.Body = &paced{ReadCloser: r.Body, control: http.NewResponseController(w)}
	data, leave, err := d.bounded(r, name, maxLogs, func() ([]byte, error) { return unpacked(w, r) })
	defer leave()
	if err == nil {
		err = meter.Bytes(len(data))
	}
	var logs otlp.Logs
	if err == nil {
		logs, err = otlp.Read(webhook.Delivery{Header: r.Header, Body: data, Received: d.Intake.Now()}, d.now()["otlp"].Account)
	}
	if errors.Is(err, webhook.ErrBody) {
		problem("not-understood", http.StatusBadRequest, "%v", err).Write(w)
		return
	}
	var signals []*ingressv1.Signal
	if err == nil {
		signals, err = d.valid(&logs, who)
	}
	if err == nil {
		err = named(meter, signals)
	}
	spooled := 0
	if err == nil && len(signals) > 0 {
		r = traced(r)
		spooled, err = d.store(r, &events.Lot{Signals: signals})
	}
	if err != nil {
		problemOf(err, d.Log).Write(w)
		return
	}
	d.keepLogs(r, who, &logs)
	out := &collector.ExportLogsServiceResponse{}
	if logs.Rejected > 0 {
		out.PartialSuccess = &collector.ExportLogsPartialSuccess{RejectedLogRecords: logs.Rejected, ErrorMessage: logs.Message()}
	}
	saysSpooled(w, spooled) // a partial success would have each exporter log a fault of ours for each request
	writeAs(w, r, http.StatusOK, out)
}

// valid are the signals that may be taken in now; the others are counted.
func (d *Door) valid(logs *otlp.Logs, who *source.Source) (signals []*ingressv1.Signal, err error) {
	for _, s := range logs.Signals {
		m := events.SignalMessage(s)
		var refused *forms.Refused
		err := d.Intake.CheckSignal(m)
		if err == nil {
			err = claim(who, m)
		}
		switch {
		case errors.As(err, &refused):
			logs.Reject(refused.Error())
		case err != nil:
			return nil, err
		default:
			signals = append(signals, m)
		}
	}
	return signals, nil
}

// errPacking says that a body is packed in a way that is not read.
var errPacking = errors.New("is not read here; send it with Content-Encoding gzip, or none")

// unpacked reads a bounded body whole, which may be packed with gzip. What is larger
// unpacked is left before it is.
func unpacked(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	sent := http.MaxBytesReader(w, r.Body, maxLogs)
	in := io.Reader(sent)
	switch packing := r.Header.Get("Content-Encoding"); packing {
	case "", "identity":
	case "gzip":
		unzip, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%w: not gzip: %w", errUnreadable, err)
		}
		in = unzip
	default:
		return nil, fmt.Errorf("Content-Encoding %.40q %w", packing, errPacking)
	}
	data, err := io.ReadAll(io.LimitReader(in, maxLogs+1))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	case len(data) > maxLogs:
		_, _ = io.Copy(io.Discard, sent) // who still sends does not hear the answer, and tries again
		return nil, &http.MaxBytesError{Limit: maxLogs}
	}
	return data, nil
}

// writeAs answers in the encoding of the request.
func writeAs(w http.ResponseWriter, r *http.Request, status int, m proto.Message) {
	encode, kind := proto.Marshal, "application/x-protobuf"
	if contentType(r) == typeJSON {
		encode, kind = protojson.Marshal, typeJSON
	}
	data, err := encode(m)
	if err != nil {
		data = nil // the status says enough
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
